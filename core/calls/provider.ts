/** Which model a call asks for, and whose servers answer it. */
import type { CallSite, Provider } from '../model.ts';
import { providerOf } from '../pricing/model-id.ts';
import type { Env } from '../program/values.ts';
import { familyOf, isMade, providerOfClient } from '../sdks/registry.ts';
import type { CallSpec } from '../sdks/sdk.ts';
import { isGiven, locate, type Subject } from './locate.ts';
import type { Match } from './match.ts';
import { fromObject, type ModelChoice, modelOf, providerOfUrl, vendorOf } from './model.ts';

/** The model that the call names, or that the object it is called on was made with. */
export function modelChoice(match: Match, subject: Subject): ModelChoice {
  const { fields } = match.spec;
  if (fields.model !== undefined) {
    const own = modelOf(subject, locate(subject, fields.model));
    return own.model.kind === 'unknown' && own.model.why === 'absent' ? (ambientModel(match, subject) ?? own) : own;
  }
  // The receiver is the model: `ChatOpenAI(model=…).invoke(…)`.
  const receiver = match.callee.signature.replace(/(\.\w+)$/, '');
  return fromObject(subject, { ...match.callee, signature: receiver });
}

/** The model that another call of the file sets for all calls of this kind. */
function ambientModel(match: Match, subject: Subject): ModelChoice | undefined {
  const { ambient } = match.spec;
  if (!ambient) return undefined;
  const { index } = match.env;
  const family = familyOf(index.unit.language);
  for (const pattern of ambient.calls) {
    for (const info of index.callsByName.get(pattern.slice(pattern.lastIndexOf('.') + 1)) ?? []) {
      const env: Env = { index, frame: info.frame };
      const callee = subject.evaluator.evaluate(info.call.callee, env);
      if (callee.kind !== 'external' || !isMade(match.bound, ambient.calls, callee.module, callee.signature, family)) continue;
      const setter: Subject = { ...subject, made: { call: info.call, env }, callee };
      const choice = modelOf(setter, locate(setter, ambient.model));
      if (choice.model.kind === 'known' || choice.object) return choice;
    }
  }
  return undefined;
}

/** Whose servers answer: by the description and the client, the base URL, the model's name. */
export function providerFor(match: Match, subject: Subject, choice: ModelChoice): Provider {
  const { spec, bound, callee } = match;
  const own = spec.provider ?? providerOfClient(bound, callee.signature) ?? 'model';
  const base = own === 'model' ? (vendorOf(locate(subject, spec.fields.vendor)) ?? choice.provider ?? 'unknown') : own;
  const url = locate(subject, spec.fields.baseUrl) ?? (choice.object && locate(choice.object.subject, choice.object.spec.baseUrl));
  const given = url && isGiven(url) ? url : undefined;
  const host = providerOfUrl(given);
  // A shared settings class may default to another vendor's URL; a client does not speak that vendor's API.
  const foreign = (host === 'openai' && base === 'anthropic') || (host === 'anthropic' && base === 'openai');
  if (host && base !== 'azure' && !foreign) return host;
  const named = choice.model.kind === 'known' ? providerOf(choice.model.value) : undefined;
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
