import type { Fitted, Tokenizers } from '../../core/tokens/counter.ts';
import { counterWith } from '../../core/tokens/counter.ts';
import { type FittedText, GROUPS, groupOf, measureAmounts } from '../../core/tokens/linear.ts';
import type { UsedConstant } from '../../core/tokens/requests/context.ts';
import { type RecordedCall, scored } from './data.ts';
import { foldOf, median, quantile, type Row, regress } from './regression.ts';

/** Where the weights start from: what a feature would cost if the tokenizer were much like o200k_base. */
function priorOf(name: string): number {
  if (/^(known|rare words of one|contractions)/.test(name)) return name.includes('characters') ? 0 : 1;
  if (/^rare words of two/.test(name)) return 2;
  if (/(characters|upper|beyond \d+|words|runs|changes)$/.test(name)) return 0;
  if (/tokens$|^(digit|symbol|two symbols|space run|newline run|tab run)/.test(name)) return 1;
  return 0.3;
}

/** The tokenizers that are estimated by features. */
export const MODELS = ['v3', 'v47', 'gemini'] as const;
export type ModelName = (typeof MODELS)[number];

/** Whether a feature speaks of another tokenizer than this: `known words, v47` is the cost of words in that one. */
export const foreign = (name: string, model: ModelName): boolean => MODELS.some((other) => other !== model && name.endsWith(`, ${other}`));

export interface TextFit {
  readonly names: readonly string[];
  readonly prior: Float64Array;
  readonly strength: number;
}

export const textFit = (names: readonly string[]): TextFit => ({ names, prior: Float64Array.from(names, priorOf), strength: 0.3 });

/** Weights from all rows; the size of the usual error from rows held back in turn, four ways by source. */
export function fitText(rows: readonly Row[], fit: TextFit): FittedText {
  const named = (weights: Float64Array): Record<string, number> =>
    Object.fromEntries(fit.names.map((name, at) => [name, Math.round((weights[at] as number) * 1000) / 1000]));
  const groups = fit.names.map((name) => GROUPS.indexOf(groupOf(name)));
  const none: FittedText = { weights: {}, perToken: 0, groups: {} };
  const held: Held[] = [];
  for (let fold = 0; fold < 4; fold++) {
    const weights = regress(
      rows.filter((row) => foldOf(`inner ${row.source}`, 4) !== fold),
      fit.prior,
      fit.strength,
    );
    for (const row of rows) {
      if (foldOf(`inner ${row.source}`, 4) !== fold || row.truth < 20) continue;
      const { expected } = measureAmounts(row.amounts, weights, groups, none);
      if (expected <= 0) continue;
      const shares = GROUPS.map(
        (_, group) => row.amounts.reduce((sum, amount, at) => (groups[at] === group ? sum + amount * (weights[at] as number) : sum), 0) / expected,
      );
      held.push({ source: row.source, shares, tokens: expected, error: Math.min(1, Math.abs(row.truth - expected) / expected) });
    }
  }
  return { weights: named(regress(rows, fit.prior, fit.strength)), ...errorSize(held) };
}

interface Held {
  readonly source: string;
  readonly shares: readonly number[];
  readonly tokens: number;
  readonly error: number;
}

/** Squared relative errors as a sum over groups: Σ (share × size)² + perToken / tokens, all ≥ 0; then stretched to hold nine of ten. */
function errorSize(held: readonly Held[]): Pick<FittedText, 'perToken' | 'groups'> {
  const rows: Row[] = held.map(({ shares, tokens, error }) => ({
    amounts: Float64Array.from([1 / tokens, ...shares.map((share) => share ** 2)]),
    truth: Math.min(error, 0.5) ** 2,
    source: '',
  }));
  const sizes = regress(rows, Float64Array.from([0.05, ...GROUPS.map(() => 0.0005)]), 0.001, 1);
  const spread = (at: number): number => Math.sqrt((rows[at] as Row).amounts.reduce((sum, amount, i) => sum + amount * (sizes[i] as number), 0));
  // Both kinds of text, those of calls and the counted ones, must lie inside nine times in ten; a repository's name has no space.
  const stretchOf = (counted: boolean): number => {
    const some = held.flatMap(({ source, error }, at) => (source.includes(' ') === counted ? [error / Math.max(spread(at), 1e-6)] : []));
    return some.length ? quantile(some, 0.9) : 0;
  };
  const stretch = Math.max(stretchOf(true), stretchOf(false));
  const round = (value: number): number => Math.round(value * 10_000) / 10_000;
  return {
    perToken: round((sizes[0] as number) * stretch ** 2),
    groups: Object.fromEntries(GROUPS.map((group, at) => [group, round(Math.sqrt(sizes[at + 1] as number) * stretch)])),
  };
}

export const inputOf = (call: RecordedCall) => {
  const vertex = call.provider === 'gemini' && /aiplatform|vertex/.test(call.host ?? '');
  return {
    provider: vertex ? 'vertex' : call.provider === 'gemini' ? 'google' : call.provider.replace(/-(chat|responses)$/, ''),
    api: call.api,
    model: call.model,
    body: call.request,
  };
};

