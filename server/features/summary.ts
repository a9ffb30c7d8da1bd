/** What the calls of one file cost together, for the status bar and its list. */
import type { AnalyzedCall } from '../../core/analyze.ts';
import { type Totals, totalsOf, whyNoCost } from '../../core/estimate/index.ts';
import { formatUsd, formatUsdExpected, formatUsdRange, plural } from '../../core/format.ts';
import { cell } from '../../core/markdown.ts';
import type { CallSummary, FileSummary } from '../../core/protocol/index.ts';
import type { ObservedSite } from '../../core/protocol/observed.ts';
import type { Session, View } from '../session.ts';
import { modelWords, observedWords, shortCost, tokensWords } from '../words.ts';

export async function fileSummary(session: Session, uri: string): Promise<FileSummary | null> {
  const view = await session.view(uri);
  if (!view || view.analysis.calls.length === 0) return null;
  const totals = totalsOf(view.analysis.calls);
  return {
    text: statusText(totals),
    tooltip: tooltip(view, totals),
    calls: view.analysis.calls.flatMap((call) => callSummary(view, call)),
    findings: view.analysis.findings.length,
  };
}

function statusText({ calls, priced, run }: Totals): string {
  if (priced === 0) return 'cost unknown';
  return `${formatUsdExpected(run)}/run${priced < calls ? ' +?' : ''}`;
}

function tooltip({ analysis }: View, { calls, priced, run, month }: Totals): string {
  const lines = [`**Costlint**: ${plural(calls, 'call')} in this file, ${plural(analysis.findings.length, 'finding')}.`];
  if (priced > 0) lines.push(`One run of each: ${formatUsdRange(run)}.`, `One month: ${formatUsdRange(month)}.`);
  if (priced < calls) lines.push(`${plural(calls - priced, 'call')} without a figure, not in these sums.`);
  const seen = analysis.calls.flatMap(({ observed }) => observed?.seen ?? []);
  if (seen.length > 0) lines.push(observedTotal(seen));
  const rows = analysis.calls.slice(0, 10).map((call) => `- ${cell(modelWords(call))}: ${shortCost(call)}`);
  return [...lines, rows.join('\n'), 'Click to go to a call.'].join('\n\n');
}

/** `Observed: $12.40 in 1,204 calls of 3 call sites.` */
function observedTotal(seen: readonly ObservedSite[]): string {
  const sum = (of: (site: ObservedSite) => number): number => seen.reduce((all, site) => all + of(site), 0);
  const unpriced = sum((site) => site.unpriced);
  const rest = unpriced > 0 ? `; ${plural(unpriced, 'call')} without a price, not in this sum` : '';
  return `Observed: ${formatUsd(sum((site) => site.nanoUsd))} in ${plural(
    sum((site) => site.calls),
    'call',
  )} of ${plural(seen.length, 'call site')}${rest}.`;
}

function callSummary(view: View, call: AnalyzedCall): CallSummary[] {
  const place = view.buffer.locate(call.site.callee);
  if (!place) return [];
  const { start, end } = call.site.callee;
  const title = view.buffer.text.slice(start, end).replace(/\s+/g, ' ').slice(0, 80) || `${call.site.sdk} ${call.site.api}`;
  const { cost } = call.estimate;
  const month = cost ? [`${formatUsdExpected(cost.month)} a month`] : [];
  const detail = [modelWords(call), ...month, observedWords(call) ?? tokensWords(call)].join(' · ');
  return [{ title, cost: cost ? shortCost(call) : `cost unknown: ${whyNoCost(call)}`, detail, uri: place.uri, range: place.range }];
}
