/** The price library's rows, from their generated text. */
import type { Provider } from '../model.ts';
import { LIBRARY_TEXT, LIBRARY_VERSION } from './library-data.ts';
import type { IsoDay, PriceSource } from './types.ts';

/** A price that may have long-prompt tiers, USD. */
export interface TieredUsd {
  readonly base: number;
  readonly tiers: readonly { readonly above: number; readonly price: number }[];
}

/** Letters of library-data.ts → prices. */
export type LibraryPrices = Partial<Readonly<Record<'i' | 'r' | 'w' | 'W' | 'o' | 's' | 'f' | 'q', TieredUsd>>>;

export interface LibraryRow {
  readonly from?: IsoDay;
  /** `01:00-04:00`, UTC. */
  readonly hours?: { readonly from: string; readonly to: string };
  readonly prices: LibraryPrices;
}

export interface LibraryModel {
  readonly id: string;
  readonly context?: number;
  readonly rows: readonly LibraryRow[];
}

/** Day of the release whose data this is. */
export const LIBRARY_SOURCE: PriceSource = { kind: 'library', name: `genai-prices ${LIBRARY_VERSION}`, date: '2026-09-23' };

/** A model's line, read when the model is asked for: a program prices a few of a thousand. */
class Entry {
  readonly #line: string;
  #model: LibraryModel | undefined;

  constructor(line: string) {
    this.#line = line;
  }

  get model(): LibraryModel {
    this.#model ??= parseModel(this.#line);
    return this.#model;
  }
}

type List = Map<string, Entry>;
let lists: Map<string, List> | undefined;

function listOf(provider: Provider): List | undefined {
  lists ??= parse(LIBRARY_TEXT);
  return lists.get(provider);
}

/** The model with exactly this id or alias. */
export const libraryModel = (provider: Provider, id: string): LibraryModel | undefined => listOf(provider)?.get(id)?.model;

/** All models of a price list. */
export const libraryModels = (provider: Provider): LibraryModel[] => [...new Set(listOf(provider)?.values() ?? [])].map(({ model }) => model);

function parse(text: string): Map<string, List> {
  const all = new Map<string, List>();
  let list: List = new Map();
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) {
      list = new Map();
      all.set(line.slice(1), list);
    } else if (line) addModel(list, line);
  }
  return all;
}

function addModel(list: List, line: string): void {
  const [id = '', aliases = ''] = line.split('|', 2);
  const entry = new Entry(line);
  // An id of its own always wins over another model's alias; the first alias wins over later ones.
  list.set(id, entry);
  for (const alias of aliases ? aliases.split(',') : []) if (!list.has(alias)) list.set(alias, entry);
}

function parseModel(line: string): LibraryModel {
  const [id = '', , context = '', rows = ''] = line.split('|');
  return { id, rows: rows.split(';').map(parseRow), ...(context ? { context: Number(context) } : {}) };
}

function parseRow(text: string): LibraryRow {
  const words = text.split(' ');
  const [first = ''] = words;
  const prices = Object.fromEntries(
    words.filter((word) => /^[a-z]/i.test(word)).map((word) => [word[0], parseAmount(word.slice(1))]),
  ) as LibraryPrices;
  if (first.startsWith('@')) return { from: first.slice(1), prices };
  const [from, to] = first.startsWith('~') ? first.slice(1).split('-') : [];
  return from && to ? { hours: { from, to }, prices } : { prices };
}

/** The library writes "from 272,000 tokens" for models whose page says "more than 272,000" (docs/decisions/prices.md). */
const boundary = (start: number): number => (start === 271_999 ? 272_000 : start);

function parseAmount(text: string): TieredUsd {
  const [base, ...tiers] = text.split('>');
  return {
    base: Number(base),
    tiers: tiers.map((tier) => {
      const [start, price] = tier.split(':');
      return { above: boundary(Number(start)), price: Number(price) };
    }),
  };
}
