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
  // The engine first: it gives the parser's runtime a memory of its own, which it then reads from directly.
  await loadFrontends(new Set(['python']), readAssets);
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
  const original = text;
  let at = 0;
  for (let n = 0; n < count + WARM_UP; n++) {
    const before = text;
    // A letter is typed at the end of a name, and taken back by the next stroke: the file stays what a person works on.
    if (n % 2 === 0) at = nameEnd(original, Math.floor(random() * original.length));
    text = n % 2 === 0 ? `${original.slice(0, at)}x${original.slice(at)}` : original;
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

const KEYWORDS =
  /^(async|await|class|const|def|else|except|export|false|False|finally|for|from|function|if|import|in|interface|let|new|None|not|null|of|or|and|return|true|True|try|catch|type|while|with|yield|as|is|pass|raise|throw|switch|case|default|break|continue|lambda)$/;

/** The end of a name at an offset or behind it, keywords left out: where a person types one more letter. */
function nameEnd(text: string, from: number): number {
  const word = /[A-Za-z_]\w*/g;
  word.lastIndex = from;
  for (let found = word.exec(text); found; found = word.exec(text)) if (!KEYWORDS.test(found[0])) return found.index + found[0].length;
  return text.length;
}

async function bareParsers(): Promise<Readonly<Record<BenchLanguage, BareParser>>> {
  const { pythonWasm } = readAssets();
  const parser = new Parser();
  parser.setLanguage(await Language.load(pythonWasm));
  let tree: Tree | null = null;
  return {
    typescript: (_, text) => {
      ts.createSourceFile('/bench/file.ts', text, ts.ScriptTarget.Latest, false);
    },
    python: (before, text, at) => {
      if (before === text) tree = null;
      else tree?.edit(change(before, at, text.length > before.length));
      const next = parser.parse(text, tree ?? undefined);
      tree?.delete();
      tree = next;
    },
  };
}

/** One letter put in or taken out at an offset. */
function change(before: string, at: number, typed: boolean): Parameters<Tree['edit']>[0] {
  const row = before.slice(0, at).split('\n').length - 1;
  const column = at - (before.lastIndexOf('\n', at - 1) + 1);
  const here = { row, column };
  const behind = { row, column: column + 1 };
  return {
    startIndex: at,
    oldEndIndex: typed ? at : at + 1,
    newEndIndex: typed ? at + 1 : at,
    startPosition: here,
    oldEndPosition: typed ? here : behind,
    newEndPosition: typed ? behind : here,
  } as Parameters<Tree['edit']>[0];
}
