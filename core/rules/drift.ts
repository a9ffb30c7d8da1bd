/** Which assumption of a plan was wrong, from what was seen. */
import type { Assumptions } from '../config.ts';
import { assumptionFor, type RunModel, runCost, stepSetting } from '../estimate/index.ts';
import { formatShare, formatTokens } from '../format.ts';
import { type PromptSegment, valueOf } from '../model.ts';
import { exactly } from '../range.ts';
import type { Observation } from './rule.ts';

/** One quantity of the plan that is not as it was seen. */
export interface Deviation {
  /** What was seen and what was planned, in a sentence. */
  readonly text: string;
  /** Settings that put it right; none where no assumption stands behind it. */
  readonly settings: Partial<Assumptions>;
  /** How much this alone changes the cost of a run: its logarithm, positive where it makes it dearer. */
  readonly effect: number;
}

/** A quantity within a quarter of the plan is as planned. */
const SAME = 1.25;
const isSame = (planned: number, seen: number): boolean =>
  Math.max(planned, 1) <= Math.max(seen, 1) * SAME && Math.max(seen, 1) <= Math.max(planned, 1) * SAME;

/** The one that explains most first. */
export function deviationsOf({ seen, plan, planned }: Observation): Deviation[] {
  const before = runCost(plan, plan.current).expected;
  const effectOf = (changed: RunModel, current = plan.current): number => Math.log(runCost(changed, current).expected / before);
  const withShape = (shape: Partial<RunModel['shape']>): RunModel => ({ ...plan, shape: { ...plan.shape, ...shape } });
  const { shape, repetition, site } = plan;
  const found: Deviation[] = [];
  const output = seen.output.expected;
  if (!isSame(shape.output.expected, output))
    found.push({
      text: `An answer has ${formatTokens(output)} tokens; planned: ${formatTokens(shape.output.expected)}.`,
      settings: { outputTokens: answerTokens(plan, output) },
      effect: effectOf(withShape({ output: exactly(output) })),
    });
  const first = (repetition.grows ? seen.firstInput : seen.input).expected;
  if (!isSame(shape.first.expected, first))
    found.push({
      text: `${repetition.grows ? 'The prompt of a first call' : 'A prompt'} has ${formatTokens(first)} tokens; planned: ${formatTokens(shape.first.expected)}.`,
      settings: holeSettings(plan, first),
      effect: effectOf(withShape({ first: exactly(first) })),
    });
  const steps = seen.callsPerRun.expected;
  if (repetition.grows && !isSame(shape.steps.expected, steps))
    found.push({
      text: `A run makes ${steps} calls; planned: ${shape.steps.expected}.`,
      settings: { stepsPerRun: Math.max(1, Math.round(steps)) },
      effect: effectOf(withShape({ steps: exactly(steps) })),
    });
  const growth = seen.growth?.expected;
  if (repetition.grows && growth !== undefined && !isSame(shape.increment.expected, growth))
    found.push({
      text: `Each further call sends ${formatTokens(growth)} tokens more; planned: ${formatTokens(shape.increment.expected)}.`,
      settings: { [stepSetting(site)]: Math.max(0, Math.round(growth - output)) },
      effect: effectOf(withShape({ increment: exactly(growth) })),
    });
  const planRate = planned.cache.hitRate;
  if (planRate - seen.cacheRead > 0.2)
    found.push({
      text: `${formatShare(seen.cacheRead)} of the prompt are read from the cache; planned: ${formatShare(planRate)}.`,
      settings: {},
      effect: effectOf(plan, undefined),
    });
  return found.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
}

/** The setting stands for one completion without thinking. */
function answerTokens({ site }: RunModel, output: number): number {
  const completions = Math.max(1, valueOf(site.completions) ?? 1);
  return Math.max(1, Math.round(output / completions - (valueOf(site.thinking) ?? 0) / 2));
}

/** The holes of the prompt share what was seen as they share what was assumed. */
function holeSettings({ site, shape, assumptions }: RunModel, seen: number): Partial<Assumptions> {
  const isHole = (segment: PromptSegment): boolean => segment.text.kind === 'unknown';
  const names = new Set(site.segments.filter(isHole).map((hole) => assumptionFor(hole.role, hole.cause?.kind, hole.many === true)));
  if (site.hiddenInput && !site.segments.some(({ many }) => many)) names.add('historyTokens');
  const shown = site.segments.reduce((sum, segment) => sum + (isHole(segment) ? 0 : segment.tokens.expected), 0);
  const holes = shape.first.expected - shown;
  if (names.size === 0 || holes <= 0) return {};
  const ratio = Math.max(0, seen - shown) / holes;
  const value = (name: keyof Assumptions): number | undefined => assumptions.find(({ setting }) => setting === name)?.value;
  return Object.fromEntries([...names].flatMap((name) => (value(name) === undefined ? [] : [[name, Math.round((value(name) ?? 0) * ratio)]])));
}
