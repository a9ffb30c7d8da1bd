/** Where calls go: a table fixed at the start. Nothing in a request can name another host. */
import type { Provider } from '../core/model.ts';
import type { WireMatch } from '../core/wire/types.ts';

export interface Upstream {
  /** `anthropic`, `openai`, or any name: the first part of the path under which it is reached. */
  readonly name: string;
  /** Without a slash at the end; its path stands before the client's. */
  readonly url: string;
  /** Whose prices apply. */
  readonly provider: Provider;
}

const BUILT_IN: readonly Upstream[] = [
  { name: 'anthropic', url: 'https://api.anthropic.com', provider: 'anthropic' },
  { name: 'openai', url: 'https://api.openai.com', provider: 'openai' },
  { name: 'gemini', url: 'https://generativelanguage.googleapis.com', provider: 'google' },
  { name: 'bedrock', url: 'https://bedrock-runtime.us-east-1.amazonaws.com', provider: 'bedrock' },
  { name: 'deepseek', url: 'https://api.deepseek.com', provider: 'deepseek' },
  { name: 'xai', url: 'https://api.x.ai', provider: 'xai' },
  { name: 'mistral', url: 'https://api.mistral.ai', provider: 'mistral' },
  { name: 'groq', url: 'https://api.groq.com/openai', provider: 'groq' },
  { name: 'together', url: 'https://api.together.xyz', provider: 'together' },
  { name: 'openrouter', url: 'https://openrouter.ai/api', provider: 'openrouter' },
  { name: 'fireworks', url: 'https://api.fireworks.ai/inference', provider: 'fireworks' },
  { name: 'cerebras', url: 'https://api.cerebras.ai', provider: 'cerebras' },
];

/** Host → provider, for upstreams with a name of their own. */
const HOSTS: readonly (readonly [pattern: RegExp, provider: Provider])[] = [
  [/(^|\.)anthropic\.com$/, 'anthropic'],
  [/(^|\.)openai\.com$/, 'openai'],
  [/(^|\.)openai\.azure\.com$/, 'azure'],
  [/aiplatform\.googleapis\.com$/, 'vertex'],
  [/(^|\.)googleapis\.com$/, 'google'],
  [/(^|\.)amazonaws\.com$/, 'bedrock'],
  [/(^|\.)deepseek\.com$/, 'deepseek'],
  [/(^|\.)x\.ai$/, 'xai'],
  [/(^|\.)mistral\.ai$/, 'mistral'],
  [/(^|\.)groq\.com$/, 'groq'],
  [/(^|\.)together\.(xyz|ai)$/, 'together'],
  [/(^|\.)openrouter\.ai$/, 'openrouter'],
  [/(^|\.)fireworks\.ai$/, 'fireworks'],
  [/(^|\.)cerebras\.ai$/, 'cerebras'],
];

export interface Place {
  readonly origin: string;
  /** Stands before each path; empty or `/…` without a slash at its end. */
  readonly base: string;
}

const places = new WeakMap<Upstream, Place>();

/** The parts of an upstream's address; it never changes, and every call asks. */
export function placeOf(upstream: Upstream): Place {
  const known = places.get(upstream);
  if (known) return known;
  const { origin, pathname } = new URL(upstream.url);
  const place = { origin, base: pathname === '/' ? '' : pathname };
  places.set(upstream, place);
  return place;
}

export type UpstreamTable = ReadonlyMap<string, Upstream>;

const NAME = /^[a-z][a-z0-9-]{0,30}$/;

/** `name=URL`, as on the command line. Throws with a sentence for people. */
export function parseUpstream(text: string): Upstream {
  const at = text.indexOf('=');
  const name = text.slice(0, at).trim().toLowerCase();
  if (at < 1 || !NAME.test(name)) throw new Error(`"${text}" is not name=URL`);
  return upstreamOf(name, text.slice(at + 1).trim());
}

/** An upstream from its name and address; the provider follows from the name, else from the host. */
export function upstreamOf(name: string, address: string, provider?: Provider): Upstream {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error(`"${address}" is not an http(s) address`);
  if (url.username || url.password || url.search || url.hash) throw new Error(`"${address}": an upstream has no credentials, query or fragment`);
  const known = BUILT_IN.find((one) => one.name === name)?.provider ?? HOSTS.find(([pattern]) => pattern.test(url.hostname))?.[1] ?? 'other';
  return { name, url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, provider: provider ?? known };
}

/** The built-in upstreams with those of the person's in their place or beside them. */
export const upstreamTable = (own: readonly Upstream[] = []): UpstreamTable => new Map([...BUILT_IN, ...own].map((one) => [one.name, one]));

/** The upstream of a path that names none: that of its API. */
export function defaultUpstream(match: WireMatch | undefined, path: string, headers: Readonly<Record<string, unknown>>): string {
  if (match) {
    if (match.api === 'anthropic-messages') return 'anthropic';
    if (match.api === 'gemini-generate') return 'gemini';
    return match.api === 'bedrock-converse' ? 'bedrock' : 'openai';
  }
  // Model lists, files and the like: the same path at several providers, told apart by how each wants its key.
  if (headers['anthropic-version'] !== undefined || headers['x-api-key'] !== undefined) return 'anthropic';
  if (headers['x-goog-api-key'] !== undefined || path.startsWith('/v1beta')) return 'gemini';
  return path.startsWith('/model/') ? 'bedrock' : 'openai';
}
