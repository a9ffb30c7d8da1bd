/** Which model a call uses, and whose. */
import { type Known, known, type Location, type Provider, unknown } from '../model.ts';
import { providerOf } from '../pricing/model-id.ts';
import { standing } from '../program/combine.ts';
import { anyOf } from '../program/indexing.ts';
import type { ExternalValue, Value } from '../program/values.ts';
import { type BoundSdk, familyOf, matchModel } from '../sdks/registry.ts';
import type { CallSpec, DefaultModel } from '../sdks/sdk.ts';
import { locate, type Subject } from './locate.ts';
import { modelByVersion, versionOf } from './versions.ts';

export interface ModelChoice {
  readonly model: Known<string>;
  /** What else may stand there: another branch makes it. */
  readonly others: readonly ModelChoice[];
  readonly provider: Provider | undefined;
  /** The model object, when there is one: caps and base URLs may sit on it. */
  readonly object?: { readonly subject: Subject; readonly bound: BoundSdk; readonly spec: NonNullable<ReturnType<typeof matchModel>>['spec'] };
}

/** Reads a value as a model: an id, a model object of some SDK, or one of several. */
export function modelOf(subject: Subject, given: Value | undefined, depth = 0): ModelChoice {
  if (!given) return none('absent');
  const value = standing(given);
  switch (value.kind) {
    case 'const':
      return typeof value.value === 'string' && value.value !== ''
        ? fromId(value.value, value.at, value.via)
        : none(isUnset(value) ? 'absent' : 'dynamic', value.at);
    case 'choice': {
      const all = value.options.map((o) => modelOf(subject, o, depth + 1));
      const first = all.find((m) => m.model.kind === 'known') ?? all[0] ?? none('dynamic');
      return { ...first, others: all.flatMap((m) => (m === first ? m.others : [m, ...m.others])) };
    }
    case 'external':
      return depth > 6 ? none('dynamic') : fromObject(subject, value, depth);
    case 'text': {
      // `${provider}/${model}` where all pieces are known.
      const pieces = value.parts.map(standing).map((p) => (p.kind === 'const' ? String(p.value) : undefined));
      return pieces.every((p) => p !== undefined) ? fromId(pieces.join(''), value.at, 'constant') : none('dynamic', value.at);
    }
    case 'unknown':
      return none(value.why, value.at);
    case 'array': {
      // Parts of a pipeline: the first that is a model.
      const all = depth > 6 ? [] : value.items.map((i) => modelOf(subject, i.value, depth + 1));
      return all.find((m) => m.object !== undefined) ?? none('dynamic', value.at);
    }
    default:
      return none('dynamic', value.at);
  }
}

/** A literal None at the call is an omission; one that a setting or parameter starts with is filled in later. */
const isUnset = (value: Extract<Value, { kind: 'const' }>): boolean => (value.value === null || value.value === '') && value.via === 'literal';

const none = (why: 'absent' | 'dynamic' | 'spread' | 'config', at?: Location): ModelChoice => ({
  model: unknown(why, at),
  others: [],
  provider: undefined,
});

function fromId(id: string, at: Location, via: 'literal' | 'constant' | 'import' | 'default' | 'env-default'): ModelChoice {
  return { model: known(id, at, via), others: [], provider: providerOf(id) };
}

/** A model object's own subject: locators then start at the call that made it. */
function subjectOf(subject: Subject, value: ExternalValue, bound: BoundSdk): Subject | undefined {
  const made = value.calls.at(-1);
  return made && { evaluator: subject.evaluator, bound, made, callee: { ...value, calls: value.calls.slice(0, -1) } };
}

function fromObject(subject: Subject, value: ExternalValue, depth = 0): ModelChoice {
  const language = subject.made.env.index.unit.language;
  const match =
    matchModel(value.module, value.signature, familyOf(language)) ??
    matchModel(value.module, value.signature.replace(/(\.\w+\(\))+$/, ''), familyOf(language));
  if (!match) return none('dynamic', value.at);
  const { bound, spec } = match;
  if (spec.constant !== undefined)
    return { ...fromId(spec.constant, value.at, 'import'), ...(spec.provider !== 'model' && { provider: spec.provider }) };
  const trimmed = matchModel(value.module, value.signature, familyOf(language)) ? value : { ...value, calls: value.calls.slice(0, 1) };
  const own = subjectOf(subject, trimmed, bound);
  if (!own) return { ...none('dynamic', value.at), provider: spec.provider === 'model' ? undefined : spec.provider };
  const named = spec.wraps
    ? modelOf(own, locate(own, spec.wraps), depth + 1)
    : modelOf(own, tableEntry(own, spec.table, locate(own, spec.id)), depth + 1);
  const inner = orDefault(own, named, spec.defaultModel);
  const provider = spec.provider === 'model' ? (vendorOf(locate(own, spec.vendor)) ?? inner.provider) : spec.provider;
  return { ...inner, provider, object: inner.object ?? { subject: own, bound, spec } };
}

/** The model of the framework's version where the code surely names none. */
export function orDefault(subject: Subject, choice: ModelChoice, spec: DefaultModel | undefined): ModelChoice {
  if (!spec || choice.model.kind !== 'unknown' || choice.model.why !== 'absent') return choice;
  const { evaluator, made } = subject;
  const { program } = evaluator;
  const id = modelByVersion(
    spec,
    versionOf((path) => program.read(path), made.env.index.unit.path, program.root, spec.package, true),
  );
  return id === undefined ? choice : fromId(id, evaluator.at(made.call, made.env), spec.environment ? 'env-default' : 'default');
}

