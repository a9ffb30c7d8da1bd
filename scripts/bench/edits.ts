/** From an edit to new findings: the engine after one key stroke, beside a bare re-parse of the same text. In memory, no disk. */

import { ts } from 'ts-morph';
import { Language, Parser, type Tree } from 'web-tree-sitter';
import { createProject, type Project } from '../../core/analyze.ts';
import { defaultConfig } from '../../core/config.ts';
import type { TokenCounter } from '../../core/tokens/index.ts';
import { createCounter } from '../../core/tokens/index.ts';
import { readAssets } from '../../workspace/assets.ts';
import { loadFrontends } from '../../workspace/frontends.ts';
import { type BenchLanguage, generatedFile } from './generated.ts';
import { percentile, seeded } from './stats.ts';

export interface EditRow {
  readonly language: BenchLanguage;
  readonly lines: number;
  readonly calls: number;
  readonly findings: number;
  /** ms */
  readonly p50: number;
  readonly p95: number;
  /** The same for parsing alone: TypeScript from the start, Python from its previous tree. */
  readonly bareP50: number;
  readonly bareP95: number;
}

const ROOT = '/bench';
/** Key strokes that are not counted: the compiler of the engine warms up as in an editor that has been open for a while. */
const WARM_UP = 20;

export async function edits(lengths: readonly number[], count: number): Promise<EditRow[]> {
  const bare = await bareParsers();
  const counter = await createCounter();
  const rows: EditRow[] = [];
  for (const language of ['typescript', 'python'] as const)
    for (const lines of lengths) rows.push(await measure(language, lines, count, counter, bare[language]));
  return rows;
}

type BareParser = (before: string, text: string, at: number) => void;

async function measure(language: BenchLanguage, lines: number, count: number, counter: TokenCounter, bare: BareParser): Promise<EditRow> {
  const path = `${ROOT}/file.${language === 'typescript' ? 'ts' : 'py'}`;
  let text = generatedFile(language, lines, 1);
  const host = {
    read: (file: string) => (file === path ? text : undefined),
    stat: (file: string) => (file === path ? ('file' as const) : file === ROOT ? ('directory' as const) : undefined),
  };
  const frontends = await loadFrontends(new Set([language]), readAssets);
  const project: Project = createProject({ host, root: ROOT, frontends, counter, config: defaultConfig, today: '2026-11-23' });
  project.setFiles([path]);
  const { calls, findings } = project.analyze(path);
  const times: number[] = [];
  const bareTimes: number[] = [];
  const random = seeded(lines);
  bare(text, text, 0);
  for (let n = 0; n < count + WARM_UP; n++) {
    const before = text;
    const at = identifierEnd(text, Math.floor(random() * text.length));
    text = `${text.slice(0, at)}x${text.slice(at)}`;
    const started = performance.now();
    project.changed(path);
    project.analyze(path);
    const middle = performance.now();
    bare(before, text, at);
    if (n >= WARM_UP) {
      times.push(middle - started);
      bareTimes.push(performance.now() - middle);
    }
  }
  return {
    language,
    lines: text.split('\n').length,
    calls: calls.length,
    findings: findings.length,
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    bareP50: percentile(bareTimes, 0.5),
    bareP95: percentile(bareTimes, 0.95),
  };
}

/** The end of the word at an offset or behind it: where a person types one more letter. */
function identifierEnd(text: string, from: number): number {
  const word = /[A-Za-z]\b/g;
  word.lastIndex = from;
  const found = word.exec(text);
  return found ? found.index + 1 : text.length;
}

async function bareParsers(): Promise<Readonly<Record<BenchLanguage, BareParser>>> {
  const { runtimeWasm, pythonWasm } = readAssets();
  await Parser.init({ wasmBinary: runtimeWasm });
  const parser = new Parser();
  parser.setLanguage(await Language.load(pythonWasm));
  let tree: Tree | null = null;
  return {
    typescript: (_, text) => {
      ts.createSourceFile('/bench/file.ts', text, ts.ScriptTarget.Latest, false);
    },
    python: (before, text, at) => {
      if (before === text) tree = null;
      else tree?.edit(insertion(before, at));
      const next = parser.parse(text, tree ?? undefined);
      tree?.delete();
      tree = next;
    },
  };
}

function insertion(before: string, at: number): Parameters<Tree['edit']>[0] {
  const row = before.slice(0, at).split('\n').length - 1;
  const column = at - (before.lastIndexOf('\n', at - 1) + 1);
  const position = { row, column };
  return {
    startIndex: at,
    oldEndIndex: at,
    newEndIndex: at + 1,
    startPosition: position,
    oldEndPosition: position,
    newEndPosition: { row, column: column + 1 },
  } as Parameters<Tree['edit']>[0];
}
