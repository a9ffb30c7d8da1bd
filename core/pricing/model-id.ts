/**
 * Model ids as code writes them → the ids of price lists. Only spellings are undone (prefixes, regions, snapshot dates, dots for dashes);
 * nothing is matched by resemblance, so an id that no list has stays unknown.
 */
import type { Provider } from '../model.ts';
import type { Route, UnknownReason } from './types.ts';

/** A model id taken apart. */
export interface ModelId {
  readonly written: string;
  /** Whose price list to read; `unknown` when neither the caller nor the id says. */
  readonly provider: Provider;
  readonly route: Route;
  /** Ids to look up, the most specific first. */
  readonly candidates: readonly string[];
  /** Region prefix of a Bedrock profile: `global`, `us`, `eu` … */
  readonly geo?: string;
  /** Set when the id can have no list price whatever it says. */
  readonly blocked?: UnknownReason;
  /** What was assumed. */
  readonly notes: readonly string[];
}

/** Prefixes of `prefix/model` and `prefix:model` in LiteLLM, LangChain, Pydantic AI, the AI SDK's gateway, OpenRouter, CrewAI, DSPy. */
const PREFIXES: Readonly<Record<string, Provider>> = {
  anthropic: 'anthropic',
  openai: 'openai',
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  'text-completion-openai': 'openai',
  gemini: 'google',
  googleai: 'google',
  google: 'google',
  'google-gla': 'google',
  'google-genai': 'google',
  google_genai: 'google',
  'google-vertex': 'vertex',
  google_vertexai: 'vertex',
  google_anthropic_vertex: 'vertex',
  vertex_ai: 'vertex',
  vertexai: 'vertex',
  vertex_ai_beta: 'vertex',
  vertex: 'vertex',
  bedrock: 'bedrock',
  bedrock_converse: 'bedrock',
  'amazon-bedrock': 'bedrock',
  sagemaker: 'other',
  azure: 'azure',
  azure_ai: 'azure',
  azure_openai: 'azure',
  'azure-openai': 'azure',
  deepseek: 'deepseek',
  xai: 'xai',
  'x-ai': 'xai',
  grok: 'xai',
  mistral: 'mistral',
  mistralai: 'mistral',
  codestral: 'mistral',
  groq: 'groq',
  together: 'together',
  together_ai: 'together',
  togetherai: 'together',
  openrouter: 'openrouter',
  cohere: 'cohere',
  cohere_chat: 'cohere',
  perplexity: 'perplexity',
  fireworks: 'fireworks',
  fireworks_ai: 'fireworks',
  cerebras: 'cerebras',
  ollama: 'local',
  ollama_chat: 'local',
  lm_studio: 'local',
  lmstudio: 'local',
  hosted_vllm: 'local',
  vllm: 'local',
  llamafile: 'local',
  llamacpp: 'local',
  huggingface: 'other',
  replicate: 'other',
  litellm_proxy: 'unknown',
};

/** Prefixes that only wrap another prefix. */
const WRAPPERS = new Set(['gateway', 'litellm', 'models', 'converse', 'converse_like', 'invoke', 'responses', 'chat']);

/** Hosts of many vendors' models: what follows their own prefix is theirs to name. */
const MULTI_VENDOR = new Set<Provider>(['bedrock', 'groq', 'together', 'openrouter', 'fireworks', 'cerebras', 'azure', 'local', 'other']);

const CLAUDE_FAMILIES = 'opus|sonnet|haiku|fable|mythos';

/** What Claude Code's short names stand for, by host (source: Claude Code 2.1.330, model catalogue, 2026-11-20). */
const CLAUDE_ALIASES: Readonly<Record<Route, Readonly<Record<string, string>>>> = {
  'first-party': {
    opus: 'claude-opus-5-5',
    sonnet: 'claude-sonnet-5-5',
    haiku: 'claude-haiku-5-5',
    fable: 'claude-fable-5-2',
    best: 'claude-opus-5-5',
  },
  bedrock: { opus: 'claude-opus-5-5', sonnet: 'claude-sonnet-4-5', haiku: 'claude-haiku-4-5', fable: 'claude-fable-5-2' },
  vertex: { opus: 'claude-opus-5-5', sonnet: 'claude-sonnet-4-5', haiku: 'claude-haiku-4-5', fable: 'claude-fable-5-2' },
  azure: { opus: 'claude-opus-4-6', sonnet: 'claude-sonnet-4-5', haiku: 'claude-haiku-4-5' },
};

/**
 * `claude-sonnet-4-5-20250929`, `claude-4.5-sonnet`, `claude-sonnet-4-5@20250929`, `claude-sonnet-4-5-v1:0` → `claude-sonnet-4-5`;
 * undefined when it is no Claude id.
 */
