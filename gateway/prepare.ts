/** What is done to a call before anything is reserved for it: the person's own router is asked, then the rules. */
import type { DenialDetail } from '../core/wire/index.ts';
import type { AskedCall } from './call.ts';
import { byRules, headerText, mayRoute, routed, told } from './route.ts';
import { askRouter } from './router-hook.ts';

/** The call as it is to be sent, or why it is not. */
type Prepared = AskedCall | { readonly denied: DenialDetail };

export function prepare(call: AskedCall): Prepared | Promise<Prepared> {
  const { router } = call.core.options;
  return router && call.route.match.operation === 'generate' ? byRouter(call, router.onError) : byRules(call);
}

async function byRouter(call: AskedCall, onError: 'deny' | 'pass'): Promise<Prepared> {
  const answer = await askRouter(call);
  const { session } = call.who;
  if (typeof answer === 'string') {
    const message = `Costlint: the router did not decide: ${answer}`;
    if (onError === 'deny') return { denied: { kind: 'unavailable', message, session } };
    return byRules(told(call, { headers: ['x-costlint-hook', headerText(`failed; ${answer}`)], notes: [`router: ${answer}`] }));
  }
  if (answer.deny !== undefined)
    return { denied: { kind: 'breaker', limit: 'router', message: `Costlint: the router refuses this call: ${headerText(answer.deny)}`, session } };
  if (answer.model === undefined) return byRules(told(call, { headers: ['x-costlint-hook', 'pass'] }));
  const heard = told(call, { headers: ['x-costlint-hook', 'model'] });
  return mayRoute(call) ? routed(heard, answer.model, 'router') : heard;
}
