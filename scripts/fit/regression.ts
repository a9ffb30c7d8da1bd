/** One counted text or request: amounts of each feature and the true number of tokens. */
export interface Row {
  readonly amounts: Float64Array;
  readonly truth: number;
  /** What errors are measured against, where that is not the truth. */
  readonly size?: number;
  /** What must not be split between fitting and testing: a repository, a set of texts. */
  readonly source: string;
}

/**
 * Ridge regression towards a prior, weights ≥ 0, errors relative to the truth (rows below `floor` tokens count as if they had that many).
 * Coordinate descent on the normal equations: a few hundred features, thousands of rows.
 */
export function regress(rows: readonly Row[], prior: Float64Array, strength: number, floor = 30): Float64Array {
  const size = prior.length;
  const gram = Array.from({ length: size }, () => new Float64Array(size));
  const target = new Float64Array(size);
  const scales: number[] = [];
  for (const row of rows) {
    const scale = 1 / Math.max(row.size ?? row.truth, floor) ** 2;
    scales.push(scale);
    const used: number[] = [];
    row.amounts.forEach((amount, at) => {
      if (amount !== 0) used.push(at);
    });
    for (const i of used) {
      const scaled = (row.amounts[i] as number) * scale;
      (target[i] as number) += scaled * row.truth;
      const line = gram[i] as Float64Array;
      for (const j of used) line[j] = (line[j] as number) + scaled * (row.amounts[j] as number);
    }
  }
  scales.sort((a, b) => a - b);
  const ridge = strength * rows.length * (scales[scales.length >> 1] ?? 0);
  const weights = Float64Array.from(prior);
  for (let i = 0; i < size; i++) {
    const line = gram[i] as Float64Array;
    line[i] = (line[i] as number) + ridge;
    target[i] = (target[i] as number) + ridge * (prior[i] as number);
  }
  for (let sweep = 0; sweep < 3000; sweep++) if (descend(gram, target, weights) < 1e-7) break;
  return weights;
}

/** One pass over all weights; the largest change. */
function descend(gram: readonly Float64Array[], target: Float64Array, weights: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < weights.length; i++) {
    const line = gram[i] as Float64Array;
    const diagonal = line[i] as number;
    if (diagonal === 0) continue;
    let rest = target[i] as number;
    for (let j = 0; j < weights.length; j++) rest -= (line[j] as number) * (weights[j] as number);
    const old = weights[i] as number;
    const now = Math.max(0, old + rest / diagonal);
    weights[i] = now;
    largest = Math.max(largest, Math.abs(now - old));
  }
  return largest;
}

export function quantile(values: readonly number[], at: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * at;
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** A small generator with a fixed seed, so that every run prints the same figures. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The fold of a source, the same in every run. */
export function foldOf(source: string, folds: number): number {
  let hash = 2166136261;
  for (let at = 0; at < source.length; at++) hash = Math.imul(hash ^ source.charCodeAt(at), 16777619);
  return (hash >>> 8) % folds;
}
