/**
 * A prompt cache as a pure function: what is read, written and paid in full for each of a sequence of requests. Where the provider promises
 * nothing (`guaranteed: false`), the reads are the most that can be reached.
 */
import { placeMarks } from './breakpoints.ts';
import { PrefixStore } from './store.ts';
import { type CacheRequest, type CacheResult, type CacheRules, type CacheSegment, type CacheTtl, TTL_MS } from './types.ts';

/** A unit of matching: a block where breakpoints count, a single segment otherwise. */
export interface Piece {
  readonly role: CacheSegment['role'];
  readonly tokens: number;
  readonly identity: string;
  readonly mark?: CacheTtl;
}

/** The end of a piece: which prefix it closes, and how long that prefix is. */
interface End {
  readonly prefix: number;
  readonly tokens: number;
}

export interface SimulateOptions {
  /** Which bound of an uncertain minimum length to take; default `expected`. */
  readonly minimum?: 'low' | 'expected' | 'high';
}

const DAY_MS = 86_400_000;
const PART = { tools: 0, system: 1, user: 2, assistant: 2, 'tool-result': 2 } as const;
type Billed = 'uncachedInput' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite30m' | 'cacheWrite1h' | 'cacheWrite12h';
const NONE: Readonly<Record<Billed, number>> = {
  uncachedInput: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite30m: 0,
  cacheWrite1h: 0,
  cacheWrite12h: 0,
};

/** What distinguishes this occurrence of a segment from others with the same key. */
function scopeOf(segment: CacheSegment, request: CacheRequest, index: number): string {
  switch (segment.stability ?? 'static') {
    case 'static':
      return '';
    case 'per-process':
      return `process ${request.process ?? ''}`;
    case 'per-day':
      return `day ${Math.floor(request.at / DAY_MS)}`;
    case 'per-run':
      return `run ${request.run ?? ''}`;
    case 'per-call':
      return `call ${index}`;
  }
}

/** The request in the order of the cache key; segments of one block joined when the provider matches whole blocks. */
function piecesOf(rules: CacheRules, request: CacheRequest, index: number): Piece[] {
  const pieces: (Piece & { block?: number })[] = [];
  const ordered = request.segments.map((segment, i) => ({ segment, i })).sort((a, b) => PART[a.segment.role] - PART[b.segment.role] || a.i - b.i);
  for (const { segment } of ordered) {
    const identity = JSON.stringify([segment.role, segment.key, scopeOf(segment, request, index), segment.tokens]);
    const last = pieces.at(-1);
    const joins = rules.match === 'breakpoints' && segment.block !== undefined && last?.block === segment.block && last.role === segment.role;
    const joined =
      joins && last ? { tokens: last.tokens + segment.tokens, identity: last.identity + identity } : { tokens: segment.tokens, identity };
    if (joins) pieces.pop();
    const mark = segment.mark ?? (joins ? last?.mark : undefined);
    pieces.push({ role: segment.role, ...joined, ...(mark ? { mark } : {}), ...(segment.block === undefined ? {} : { block: segment.block }) });
  }
  return pieces;
}

function endsOf(pieces: readonly Piece[], store: PrefixStore): End[] {
  let prefix = 0;
  let tokens = 0;
  return pieces.map((piece) => {
    prefix = store.extend(prefix, piece.identity);
    tokens += piece.tokens;
    return { prefix, tokens };
  });
}

const tokensAt = (ends: readonly End[], position: number): number => ends[position]?.tokens ?? 0;

interface Turn {
  readonly rules: CacheRules;
  readonly request: CacheRequest;
  readonly store: PrefixStore;
  readonly minimum: number;
}

/** The furthest entry that any breakpoint finds, looking back from itself; −1 when there is none. */
function furthestHit(turn: Turn, ends: readonly End[], positions: readonly number[]): number {
  const { rules, request, store } = turn;
  for (const from of [...positions].sort((a, b) => b - a)) {
    const stop = rules.lookback === undefined ? 0 : Math.max(0, from - rules.lookback + 1);
    for (let at = from; at >= stop; at--) if (store.readable(ends[at]?.prefix ?? -1, request.at)) return at;
  }
  return -1;
}

