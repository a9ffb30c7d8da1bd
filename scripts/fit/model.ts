import { classOf, counterWith, type Fitted, hasTools, type Tokenizers } from '../../core/tokens/counter.ts';
import { loadRanks, loadTokenizer } from '../../core/tokens/encodings.ts';
import { type FittedText, GROUPS, groupOf, measureAmounts, type TextFeatures, textFeatures } from '../../core/tokens/linear.ts';
import { unpackWordCosts } from '../../core/tokens/words.ts';
import { type Data, type RecordedCall, scored } from './data.ts';
import { fitConstants, fitText, foreign, inputOf, MODELS, type ModelName, textFit } from './fitting.ts';
import { foldOf, median, quantile, type Row } from './regression.ts';
import { type ReferenceCount, textRows } from './rows.ts';

export async function loadTokenizers(packed: string): Promise<Tokenizers> {
  const o200k = await loadTokenizer('o200k_base');
  return { o200k, cl100k: await loadTokenizer('cl100k_base'), costs: unpackWordCosts(o200k, await loadRanks('o200k_base'), packed) };
}

type Texts = Fitted['texts'];
const FOLDS = 5;

interface Prepared {
  readonly features: TextFeatures;
  readonly rows: Readonly<Record<ModelName, readonly Row[]>>;
}

function prepare(data: Data, reference: ReadonlyMap<string, ReferenceCount>, tokenizers: Tokenizers): Prepared {
  const features = textFeatures(tokenizers.o200k, tokenizers.costs);
  return { features, rows: textRows(data, reference, features) };
}

function fitTexts({ features, rows }: Prepared, keep: (source: string) => boolean): Texts {
  const fit = textFit(features.names);
  const of = (model: ModelName): FittedText => {
    const { weights, ...rest } = fitText(
      rows[model].filter((row) => keep(row.source)),
      fit,
    );
    return { weights: Object.fromEntries(Object.entries(weights).filter(([name]) => !foreign(name, model))), ...rest };
  };
  return { v3: of('v3'), v47: of('v47'), gemini: of('gemini') };
}

export function fitAll(data: Data, reference: ReadonlyMap<string, ReferenceCount>, tokenizers: Tokenizers): Omit<Fitted, 'widen'> {
  const texts = fitTexts(prepare(data, reference, tokenizers), () => true);
  return { texts, constants: fitConstants(data.calls, tokenizers, texts) };
}

/** One row that was not used for the fit that judged it. */
export interface HeldBack {
  readonly call: RecordedCall;
  readonly group: string;
  readonly fold: number;
  readonly truth: number;
  readonly expected: number;
  readonly low: number;
  readonly high: number;
}

export interface CrossValidation {
  readonly rows: readonly HeldBack[];
  readonly texts: readonly HeldBackText[];
  readonly widen: Record<string, [number, number]>;
  readonly summary: readonly string[];
}

export interface HeldBackText {
  readonly model: ModelName;
  readonly set: string;
  readonly truth: number;
  readonly expected: number;
  readonly spread: number;
}

/** A range after its class has been stretched. */
export const stretched = (row: HeldBack, widen: Readonly<Record<string, readonly [number, number]>>): { low: number; high: number } => {
  const [below, above] = widen[row.group] ?? [1, 1];
  return { low: Math.floor(row.expected - (row.expected - row.low) * below), high: Math.ceil(row.expected + (row.high - row.expected) * above) };
};

/** The value below which `level` of the weight lies. */
function weightedQuantile(values: readonly { readonly value: number; readonly weight: number }[], level: number): number {
  const sorted = [...values].sort((x, y) => x.value - y.value);
  const wanted = sorted.reduce((sum, { weight }) => sum + weight, 0) * level;
  let seen = 0;
  for (const { value, weight } of sorted) {
    seen += weight;
    if (seen >= wanted) return value;
  }
  return sorted.at(-1)?.value ?? 1;
}

function stretchOf(rows: readonly HeldBack[]): [number, number] {
  // Rows of one repository are alike: it counts with the root of their number, so that the range holds for the next repository.
  const sizes = new Map<string, number>();
  for (const { call } of rows) sizes.set(call.repo, (sizes.get(call.repo) ?? 0) + 1);
  const weight = (row: HeldBack): number => 1 / Math.sqrt(sizes.get(row.call.repo) as number);
  const at = (value: (row: HeldBack) => number): number => {
    const found = weightedQuantile(
      rows.map((row) => ({ value: value(row), weight: weight(row) })),
      Math.min(1, 0.95 * (1 + 1 / rows.length)),
    );
    return Math.round(Math.max(LEAST, found) * 100) / 100;
  };
  return [
    at((row) => (row.expected - row.truth) / Math.max(0.5, row.expected - row.low)),
    at((row) => (row.truth - row.expected) / Math.max(0.5, row.high - row.expected)),
  ];
}

/** Fewer rows than this say too little alone: then at least the stretch of the whole family. */
const ENOUGH_ROWS = 120;
/** A stretch beyond this follows from rows whose cause is not in the body; a range that wide would say nothing about the others. */
const MOST = 4;
/** Ranges are not made narrower than the errors of texts and overheads by themselves ask for. */
const LEAST = 1;

