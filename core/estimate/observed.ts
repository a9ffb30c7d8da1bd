/** Estimates narrowed by what was seen at a call. Tokens and calls. */
import { assumption } from '../assume.ts';
import { formatTokens, plural } from '../format.ts';
import type { Assumption, Range } from '../model.ts';
import type { ObservedSite } from '../protocol/observed.ts';
import { atMost, exactly, mapRange, plain, plus } from '../range.ts';
import { narrowed } from '../tokens/index.ts';
import type { Repetition } from './loops.ts';

/** What of a run's figures the code does not show. */
export interface Shown {
  /** Prompt of the first call. */
  readonly first: Range;
  /** Of it, what the code shows. */
  readonly known: Range;
  readonly increment: Range;
  readonly output: Range;
  /** The most that an answer can have as the code stands now; what was seen may be older. */
  readonly cap: number;
  readonly repetition: Repetition;
}

export interface Narrowing extends Omit<Shown, 'known' | 'cap'> {
  /** In place of the assumptions with the same setting. */
  readonly notes: readonly Assumption[];
}

const seenIn = (setting: Parameters<typeof assumption>[0], { expected }: Range, words: string, calls: number): Assumption => ({
  ...assumption(setting, expected, `${words}, as seen in ${plural(calls, 'call')}`),
  source: 'the ledger of the local gateway',
  observed: calls,
});

/** A call that repeats within its run is known by the first call of each run, any other one by all its calls. */
export function narrow({ first, known, increment, output, cap, repetition }: Shown, seen: ObservedSite): Narrowing {
  const { grows, bound } = repetition;
  const [input, inputs] = grows ? [seen.firstInput, seen.runs] : [seen.input, seen.calls];
  const holes = mapRange((at) => Math.max(0, first[at] - known[at]));
  const newFirst = plus(known, narrowed(holes, input, known, inputs));
  const newOutput = atMost(narrowed(output, seen.output, exactly(0), seen.calls), cap);
  const notes = [
    seenIn('inputTokens', newFirst, `${formatTokens(newFirst.expected)} prompt tokens ${grows ? 'in the first call of a run' : 'a call'}`, inputs),
    seenIn('outputTokens', newOutput, `${formatTokens(newOutput.expected)} completion tokens a call`, seen.calls),
  ];
  if (!grows) return { first: newFirst, increment, output: newOutput, repetition, notes };
  const steps = mapRange((at) =>
    Math.min(bound ?? Number.POSITIVE_INFINITY, Math.max(1, narrowed(repetition.steps, seen.callsPerRun, exactly(0), seen.runs)[at])),
  );
  const later = seen.calls - seen.runs;
  const newIncrement = seen.growth ? plain(narrowed(increment, seen.growth, exactly(0), later)) : increment;
  notes.push(seenIn('stepsPerRun', steps, `${plural(steps.expected, 'model call')} a run`, seen.calls));
  if (seen.growth) notes.push(seenIn('toolResultTokens', newIncrement, `${formatTokens(newIncrement.expected)} tokens more with each step`, later));
  return { first: newFirst, increment: newIncrement, output: newOutput, repetition: { ...repetition, steps }, notes };
}

/** What one call cost on average, nano-dollars; undefined where the price of a call is not known. */
export const meanCost = ({ calls, unpriced, nanoUsd }: ObservedSite): number | undefined =>
  calls > unpriced ? nanoUsd / (calls - unpriced) : undefined;
