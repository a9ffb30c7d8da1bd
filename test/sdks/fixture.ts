/**
 * Fixtures of SDK descriptions: code in Markdown, with what costlint must see of each billed call in a comment behind it:
 *
 *     reply = client.messages.create(…)  #> anthropic/messages model=claude-sonnet-5 cap=1000 loop=10 sees=system,user
 *
 * `sdk/api` first, then `model=` and `cap=` (always), `loop=` (the SDK's own loop; left out when there is none) and, where a fixture cares, `sees=` (roles
 * with text that was read; `user?` for one of which only a hole is known), `provider=`, `guards=`, `tier=`, `hidden=yes`, `batch=yes`. A value that is not known is
 * `?` and the reason: `?absent`, `?spread`, `?dynamic`, `?config`. A line without a comment is no billed call. A fence may name a further file of its section.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createProject, type FileAnalysis } from '../../core/analyze.ts';
import { defaultConfig } from '../../core/config.ts';
import { createPython } from '../../core/frontends/python.ts';
import type { Frontend } from '../../core/frontends/source-unit.ts';
import { initTreeSitter } from '../../core/frontends/tree-sitter.ts';
import { javascript, typescript } from '../../core/frontends/typescript.ts';
import type { CallSite, Known } from '../../core/model.ts';
import { createCounter, type TokenCounter } from '../../core/tokens/index.ts';

export type Language = 'py' | 'ts';

export interface Fixture {
  readonly title: string;
  readonly language: Language;
  /** Line of the fence in the Markdown file. */
  readonly line: number;
  readonly code: string;
  readonly files: Readonly<Record<string, string>>;
}

const ROOT = '/w';

export function fixturesOf(markdown: string): Fixture[] {
  const found: Fixture[] = [];
  let title = '';
  let files: Record<string, string> = {};
  const lines = markdown.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const heading = /^##+ (.*)/.exec(lines[i] ?? '');
    if (heading) [title, files] = [heading[1] ?? '', {}];
    const fence = /^```(\w+) ?(.*)$/.exec(lines[i] ?? '');
    if (!fence) continue;
    const from = i + 1;
    for (i = from; i < lines.length && lines[i] !== '```'; ) i++;
    const code = `${lines.slice(from, i).join('\n')}\n`;
    const [, language = '', name = ''] = fence;
    if (name) files[`${ROOT}/${name}`] = code;
    else if (language === 'py' || language === 'ts') found.push({ title, language, line: from, code, files });
  }
  return found;
}

/** The comments of a fixture, as `line: facts`, lines counted from 1. */
export const expected = (code: string): string[] =>
  code.split('\n').flatMap((line, i) => (/(?:#|\/\/)> (.*)$/.exec(line) ? [`${i + 1}: ${/(?:#|\/\/)> (.*)$/.exec(line)?.[1]?.trim()}`] : []));

/** What the engine sees, in the same notation; further facts only where the fixture states them. */
export function actual(analysis: FileAnalysis, code: string): string[] {
  const asked = code.split('\n').map((line) => /(?:#|\/\/)> (.*)$/.exec(line)?.[1] ?? '');
  return analysis.calls.map(({ site }) => {
    const line = code.slice(0, site.span.start).split('\n').length;
    const wants = (key: string): boolean => (asked[line - 1] ?? '').includes(`${key}=`);
    const loop = site.loops.find((l) => l.kind === 'framework');
    const facts = [
      `${site.sdk}/${site.api}`,
      `model=${shown(site.model)}`,
      ...(wants('provider') ? [`provider=${site.provider}`] : []),
      `cap=${shown(site.maxOutputTokens)}`,
      ...(loop ? [`loop=${loop.bound.kind === 'none' ? 'none' : shown(loop.bound)}`] : []),
      ...(wants('sees') ? [`sees=${roles(site)}`] : []),
      ...(wants('guards') ? [`guards=${site.guards.map((g) => g.kind).join(',')}`] : []),
      ...(wants('hidden') ? [`hidden=${site.hiddenInput ? 'yes' : 'no'}`] : []),
      ...(wants('tier') ? [`tier=${shown(site.serviceTier)}`] : []),
      ...(wants('batch') ? [`batch=${site.batch ? 'yes' : 'no'}`] : []),
    ];
    return `${line}: ${facts.join(' ')}`;
  });
}

const shown = (value: Known<string | number>): string => (value.kind === 'known' ? String(value.value) : `?${value.why}`);

function roles(site: CallSite): string {
  const known = new Map<string, boolean>();
  for (const s of site.segments) known.set(s.role, (known.get(s.role) ?? false) || s.text.kind === 'known');
  return [...known].map(([role, text]) => (text ? role : `${role}?`)).join(',');
}

let setup: Promise<{ readonly frontends: readonly Frontend[]; readonly counter: TokenCounter }> | undefined;
async function load() {
  const require = createRequire(import.meta.url);
  const wasm = async (name: string) => new Uint8Array(await readFile(require.resolve(name)));
  const grammar = await initTreeSitter({
    runtimeWasm: await wasm('web-tree-sitter/web-tree-sitter.wasm'),
    pythonWasm: await wasm('tree-sitter-python/tree-sitter-python.wasm'),
  });
  return { frontends: [typescript, javascript, createPython(grammar)], counter: await createCounter() };
}

/** Analyses a fixture as `/w/agent.py` or `/w/agent.ts`, beside the further files of its section. */
export async function analyze({ code, language, files: further }: Fixture): Promise<FileAnalysis> {
  setup ??= load();
  const path = `${ROOT}/agent.${language}`;
  const files: Readonly<Record<string, string>> = { ...further, [path]: code };
  const folders = new Set(Object.keys(files).flatMap((p) => p.split('/').map((_, i, all) => all.slice(0, i).join('/'))));
  const host = {
    read: (p: string) => files[p],
    stat: (p: string) => (p in files ? ('file' as const) : folders.has(p) ? ('directory' as const) : undefined),
  };
  const project = createProject({ host, root: ROOT, ...(await setup), config: defaultConfig, today: '2026-11-23' });
  project.setFiles(Object.keys(files));
  return project.analyze(path);
}
