/** What `costlint diff` says, as cells and sentences; text and Markdown only draw them. */
import type { Config } from '../../core/config.ts';
import type { BudgetBreach, CallChange, CallRef, FindingRef } from '../../core/diff/index.ts';
import { whyNoCost } from '../../core/estimate/index.ts';
import { formatShare, formatTokenRange, formatTokens, formatUsd, formatUsdExpected, plural, UNKNOWN } from '../../core/format.ts';
import { type Range, valueOf } from '../../core/model.ts';
import { worstCase } from '../../core/reports/worst-case.ts';
import type { AnalyzedFile, WorkspaceAnalysis } from '../analyze-workspace.ts';
import type { DiffResult } from '../diff-data.ts';

/** Looks up lines of a file as reported. */
export type LineOf = (ref: { readonly file: { readonly path: string } }, start: number, end: number) => number;

export function lineIn(analysis: WorkspaceAnalysis): LineOf {
  const files = new Map(analysis.files.map((file): [string, AnalyzedFile] => [file.path, file]));
  return ({ file }, start, end) => files.get(file.path)?.positions.place({ start, end }).line ?? 1;
}

export const placeOf = (ref: CallRef, lineOf: LineOf): string => {
  const { start, end } = ref.call.site.callee;
  return `${ref.file.path}:${lineOf(ref, start, end)}`;
};

/** `+$1.20`, `−$0.30`, `±$0`. */
export const signed = (nano: number): string => (nano === 0 ? '±$0' : nano > 0 ? `+${formatUsd(nano)}` : formatUsd(nano));
const signedTokens = (tokens: number): string => (tokens === 0 ? '±0' : tokens > 0 ? `+${formatTokens(tokens)}` : `−${formatTokens(-tokens)}`);
const signedCount = (count: number): string => (count === 0 ? '±0' : count > 0 ? `+${count}` : `−${-count}`);

/** `+$1.20 (+$0.40 … +$3.60)`: what changes, with its bounds where they differ. */
const signedRange = ({ low, expected, high }: Range, show: (n: number) => string = signed): string =>
  low === high || show(low) === show(high) ? show(expected) : `${show(expected)} (${show(low)} … ${show(high)})`;

const share = (change: number, of: number): string => {
  if (of === 0 || change === 0) return '';
  const text = formatShare(Math.abs(change) / of);
  return text.startsWith('<') ? ` (${text})` : ` (${change > 0 ? '+' : '−'}${text})`;
};

export const isEmpty = ({ diff, breaches }: DiffResult): boolean =>
  diff.calls.length === 0 && diff.newFindings.length === 0 && diff.goneFindings.length === 0 && !breaches.some(({ isNew }) => isNew);

/** The whole result in one sentence. */
export function verdict(result: DiffResult): string {
  const { diff, breaches, runsPerDay } = result;
  const failing = breaches.filter(({ isNew }) => isNew).length;
  const { month } = diff.change;
  const worst = month.expected === 0 ? worstChange(result) : 0;
  const money =
    diff.before.counted + diff.after.counted === 0
      ? 'None of the calls has a known price.'
      : worst !== 0
        ? `The expected cost does not change; at worst one run of each call costs ${formatUsd(Math.abs(worst))} ${worst > 0 ? 'more' : 'less'}.`
        : month.low === 0 && month.high === 0
          ? 'The expected cost does not change.'
          : `${signedRange(month)} a month at ${runsPerDay} runs a day of each call.`;
  return failing > 0 ? `${money} ${plural(failing, 'budget')} exceeded.` : money;
}

export const NO_CHANGE = 'No change in LLM calls, their cost or findings.';

/** Nano-dollars of one run when every cap is reached, as in the budget report; undefined where it has no end or is not known. */
function worstRun(ref: CallRef | undefined, config: Config): number | undefined {
  const call = ref?.call;
  if (!ref || !call?.quote || !call.estimate.cost) return undefined;
  const own = call.assumptions ? { ...config, assumptions: call.assumptions } : config;
  const { run } = worstCase({ call, at: { path: ref.file.path, line: 1 }, callee: '', config: own, quote: call.quote, cost: call.estimate.cost });
  return typeof run === 'number' ? run : undefined;
}

/** By how much the worst case of one run of each call changes, over calls that have one before and after; nano-dollars. */
function worstChange({ diff, after: { config } }: DiffResult): number {
  return diff.calls.reduce((sum, { before, after }) => {
    const [was, is] = [worstRun(before, config), worstRun(after, config)];
    return was === undefined || is === undefined ? sum : sum + is - was;
  }, 0);
}

