/** Scans a directory as `costlint check` does, without the start of the process. Prints milliseconds as JSON. */
import { analyzeWorkspace } from '../../cli/analyze-workspace.ts';
import { createCounter } from '../../core/tokens/index.ts';
import { openWorkspace } from '../../workspace/project.ts';

const directory = process.argv[2] ?? '.';
// Loaded by a first, empty workspace: the time to load code is part of the whole-process figure, not of this one.
await openWorkspace(directory, { today: '2026-11-23', directories: [], files: ['a.ts', 'a.py'] });
// So is that for the tables of tokens, which the first count reads.
const counter = await createCounter();
counter.countText(counter.family('openai', 'gpt-5.4'), 'count');

const started = performance.now();
const workspace = await openWorkspace(directory, { today: '2026-11-23', directories: [directory] });
const { files, scanned } = analyzeWorkspace(workspace, { base: directory });
const calls = files.reduce((sum, file) => sum + file.calls.length, 0);
console.log(JSON.stringify({ ms: performance.now() - started, files: scanned, calls, rss: process.resourceUsage().maxRSS * 1024 }));