/** How far each class is stretched below and above, so that nine of ten rows lie inside. */
export function stretches(rows: readonly HeldBack[]): Record<string, [number, number]> {
  const widen: Record<string, [number, number]> = {};
  for (const name of [...new Set(rows.map(({ group }) => group))].sort()) {
    const own = rows.filter(({ group }) => group === name);
    const family = name.split(' ')[0] as string;
    const [below, above] = stretchOf(own);
    const [most, least] = own.length < ENOUGH_ROWS ? stretchOf(rows.filter(({ group }) => group.startsWith(`${family} `))) : [0, 0];
    widen[name] = [Math.min(MOST, Math.max(below, most)), Math.min(MOST, Math.max(above, least))];
  }
  return widen;
}

/** Every recorded call is judged by a fit that saw no row of its repository; every counted text by one that did not see it. */
export function crossValidate(data: Data, reference: ReadonlyMap<string, ReferenceCount>, tokenizers: Tokenizers): CrossValidation {
  const prepared = prepare(data, reference, tokenizers);
  const rows: HeldBack[] = [];
  const texts: HeldBackText[] = [];
  const isRepo = new Set(data.calls.map((call) => call.repo));
  const folds = repositoryFolds(data.calls);
  const foldOfSource = (source: string): number => (isRepo.has(source) ? (folds.get(source) ?? 0) : foldOf(source, FOLDS));
  for (let fold = 0; fold < FOLDS; fold++) {
    const fitted = fitTexts(prepared, (source) => foldOfSource(source) !== fold);
    const constants = fitConstants(
      data.calls.filter((call) => folds.get(call.repo) !== fold),
      tokenizers,
      fitted,
    );
    const counter = counterWith(tokenizers, { texts: fitted, constants, widen: {} });
    for (const call of data.calls) {
      if (folds.get(call.repo) !== fold || !scored(call, 10)) continue;
      const context = counter.contextOf(inputOf(call));
      const { expected, low, high } = context.parts.done([1, 1]);
      rows.push({ call, fold, group: classOf(context.family, hasTools(call.request)), truth: call.true_input, expected, low, high });
    }
    for (const model of MODELS) {
      for (const row of prepared.rows[model]) {
        if (foldOfSource(row.source) !== fold || row.truth < 50) continue;
        const set = isRepo.has(row.source) ? 'texts of calls' : 'counted texts';
        texts.push({ model, set, truth: row.truth, ...judge(row, prepared.features, fitted[model]) });
      }
    }
  }
  return { rows, texts, widen: stretches(rows), summary: summarise(rows, texts) };
}

function judge(row: Row, features: TextFeatures, fitted: FittedText): { expected: number; spread: number } {
  const weights = Float64Array.from(features.names, (name) => fitted.weights[name] ?? 0);
  return measureAmounts(
    row.amounts,
    weights,
    features.names.map((name) => GROUPS.indexOf(groupOf(name))),
    fitted,
  );
}

/** Repositories spread over the folds, the largest first, each to the fold with the fewest rows. */
function repositoryFolds(calls: readonly RecordedCall[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const call of calls) counts.set(call.repo, (counts.get(call.repo) ?? 0) + 1);
  const sizes = new Array<number>(FOLDS).fill(0);
  const folds = new Map<string, number>();
  for (const [repo, size] of [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))) {
    const fold = sizes.indexOf(Math.min(...sizes));
    folds.set(repo, fold);
    sizes[fold] = (sizes[fold] as number) + size;
  }
  return folds;
}

const percent = (value: number): string => `${(value * 100).toFixed(1)}`;

function summarise(rows: readonly HeldBack[], texts: readonly HeldBackText[]): string[] {
  const lines: string[] = [];
  const groups = [...new Set(rows.map((row) => `${row.call.provider} ${row.call.api} ${row.group}`))].sort();
  for (const group of groups) {
    const own = rows.filter((row) => `${row.call.provider} ${row.call.api} ${row.group}` === group && row.truth >= 50);
    const errors = own.map((row) => (row.expected - row.truth) / row.truth);
    const sizes = errors.map(Math.abs);
    const inside = own.filter((row) => row.low <= row.truth && row.truth <= row.high).length / own.length;
    const exact = own.filter((row) => row.expected === row.truth).length / own.length;
    lines.push(
      `${group.padEnd(52)} n ${String(own.length).padStart(4)} bias ${percent(median(errors)).padStart(6)} median ${percent(median(sizes))} p90 ${percent(quantile(sizes, 0.9))} exact ${percent(exact)} inside ${percent(inside)}`,
    );
  }
  for (const key of [...new Set(texts.map((row) => `${row.set} ${row.model}`))].sort()) {
    const own = texts.filter((row) => `${row.set} ${row.model}` === key);
    const sizes = own.map((row) => Math.abs(row.expected - row.truth) / row.truth);
    const inside = own.filter((row) => Math.abs(row.expected - row.truth) <= row.spread).length / own.length;
    lines.push(
      `${key.padEnd(52)} n ${String(own.length).padStart(4)} median ${percent(median(sizes))} p90 ${percent(quantile(sizes, 0.9))} inside ${percent(inside)} width ${percent(median(own.map((row) => row.spread / row.truth)))}`,
    );
  }
  return lines;
}
