/** Announced retirements and price changes of the models that this code calls, with the days left. */

import { plural } from '../format.ts';
import { groupBy } from '../group-by.ts';
import { type Range, valueOf } from '../model.ts';
import { type IsoDay, type PriceQuote, quote, type Rates } from '../pricing/index.ts';
import type { Report, ReportCell, ReportSection } from '../protocol/report.ts';
import { exactly, sum } from '../range.ts';
import * as cells from './cells.ts';
import { column } from './cells.ts';
import type { PlacedCall, ReportInput } from './input.ts';
import { frame, trafficOf } from './parts.ts';
import { modelWith, monthOf } from './runs.ts';
import { createSources, type Sources } from './sources.ts';

/** A model as the code names it, with the calls that may use it. */
interface Used {
  readonly quote: PriceQuote;
  readonly calls: readonly PlacedCall[];
}

interface Event {
  readonly used: Used;
  readonly date: IsoDay;
  readonly days: number;
  readonly what: string;
  readonly todo: string;
  readonly source: { readonly name: string; readonly date?: string };
  /** Nano-dollars a month before and after; undefined where no call has a price. */
  readonly change?: { readonly now: Range; readonly then: Range };
}

export function lifecycleReport(input: ReportInput): Report {
  const sources = createSources();
  const used = usedModels(input);
  const events = used.flatMap((one) => eventsOf(one, input.today)).sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  const touched = new Set(events.map(({ used: { quote: price } }) => price.model));
  const quiet = [...new Set(used.map(({ quote: price }) => price.model))].filter((model) => !touched.has(model));
  const next = events.find(({ days }) => days >= 0);
  const gone = events.filter(({ used: one, what }) => what === 'retired' && one.quote.retirement?.retired);
  return {
    ...frame(input, 'lifecycle'),
    summary: words(input, used, events, next, gone, quiet),
    facts: [
      cells.fact('models', 'Models in the code', 'count', cells.count(new Set(used.map(({ quote: price }) => price.model)).size)),
      cells.fact('retired', 'Retired already', 'count', cells.count(new Set(gone.map(({ used: one }) => one.quote.model)).size)),
      cells.fact('next.date', 'Next date', 'date', next ? cells.text(next.date) : cells.none('none announced')),
      cells.fact('next.days', 'Days left', 'days', next ? cells.count(next.days) : cells.none()),
    ],
    sections: [...dates(events, sources), ...places(events), ...unknown(input)],
    controls: [],
    assumptions: events.some(({ change }) => change) ? trafficOf(events.flatMap(({ used: { calls } }) => calls)) : [],
    sources: sources.list(),
  };
}

const DAY_MS = 86_400_000;
const daysTo = (from: IsoDay, to: IsoDay): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** The models that calls name or may name, each route and tier for itself. */
function usedModels({ calls, today }: ReportInput): Used[] {
  const all = calls.flatMap((placed) => {
    const { site } = placed.call;
    const names = new Set([site.model, ...(site.alternatives ?? [])].flatMap((model) => valueOf(model) ?? []));
    return [...names].flatMap((model) => {
      const own = placed.call.quote?.written === model ? placed.call.quote : quote({ provider: site.provider, model, at: today, batch: site.batch });
      return own.kind === 'quote' ? [{ quote: own, placed }] : [];
    });
  });
  const groups = groupBy(all, ({ quote: price }) => `${price.model}\0${price.route}`);
  return [...groups.values()].flatMap((group) => (group[0] ? [{ quote: group[0].quote, calls: group.map(({ placed }) => placed) }] : []));
}

function eventsOf(used: Used, today: IsoDay): Event[] {
  const { retirement, next } = used.quote;
  const events: Event[] = [];
  if (retirement) {
    const { date, daysLeft, retired, replacement, note, source } = retirement;
    const instead = replacement ? `try ${replacement}` : 'choose another model';
    events.push({
      used,
      date,
      days: daysLeft,
      what: retired ? 'retired' : 'retires',
      todo: note ? `${instead}; ${note}` : instead,
      source: { name: source },
    });
  }
  if (next) {
    const change = changeOf(used, next.rates);
    const up = rateOf(next.rates) > rateOf(used.quote.rates);
    events.push({
      used,
      date: next.from,
      days: daysTo(today, next.from),
      what: up ? 'price rises' : 'price falls',
      todo: `${priceWords(used.quote.rates)} becomes ${priceWords(next.rates)}`,
      source: { name: next.source.name, ...(next.source.date ? { date: next.source.date } : {}) },
      ...(change ? { change } : {}),
    });
  }
  return events;
}

const rateOf = ({ uncachedInput, output }: Rates): number =>
  (typeof uncachedInput === 'number' ? uncachedInput : 0) + (typeof output === 'number' ? output : 0);
const priceWords = ({ uncachedInput, output }: Rates): string => `${cells.rate(uncachedInput).text} in, ${cells.rate(output).text} out`;

