/** Known ids that resemble an unknown one. */
import type { Provider } from '../model.ts';
import { OVERLAY } from './overlay.ts';
import { allRecords } from './rows.ts';

/** Edit distance, with a limit. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitute, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

const idsOf = (provider: Provider): string[] => allRecords(provider).map((record) => record.id);

/** At most three ids, nearest first; from every list of the overlay when the provider is not a price list. */
export function suggestionsFor(provider: Provider, id: string): string[] {
  const own = idsOf(provider);
  const ids = own.length > 0 ? own : (Object.keys(OVERLAY) as Provider[]).flatMap(idsOf);
  const limit = Math.max(3, Math.floor(id.length / 3));
  return ids
    .map((known) => ({ known, far: distance(id, known, limit) }))
    .filter(({ far }) => far <= limit)
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ known }) => known);
}