/** The provider that an option beside the model names: `model_provider="anthropic"`. */
export const vendorOf = (value: Value | undefined): Provider | undefined =>
  value?.kind === 'const' && typeof value.value === 'string' && value.value !== '' ? providerOf(`${value.value}/model`) : undefined;

/** The entry of a table of models that an alias names, one of all for an alias that is not known. */
function tableEntry(own: Subject, table: string | readonly string[] | undefined, key: Value | undefined): Value | undefined {
  const models = table && locate(own, table);
  if (models && key?.kind === 'unknown') return anyOf(own.evaluator, models, own.made.call, own.made.env) ?? key;
  if (key?.kind !== 'const' || typeof key.value !== 'string') return key;
  return models ? own.evaluator.property(models, key.value, own.made.call, own.made.env) : key;
}

/** The models of the rows with that name in a list: one of them answers. What the code does not show stays unknown. */
export function rowsNamed(subject: Subject, rows: CallSpec['rows'], key: Value | undefined): Value | undefined {
  const list = rows && locate(subject, rows.at);
  if (list?.kind !== 'array' || list.items.length === 0 || key?.kind !== 'const') return key;
  const { evaluator, made } = subject;
  const read = (row: Value, path: string): Value => path.split('.').reduce((v, name) => evaluator.property(v, name, made.call, made.env), row);
  const named = list.items.filter(({ value }) => {
    const name = read(value, rows?.name ?? '');
    return name.kind === 'const' && name.value === key.value;
  });
  const models = named.map(({ value }) => read(value, rows?.model ?? ''));
  return models.length > 1
    ? { kind: 'choice', options: models, at: key.at }
    : (models[0] ?? { kind: 'unknown', why: 'dynamic', stability: 'static', at: key.at });
}

/**
 * Hosts whose OpenAI-compatible endpoints have price lists of their own. `model`: one that passes requests on to the vendor of the model, at its price, so that
 * the model's name decides; `proxy`: one that may do so, or hold models itself.
 */
const HOSTS: readonly (readonly [RegExp, Provider | 'model' | 'proxy'])[] = [
  // The path says whose API is behind Cloudflare's gateway.
  [/gateway\.ai\.cloudflare\.com\/.*\/openai(\/|$)/, 'openai'],
  [/gateway\.ai\.cloudflare\.com\/.*\/anthropic(\/|$)/, 'anthropic'],
  [/gateway\.ai\.cloudflare\.com\/.*\/groq(\/|$)/, 'groq'],
  [/gateway\.ai\.cloudflare\.com\/.*\/openrouter(\/|$)/, 'openrouter'],
  [/(oai|anthropic|ai-gateway)\.helicone\.ai|api\.portkey\.ai|ai-gateway\.vercel\.sh|gateway\.ai\.cloudflare\.com/, 'model'],
  [/openrouter\.ai/, 'openrouter'],
  [/api\.groq\.com/, 'groq'],
  [/api\.deepseek\.com/, 'deepseek'],
  [/api\.x\.ai/, 'xai'],
  [/api\.mistral\.ai/, 'mistral'],
  [/api\.cohere\.(ai|com)/, 'cohere'],
  [/api\.together\.(xyz|ai)/, 'together'],
  [/api\.perplexity\.ai/, 'perplexity'],
  [/api\.fireworks\.ai/, 'fireworks'],
  [/api\.cerebras\.ai/, 'cerebras'],
  [/generativelanguage\.googleapis\.com/, 'google'],
  [/aiplatform\.googleapis\.com/, 'vertex'],
  [/openai\.azure\.com|\.cognitiveservices\.azure\.com/, 'azure'],
  [/bedrock-runtime\./, 'bedrock'],
  [/api\.openai\.com/, 'openai'],
  [/api\.anthropic\.com/, 'anthropic'],
  // Ports of Ollama and LM Studio.
  [/:(11434|1234)(\/|$)/, 'local'],
  [/(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal)/, 'proxy'],
];

/** The vendor of a model that nobody runs on a machine of their own. */
const hosted = (model: string): Provider | undefined => providerOf(model.slice(model.lastIndexOf('/') + 1));

/** Whose price list a base URL stands for: `other` for a host that is not known, undefined when no URL is set. */
export function providerOfUrl(value: Value | undefined, model = ''): Provider | undefined {
  if (value?.kind !== 'const' && value?.kind !== 'text') return undefined;
  const text = value.kind === 'const' ? value.value : value.parts.map((p) => (p.kind === 'const' ? String(p.value) : '')).join('');
  if (typeof text !== 'string' || text === '') return undefined;
  const known = HOSTS.find(([pattern]) => pattern.test(text))?.[1];
  if (known === 'model') return providerOf(model) ?? 'other';
  if (known === 'proxy') return hosted(model) ?? 'local';
  // `${base}/chat/completions`: the host is what is not known.
  const isOpen = value.kind === 'text' && value.parts[0]?.kind !== 'const';
  return known ?? (isOpen ? undefined : 'other');
}