/** What the calls that certainly use the model cost a month at its present and at its next price. */
function changeOf({ quote: price, calls }: Used, rates: Rates): Event['change'] {
  const sure = calls.filter(({ call }) => call.quote?.model === price.model && call.estimate.cost);
  if (sure.length === 0) return undefined;
  const then: PriceQuote = { ...price, rates, listRates: rates, tiers: [] };
  return {
    now: sum(sure.map(({ call }) => call.estimate.cost?.month ?? exactly(0))),
    then: sum(sure.map((placed) => monthOf(placed, modelWith(placed, then)))),
  };
}

function words(
  input: ReportInput,
  used: readonly Used[],
  events: readonly Event[],
  next: Event | undefined,
  gone: readonly Event[],
  quiet: readonly string[],
): string[] {
  if (used.length === 0) return [`No call in ${plural(input.files, 'file')} names a model that a price list has.`];
  const lines: string[] = [];
  if (gone.length > 0) {
    const models = [...new Set(gone.map(({ used: one }) => one.quote.model))];
    lines.push(`Already retired: ${models.join(', ')}. The provider no longer serves ${models.length === 1 ? 'it' : 'them'}.`);
  }
  if (next)
    lines.push(
      `Next: ${next.used.quote.model} ${next.what === 'retires' ? 'retires' : `(${next.what})`} on ${next.date}, in ${plural(next.days, 'day')}.`,
    );
  if (events.length === 0) lines.push('No announced retirement or price change touches this code.');
  if (quiet.length > 0)
    lines.push(`No date is known for ${quiet.length <= 6 ? quiet.join(', ') : `${quiet.slice(0, 6).join(', ')} and ${quiet.length - 6} more`}.`);
  return [...lines, `As announced by ${input.today} in the sources below; clouds have dates of their own.`];
}

function dates(events: readonly Event[], sources: Sources): ReportSection[] {
  if (events.length === 0) return [];
  const columns = [
    column('date', 'Date', 'date'),
    column('days', 'Days left', 'days'),
    column('model', 'Model'),
    column('route', 'Route', 'text', 'wide'),
    column('what', 'What'),
    column('todo', 'What to do'),
    column('calls', 'Calls', 'count'),
    column('month.now', 'A month now', 'usd', 'wide'),
    column('month.then', 'Then', 'usd', 'wide'),
  ];
  const rows = events.map(({ used, date, days, what, todo, source, change }): ReportCell[] => {
    const [first] = used.calls;
    return [
      cells.text(date),
      days < 0 ? { text: 'passed', value: days } : cells.count(days),
      cells.text(used.quote.model, { source: sources.add({ ...source, about: used.quote.model }) }),
      cells.text(used.quote.route),
      cells.text(what),
      cells.text(todo),
      { ...cells.count(used.calls.length), ...(first ? { at: first.at } : {}) },
      change ? cells.about(change.now) : cells.none(),
      change ? cells.about(change.then) : cells.none(),
    ];
  });
  return [{ id: 'dates', heading: 'Dates', text: [], table: { columns, rows } }];
}

/** By file, since a file often holds many calls of one model. */
function places(events: readonly Event[]): ReportSection[] {
  if (events.length === 0) return [];
  const columns = [
    column('place', 'Where', 'place'),
    column('calls', 'Calls', 'count'),
    column('lines', 'Lines'),
    column('model', 'Model'),
    column('what', 'What'),
    column('date', 'Date', 'date'),
  ];
  const rows = events.flatMap(({ used, what, date }) =>
    [...groupBy(used.calls, ({ at }) => at.path).values()].flatMap((own): ReportCell[][] => {
      const [first] = own;
      if (!first) return [];
      const lines = [...new Set(own.map(({ at }) => at.line))];
      const more = lines.length > LINES ? ' …' : '';
      return [
        [
          cells.place(first.at),
          cells.count(own.length),
          cells.text(`${lines.slice(0, LINES).join(', ')}${more}`, { value: lines.join(',') }),
          cells.text(used.quote.model),
          cells.text(what),
          cells.text(date),
        ],
      ];
    }),
  );
  return [{ id: 'places', heading: 'Where', text: [], table: { columns, rows } }];
}
const LINES = 8;

/** Names that no price list has: nothing can be said of them. */
function unknown({ calls }: ReportInput): ReportSection[] {
  const without = calls.filter(({ call }) => !call.quote && call.site.model.kind === 'known');
  if (without.length === 0) return [];
  const rows = [...groupBy(without, ({ call }) => valueOf(call.site.model) ?? '')].map(([model, own]) => [
    cells.text(model, own[0] ? { at: own[0].at } : {}),
    cells.count(own.length),
    cells.text(own[0]?.call.estimate.unpriced ?? 'no price list has it'),
  ]);
  const columns = [column('model', 'Model'), column('calls', 'Calls', 'count'), column('why', 'Why')];
  return [{ id: 'unknown', heading: 'Models of which nothing is known', text: [], table: { columns, rows } }];
}