interface OverheadRow {
  readonly truth: number;
  /** The truth minus what the texts are estimated at. */
  readonly left: number;
  readonly used: readonly UsedConstant[];
  readonly weight: number;
}

type Values = Record<string, number>;

const resolve = (values: Values, { names, fallback }: UsedConstant): number =>
  values[names.find((name) => values[name] !== undefined) ?? ''] ?? fallback;

/** The median of what is left for one name, other overheads at their present value. */
function estimate(rows: readonly OverheadRow[], values: Values, name: string): void {
  let given = 0;
  const found = rows.flatMap((row) => {
    let factor = 0;
    let left = row.left;
    for (const used of row.used) {
      if (used.names[0] === name) {
        factor += used.factor;
        given = used.fallback;
      } else left -= used.factor * resolve(values, used);
    }
    return factor ? [{ value: left / factor, weight: row.weight * Math.min(factor, 1000) }] : [];
  });
  // The value that the code gives, which has its source there, votes as some rows do: a handful of odd requests must not outvote it.
  const weights = found.map(({ weight }) => weight);
  values[name] = weightedMedian([...found, { value: given, weight: median(weights) * PRIOR_ROWS }]);
}

const PRIOR_ROWS = 4;

/**
 * Overheads by name: each is the median of what the rows that use it leave over, others held at their present value. Starts from the values that the
 * code gives; names of few rows move first, so that what is special to a row is not laid at the door of what all rows share.
 */
export function fitConstants(calls: readonly RecordedCall[], tokenizers: Tokenizers, texts: Fitted['texts']): Values {
  const counter = counterWith(tokenizers, { texts, constants: {}, widen: {} });
  const rows: OverheadRow[] = calls
    .filter((call) => scored(call, 5))
    .map((call) => {
      const context = counter.contextOf(inputOf(call));
      const assumed = context.used.reduce((sum, used) => sum + used.factor * used.fallback, 0);
      const bare = context.parts.done([1, 1]).expected - assumed;
      return { truth: call.true_input, left: call.true_input - bare, used: context.used, weight: 1 / (3 + call.true_input * 0.03) };
    });
  const values: Values = {};
  const gemini = (row: OverheadRow): boolean => row.used.some(({ names: [name] }) => name?.startsWith('gemini'));
  const others = rows.filter((row) => !gemini(row));
  for (let round = 0; round < 6; round++) for (const name of byRows(others)) estimate(others, values, name);
  Object.assign(values, regressed(rows.filter(gemini)));
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      /character|share/.test(name) ? Math.round(value * 1000) / 1000 : name.startsWith('gemini') ? Math.round(value * 10) / 10 : Math.round(value),
    ]),
  );
}

/** Gemini's overheads are many small ones in each row: a regression towards the values that the code gives. Rows far off are left out of a second pass. */
function regressed(rows: readonly OverheadRow[]): Values {
  const given = new Map(rows.flatMap((row) => row.used.map(({ names: [name], fallback }) => [name as string, fallback] as const)));
  const names = [...given.keys()].sort();
  const at = new Map(names.map((name, index) => [name, index]));
  const asRows: Row[] = rows.map((row) => {
    const amounts = new Float64Array(names.length);
    for (const {
      names: [name],
      factor,
    } of row.used)
      amounts[at.get(name as string) as number] = (amounts[at.get(name as string) as number] as number) + factor;
    return { amounts, truth: row.left, size: row.truth, source: '' };
  });
  // Tokens per character are small numbers of large amounts: scaled, so that the pull towards the given value is alike for all.
  const scale = names.map((name) => (/character|share/.test(name) ? 100 : 1));
  const scaled = asRows.map((row) => ({ ...row, amounts: row.amounts.map((amount, index) => amount / (scale[index] as number)) }));
  const prior = Float64Array.from(names, (name, index) => (given.get(name) as number) * (scale[index] as number));
  const solve = (kept: readonly Row[]): Float64Array => regress(kept, prior, 0.02, 20);
  const miss = (row: Row, weights: Float64Array): number =>
    Math.abs(row.truth - row.amounts.reduce((sum, amount, index) => sum + amount * (weights[index] as number), 0)) / (row.size as number);
  const near = scaled.filter((row) => miss(row, prior) < 0.6);
  const once = solve(near);
  const weights = solve(near.filter((row) => miss(row, once) < 0.25));
  return Object.fromEntries(names.map((name, index) => [name, (weights[index] as number) / (scale[index] as number)]));
}

/** Names, those of few rows first. */
function byRows(rows: readonly OverheadRow[]): string[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    for (const name of new Set(row.used.map((used) => used.names[0] as string))) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
}

function weightedMedian(values: readonly { value: number; weight: number }[]): number {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let seen = 0;
  for (const { value, weight } of sorted) {
    seen += weight;
    if (seen >= half) return value;
  }
  return 0;
}