export function canonicalClaude(id: string): string | undefined {
  if (!id.startsWith('claude-')) return undefined;
  const plain = id
    .replace(/\[1m\]$/, '')
    .replace(/:(beta|thinking|extended)$/, '')
    .replace(/@[\w-]+$/, '')
    .replace(/(?<=\d)-v\d+(:\d+(:\w+)?)?$/, '')
    .replace(/:\d+$/, '')
    .replace(/-20\d{6}$/, '')
    .replace(/-latest$/, '')
    .replace(/(\d)\.(\d)/g, '$1-$2');
  const versionFirst = new RegExp(`^claude-(\\d+)(?:-(\\d+))?-(${CLAUDE_FAMILIES})$`).exec(plain);
  const familyFirst = new RegExp(`^claude-(${CLAUDE_FAMILIES})-(\\d+)(?:-(\\d+))?$`).exec(plain);
  const [family, major, minor] = versionFirst
    ? [versionFirst[3], versionFirst[1], versionFirst[2]]
    : familyFirst
      ? [familyFirst[1], familyFirst[2], familyFirst[3]]
      : [undefined, undefined, undefined];
  if (!family || !major) return plain;
  const version = minor === undefined || minor === '0' ? major : `${major}-${minor}`;
  return Number(major) < 4 ? `claude-${version}-${family}` : `claude-${family}-${version}`;
}

/** Spellings of an id without snapshot dates and preview suffixes, longest first. */
function shortened(id: string, suffixes: readonly RegExp[]): string[] {
  const found = [id];
  for (let rest = id; ; ) {
    const next: string = suffixes.reduce((text, suffix) => (text === rest ? text.replace(suffix, '') : text), rest);
    if (next === rest) return found;
    found.push(next);
    rest = next;
  }
}

const DATE = /-20\d\d-\d\d-\d\d$/;
const COMPACT_DATE = /-20\d{6}$/;
const LATEST = /-latest$/;

/** Suffixes that do not change the price, by price list. Mistral's and Groq's numbers name different models, so they keep theirs. */
const SUFFIXES: Partial<Readonly<Record<Provider, readonly RegExp[]>>> = {
  openai: [DATE, LATEST],
  google: [/@[\w-]+$/, /-\d{3}$/, /-\d\d-\d\d(\d\d)?$/, LATEST, /-(preview|exp)$/],
  deepseek: [LATEST, /-\d{4}$/],
  xai: [COMPACT_DATE, LATEST],
};

/** `ft:gpt-4o-2024-08-06:org::id` → `ft:gpt-4o`. */
const fineTuned = (id: string): string => `ft:${(id.split(':')[1] ?? '').replace(DATE, '').replace(/-\d{4}$/, '')}`;

function candidatesOf(id: string, provider: Provider): string[] {
  if (provider === 'anthropic') return [canonicalClaude(id) ?? id];
  if (provider === 'openai' && id.startsWith('ft:')) return [fineTuned(id)];
  return shortened(id, SUFFIXES[provider] ?? []);
}

/** An ARN names a model only when it is a foundation model or a system-defined profile. */
function fromArn(id: string): { id: string; blocked?: UnknownReason } {
  const [, kind = '', name = ''] = /:(foundation-model|inference-profile|[\w-]+)\/([^/]+)$/.exec(id) ?? [];
  const named = kind === 'foundation-model' || (kind === 'inference-profile' && /\./.test(name));
  return named ? { id: name } : { id, blocked: 'opaque-id' };
}

interface Split {
  id: string;
  provider: Provider;
  /** The id's own prefix contradicts the given provider. */
  conflict: boolean;
}

const sameList = (a: Provider, b: Provider): boolean => a === b || (['google', 'vertex'].includes(a) && ['google', 'vertex'].includes(b));

/** Takes `prefix/` and `prefix:` off, as long as they name hosts. */
function splitPrefix(written: string, given: Provider): Split {
  let id = written;
  let provider = given;
  for (;;) {
    const match = /^([a-z0-9_.-]+)[/:](.+)$/.exec(id);
    const [prefix, rest] = [match?.[1] ?? '', match?.[2] ?? ''];
    if (!match) return { id, provider, conflict: false };
    if (WRAPPERS.has(prefix)) {
      id = rest;
      continue;
    }
    const named = PREFIXES[prefix];
    if (!named || (MULTI_VENDOR.has(provider) && named !== provider && provider !== 'other')) return { id, provider, conflict: false };
    if (provider !== 'unknown' && provider !== 'other' && !sameList(provider, named)) return { id: rest, provider: named, conflict: true };
    id = rest;
    provider = provider === 'vertex' && named === 'google' ? 'vertex' : named;
    if (named === 'other' || named === 'unknown') return { id, provider, conflict: false };
  }
}

const ROUTES: Partial<Readonly<Record<Provider, Route>>> = { bedrock: 'bedrock', vertex: 'vertex', azure: 'azure' };

