/** Two states of a project → what a change does to its calls, tokens, money and findings. Pure. */
import type { AnalyzedCall } from '../analyze.ts';
import { totalsOf } from '../estimate/index.ts';
import { exactly, minus, plain, sum } from '../range.ts';
import { compareFindings } from './findings.ts';
import { type CallPair, matchCalls } from './match.ts';
import { reasonsOf } from './reasons.ts';
import type { CallChange, CallRef, CostChange, CostDiff, DiffInput, SideTotals } from './types.ts';

export function compare({ before, after, changed, nameOf }: DiffInput): CostDiff {
  const { pairs, added, removed } = matchCalls(before, after);
  const edited = pairs.flatMap((pair): CallChange[] => {
    const reasons = reasonsOf(pair.before.call, pair.after.call);
    if (reasons.length === 0) return [];
    return [{ kind: 'changed', ...pair, reasons, through: through(pair, changed).map(nameOf), cost: costChange(pair.before.call, pair.after.call) }];
  });
  const calls: CallChange[] = [
    ...edited,
    ...added.map(
      (ref): CallChange => ({ kind: 'added', before: undefined, after: ref, reasons: [], through: [], cost: costChange(undefined, ref.call) }),
    ),
    ...removed.map(
      (ref): CallChange => ({ kind: 'removed', before: ref, after: undefined, reasons: [], through: [], cost: costChange(ref.call, undefined) }),
    ),
  ];
  const incomparable = new Set(
    pairs.filter((pair) => !pair.before.call.estimate.cost !== !pair.after.call.estimate.cost).flatMap((pair) => [pair.before.call, pair.after.call]),
  );
  const totals = {
    before: sideOf(
      before.flatMap((file) => file.calls),
      incomparable,
    ),
    after: sideOf(
      after.flatMap((file) => file.calls),
      incomparable,
    ),
  };
  const findings = compareFindings(before, after, pairs);
  return {
    ...totals,
    change: {
      inputTokens: minus(totals.after.inputTokens, totals.before.inputTokens),
      outputTokens: minus(totals.after.outputTokens, totals.before.outputTokens),
      run: minus(totals.after.run, totals.before.run),
      month: minus(totals.after.month, totals.before.month),
    },
    calls: calls.sort(byWeight),
    unchanged: pairs.length - edited.length,
    pairs: [...pairs, ...added.map((ref) => ({ after: ref, before: undefined }))],
    newFindings: findings.added,
    goneFindings: findings.gone,
  };
}

const NONE = { call: exactly(0), run: exactly(0), month: exactly(0) };

/** Null where one of the two has no price; what is not there costs nothing. */
function costChange(before: AnalyzedCall | undefined, after: AnalyzedCall | undefined): CostChange | null {
  const old = before ? before.estimate.cost : NONE;
  const young = after ? after.estimate.cost : NONE;
  if (!old || !young) return null;
  return { call: minus(young.call, old.call), run: minus(young.run, old.run), month: minus(young.month, old.month) };
}

function through({ before, after }: CallPair, changed: ReadonlySet<string>): readonly string[] {
  const own = [before.call.site.path, after.call.site.path];
  if (own.some((path) => changed.has(path))) return [];
  return [...new Set([...before.call.site.reads, ...after.call.site.reads])].filter((path) => changed.has(path)).sort();
}

function sideOf(calls: readonly AnalyzedCall[], incomparable: ReadonlySet<AnalyzedCall>): SideTotals {
  const { priced: counted, run, month } = totalsOf(calls.filter((call) => !incomparable.has(call)));
  return {
    calls: calls.length,
    counted,
    inputTokens: plain(sum(calls.map(({ estimate }) => estimate.inputTokens))),
    outputTokens: plain(sum(calls.map(({ estimate }) => estimate.outputTokens))),
    run,
    month,
  };
}

const placeOf = (ref: CallRef | undefined): string => (ref ? `${ref.file.path}\0${String(ref.call.site.span.start).padStart(9, '0')}` : '');

function byWeight(x: CallChange, y: CallChange): number {
  const weight = ({ cost }: CallChange): number => (cost ? Math.abs(cost.month.expected) : -1);
  return weight(y) - weight(x) || (placeOf(x.after ?? x.before) < placeOf(y.after ?? y.before) ? -1 : 1);
}
