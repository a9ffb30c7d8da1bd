/** Where a request's breakpoints stand, or why the provider would refuse it. */
import type { Piece } from './simulate.ts';
import { type CacheRequest, type CacheRules, type CacheTtl, TTL_MS } from './types.ts';

export type Placed = { readonly marks: ReadonlyMap<number, CacheTtl> } | { readonly rejected: string };

/** The life of the mark that stands at the end by itself, if one does. */
function automaticLife(rules: CacheRules, request: CacheRequest): CacheTtl | undefined {
  if (rules.automatic === 'on-request') return request.automatic || undefined;
  if (rules.automatic === 'always' && request.automatic !== false) return request.automatic ?? rules.ttls[0];
  return undefined;
}

/** Positions of the pieces after which a breakpoint stands, with their lives. */
export function placeMarks(rules: CacheRules, request: CacheRequest, pieces: readonly Piece[]): Placed {
  const marks = new Map<number, CacheTtl>();
  pieces.forEach((piece, at) => {
    if (piece.mark) marks.set(at, piece.mark);
  });
  const last = pieces.length - 1;
  const automatic = automaticLife(rules, request);
  if (automatic && last >= 0) {
    const own = marks.get(last);
    if (rules.automatic === 'on-request' && own && own !== automatic)
      return { rejected: `the last block is marked ${own}, the automatic mark is ${automatic}` };
    if (!own) marks.set(last, automatic);
  }
  const lives = [...marks.entries()].sort(([a], [b]) => a - b).map(([, life]) => life);
  const strange = lives.find((life) => rules.ttls.length > 0 && !rules.ttls.includes(life));
  if (strange) return { rejected: `a life of ${strange} is not offered` };
  if (rules.maxBreakpoints !== undefined && lives.length > rules.maxBreakpoints)
    return { rejected: `${lives.length} breakpoints; ${rules.maxBreakpoints} are allowed` };
  const disordered = rules.longerFirst && lives.some((life, i) => i > 0 && TTL_MS[life] > TTL_MS[lives[i - 1] ?? life]);
  return disordered ? { rejected: 'a longer life must stand before a shorter one' } : { marks };
}
