/** Batch chances: calls that nobody waits for could go through the providers' batch APIs, and those that do already. */

import { formatUsdRange, plural } from '../format.ts';
import type { Range } from '../model.ts';
import { type PriceQuote, quote } from '../pricing/index.ts';
import type { Report, ReportCell, ReportSection } from '../protocol/report.ts';
import { savedBy, sum } from '../range.ts';
import * as cells from './cells.ts';
import { column } from './cells.ts';
import type { ReportInput } from './input.ts';
import { frame, leftOut, nothing, trafficOf } from './parts.ts';
import { modelWith, monthOf, type PricedCall, pricedCalls } from './runs.ts';
import { createSources, type Sources } from './sources.ts';

type Verdict = { readonly kind: 'already' | 'chance' | 'waits' | 'not offered' | 'unknown'; readonly why: string };

export function batchReport(input: ReportInput): Report {
  const sources = createSources();
  const priced = pricedCalls(input);
  const judged = priced.map((placed) => ({ placed, verdict: verdictOf(placed) }));
  const of = (kind: Verdict['kind']) => judged.filter(({ verdict }) => verdict.kind === kind);
  const chances = of('chance').flatMap((one) => {
    const batched = batchMonth(one.placed, input.today);
    return batched ? [{ ...one, batched }] : [];
  });
  const now = sum(chances.map(({ placed }) => placed.cost.month));
  const later = sum(chances.map(({ batched }) => batched));
  const saving = savedBy(now, later);
  const unknown = of('unknown').length;
  const summary =
    priced.length === 0
      ? [nothing(input)]
      : [
          chances.length === 0
            ? 'No call was found that runs over many items without an answer that someone waits for.'
            : `${plural(chances.length, 'call')} run${chances.length === 1 ? 's' : ''} over many items: batched, ${chances.length === 1 ? 'it' : 'they'} would save ${formatUsdRange(saving)} a month. Only if nobody waits for the answers: a batch may take up to 24 hours.`,
          ...(of('already').length > 0
            ? [`${plural(of('already').length, 'call')} already ${of('already').length === 1 ? 'goes' : 'go'} through a batch API.`]
            : []),
          ...(unknown > 0 ? [`Of ${plural(unknown, 'single call')} the code does not show whether someone waits.`] : []),
          ...leftOut(input, priced.length),
        ];
  return {
    ...frame(input, 'batch'),
    summary,
    facts: [
      cells.fact('batchable', 'Calls that could be batched', 'count', cells.count(chances.length)),
      cells.fact('month.now', 'They cost a month', 'usd', cells.about(chances.length > 0 ? now : undefined)),
      cells.fact('saving', 'Saved a month', 'usd', cells.about(chances.length > 0 ? saving : undefined)),
    ],
    sections: [...chanceSection(chances, sources), ...otherSection('already', 'Batched already', of('already'), sources), ...terms(priced, sources)],
    controls: [],
    assumptions: trafficOf(chances.map(({ placed }) => placed)),
    sources: sources.list(),
  };
}

/** Whether the answers of this call may come hours later, by what the code shows. */
function verdictOf({ call, callee, quote: price }: PricedCall): Verdict {
  const { site } = call;
  if (site.batch) return { kind: 'already', why: 'goes through a batch API' };
  if (!price.offers.some(({ name }) => name === 'batch')) return { kind: 'not offered', why: 'this route offers no batch' };
  const loops = site.loops.length > 0 ? site.loops : [site.loop];
  if (loops.some(({ grows }) => grows) || site.history) return { kind: 'waits', why: 'each step waits for the answer before' };
  if (/stream/i.test(callee.split('.').at(-1) ?? '') || site.options?.options.some(({ name }) => name === 'stream'))
    return { kind: 'waits', why: 'the answer is streamed' };
  if (site.hiddenInput) return { kind: 'waits', why: 'part of a conversation' };
  if (site.fanout) return { kind: 'chance', why: `started at once over ${site.fanout.over}` };
  const over = loops.find(({ kind }) => kind === 'batch');
  if (over) return { kind: 'chance', why: over.bound.kind === 'known' ? `one call for each of ${over.bound.value} items` : 'one call for each item' };
  if (loops.some(({ kind }) => kind === 'schedule')) return { kind: 'chance', why: 'runs on a schedule' };
  return { kind: 'unknown', why: 'whether someone waits is not in the code' };
}

const batchQuote = ({ call, quote: price }: PricedCall, today: string): PriceQuote | undefined => {
  const found = quote({ provider: call.site.provider, model: price.written, at: today, batch: true });
  return found.kind === 'quote' && found.modifiers.some(({ name }) => name === 'batch') ? found : undefined;
};

function batchMonth(placed: PricedCall, today: string): Range | undefined {
  const found = batchQuote(placed, today);
  return found && monthOf(placed, modelWith(placed, found));
}

interface Judged {
  readonly placed: PricedCall;
  readonly verdict: Verdict;
}

function chanceSection(all: readonly (Judged & { readonly batched: Range })[], sources: Sources): ReportSection[] {
  if (all.length === 0) return [];
  const saved = ({ placed, batched }: (typeof all)[number]): Range => savedBy(placed.cost.month, batched);
  const columns = [
    column('place', 'Call', 'place'),
    column('model', 'Model'),
    column('why', 'Why'),
    column('month.now', 'A month now', 'usd'),
    column('month.batch', 'As a batch', 'usd'),
    column('saving', 'Saves', 'usd'),
  ];
  const rows = [...all]
    .sort((a, b) => saved(b).expected - saved(a).expected)
    .map((one) => [...head(one, sources), cells.about(one.placed.cost.month), cells.about(one.batched), cells.about(saved(one))]);
  return [
    {
      id: 'chances',
      heading: 'Calls that could be batched',
      text: ['Hits of the prompt cache are best effort in batches; the figures keep the present share.'],
      table: { columns, rows },
    },
  ];
}

function head({ placed, verdict }: Judged, sources: Sources): ReportCell[] {
  return [cells.place(placed.at), sources.modelCell(placed.quote.written, placed.quote), cells.text(verdict.why)];
}

function otherSection(id: string, heading: string, all: readonly Judged[], sources: Sources): ReportSection[] {
  if (all.length === 0) return [];
  const columns = [column('place', 'Call', 'place'), column('model', 'Model'), column('why', 'Why'), column('month', 'A month', 'usd')];
  return [{ id, heading, text: [], table: { columns, rows: all.map((one) => [...head(one, sources), cells.about(one.placed.cost.month)]) } }];
}

/** What each provider of this code takes for a batch, with its source. */
function terms(priced: readonly PricedCall[], sources: Sources): ReportSection[] {
  const offers = new Map(
    priced.flatMap(({ quote: price }) => price.offers.filter(({ name }) => name === 'batch').map((offer) => [price.provider, offer] as const)),
  );
  if (offers.size === 0) return [];
  const rows = [...offers].map(([provider, { factor, source, note }]) => [
    cells.text(provider, { source: sources.add({ name: source, about: `batch, ${provider}` }) }),
    cells.share(1 - factor[0] / factor[1]),
    cells.text('24 hours'),
    cells.text(note ?? ''),
  ]);
  const columns = [
    column('provider', 'Provider'),
    column('discount', 'Discount', 'share'),
    column('within', 'Answers within'),
    column('note', 'Note'),
  ];
  return [{ id: 'terms', heading: 'Terms of the providers', text: [], table: { columns, rows } }];
}
