/** Which model a call goes to, by the person's rules. Always at the provider that the client chose: nothing is translated between APIs. */
import { fitsGlob } from '../core/glob.ts';
import type { Provider } from '../core/model.ts';
import { type RequestFacts, withModel } from '../core/wire/index.ts';
import type { When } from './action-options.ts';
import { limitsFor } from './attribution.ts';
import type { AskedCall, Done } from './call.ts';
import { firstOf } from './headers.ts';
import type { GatewayOptions } from './options.ts';
import type { Upstream } from './upstreams.ts';
import { priceQuery } from './worst-case.ts';

/** A name that is not there fits only `*`. */
export const fits = (glob: string, name: string | undefined): boolean => fitsGlob(glob, name ?? '');

export const modelOf = ({ asked, route }: AskedCall): string | undefined => asked.facts.model ?? route.match.model;

export const hasTools = ({ toolNames, serverTools }: RequestFacts): boolean => toolNames.length > 0 || serverTools.length > 0;

export function applies(when: When, call: AskedCall): boolean {
  const { who, route, request, asked } = call;
  const names: readonly (readonly [glob: string | undefined, name: string | undefined])[] = [
    [when.task, firstOf(request.headers['x-costlint-task'])],
    [when.model, modelOf(call)],
    [when.agent, who.agent],
    [when.project, who.project],
    [when.upstream, route.upstream.name],
  ];
  if (!names.every(([glob, name]) => glob === undefined || fits(glob, name))) return false;
  if (when.tools !== undefined && when.tools !== hasTools(asked.facts)) return false;
  return when.maxInputTokens === undefined || asked.quick.expected <= when.maxInputTokens;
}

/** The model that a rule names, by itself or by its tier; undefined where the tier has none for this upstream. */
export function modelNamed(target: string, tiers: GatewayOptions['tiers'], upstream: Upstream): string | undefined {
  const tier = Object.hasOwn(tiers, target) ? tiers[target] : target;
  return typeof tier === 'object' ? (tier[upstream.name] ?? tier[upstream.provider]) : tier;
}

/** These have no models but their own: a model without a known price there is a mistake, or belongs to someone else. */
const OWN_MODELS: ReadonlySet<Provider> = new Set(['anthropic', 'openai', 'google']);

/** AWS signs path and body: neither can be changed behind the signature. */
export const isSigned = ({ request }: Pick<AskedCall, 'request'>): boolean => (request.headers.authorization ?? '').startsWith('AWS4-');

/** The call for another model, or a sentence that says why it stays as it is. */
export function withModelOf(call: AskedCall, model: string): AskedCall | string {
  const { core, route, asked, who } = call;
  const { provider } = route.upstream;
  if (isSigned(call)) return 'the request is signed';
  const edit = withModel(route.match, route.target.path, asked.text, model);
  if (!edit) return 'the request does not say its model where it could be changed';
  const match = route.match.model === undefined ? route.match : { ...route.match, model };
  const facts: RequestFacts = { ...asked.facts, model };
  const price = core.prices.of(priceQuery(facts, match, provider), call.at);
  if (price.assumed && OWN_MODELS.has(provider)) return `no price is known for ${model} at ${provider}; give it one in "prices"`;
  const { maxOutputTokens, contextWindow } = price.quote ?? {};
  if (!price.assumed && maxOutputTokens !== undefined && (facts.outputCap ?? 0) > maxOutputTokens)
    return `${model} answers with ${maxOutputTokens} tokens at most`;
  if (!price.assumed && contextWindow !== undefined && asked.quick.expected > contextWindow) return `${model} reads ${contextWindow} tokens at most`;
  return {
    ...call,
    route: { ...route, match, target: { ...route.target, path: edit.path } },
    limits: limitsFor(core.limits, who, model),
    asked: { ...asked, facts, price, ...(edit.pieces ? { text: Buffer.concat(edit.pieces), json: { ...(asked.json as object), model } } : {}) },
  };
}

/** The call with more said of what was done to it. */
export const told = (call: AskedCall, { actions = [], headers = [], notes = [] }: Partial<Done>): AskedCall => {
  const { done } = call.asked;
  const all = { actions: [...done.actions, ...actions], headers: [...done.headers, ...headers], notes: [...done.notes, ...notes] };
  return { ...call, asked: { ...call.asked, done: all } };
};

/** A text as a header may hold it. */
export const headerText = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 300);

/** The call for another model, with what was asked for and what is used said in the response and in the ledger; unchanged, and why, where it cannot be. */
export function routed(call: AskedCall, model: string | undefined, by: string): AskedCall {
  const asked = modelOf(call);
  if (model === asked) return call;
  const moved = model === undefined ? 'its tier has no model for this upstream' : withModelOf(call, model);
  if (typeof moved === 'string')
    return told(call, { headers: ['x-costlint-route', headerText(`unchanged; ${by}: ${moved}`)], notes: [`${by}: not routed, ${moved}`] });
  return told(moved, {
    actions: ['routed'],
    headers: [
      'x-costlint-requested-model',
      headerText(asked ?? 'unknown'),
      'x-costlint-model',
      headerText(model ?? ''),
      'x-costlint-route',
      headerText(by),
    ],
    notes: [`${by}: ${asked ?? 'an unknown model'} was asked for`],
  });
}

/** A client that needs the model it names says `x-costlint-route: off`. */
export const mayRoute = ({ request, route }: Pick<AskedCall, 'request' | 'route'>): boolean =>
  route.match.operation === 'generate' && firstOf(request.headers['x-costlint-route']) !== 'off';

/** The first rule that fits. */
export function byRules(call: AskedCall): AskedCall {
  const { routes, tiers } = call.core.options;
  if (routes.length === 0 || !mayRoute(call)) return call;
  const index = routes.findIndex(({ when }) => applies(when, call));
  const rule = routes[index];
  return rule ? routed(call, modelNamed(rule.to, tiers, call.route.upstream), `rule ${index + 1}`) : call;
}
