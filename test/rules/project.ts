/** The whole pipeline over files in memory, for fixtures and the examples in docs/rules. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { FileAnalysis, Project, ProjectOptions } from '../../core/analyze.ts';
import * as analyze from '../../core/analyze.ts';
import { defaultConfig } from '../../core/config.ts';
import { promptFile } from '../../core/frontends/prompt-file.ts';
import { createPython } from '../../core/frontends/python.ts';
import type { Frontend } from '../../core/frontends/source-unit.ts';
import { initTreeSitter } from '../../core/frontends/tree-sitter.ts';
import { javascript, typescript } from '../../core/frontends/typescript.ts';
import type { Host } from '../../core/host.ts';
import type { ObservedSite } from '../../core/protocol/observed.ts';
import { createCounter } from '../../core/tokens/index.ts';

const create = (analyze as { createProject?: (options: ProjectOptions) => Project }).createProject;
/** False while the pipeline is not there. */
export const isReady = create !== undefined;

const require = createRequire(import.meta.url);
export const ROOT = '/w';
export const TODAY = '2026-11-23';
export const FILES = { ts: `${ROOT}/agent.ts`, py: `${ROOT}/agent.py` } as const;
export type Language = keyof typeof FILES;

/** `n` words, in one line; about one token each. */
export function words(n: number): string {
  const list =
    'refund order invoice customer ticket policy delivery account review answer parcel report branch window supplier market season copper garden letter'.split(
      ' ',
    );
  return Array.from({ length: n }, (_, i) => list[(i * 7 + Math.floor(i / 20)) % list.length]).join(' ');
}

/** Examples write `%1500 words%` where a long text stands, and read `prompts/*.md` of 3,000 words. */
export const expand = (code: string): string => code.replace(/%(\d+) words%/g, (_, n: string) => words(Number(n)));
const PROMPT = /^\/w\/(?:prompts\/)?[\w-]+\.md$/;

/** Packages that the examples use, so that defaults which depend on a version are known. */
const PACKAGES: Readonly<Record<string, string>> = {
  [`${ROOT}/package.json`]: JSON.stringify({
    name: 'example',
    dependencies: { ai: '^7.0.0', '@anthropic-ai/sdk': '^0.120.0', openai: '^7.0.0', '@openai/agents': '^0.20.0' },
  }),
  [`${ROOT}/requirements.txt`]: 'anthropic==0.121.0\nopenai==3.3.1\nlanggraph==1.2.11\nopenai-agents==0.22.0\n',
};

let setup: Promise<Pick<ProjectOptions, 'frontends' | 'counter'>> | undefined;
async function load(): Promise<Pick<ProjectOptions, 'frontends' | 'counter'>> {
  const wasm = async (name: string) => new Uint8Array(await readFile(require.resolve(name)));
  const grammar = await initTreeSitter({
    runtimeWasm: await wasm('web-tree-sitter/web-tree-sitter.wasm'),
    pythonWasm: await wasm('tree-sitter-python/tree-sitter-python.wasm'),
  });
  return { frontends: [typescript, javascript, createPython(grammar), promptFile], counter: await createCounter() };
}

/** What the gateway saw, with the rest filled in: 100 calls of 100 runs, all figures exact. */
export function observedSite(given: Partial<ObservedSite>, id = ''): ObservedSite {
  const { calls = 100, nanoUsd = 0 } = given;
  const { runs = calls, input = all(1000) } = given;
  const each = Math.round(nanoUsd / calls);
  const rest = { sessions: runs, since: 1_795_000_000_000, until: 1_795_400_000_000, cost: all(each), unpriced: 0, output: all(500) };
  const perRun = all(Math.round(calls / runs));
  return {
    id,
    calls,
    nanoUsd,
    runs,
    input,
    firstInput: input,
    growth: null,
    callsPerRun: perRun,
    cacheRead: 0,
    cacheWrite: 0,
    breaks: [],
    models: [],
    ...rest,
    ...given,
  };
}
const all = (n: number): ObservedSite['input'] => ({ low: n, expected: n, high: n });

/** Analyses one file of code. `observed`: what the gateway saw at each of its calls. */
export async function analyzeCode(language: Language, code: string, observed?: Partial<ObservedSite>): Promise<FileAnalysis> {
  if (!create) throw new Error('core/analyze.ts has no createProject yet');
  setup ??= load();
  const files: Readonly<Record<string, string>> = { ...PACKAGES, [FILES[language]]: code };
  const read = (path: string): string | undefined => files[path] ?? (PROMPT.test(path) ? words(3000) : undefined);
  const host: Host = {
    read,
    stat: (path) => (read(path) !== undefined ? 'file' : path === ROOT || path === `${ROOT}/prompts` ? 'directory' : undefined),
  };
  const project = create({
    host,
    root: ROOT,
    ...(await setup),
    config: defaultConfig,
    today: TODAY,
    ...(observed && { observed: (id) => observedSite(observed, id) }),
  });
  project.setFiles(Object.keys(files));
  return project.analyze(FILES[language]);
}

/** Where the parser had to recover. */
export async function damageOf(language: Language, code: string): Promise<number> {
  setup ??= load();
  const { frontends } = await setup;
  const frontend = frontends.find((candidate: Frontend) => candidate.id === (language === 'ts' ? 'typescript' : 'python'));
  return frontend?.parse(FILES[language], code).damage.length ?? 1;
}
