/** Why a call paid again for a prompt that the call before it had left in the provider's cache. */
import { type CacheRules, type CacheTtl, TTL_MS } from '../cache/index.ts';
import type { SegmentRole } from '../model.ts';
import type { Usage } from '../protocol/gateway.ts';
import type { CacheBreak } from '../protocol/observed.ts';

/** A piece of a prompt in the order of the request; equal keys are equal texts. */
export interface Piece {
  readonly role: SegmentRole;
  readonly key: number | string;
  /** Number of the tool, block or message as the request has it. */
  readonly item: number;
}

/** Which tool, block or message, counted within its role. */
export interface PieceAt {
  readonly role: SegmentRole;
  readonly item: number;
}

/** How many pieces two prompts have in common at the front. */
export function sharedPieces(before: readonly Piece[], after: readonly Piece[]): number {
  const most = Math.min(before.length, after.length);
  for (let at = 0; at < most; at++) if (before[at]?.key !== after[at]?.key || before[at]?.role !== after[at]?.role) return at;
  return most;
}

/** The first piece of `before` that `after` does not repeat in its place; undefined where all of it is repeated. */
export function firstChange(before: readonly Piece[], after: readonly Piece[]): PieceAt | undefined {
  const at = sharedPieces(before, after);
  const piece = before[at];
  if (!piece) return undefined;
  // A piece put in front counts by its own role: new tools push the system prompt back.
  const { role, item } = after[at] ?? piece;
  const list = after[at] ? after : before;
  return { role, item: new Set(list.slice(0, at).flatMap((one) => (one.role === role && one.item !== item ? [one.item] : []))).size };
}

/** What is known of a call and its cache. */
export interface CachedCall {
  /** When it began, ms since the epoch. */
  readonly at: number;
  /** As asked for. */
  readonly model?: string | undefined;
  readonly usage: Usage;
}

/** All prompt tokens, cached or not. */
export const promptTokens = ({ uncachedInput = 0, cacheRead = 0, ...rest }: Usage): number => uncachedInput + cacheRead + writtenTokens(rest);
export const writtenTokens = ({ cacheWrite5m = 0, cacheWrite30m = 0, cacheWrite1h = 0, cacheWrite12h = 0 }: Usage): number =>
  cacheWrite5m + cacheWrite30m + cacheWrite1h + cacheWrite12h;

/** Tokens that a call left in the cache for the next one. Where writes are free nobody says so: the whole prompt, from the minimum on. */
function leftBehind(usage: Usage, rules: CacheRules): number {
  const told = (usage.cacheRead ?? 0) + writtenTokens(usage);
  if (told > 0 && (rules.kind === 'explicit' || writtenTokens(usage) > 0)) return told;
  if (rules.kind !== 'implicit' && rules.kind !== 'both') return told;
  const prompt = promptTokens(usage);
  return prompt >= (rules.minimumTokens?.high ?? Number.POSITIVE_INFINITY) ? prompt : 0;
}

const LIVES: readonly (readonly [keyof Usage, CacheTtl])[] = [
  ['cacheWrite12h', '12h'],
  ['cacheWrite1h', '1h'],
  ['cacheWrite30m', '30m'],
  ['cacheWrite5m', '5m'],
];

/** How long the entry lived, ms: as either call paid for, else what the provider gives by itself. */
function lifeOf(before: Usage, after: Usage, rules: CacheRules): number {
  const paid = LIVES.find(([name]) => [before[name], after[name]].some((tokens) => typeof tokens === 'number' && tokens > 0));
  return paid ? TTL_MS[paid[1]] : rules.assumedTtlMs;
}

/** Less of it than this is lost by rounding, and by the end of a prompt that was never marked. */
const KEPT = 0.9;
/** A prompt that begins another conversation loses the old one, as it should; only where next to nothing was read, something is wrong. */
const NOTHING = 0.1;

/**
 * Undefined where the cache did what it could. `changed`: the first piece of the prompt before that is not repeated.
 */
export function cacheBreak(
  before: CachedCall,
  after: CachedCall,
  changed: PieceAt | undefined,
  rules: CacheRules,
): Omit<CacheBreak, 'calls'> | undefined {
  const left = leftBehind(before.usage, rules);
  const read = after.usage.cacheRead ?? 0;
  const minimum = rules.minimumTokens?.expected ?? 1024;
  // Few providers keep the last tokens of a prompt: entries grow in steps.
  if (left < minimum || read >= left * KEPT - (rules.increment ?? 0)) return undefined;
  if (before.model !== after.model && before.model !== undefined && after.model !== undefined) return { why: 'model' };
  if (changed && isFront(changed)) return { why: changed.role === 'tools' ? 'tools' : 'system', ...changed };
  const startsAnew = changed?.role === 'user' && changed.item === 0;
  if (startsAnew && read >= left * NOTHING) return undefined;
  const idle = after.at - before.at;
  if (idle > lifeOf(before.usage, after.usage, rules) && read < left * NOTHING) return { why: 'expired' };
  return changed ? { why: 'messages', ...changed } : { why: 'unknown' };
}

const isFront = ({ role }: PieceAt): boolean => role === 'tools' || role === 'system';

/** In words, for people: `system block 1 changed`. */
export function breakWords({ why, role, item }: Pick<CacheBreak, 'why' | 'role' | 'item'>): string {
  const names: Readonly<Record<SegmentRole, string>> = {
    tools: 'tool',
    system: 'system block',
    user: 'user message',
    assistant: 'assistant message',
    'tool-result': 'tool result',
  };
  if (why === 'expired') return 'the entry had expired';
  if (why === 'model') return 'another model was asked';
  if (why === 'unknown') return 'the prompt was the same; the provider did not say why';
  return role === undefined || item === undefined ? `the ${why} changed` : `${names[role]} ${item + 1} changed`;
}
