/** What was seen at a call site, from its calls. */
import { groupBy } from '../group-by.ts';
import type { Range } from '../model.ts';
import type { CallEvent } from '../protocol/gateway.ts';
import type { CacheBreak, ObservedSite } from '../protocol/observed.ts';
import { exactly } from '../range.ts';
import { promptTokens, writtenTokens } from './cache-breaks.ts';

/** What is kept of a call in mind. */
export interface SeenCall extends Pick<CallEvent, 'id' | 'at' | 'session' | 'source' | 'cost' | 'usage'> {
  /** As served, else as asked for. */
  readonly model: string | undefined;
  /** Equal for the calls of one run: session and first user message. */
  readonly run: string;
  readonly broken?: Omit<CacheBreak, 'calls'> | undefined;
}

/** Quantile of sorted numbers, 0…1; an amount that was really there. */
const quantile = (sorted: readonly number[], share: number): number => sorted[Math.round((sorted.length - 1) * share)] ?? 0;

/** 5 %, 50 % and 95 %; undefined of nothing. */
export function quantilesOf(values: readonly number[]): Range | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  return { low: quantile(sorted, 0.05), expected: quantile(sorted, 0.5), high: quantile(sorted, 0.95) };
}

const MAX_BREAKS = 8;

/** Counts by key, the most frequent first. */
function ranked<T>(values: readonly T[], keyOf: (value: T) => string): { readonly value: T; readonly count: number }[] {
  const counts = new Map<string, { value: T; count: number }>();
  for (const value of values) {
    const known = counts.get(keyOf(value));
    if (known) known.count++;
    else counts.set(keyOf(value), { value, count: 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

const grouped = (calls: readonly SeenCall[], keyOf: (call: SeenCall) => string): SeenCall[][] => [...groupBy(calls, keyOf).values()];

/** `calls`: billed ones, at least one, in any order. Undefined where none of them says what it used. */
export function observedSite(id: string, given: readonly SeenCall[]): ObservedSite | undefined {
  const calls = [...given].sort((a, b) => a.at - b.at);
  const exact = calls.filter(({ source }) => source === 'exact');
  const [first, last] = [calls[0], calls.at(-1)];
  const input = quantilesOf(exact.map(({ usage }) => promptTokens(usage)));
  if (!first || !last || !input) return undefined;
  const priced = calls.flatMap(({ cost }) => (cost.kind === 'known' ? [cost.nanoUsd] : []));
  const exactCosts = exact.flatMap(({ cost }) => (cost.kind === 'known' ? [cost.nanoUsd] : []));
  const runs = grouped(calls, ({ run }) => run);
  const exactRuns = grouped(exact, ({ run }) => run);
  const sum = (of: (call: SeenCall) => number): number => exact.reduce((all, call) => all + of(call), 0);
  const prompts = sum(({ usage }) => promptTokens(usage));
  const share = (tokens: number): number => (prompts > 0 ? Math.min(1, tokens / prompts) : 0);
  const breaks = ranked(
    calls.flatMap(({ broken }) => broken ?? []),
    ({ why, role, item }) => `${why} ${role} ${item}`,
  );
  return {
    id,
    calls: calls.length,
    sessions: new Set(calls.map(({ session }) => session)).size,
    since: first.at,
    until: last.at,
    cost: quantilesOf(exactCosts) ?? null,
    nanoUsd: priced.reduce((all, cost) => all + cost, 0),
    unpriced: calls.length - priced.length,
    input,
    output: quantilesOf(exact.map(({ usage }) => usage.output ?? 0)) ?? exactly(0),
    runs: runs.length,
    callsPerRun: quantilesOf(runs.map(({ length }) => length)) ?? exactly(0),
    firstInput: quantilesOf(exactRuns.map(([call]) => (call ? promptTokens(call.usage) : 0))) ?? input,
    growth: quantilesOf(exactRuns.flatMap(growthIn)) ?? null,
    cacheRead: share(sum(({ usage }) => usage.cacheRead ?? 0)),
    cacheWrite: share(sum(({ usage }) => writtenTokens(usage))),
    breaks: breaks.slice(0, MAX_BREAKS).map(({ value, count }) => ({ ...value, calls: count })),
    models: ranked(
      calls.flatMap(({ model }) => model ?? []),
      (model) => model,
    ).map(({ value }) => value),
  };
}

/** By how much the prompt grew from call to call; where it shrank the conversation was cut. */
const growthIn = (run: readonly SeenCall[]): number[] =>
  run.slice(1).flatMap((call, i) => {
    const grown = promptTokens(call.usage) - promptTokens(run[i]?.usage ?? {});
    return grown >= 0 ? [grown] : [];
  });