/** Rows of the totals: what, before, after, change. */
export function totalRows(result: DiffResult): readonly (readonly string[])[] {
  const { before, after, change } = result.diff;
  const worst = change.run.expected === 0 ? worstChange(result) : 0;
  const money = (name: string, key: 'run' | 'month', worst = ''): readonly string[] => [
    name,
    before.counted > 0 || before.calls === 0 ? formatUsdExpected(before[key]) : UNKNOWN,
    after.counted > 0 || after.calls === 0 ? formatUsdExpected(after[key]) : UNKNOWN,
    before.counted + after.counted > 0
      ? `${signed(change[key].expected)}${share(change[key].expected, before[key].expected)}${worst && `, ${worst}`}`
      : UNKNOWN,
  ];
  const tokens = (name: string, key: 'inputTokens' | 'outputTokens'): readonly string[] => [
    name,
    formatTokenRange(before[key]),
    formatTokenRange(after[key]),
    `${signedTokens(change[key].expected)}${share(change[key].expected, before[key].expected)}`,
  ];
  return [
    money('A month', 'month'),
    money('One run of each call', 'run', worst !== 0 ? `at worst ${signed(worst)}` : ''),
    ['Calls', String(before.calls), String(after.calls), signedCount(after.calls - before.calls)],
    tokens('Input tokens, one call of each', 'inputTokens'),
    tokens('Output tokens, one call of each', 'outputTokens'),
  ];
}

const few = (names: readonly string[], most = 2): string =>
  names.length > most ? `${names.slice(0, most).join(', ')} and ${plural(names.length - most, 'other file')}` : names.join(', ');

const modelOf = ({ call }: Pick<CallRef, 'call'>): string => valueOf(call.site.model) ?? 'unknown model';

/** What happened to a call, in words. */
export function whatOf(change: CallChange): string {
  const { before, after, reasons, through } = change;
  const described = ({ call }: CallRef): string => {
    const { site, estimate } = call;
    const steps = site.loops.length > 0 || site.loop.kind !== 'none' ? ', in a loop' : '';
    return `${site.sdk} ${site.api}, ${modelOf({ call })}, ${formatTokens(estimate.inputTokens.expected)} → ${formatTokens(estimate.outputTokens.expected)} tokens${steps}`;
  };
  if (!before && after) return described(after);
  if (before && !after) return described(before);
  const from = before && after && before.file.path !== after.file.path ? [`moved from ${before.file.path}`] : [];
  return [...reasons, ...from, ...(through.length > 0 ? [`through ${few(through)}`] : [])].join('; ');
}

/** The change of a month and of a run, with the worst case of a run where that alone changes; why it cannot be told otherwise. */
export function costOf({ cost, before, after }: CallChange, config: Config): { readonly month: string; readonly run: string; readonly why?: string } {
  if (cost) {
    const [was, is] = cost.run.expected === 0 ? [worstRun(before, config), worstRun(after, config)] : [];
    const worst = was !== undefined && is !== undefined && was !== is ? ` (at worst ${formatUsd(was)} → ${formatUsd(is)})` : '';
    return { month: signedRange(cost.month), run: `${signed(cost.run.expected)}${worst}` };
  }
  const side = after && !after.call.estimate.cost ? after : before;
  return { month: UNKNOWN, run: UNKNOWN, ...(side && { why: whyNoCost(side.call) }) };
}

const NAMES = { perCall: 'a call', perRun: 'a run', perMonth: 'a month' } as const;

/** `src/a.ts:3 costs $0.30 a run: $0.20 above the budget of $0.10 (src/**); it was $0.05.` */
export function breachText(breach: BudgetBreach, lineOf: LineOf): string {
  const { call, limit, ceiling, expected, was, glob } = breach;
  const which = glob === undefined ? '' : ` for ${glob}`;
  const earlier = was === undefined ? 'the call is new' : `it was ${formatUsd(was)}`;
  return `${placeOf(call, lineOf)} costs ≈ ${formatUsd(expected)} ${NAMES[limit]}: ${formatUsd(expected - ceiling)} above the budget of ${formatUsd(ceiling)}${which}; ${earlier}.`;
}

export const findingPlace = (ref: FindingRef, lineOf: LineOf): string =>
  `${ref.file.path}:${lineOf(ref, ref.finding.span.start, ref.finding.span.end)}`;

/** What the totals leave out, and what a reader may not expect. */
export function remarks({ diff, breaches, notes }: DiffResult): readonly string[] {
  const lost = diff.calls.filter(({ kind, cost }) => kind === 'changed' && !cost).length;
  const unpriced = diff.calls.filter(({ kind, cost }) => kind === 'added' && !cost).length;
  const old = breaches.filter(({ isNew }) => !isNew).length;
  return [
    ...(lost > 0 ? [`${plural(lost, 'changed call')} without a known price before or after: not in the totals of money.`] : []),
    ...(unpriced > 0
      ? [
          `${plural(unpriced, 'new call')} without a known price: not in the totals of money, and no budget was held against ${unpriced === 1 ? 'it' : 'them'}.`,
        ]
      : []),
    ...(old > 0 ? [`${plural(old, 'budget')} was exceeded before already and did not get worse.`] : []),
    ...notes,
  ];
}
