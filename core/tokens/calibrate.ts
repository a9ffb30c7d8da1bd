import type { Range } from '../model.ts';
import type { ModelFamily, TokenCount, TokenCounter } from './types.ts';

/** A count that a provider's own counting endpoint gave for a text. */
export interface TrueCount {
  readonly family: ModelFamily['id'];
  readonly generation: string;
  /** Of the text, as `hashText` gives it. */
  readonly hash: string;
  /** Tokens of the text alone, without the frame of a message. */
  readonly tokens: number;
}

/** Where a count comes from, for hover: `counted by the provider`, or what the family says. */
export interface CalibratedCount extends TokenCount {
  readonly source: 'estimated' | 'calibrated' | 'counted';
}

const SEEDS = [0x811c9dc5, 0x1b873593, 0xcc9e2d51, 0x85ebca6b];

/** A text's key in the cache of true counts: four FNV-1a runs over its UTF-16 units, 128 bits in hex; the text cannot be read back from it. */
export function hashText(text: string): string {
  return SEEDS.map((seed) => {
    let hash = seed ^ text.length;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) ^ (hash >>> 15);
    return (hash >>> 0).toString(16).padStart(8, '0');
  }).join('');
}

/** A counter whose text counts say where they come from. */
export interface CalibratedCounter extends TokenCounter {
  countText(family: ModelFamily, text: string): CalibratedCount;
}

/** From this many counted texts on, others of the same model are moved by their common error. */
const ENOUGH = 5;

/**
 * A counter that knows true counts of some texts: those are exact, and where there are several, other texts of the same model are scaled by the median of
 * truth / estimate and their range narrows to what these texts showed. `texts` are the texts behind the hashes that are at hand.
 */
export function calibrated(counter: TokenCounter, counts: readonly TrueCount[], texts: readonly string[]): CalibratedCounter {
  const key = (family: { id: string; generation: string }, hash: string): string => `${family.id} ${family.generation} ${hash}`;
  const known = new Map(counts.map((count) => [key({ id: count.family, generation: count.generation }, count.hash), count.tokens]));
  const ratios = new Map<string, readonly number[]>();
  const ratiosOf = (family: ModelFamily): readonly number[] => {
    const name = `${family.id} ${family.generation}`;
    let found = ratios.get(name);
    if (!found) {
      found = texts.flatMap((text) => {
        const truth = known.get(key(family, hashText(text)));
        const { expected } = counter.countText(family, text);
        return truth === undefined || expected < 20 ? [] : [truth / expected];
      });
      found = [...found].sort((a, b) => a - b);
      ratios.set(name, found);
    }
    return found;
  };
  return {
    ...counter,
    countText(family, text) {
      const truth = known.size > 0 ? known.get(key(family, hashText(text))) : undefined;
      if (truth !== undefined) return { low: truth, expected: truth, high: truth, exact: true, source: 'counted' };
      const count = counter.countText(family, text);
      const seen = count.exact || known.size === 0 ? [] : ratiosOf(family);
      if (seen.length < ENOUGH) return { ...count, source: 'estimated' };
      return { ...scaled(count, seen), source: 'calibrated' };
    },
  };
}

/** Moves a count by the median ratio; the range never grows, and keeps at least what the counted texts missed by. */
function scaled(count: TokenCount, ratios: readonly number[]): TokenCount {
  const middle = ratios[ratios.length >> 1] ?? 1;
  const expected = Math.round(count.expected * middle);
  const spread = Math.max(Math.abs((ratios.at(-1) ?? 1) / middle - 1), Math.abs(1 - (ratios[0] ?? 1) / middle));
  // Few texts show less than there is: half of the uncalibrated range stays.
  const share = (side: number): number => Math.min(side, Math.max(spread, side / 2));
  const low = count.expected > 0 ? 1 - count.low / count.expected : 0;
  const high = count.expected > 0 ? count.high / count.expected - 1 : 0;
  return { low: Math.floor(expected * (1 - share(low))), expected, high: Math.ceil(expected * (1 + share(high))), exact: false };
}

export interface Narrowed extends Range {
  readonly source: 'assumed' | 'observed';
}

/**
 * What a hole (or an output) takes, narrowed by what was seen: observed total minus what is known to be static. Fewer than ten calls say too little to
 * narrow a range, and are only used to keep it from lying beside them.
 */
export function narrowed(assumed: Range, observed: Range | undefined, known: Range, calls: number): Narrowed {
  if (!observed || calls < 1) return { ...assumed, source: 'assumed' };
  const rest = (total: number, fixed: number): number => Math.max(0, total - fixed);
  const seen = { low: rest(observed.low, known.high), expected: rest(observed.expected, known.expected), high: rest(observed.high, known.low) };
  if (calls >= 10) return { ...seen, source: 'observed' };
  return { low: Math.min(assumed.low, seen.low), expected: seen.expected, high: Math.max(assumed.high, seen.high), source: 'observed' };
}
