/** How many model calls one run makes. */

import { SPREAD, spread } from '../assume.ts';
import type { Assumptions } from '../config.ts';
import type { CallSite, LoopContext, Range } from '../model.ts';
import { exactly, times } from '../range.ts';

/** The repetition of one call in one run. */
export interface Repetition {
  /** Steps of the loop that resends what came before; 1 without one. */
  readonly steps: Range;
  /** How often that loop (or the single call) is started in one run. */
  readonly outer: Range;
  /** Each step sends what came before it again. */
  readonly grows: boolean;
  /** The steps are made by a framework from one request: its prompt is put together once for all of them. */
  readonly framework: boolean;
  /** The assumptions that the counts rest on. */
  readonly assumed: readonly ('stepsPerRun' | 'fanoutItems')[];
  /** The real bound of the growing loop, where the code sets one. */
  readonly bound?: number;
}

const boundOf = (loop: LoopContext): number | undefined => (loop.bound.kind === 'known' ? loop.bound.value : undefined);

/** Steps of an agent loop: it ends when the model is done, so the bound is a ceiling and not the expectation. */
function agentSteps(loop: LoopContext, assumptions: Assumptions): Range {
  const limit = boundOf(loop) ?? Number.POSITIVE_INFINITY;
  const { stepsPerRun } = assumptions;
  return {
    low: Math.max(1, Math.min(limit, Math.round(stepsPerRun / SPREAD))),
    expected: Math.max(1, Math.min(limit, stepsPerRun)),
    high: Math.max(1, Math.min(limit, stepsPerRun * SPREAD)),
  };
}

/** Repeats of a loop whose calls do not build on each other: all of a known number, else an assumption. */
function repeats(loop: LoopContext, assumptions: Assumptions): { readonly range: Range; readonly assumed?: 'stepsPerRun' | 'fanoutItems' } {
  const bound = boundOf(loop);
  if (bound !== undefined) return { range: exactly(Math.max(1, bound)) };
  const setting = loop.kind === 'batch' || loop.kind === 'loop' ? 'fanoutItems' : 'stepsPerRun';
  return { range: spread(assumptions[setting]), assumed: setting };
}

export function repetitionOf(site: CallSite, assumptions: Assumptions): Repetition {
  const loops = (site.loops.length > 0 ? site.loops : [site.loop]).filter((loop) => loop.kind !== 'none');
  const agent = loops.find((loop) => loop.grows);
  const assumed = new Set<'stepsPerRun' | 'fanoutItems'>();
  let outer = exactly(1);
  for (const loop of loops) {
    if (loop === agent) continue;
    const { range, assumed: setting } = repeats(loop, assumptions);
    if (setting) assumed.add(setting);
    outer = times(outer, range);
  }
  if (site.fanout && !loops.some((loop) => loop.kind === 'batch')) {
    const { items } = site.fanout;
    if (items.kind !== 'known') assumed.add('fanoutItems');
    outer = times(outer, items.kind === 'known' ? exactly(Math.max(1, items.value)) : spread(assumptions.fanoutItems));
  }
  if (!agent) return { steps: exactly(1), outer, grows: false, framework: false, assumed: [...assumed] };
  const bound = boundOf(agent);
  if (bound === undefined || bound > assumptions.stepsPerRun) assumed.add('stepsPerRun');
  return {
    steps: agentSteps(agent, assumptions),
    outer,
    grows: true,
    framework: agent.kind === 'framework',
    assumed: [...assumed],
    ...(bound === undefined ? {} : { bound }),
  };
}
