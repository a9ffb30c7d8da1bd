/** Which model a call asks for, and whose servers answer it. */
import { type CallSite, type Provider, unknown, valueOf } from '../model.ts';
import { providerOf } from '../pricing/model-id.ts';
import type { UnitIndex } from '../program/unit-index.ts';
import type { Env } from '../program/values.ts';
import { familyOf, isMade, providerOfClient } from '../sdks/registry.ts';
import type { CallSpec } from '../sdks/sdk.ts';
import { importsFile } from './importing.ts';
import { isGiven, locate, type Subject } from './locate.ts';
import { type Match, subjectOf } from './match.ts';
import { type ModelChoice, modelOf, orDefault, providerOfUrl, rowsNamed, vendorOf } from './model.ts';
import { modelInUrl, urlValue } from './url.ts';

/** The model that the call names, or that the object it is called on was made with, and those of the other objects that it may be called on. */
export function modelChoice(match: Match, subject: Subject): ModelChoice {
  const first = ownModel(match, subject);
  const others = match.rivals.map((rival) => ownModel(rival, subjectOf(rival, subject.evaluator)));
  return fitting(match, subject, others.length === 0 ? first : { ...first, others: [...first.others, ...others] });
}

/** Vendors whose own client no other vendor's model answers. */
const ALONE: ReadonlySet<unknown> = new Set<Provider>(['anthropic', 'google']);

/** Of the models that several clients share, one that this client can ask for: settings of another vendor do not reach it. */
function fitting({ spec, bound, callee }: Match, subject: Subject, choice: ModelChoice): ModelChoice {
  const vendor = spec.provider ?? providerOfClient(bound, callee, (option) => isGiven(locate(subject, `@receiver.${option}`)));
  if (!ALONE.has(vendor) || isGiven(locate(subject, spec.fields.baseUrl))) return choice;
  const isForeign = ({ model }: ModelChoice): boolean => {
    const named = model.kind === 'known' && (model.via === 'default' || model.via === 'env-default') ? providerOf(model.value) : undefined;
    return named !== undefined && named !== vendor && FOREIGN.has(named);
  };
  if (!isForeign(choice)) return choice;
  const others = choice.others.filter((other) => !isForeign(other));
  const next = others.find(({ model }) => model.kind === 'known');
  return next ? { ...next, others: others.filter((o) => o !== next) } : { ...choice, model: unknown('dynamic', choice.model.at), others };
}

const FOREIGN: ReadonlySet<unknown> = new Set<Provider>(['openai', 'anthropic', 'google']);

function ownModel(match: Match, subject: Subject): ModelChoice {
  const { fields } = match.spec;
  if (fields.model !== undefined) {
    const own = modelOf(subject, rowsNamed(subject, match.spec.rows, locate(subject, fields.model)));
    if (own.object || own.model.kind === 'known' || own.model.why !== 'absent') return own;
    const { url } = match.spec;
    const target = url?.model ? locate(subject, url.at) : undefined;
    const inUrl = url?.model && target && modelInUrl(urlValue(target, subject.evaluator), url.model);
    if (inUrl) return modelOf(subject, inUrl);
    return ambientModel(match, subject) ?? orDefault(subject, own, match.spec.defaultModel);
  }
  // The receiver is the model: `ChatOpenAI(model=…).invoke(…)`.
  return modelOf(subject, { ...match.callee, signature: match.callee.signature.replace(/(\.\w+)$/, '') });
}

/** The model that other code of the file, or of a file that imports it, sets for all calls of this kind. */
function ambientModel(match: Match, subject: Subject): ModelChoice | undefined {
  const { ambient } = match.spec;
  if (!ambient) return undefined;
  const { index } = match.env;
  const own = ambientIn(match, subject, ambient, index);
  if (own) return own;
  const { program } = subject.evaluator;
  const all: ModelChoice[] = [];
  for (const path of program.importersInUse(index.unit.path)) {
    const words = [...ambient.calls, ...(ambient.set ? [ambient.set.attribute] : [])].map((c) => c.slice(c.lastIndexOf('.') + 1));
    const text = program.read(path) ?? '';
    const unit = words.some((w) => text.includes(w)) ? program.unit(path) : undefined;
    const found = unit && importsFile(subject.evaluator, unit, index) && ambientIn(match, subject, ambient, unit);
    if (found) all.push(found);
  }
  // Programs that set different ones: which of them runs is not known.
  return new Set(all.map((c) => valueOf(c.model))).size === 1 ? all[0] : undefined;
}

