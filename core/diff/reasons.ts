/** Why a call costs something else than before, in a few words each. */
import type { AnalyzedCall } from '../analyze.ts';
import { formatShare, formatTokens } from '../format.ts';
import type { CallSite, Known, LoopContext } from '../model.ts';

const arrow = (what: string, before: string, after: string, unit = ''): readonly string[] =>
  before === after ? [] : [`${what} ${before} → ${after}${unit && ` ${unit}`}`];

const modelOf = ({ model }: CallSite): string => (model.kind === 'known' ? model.value : 'chosen at run time');

const numberOf = (value: Known<number>, absent: string): string => {
  if (value.kind === 'known') return Number.isFinite(value.value) ? value.value.toLocaleString('en-US') : 'none';
  return value.why === 'absent' ? absent : 'not known';
};

function boundOf({ bound, kind }: LoopContext): string {
  if (kind === 'none') return '1';
  if (bound.kind === 'none') return 'no bound';
  return numberOf(bound, 'not known');
}

const stepsOf = ({ loops, loop }: CallSite): string => (loops.length > 0 ? loops.map(boundOf).join(' × ') : boundOf(loop));

const tokensOf = (before: number, after: number): readonly [string, string] => {
  const rounded = [formatTokens(before), formatTokens(after)] as const;
  return rounded[0] === rounded[1] ? [before.toLocaleString('en-US'), after.toLocaleString('en-US')] : rounded;
};

const shareCached = ({ estimate }: AnalyzedCall): string => (estimate.cost ? formatShare(estimate.cache.hitRate) : '');

/** What differs between two states of one call; empty when nothing that costs does. */
export function reasonsOf(before: AnalyzedCall, after: AnalyzedCall): readonly string[] {
  const [b, a] = [before.site, after.site];
  const output = arrow('output cap', numberOf(b.maxOutputTokens, 'none'), numberOf(a.maxOutputTokens, 'none'));
  const reasons = [
    ...(b.sdk === a.sdk ? arrow('API', b.api, a.api) : arrow('SDK', `${b.sdk} ${b.api}`, `${a.sdk} ${a.api}`)),
    ...arrow('model', modelOf(b), modelOf(a)),
    ...arrow('prompt', ...tokensOf(before.estimate.inputTokens.expected, after.estimate.inputTokens.expected), 'tokens'),
    ...output,
    ...(output.length > 0 ? [] : arrow('output', ...tokensOf(before.estimate.outputTokens.expected, after.estimate.outputTokens.expected), 'tokens')),
    ...arrow('calls a run', stepsOf(b), stepsOf(a)),
    ...arrow('started at once over', b.fanout?.over ?? 'one item', a.fanout?.over ?? 'one item'),
    ...arrow('tools', numberOf(b.toolCount, '0'), numberOf(a.toolCount, '0')),
    ...arrow('completions', numberOf(b.completions, '1'), numberOf(a.completions, '1')),
    ...arrow('thinking budget', numberOf(b.thinking, 'none'), numberOf(a.thinking, 'none'), 'tokens'),
    ...arrow('batch', String(b.batch), String(a.batch)),
    ...(shareCached(before) && shareCached(after) ? arrow('share of the prompt read from the cache', shareCached(before), shareCached(after)) : []),
  ];
  if (reasons.length > 0) return reasons;
  if (before.estimate.cost === null && after.estimate.cost) return ['its price is known now'];
  if (before.estimate.cost && after.estimate.cost === null) return ['its price is not known any more'];
  return JSON.stringify(before.estimate.cost) === JSON.stringify(after.estimate.cost) ? [] : ['what can be cached, or what is assumed'];
}
