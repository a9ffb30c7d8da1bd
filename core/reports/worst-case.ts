/** The most that a call can cost as the code stands: caps multiplied. */
import { capOf } from '../estimate/output.ts';
import { runAt } from '../estimate/run.ts';
import type { LoopContext, NanoUsd } from '../model.ts';
import { costOf } from '../pricing/index.ts';
import { exactly } from '../range.ts';
import { modelOf, type PricedCall } from './runs.ts';

export interface WorstCase {
  /** Completion tokens that one call may produce; undefined: not known. */
  readonly output: number | undefined;
  /** Whether the code sets that, or the model's own maximum does. */
  readonly capped: boolean;
  /** Model calls that one run may make; undefined: nothing bounds it. */
  readonly calls: number | undefined;
  /** What has no end or is not known, in words. */
  readonly open: string | undefined;
  /** Nano-dollars of one call with a full context window; undefined: its size is not known. */
  readonly call: NanoUsd | undefined;
  /** Nano-dollars of one run; `no end`: nothing bounds it. */
  readonly run: NanoUsd | 'no end' | 'unknown';
}

const boundOf = ({ bound }: LoopContext): number | undefined => (bound.kind === 'known' ? Math.max(1, bound.value) : undefined);

export function worstCase(placed: PricedCall): WorstCase {
  const { call, quote } = placed;
  const { site } = call;
  const cap = capOf(site);
  // Where the model's maximum is not known, an answer cannot be longer than its window.
  const output = cap ?? quote.maxOutputTokens ?? quote.contextWindow;
  const loops = (site.loops.length > 0 ? site.loops : [site.loop]).filter(({ kind }) => kind !== 'none');
  const items =
    site.fanout && !loops.some(({ kind }) => kind === 'batch')
      ? [site.fanout.items.kind === 'known' ? Math.max(1, site.fanout.items.value) : undefined]
      : [];
  const agent = loops.find(({ grows }) => grows);
  const steps = agent ? boundOf(agent) : 1;
  const outer = product([...loops.filter((loop) => loop !== agent).map(boundOf), ...items]);
  const calls = product([steps, outer]);
  const open = openWords(
    loops.find((loop) => boundOf(loop) === undefined),
    items.includes(undefined),
    output === undefined,
  );
  return { output, capped: cap !== undefined, calls, open, call: fullCall(placed, output), run: runOf(placed, output, steps, outer) };
}

function openWords(loop: LoopContext | undefined, items: boolean, output: boolean): string | undefined {
  if (loop) {
    const what = loop.kind === 'batch' ? 'the number of items' : loop.grows ? 'the number of steps' : 'the number of rounds';
    return `${what} ${loop.bound.kind === 'none' ? 'has no bound' : 'is not known'}${loop.option ? ` (${loop.option})` : ''}`;
  }
  if (items) return 'the number of items is not known';
  return output ? 'neither a cap nor the model’s maximum is known' : undefined;
}

const product = (factors: readonly (number | undefined)[]): number | undefined =>
  factors.reduce<number | undefined>((all, factor) => (all === undefined || factor === undefined ? undefined : all * factor), 1);

/** A prompt that fills the window, nothing of it from the cache, and the longest answer. */
function fullCall({ quote, call }: PricedCall, output: number | undefined): NanoUsd | undefined {
  const window = quote.contextWindow;
  if (window === undefined || output === undefined) return undefined;
  const completions = call.site.completions.kind === 'known' ? Math.max(1, call.site.completions.value) : 1;
  const cost = costOf(quote, { uncachedInput: Math.max(0, window - output), output: output * completions });
  return cost.kind === 'known' ? cost.nanoUsd : undefined;
}

/** All steps that the bounds allow, each with the high end of what a step adds and the longest answer, nothing from the cache. */
function runOf(placed: PricedCall, output: number | undefined, steps: number | undefined, outer: number | undefined): WorstCase['run'] {
  if (steps === undefined || outer === undefined) return 'no end';
  if (output === undefined) return 'unknown';
  const model = modelOf(placed);
  const shape = { ...model.shape, output: exactly(output), outer: exactly(outer), runsPerDay: 0 };
  return Math.round(runAt('high', shape, model.quote, model.cache, undefined, steps).money);
}
