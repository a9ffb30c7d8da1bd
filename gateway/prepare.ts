/** What is done to a call before anything is reserved for it: the person's own router is asked, then the rules. */
import type { DenialDetail } from '../core/wire/index.ts';
import type { AskedCall } from './call.ts';
import { byRules, headerText, mayRoute, routed, told } from './route.ts';
import { askRouter } from './router-hook.ts';

/** The call as it is to be sent, or why it is not. */
export async function prepare(call: AskedCall): Promise<AskedCall | { readonly denied: DenialDetail }> {
  const { router } = call.core.options;
  if (!router || call.route.match.operation !== 'generate') return byRules(call);
  const answer = await askRouter(call);
  const { session } = call.who;
  if (typeof answer === 'string') {
    const message = `Costlint: the router did not decide: ${answer}`;
    if (router.onError === 'deny') return { denied: { kind: 'unavailable', message, session } };
    return byRules(told(call, { headers: ['x-costlint-hook', headerText(`failed; ${answer}`)], notes: [`router: ${answer}`] }));
  }
  if (answer.deny !== undefined)
    return { denied: { kind: 'breaker', limit: 'router', message: `Costlint: the router refuses this call: ${headerText(answer.deny)}`, session } };
  if (answer.model === undefined) return byRules(told(call, { headers: ['x-costlint-hook', 'pass'] }));
  const heard = told(call, { headers: ['x-costlint-hook', 'model'] });
  return mayRoute(call) ? routed(heard, answer.model, 'router') : heard;
}
