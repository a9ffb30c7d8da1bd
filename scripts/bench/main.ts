/** The benchmark itself; `scripts/bench.mjs` starts it on the right Node and explains the options. */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { activation, serverEdits } from './activation.ts';
import { makeCorpus } from './corpus.ts';
import { edits } from './edits.ts';
import { peers } from './peers.ts';
import { coldScans } from './scan.ts';
import { activationTable, editTable, heading, scanTables } from './tables.ts';

const root = path.resolve(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    cache: { type: 'string', default: path.join(root, '.cache/bench') },
    corpus: { type: 'string' },
    files: { type: 'string', default: '1000' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string' },
    dry: { type: 'boolean' },
  },
});
const LENGTHS = [200, 2000, 10_000];
const runs = Number(values.runs);
const wants = (part: string): boolean => values.only === undefined || values.only === part;

const sections = [heading(commandLine(), new Date().toISOString().slice(0, 10))];
if (wants('scan')) {
  const options = { from: values.corpus, into: path.join(values.cache, 'corpus'), limit: Number(values.files) };
  const corpora = (['typescript', 'python'] as const).map((language) => makeCorpus(language, options));
  sections.push(scanTables(coldScans(corpora, { root, runs, peers: peers(values.cache) }), runs));
}
if (wants('edits')) {
  const count = 100;
  sections.push(editTable(await edits(LENGTHS, count), await serverEdits(root, path.join(values.cache, 'open'), LENGTHS, count)));
}
if (wants('activation')) sections.push(activationTable(await activation(root, runs, true), await activation(root, runs, false)));

const report = sections.join('\n\n');
console.log(report);
if (!values.dry && values.only === undefined) writeReport(report);

/** As a person would type it: without the paths of this machine. */
function commandLine(): string {
  const files = values.files === '1000' ? '' : ` --files ${values.files}`;
  const rest = `${values.corpus === undefined ? '' : ' --corpus <checkouts>'}${files}${runs === 5 ? '' : ` --runs ${runs}`}`;
  return `npm run bench${rest === '' ? '' : ` --${rest}`}`;
}

function writeReport(text: string): void {
  const file = path.join(root, 'docs/benchmarks.md');
  const start = '<!-- bench:start (made by npm run bench) -->';
  const end = '<!-- bench:end -->';
  const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : `# Benchmarks\n\n## Speed\n\n${start}\n${end}\n`;
  const marked = before.includes(start) ? before : `${before.trimEnd()}\n\n## Speed\n\n${start}\n${end}\n`;
  const [head = '', rest = ''] = marked.split(start);
  const tail = rest.slice(rest.indexOf(end));
  fs.writeFileSync(file, `${head}${start}\n\n${text}\n\n${tail}`);
}