const WRITE_CLASS: Readonly<Record<CacheTtl, Billed | undefined>> = {
  '5m': 'cacheWrite5m',
  '30m': 'cacheWrite30m',
  '1h': 'cacheWrite1h',
  '12h': 'cacheWrite12h',
  '24h': undefined,
};

/** Marked caches: read to the furthest hit A, the longest life written from A to its last mark, shorter ones from there. */
function withBreakpoints(turn: Turn, pieces: readonly Piece[]): CacheResult {
  const { rules, request, store, minimum } = turn;
  const placed = placeMarks(rules, request, pieces);
  if ('rejected' in placed) return { ...NONE, rejected: placed.rejected };
  const ends = endsOf(pieces, store);
  const total = tokensAt(ends, ends.length - 1);
  const hit = furthestHit(turn, ends, [...placed.marks.keys()]);
  const billed: Partial<Record<Billed, number>> = {};
  let reached = hit;
  const lives = [...new Set(placed.marks.values())].sort((a, b) => TTL_MS[b] - TTL_MS[a]);
  for (const life of lives) {
    const last = Math.max(-1, ...[...placed.marks].filter(([at, ttl]) => ttl === life && tokensAt(ends, at) >= minimum).map(([at]) => at));
    const name = WRITE_CLASS[life];
    if (last <= reached || !name) continue;
    billed[name] = tokensAt(ends, last) - tokensAt(ends, reached);
    reached = last;
  }
  if (hit >= 0) store.refresh(ends[hit]?.prefix ?? -1, request.at);
  for (const [at, life] of placed.marks) {
    const prefix = ends[at]?.prefix ?? -1;
    if (at <= hit) store.refresh(prefix, request.at);
    else if (tokensAt(ends, at) >= minimum) store.write(prefix, request.at, TTL_MS[life], request.respondsAfter ?? 0);
  }
  return { ...NONE, ...billed, cacheRead: tokensAt(ends, hit), uncachedInput: total - tokensAt(ends, reached) };
}

/** Caches that find the longest shared beginning by themselves. */
function longestPrefix(turn: Turn, pieces: readonly Piece[]): CacheResult {
  const { rules, request, store, minimum } = turn;
  const ends = endsOf(pieces, store);
  const total = tokensAt(ends, ends.length - 1);
  if (rules.requires && !request.hasKey) return { ...NONE, uncachedInput: total };
  const hit = ends.findLastIndex((end) => store.readable(end.prefix, request.at));
  const shared = tokensAt(ends, hit);
  const step = rules.increment ?? 0;
  const exact = step > 0 ? minimum + Math.floor((shared - minimum) / step) * step : shared;
  const cacheRead = shared > 0 && shared >= minimum ? exact : 0;
  ends.forEach((end, at) => {
    if (at <= hit) store.refresh(end.prefix, request.at);
    else store.write(end.prefix, request.at, rules.assumedTtlMs, request.respondsAfter ?? 0);
  });
  return { ...NONE, cacheRead, uncachedInput: total - cacheRead };
}

/**
 * Runs requests through one cache (one workspace, one model), in the order of their start. Results stand in the order of the requests. The
 * classes of each result add up to its prompt; a request that the provider would refuse has a reason and costs nothing.
 */
export function simulate(rules: CacheRules, requests: readonly CacheRequest[], options: SimulateOptions = {}): CacheResult[] {
  const store = new PrefixStore();
  const results: CacheResult[] = [];
  const byStart = requests.map((request, index) => ({ request, index })).sort((a, b) => a.request.at - b.request.at || a.index - b.index);
  // An unknown minimum is taken as none: reads are then the most that can be reached.
  const minimum = rules.minimumTokens?.[options.minimum ?? 'expected'] ?? 0;
  for (const { request, index } of byStart) {
    const pieces = piecesOf(rules, request, index);
    const turn = { rules, request, store, minimum };
    if (rules.kind === 'none' || rules.kind === 'unknown')
      results[index] = { ...NONE, uncachedInput: pieces.reduce((sum, piece) => sum + piece.tokens, 0) };
    else results[index] = rules.match === 'breakpoints' ? withBreakpoints(turn, pieces) : longestPrefix(turn, pieces);
  }
  return results;
}