/** `us.anthropic.claude-…-v1:0`, `bedrock/eu-west-1/anthropic.claude-…`, `meta.llama3-…-v1:0`. */
function onBedrock(written: string, id: string): ModelId {
  const unregioned = id.replace(/^[a-z]{2}(-gov)?-[a-z]+-\d\//, '').replace(/^(converse|invoke|converse_like)\//, '');
  const geo = /^(global|us-gov|us|eu|apac|ap|jp|au|ca|in|uk|sa|me|af)\./.exec(unregioned)?.[1];
  const name = geo ? unregioned.slice(geo.length + 1) : unregioned;
  const base = { written, route: 'bedrock' as const, geo, notes: [] };
  const claude = canonicalClaude(name.replace(/^anthropic\./, ''));
  if (claude) return { ...base, provider: 'anthropic', candidates: [claude] };
  const alias = CLAUDE_ALIASES.bedrock[name];
  if (alias) return { ...base, provider: 'anthropic', candidates: [alias], notes: [aliasNote(name, alias)] };
  const plain = name.replace(/(-v\d+)?(:\d+(:\w+)?)?$/, '');
  const scoped = geo === 'global' ? [`global.${plain}`, plain] : geo ? [`regional.${plain}`, plain] : [plain, `regional.${plain}`];
  return { ...base, provider: 'bedrock', candidates: scoped };
}

const aliasNote = (alias: string, model: string): string =>
  `'${alias}' taken as ${model}, as in Claude Code 2.1.330 (2026-11-20); it moves with releases`;

/** The vendor's own list where OpenRouter passes the vendor's price through. */
function onOpenRouter(written: string, id: string): ModelId {
  const base = { written, route: 'first-party' as const };
  if (id.endsWith(':free')) return { ...base, provider: 'openrouter', candidates: [id], blocked: 'not-per-token', notes: [] };
  const [vendor = '', name = ''] = id.split('/');
  const provider = PREFIXES[vendor];
  const passed = provider && ['anthropic', 'google', 'openai', 'xai', 'cohere', 'perplexity'].includes(provider) && !name.startsWith('gemma');
  const plain = name.replace(/:(beta|thinking|extended)$/, '');
  if (!passed || plain.includes(':')) return { ...base, provider: 'openrouter', candidates: [id, id.replace(/:(beta|thinking)$/, '')], notes: [] };
  const fast = provider === 'anthropic' && plain.endsWith('-fast');
  const notes = ['price of the model’s own provider, which OpenRouter passes through (openrouter.ai FAQ); fees on credits are not in it'];
  return { ...base, provider, candidates: fast ? [plain] : candidatesOf(plain, provider), notes };
}

/** The provider that an id itself names, by prefix or because only one vendor has such names; undefined when it says nothing. */
export function providerOf(model: string): Provider | undefined {
  const written = model.trim().toLowerCase();
  const { id, provider } = splitPrefix(written, 'unknown');
  if (provider !== 'unknown') return provider;
  if (written.startsWith('arn:aws:bedrock') || /^([a-z-]+\.)?(anthropic|amazon|meta|mistral|cohere|ai21)\./.test(id)) return 'bedrock';
  if (id.startsWith('claude-')) return 'anthropic';
  if (/^(gpt-\d|o[134](-|$)|chatgpt-|ft:gpt-)/.test(id)) return 'openai';
  if (id.startsWith('gemini-')) return 'google';
  if (/^grok-\d/.test(id)) return 'xai';
  return undefined;
}

/**
 * Takes an id apart. `given` is what the SDK says of the host: `unknown` and `other` leave it to the id's own prefix, never to its mere name
 * (a base URL may lead elsewhere; `providerOf` reads names where the caller knows that it does not).
 */
export function modelIdOf(model: string, given: Provider = 'unknown', route?: Route): ModelId {
  const written = model.trim();
  const whole = written.toLowerCase().replace(/^projects\/.*\/publishers\/[\w-]+\/models\/|^publishers\/[\w-]+\/models\/|^models\//, '');
  const arn = whole.startsWith('arn:') ? fromArn(whole) : { id: whole };
  const { id, provider, conflict } = splitPrefix(arn.id, whole.startsWith('arn:aws:bedrock') ? 'bedrock' : given);
  const via = route ?? ROUTES[provider] ?? 'first-party';
  const plain: ModelId = { written, provider, route: via, candidates: [id], notes: [] };
  if (arn.blocked) return { ...plain, blocked: arn.blocked };
  if (conflict) return { ...plain, provider: given, blocked: 'unknown-host' };
  if (via === 'azure' || provider === 'azure') return { ...plain, blocked: 'azure-deployment' };
  if (provider === 'local') return { ...plain, blocked: 'self-hosted' };
  if (provider === 'unknown' || provider === 'other') return { ...plain, blocked: 'unknown-host' };
  if (provider === 'bedrock' || (via === 'bedrock' && provider === 'anthropic')) return onBedrock(written, id);
  if (provider === 'openrouter') return onOpenRouter(written, id);
  return named(plain, id, via);
}

/** Ids of a vendor's own API and of Vertex. */
function named(plain: ModelId, id: string, via: Route): ModelId {
  const claude = plain.provider === 'anthropic' || id.startsWith('claude-');
  const provider = plain.provider === 'vertex' ? (claude ? 'anthropic' : 'google') : plain.provider;
  const alias = plain.provider === 'anthropic' ? CLAUDE_ALIASES[via][id.replace(/\[1m\]$/, '')] : undefined;
  if (alias) return { ...plain, provider, candidates: [alias], notes: [aliasNote(id, alias)] };
  return { ...plain, provider, candidates: candidatesOf(id, provider) };
}
