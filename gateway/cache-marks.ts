/** Marking the stable prefix of requests that mark nothing: where it is long enough for the provider's cache, and has come before. */
import { createHash } from 'node:crypto';
import { cacheRules, TTL_MS } from '../core/cache/index.ts';
import { withCacheMark } from '../core/wire/index.ts';
import type { AskedCall } from './call.ts';
import { isSigned, modelOf, told } from './route.ts';

interface Seen {
  /** ms since the epoch. */
  lastMs: number;
  /** Whether it has as many tokens as the cache wants; counted when it comes again. */
  long?: boolean;
}

const MAX_PREFIXES = 2_000;

type Shape = Parameters<typeof withCacheMark>[0];

/** How the request can be marked; undefined for APIs without marks. */
function shapeOf({ route, asked }: AskedCall): Shape | undefined {
  const { api, match, target } = route;
  if (match.operation !== 'generate') return undefined;
  if (api.id === 'anthropic-messages') return 'messages';
  if (api.id !== 'bedrock-converse') return undefined;
  if (/\/converse(-stream)?(\?|$)/.test(target.path)) return 'converse';
  return typeof asked.json === 'object' && asked.json !== null && 'anthropic_version' in asked.json ? 'messages' : undefined;
}

/**
 * A write to the cache costs a quarter more than plain input, and pays only when it is read. So a prefix is marked from the second time on that it comes within the
 * life of an entry: one that changes with every call is never marked.
 */
export class CacheMarks {
  readonly #seen = new Map<string, Seen>();

  /** The call with a mark, or as it is. */
  async mark(call: AskedCall): Promise<AskedCall> {
    const { asked, at } = call;
    const shape = asked.facts.cacheMark === undefined && !isSigned(call) ? shapeOf(call) : undefined;
    if (!shape) return call;
    const seen = this.#again(prefixOf(call), at);
    if (!seen) return call;
    seen.long ??= await isLong(call);
    const marked = seen.long ? withCacheMark(shape, asked.text, asked.json) : undefined;
    if (!marked) return call;
    const { pieces, on } = marked;
    const edited = { ...call, asked: { ...asked, text: Buffer.concat(pieces), facts: { ...asked.facts, cacheMark: '5m' as const } } };
    return told(edited, { actions: ['cache-mark'], headers: ['x-costlint-cache-mark', on] });
  }

  /** What is known of a prefix that has come within the life of an entry; else it is remembered. */
  #again(prefix: string, nowMs: number): Seen | undefined {
    const known = this.#seen.get(prefix);
    const next = known ?? { lastMs: nowMs };
    this.#seen.delete(prefix);
    this.#seen.set(prefix, next);
    if (this.#seen.size > MAX_PREFIXES) for (const oldest of [...this.#seen.keys()].slice(0, MAX_PREFIXES / 4)) this.#seen.delete(oldest);
    const alive = known !== undefined && nowMs - known.lastMs < TTL_MS['5m'];
    next.lastMs = nowMs;
    return alive ? next : undefined;
  }
}

function prefixOf(call: AskedCall): string {
  const hash = createHash('sha256').update(`${call.route.upstream.name}\n${modelOf(call)}\n`);
  for (const { role, text } of call.asked.facts.segments) if (role === 'tools' || role === 'system') hash.update(`\0${text}`);
  return hash.digest('base64url');
}

/** Whether tools and system prompt together have the tokens that the model's cache wants; false where nobody says how many those are. */
async function isLong(call: AskedCall): Promise<boolean> {
  const { core, route, asked } = call;
  const model = modelOf(call) ?? '';
  // A gateway behind this one has no rules of its own: those of the API's owner hold.
  const provider = route.upstream.provider === 'other' ? route.api.provider : route.upstream.provider;
  const { kind, minimumTokens } = cacheRules(provider, model, route.match.route);
  if (kind !== 'explicit' || !minimumTokens) return false;
  const { system, tools, toolConfig } = asked.json as Readonly<Record<string, unknown>>;
  const { expected } = (await core.counter()).countRequest({ provider, model, body: { system, tools, toolConfig, messages: [] } });
  return expected >= minimumTokens.expected;
}
