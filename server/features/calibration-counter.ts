/** A counter that can be told, while the server runs, what the provider itself counted. */

import type { ProviderCount } from '../../core/protocol/calibration.ts';
import { type CalibratedCounter, calibrated, hashText, type TokenCounter, type TrueCount } from '../../core/tokens/index.ts';

/** Where the tokens of a text come from, beside the estimate alone. */
export type CountSource =
  | { readonly kind: 'counted' /** YYYY-MM-DD */; readonly date: string }
  /** The estimate, moved and narrowed by what the provider counted of other texts of the same model. */
  | { readonly kind: 'calibrated' };

export interface Calibration {
  /** What the analysis counts with. After `use`, figures made before are out of date. */
  readonly counter: TokenCounter;
  /** The estimate alone. */
  readonly plain: TokenCounter;
  /** `texts`: those of the workspace that were counted, as far as they are still there. They move the estimates of others. */
  readonly use: (counts: readonly ProviderCount[], texts: readonly string[]) => void;
  /** Undefined where the estimate alone speaks. */
  readonly sourceOf: (provider: string, model: string, text: string) => CountSource | undefined;
}

export function createCalibration(plain: TokenCounter): Calibration {
  let now: CalibratedCounter = calibrated(plain, [], []);
  let dates = new Map<string, string>();
  return {
    plain,
    counter: { ...plain, countText: (family, text) => now.countText(family, text) },
    use: (counts, texts) => {
      dates = new Map(counts.map((count) => [keyOf(count), count.date]));
      now = calibrated(plain, counts.map(trueCount), texts);
    },
    sourceOf: (provider, model, text) => {
      if (dates.size === 0) return undefined;
      const family = plain.family(provider, model);
      const { source } = now.countText(family, text);
      if (source === 'estimated') return undefined;
      if (source === 'calibrated') return { kind: 'calibrated' };
      const date = dates.get(keyOf({ family: family.id, generation: family.generation, hash: hashText(text) }));
      return date === undefined ? undefined : { kind: 'counted', date };
    },
  };
}

const keyOf = ({ family, generation, hash }: Pick<ProviderCount, 'family' | 'generation' | 'hash'>): string => `${family} ${generation} ${hash}`;

/** A family that only another version of Costlint knows matches no text, and does no harm. */
const trueCount = ({ family, generation, hash, tokens }: ProviderCount): TrueCount => ({
  family: family as TrueCount['family'],
  generation,
  hash,
  tokens,
});
