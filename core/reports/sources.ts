/** The numbered list of where a report's prices and facts come from. */
import type { PriceQuote } from '../pricing/index.ts';
import type { Report, ReportCell } from '../protocol/report.ts';
import * as cells from './cells.ts';

export type Source = Report['sources'][number];

export interface Sources {
  /** The name of a model, with the source of its price where it has one. */
  readonly modelCell: (name: string, quote: PriceQuote | undefined) => ReportCell;
  /** The number of the source in the list. */
  readonly add: (source: Source) => number;
  readonly list: () => Report['sources'];
}

export function createSources(): Sources {
  const found: { readonly name: string; readonly date?: string; readonly about: Set<string> }[] = [];
  const note = (name: string, date: string | undefined, about: string): number => {
    const at = found.findIndex((one) => one.name === name && one.date === date);
    const index = at < 0 ? found.push({ name, about: new Set(), ...(date ? { date } : {}) }) - 1 : at;
    found[index]?.about.add(about);
    return index;
  };
  return {
    modelCell: (name, quote) => cells.text(name, quote && { source: note(quote.source.name, quote.source.date, quote.model) }),
    add: ({ name, date, about }) => note(name, date, about),
    list: () => found.map(({ about, ...source }) => ({ ...source, about: listed([...about]) })),
  };
}

const MOST = 8;
const listed = (names: readonly string[]): string =>
  names.length <= MOST ? names.join(', ') : `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more`;
