/** A person's own prices. */
import { fitsGlob } from '../glob.ts';
import { nanoPerMTok } from './money.ts';
import type { PriceOverride, PriceOverrides, Rate, Rates } from './types.ts';

/** The override for any of a model's names: an exact key wins, then the longest matching pattern. */
export function findOverride(overrides: PriceOverrides, namesOf: () => readonly string[]): PriceOverride | undefined {
  const keys = Object.keys(overrides);
  if (keys.length === 0) return undefined;
  const names = namesOf();
  const lower = names.map((name) => name.toLowerCase());
  const exact = keys.find((key) => lower.includes(key.toLowerCase()));
  const matching = keys.filter((key) => key.includes('*') && lower.some((name) => fitsGlob(key.toLowerCase(), name)));
  const key = exact ?? matching.sort((a, b) => b.length - a.length)[0];
  return key === undefined ? undefined : overrides[key];
}

/** A cache class the person left out: the list's ratio to its input price, applied to theirs; unknown without a list price. */
function inProportion(own: number, list: Rates | undefined, name: keyof Rates): Rate {
  const [rate, input] = [list?.[name], list?.uncachedInput];
  if (typeof rate !== 'number' || typeof input !== 'number' || input === 0) return rate ?? 'unknown';
  return Math.round((rate / input) * nanoPerMTok(own));
}

/** The override as full rates. */
export function overriddenRates(override: PriceOverride, list: Rates | undefined): Rates {
  const cache = (name: 'cacheRead' | 'cacheWrite5m' | 'cacheWrite30m' | 'cacheWrite1h' | 'cacheWrite12h'): Rate => {
    const own = override[name];
    return own === undefined ? inProportion(override.input, list, name) : nanoPerMTok(own);
  };
  return {
    uncachedInput: nanoPerMTok(override.input),
    cacheRead: cache('cacheRead'),
    cacheWrite5m: cache('cacheWrite5m'),
    cacheWrite30m: cache('cacheWrite30m'),
    cacheWrite1h: cache('cacheWrite1h'),
    cacheWrite12h: cache('cacheWrite12h'),
    output: nanoPerMTok(override.output),
  };
}