type Ambient = NonNullable<CallSpec['ambient']>;

function ambientIn(match: Match, subject: Subject, ambient: Ambient, index: UnitIndex): ModelChoice | undefined {
  const { evaluator } = subject;
  const family = familyOf(index.unit.language);
  const before = (at: number): boolean => index === match.env.index && at < match.info.call.start;
  const found: { readonly at: number; readonly choice: ModelChoice }[] = [];
  for (const pattern of ambient.calls) {
    for (const info of index.callsByName.get(pattern.slice(pattern.lastIndexOf('.') + 1)) ?? []) {
      const env: Env = { index, frame: info.frame };
      const callee = evaluator.evaluate(info.call.callee, env);
      if (callee.kind !== 'external' || !isMade(match.bound, ambient.calls, callee.module, callee.signature, family)) continue;
      const setter: Subject = { ...subject, made: { call: info.call, env }, callee };
      found.push({ at: info.call.start, choice: modelOf(setter, locate(setter, ambient.model)) });
    }
  }
  if (ambient.set) {
    const { object, attribute } = ambient.set;
    for (const [root, mutations] of index.mutations) {
      if (root !== object && !root.endsWith(`.${object}`)) continue;
      for (const m of mutations)
        if (m.kind === 'set' && m.key === attribute && m.value)
          found.push({ at: m.span.start, choice: modelOf(subject, evaluator.evaluate(m.value, { index, frame: m.frame })) });
    }
  }
  const usable = found.filter(({ choice }) => choice.model.kind === 'known' || choice.object).sort((a, b) => a.at - b.at);
  return (usable.findLast(({ at }) => before(at)) ?? usable[0])?.choice;
}

/** Whose servers answer: by the description and the client, the base URL, the model's name. */
export function providerFor(match: Match, subject: Subject, choice: ModelChoice): Provider {
  const { spec, bound, callee } = match;
  const isSet = (option: string) => isGiven(locate(subject, `@receiver.${option}`));
  const own = spec.provider ?? providerOfClient(bound, callee, isSet) ?? 'model';
  const base = own === 'model' ? (vendorOf(locate(subject, spec.fields.vendor)) ?? choice.provider ?? 'unknown') : own;
  const url = locate(subject, spec.fields.baseUrl) ?? (choice.object && locate(choice.object.subject, choice.object.spec.baseUrl));
  const given = url && isGiven(url) ? url : undefined;
  const named = choice.model.kind === 'known' ? providerOf(choice.model.value) : undefined;
  const host = providerOfUrl(given && urlValue(given, subject.evaluator), valueOf(choice.model));
  // A shared settings class may default to another vendor's URL; a client does not speak that vendor's API.
  const foreign = (host === 'openai' && base === 'anthropic') || (host === 'anthropic' && base === 'openai');
  if (host && base !== 'azure' && !foreign) return host;
  // A base URL that is only known at run time: the model's name says whose it is, or nobody does.
  if (given && base !== 'azure') return named ?? 'unknown';
  if (base === 'other' || base === 'unknown') return named ?? base;
  return base;
}

/** How the provider caches prompts: what is marked, by itself, or not at all. */
export function cachingOf(spec: CallSpec, provider: Provider): CallSite['caching'] {
  if (spec.caching === 'managed') return 'managed';
  if (provider === 'anthropic' || provider === 'bedrock') return 'explicit';
  if (
    provider === 'openai' ||
    provider === 'azure' ||
    provider === 'google' ||
    provider === 'vertex' ||
    provider === 'deepseek' ||
    provider === 'groq' ||
    provider === 'xai'
  )
    return 'implicit';
  if (provider === 'local') return 'none';
  return 'unknown';
}
