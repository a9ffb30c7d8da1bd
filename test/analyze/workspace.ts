/** The whole pipeline over files in memory, and the facts of its calls as short text, for tables of expectations. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { createProject, type FileAnalysis, type Project } from '../../core/analyze.ts';
import { type Config, defaultConfig } from '../../core/config.ts';
import { createNotebook } from '../../core/frontends/notebook-file.ts';
import { promptFile } from '../../core/frontends/prompt-file.ts';
import { createPython } from '../../core/frontends/python.ts';
import type { Frontend } from '../../core/frontends/source-unit.ts';
import { initTreeSitter } from '../../core/frontends/tree-sitter.ts';
import { javascript, typescript } from '../../core/frontends/typescript.ts';
import type { Host } from '../../core/host.ts';
import type { CallSite, Known } from '../../core/model.ts';
import { createCounter, type TokenCounter } from '../../core/tokens/index.ts';

export const ROOT = '/w';
export type Files = Readonly<Record<string, string>>;

const require = createRequire(import.meta.url);
const wasm = async (name: string) => new Uint8Array(await readFile(require.resolve(name)));
const grammar = await initTreeSitter({
  runtimeWasm: await wasm('web-tree-sitter/web-tree-sitter.wasm'),
  pythonWasm: await wasm('tree-sitter-python/tree-sitter-python.wasm'),
});
const python = createPython(grammar);
export const frontends: readonly Frontend[] = [typescript, javascript, python, promptFile, createNotebook(python)];
export const counter: TokenCounter = await createCounter();

/** A workspace in memory. Paths are relative to its root. */
export class Workspace {
  readonly project: Project;
  private readonly texts = new Map<string, string>();

  constructor(files: Files, config: Config = defaultConfig) {
    for (const [path, text] of Object.entries(files)) this.texts.set(`${ROOT}/${path}`, text);
    const host: Host = { read: (path) => this.texts.get(path), stat: (path) => this.stat(path) };
    this.project = createProject({ host, root: ROOT, frontends, counter, config, today: '2026-11-23' });
    this.project.setFiles(this.sources());
  }

  private stat(path: string): 'file' | 'directory' | undefined {
    if (this.texts.has(path)) return 'file';
    return [...this.texts.keys()].some((known) => known.startsWith(`${path}/`)) ? 'directory' : undefined;
  }

  private sources(): string[] {
    return [...this.texts.keys()].filter((path) => /\.(py|ipynb|[mc]?[jt]sx?)$/.test(path));
  }

  analysis(path: string): FileAnalysis {
    return this.project.analyze(`${ROOT}/${path}`);
  }

  /** Changes, adds or (without a text) deletes a file. Returns the paths whose analysis is stale now. */
  write(path: string, text?: string): string[] {
    const full = `${ROOT}/${path}`;
    if (text === undefined) this.texts.delete(full);
    else this.texts.set(full, text);
    return this.project.changed(full).map((stale) => stale.slice(ROOT.length + 1));
  }

  /** The calls of all files, file by file. */
  get calls(): readonly CallSite[] {
    return this.sources().flatMap((path) => this.project.analyze(path).calls.map((call) => call.site));
  }
}

export const analyzeFiles = (files: Files, config?: Config): Workspace => new Workspace(files, config);

// ── facts as text ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `claude-opus-4-8 constant`, `? dynamic`. */
const known = (value: Known<string | number>): string => (value.kind === 'known' ? `${value.value} ${value.via}` : `? ${value.why}`);

/** `10`, `none`, `?`. */
const bound = (value: Known<number> | { readonly kind: 'none' }): string =>
  value.kind === 'known' ? String(value.value) : value.kind === 'none' ? 'none' : '?';

const shown = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** `system"You help."`, `user<clock per-call>`; `*` for any number of messages, `!` for a cache mark. */
function segmentText(s: CallSite['segments'][number]): string {
  const changes = s.cause ? `${s.cause.kind} ${s.stability}` : s.stability;
  const body = s.text.kind === 'known' && s.stability === 'static' ? `"${shown(s.text.value)}"` : `<${changes}>`;
  return `${s.role}${body}${s.many ? '*' : ''}${s.mark ? '!' : ''}`;
}

/** Everything that expectations speak of. */
export interface Facts {
  readonly sdk: string;
  readonly provider: string;
  readonly model: string;
  readonly alternatives: readonly string[];
  readonly cap: string;
  readonly segments: readonly string[];
  readonly system: readonly string[];
  readonly user: readonly string[];
  readonly tools: string;
  readonly loops: readonly string[];
  readonly history: string;
  readonly fanout: string;
  readonly retry: string;
  readonly guards: readonly string[];
}

export function factsOf(site: CallSite): Facts {
  const segments = site.segments.map(segmentText);
  const of = (role: string) => segments.filter((s) => s.startsWith(role)).map((s) => s.slice(role.length));
  return {
    sdk: site.sdk,
    provider: site.provider,
    model: known(site.model),
    alternatives: site.alternatives.map(known),
    cap: known(site.maxOutputTokens),
    segments,
    system: of('system'),
    user: of('user'),
    tools: bound(site.toolCount),
    loops: site.loops.map((l) => `${l.kind} ${bound(l.bound)}${l.grows ? ' grows' : ''}`),
    history: site.history ? `${site.history.name} ${site.history.loop}${site.history.trimmed ? ' trimmed' : ''}` : '-',
    fanout: site.fanout ? `${bound(site.fanout.bounded)} of ${bound(site.fanout.items)}` : '-',
    retry: site.retry ? `${bound(site.retry.attempts)}${site.retry.backoff ? ' backoff' : ''}` : '-',
    guards: site.guards.map((g) => g.kind),
  };
}

// ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What is expected of the calls of a workspace; facts that are not named do not matter. */
export type Expected = Partial<Facts> | readonly Partial<Facts>[];
export type Code = string | Files;

export interface Row {
  readonly name: string;
  /** Of all calls, in order of files and of places in them; one record for a single call. */
  readonly want: Expected;
  readonly ts?: Code;
  readonly py?: Code;
  /** Where a language differs. */
  readonly wantTs?: Expected;
  readonly wantPy?: Expected;
}

/** A client ready for use; rows that start with it need no imports of their own. */
export const TS = `import Anthropic from '@anthropic-ai/sdk';\nconst client = new Anthropic();\n`;
export const PY = 'import anthropic\nclient = anthropic.Anthropic()\n';

const filesOf = (code: Code, path: string): Files => (typeof code === 'string' ? { [path]: code } : code);

export function check(files: Files, want: Expected): void {
  const actual = analyzeFiles(files).calls.map(factsOf);
  const expected: readonly Partial<Facts>[] = Array.isArray(want) ? want : [want as Partial<Facts>];
  const picked = actual.map((facts, i) => Object.fromEntries(Object.entries(facts).filter(([key]) => key in (expected[i] ?? {}))));
  assert.deepEqual(picked, expected);
}

/** One test for each row and language. */
export function table(rows: readonly Row[]): void {
  for (const row of rows) {
    if (row.ts !== undefined) test(`${row.name} [ts]`, () => check(filesOf(row.ts as Code, 'src/main.ts'), row.wantTs ?? row.want));
    if (row.py !== undefined) test(`${row.name} [py]`, () => check(filesOf(row.py as Code, 'app/main.py'), row.wantPy ?? row.want));
  }
}
