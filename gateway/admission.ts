/** Whether a call may start, and with how much set aside for it. */
import type { Amount, Standing } from '../core/budget/types.ts';
import type { Range } from '../core/model.ts';
import type { GatewayStanding } from '../core/protocol/gateway.ts';
import type { DenialDetail } from '../core/wire/index.ts';
import type { Asked, Call, Granted } from './call.ts';
import { standingForWire } from './core.ts';
import { limitEvent } from './events.ts';
import { budgetDetail } from './refusal.ts';
import { isSigned } from './route.ts';
import type { StoreDecision } from './store/types.ts';
import { countedInput, outputThatFits, type WorstCase, worstCase } from './worst-case.ts';

export type Admission =
  | { readonly kind: 'granted'; readonly granted: Granted }
  | { readonly kind: 'denied'; readonly detail: DenialDetail; readonly by?: readonly GatewayStanding[]; readonly needed?: Amount };

/** A reservation without counting tokens is kept only where it takes at most this share of what is left. */
const ROOMY = 0.1;
/** A cap is not lowered to less: such an answer helps nobody. Output tokens. */
const LEAST_OUTPUT = 256;
/** What a stream that is cut at the ceiling has set aside at first, and each time it has used that. Output tokens. */
export const GROWTH = 4_096;

const left = ({ limit, available }: Standing, taken: Amount): number => (available <= 0 ? 1 : taken[limit.unit] / available);

/** Whether so much is left that a rough reservation stands in nobody's way. */
const roomy = (decision: Extract<StoreDecision, { kind: 'granted' }>, taken: Amount): boolean =>
  decision.standings.every((standing) => standing.limit.action === 'warn' || standing.limit.unit === 'calls' || left(standing, taken) <= ROOMY);

const NOTHING: readonly string[] = [];
const NO_TOKENS: Range = { low: 0, expected: 0, high: 0 };

/** At once where the limits are kept here. */
export function admit(call: Call, asked: Asked): Admission | Promise<Admission> {
  const { core, limits } = call;
  const { facts, price, quick } = asked;
  if (price.assumed && core.options.unknownPrice === 'deny') return { kind: 'denied', detail: noPrice(call, asked) };
  // Batches are billed when their results are fetched; until then only the number of calls counts.
  const rough = facts.operation === 'batch-create' ? worstCase(facts, NO_TOKENS, price, 0) : worstCase(facts, quick, price);
  if (limits.length === 0) return granted(call, asked, rough, undefined);
  const first = reserve(call, call.id, rough.amount);
  return first instanceof Promise ? first.then((decision) => judged(call, asked, rough, decision)) : judged(call, asked, rough, first);
}

/** The first look, without counting tokens. */
function judged(call: Call, asked: Asked, rough: WorstCase, first: StoreDecision): Admission | Promise<Admission> {
  if (first.kind === 'unavailable') return unavailable(call, first.message);
  if (first.kind === 'granted') {
    if (asked.facts.operation === 'batch-create' || roomy(first, rough.amount)) return granted(call, asked, rough, call.id, {}, first.alone);
    return call.core.store.release(call.id).then(() => counted(call, asked));
  }
  // Counting tokens does not help against a limit on calls.
  if (first.by.every(({ limit }) => limit.unit === 'calls')) return denied(call, asked, first, rough.amount);
  return counted(call, asked);
}

/** The second look, with the input counted. */
async function counted(call: Call, asked: Asked): Promise<Admission> {
  const { core } = call;
  const input = countedInput(asked.facts, asked.json, call.route.upstream.provider, await core.counter());
  const worst = worstCase(asked.facts, input, asked.price);
  const id = `${call.id}-c`;
  const decision = await reserve(call, id, worst.amount);
  if (decision.kind === 'unavailable') return unavailable(call, decision.message);
  if (decision.kind === 'granted') return granted(call, asked, worst, id, {}, decision.alone);
  return (await withLess(call, asked, input, decision.fits)) ?? denied(call, asked, decision, worst.amount);
}

/** A call without an output cap need not take its model's maximum: as the person has chosen, its cap is lowered or its stream is cut in time. */
async function withLess(call: Call, asked: Asked, input: Range, room: Amount): Promise<Admission | undefined> {
  const { core, route } = call;
  const { facts, price } = asked;
  if (facts.outputCap !== undefined || facts.operation !== 'generate' || core.options.noCap === 'deny') return undefined;
  const fits = outputThatFits(facts, input, price, room);
  const each = Math.floor(fits / facts.completions);
  if (each < LEAST_OUTPUT) return undefined;
  const id = `${call.id}-l`;
  if (core.options.noCap === 'cut' && facts.stream) {
    const worst = worstCase(facts, input, price, Math.min(fits, GROWTH));
    const decision = await reserve(call, id, worst.amount);
    return decision.kind === 'granted' ? granted(call, asked, worst, id, { growing: true, actions: ['cut-at-ceiling'] }, decision.alone) : undefined;
  }
  const pieces = isSigned(call) ? undefined : route.api.withOutputCap?.(asked.text, each);
  if (!pieces) return undefined;
  const worst = worstCase(facts, input, price, each * facts.completions);
  const decision = await reserve(call, id, worst.amount);
  if (decision.kind !== 'granted') return undefined;
  const told = { actions: ['cap-lowered'], headers: ['x-costlint-output-cap', String(each)] };
  return granted(call, asked, worst, id, { body: Buffer.concat(pieces), ...told }, decision.alone);
}

function reserve(call: Call, id: string, amount: Amount): StoreDecision | Promise<StoreDecision> {
  const { core, limits, request } = call;
  const hold = request.headers['x-costlint-hold'];
  const wanted = { id, limits, amount, ttlMs: core.options.leaseMs };
  const decided = core.store.reserve(typeof hold === 'string' ? { ...wanted, hold } : wanted);
  return decided instanceof Promise ? decided.then((decision) => warned(call, decision)) : warned(call, decided);
}

/** The decision, when it has been told which limits are near. */
function warned(call: Call, decision: StoreDecision): StoreDecision {
  if (decision.kind !== 'unavailable') for (const warning of decision.warnings) announce(call, warning);
  return decision;
}

function announce(call: Call, warning: Standing): void {
  const event = limitEvent(call.core.newId(), call.core.now(), 'warned', warning, call.who.session);
  call.core.emit(event);
  call.core.ledger.append(event).catch((error: unknown) => call.core.warn(`ledger: ${String(error)}`));
}

/** Most calls are sent as they came: then there is nothing to join. */
const joined = (...lists: readonly (readonly string[] | false | undefined)[]): readonly string[] => {
  const some = lists.filter((list) => list && list.length > 0);
  return some.length > 1 ? some.flatMap((list) => list || []) : some[0] || NOTHING;
};

/** The request as it is sent: with usage asked for where the client did not. `alone`: the shared store is away, and this gateway decided by what it knows. */
function granted(call: Call, asked: Asked, worst: WorstCase, lease: string | undefined, more: Partial<Granted> = {}, alone = false): Admission {
  const { core, route } = call;
  const { text, plain, body, facts, done } = asked;
  const sent = more.body ?? text;
  const inject = core.options.injectUsage && facts.stream && !facts.usageInStream && !isSigned(call);
  const pieces = inject ? route.api.withUsage?.(sent) : undefined;
  const edited = pieces ? Buffer.concat(pieces) : sent;
  return {
    kind: 'granted',
    granted: {
      output: worst.output,
      input: worst.input,
      growing: more.growing ?? false,
      body: edited === plain ? body : edited,
      actions: joined(done.actions, more.actions, pieces && ['include_usage'], alone && ['limits-alone']),
      headers: joined(done.headers, more.headers, alone && ['x-costlint-limits', 'this-gateway-only']),
      notes: done.notes,
      stripUsage: pieces !== undefined && route.api.usageStripper !== undefined,
      ...(lease === undefined ? {} : { lease, reserved: worst.amount }),
    },
  };
}

function denied(call: Call, asked: Asked, decision: Extract<StoreDecision, { kind: 'denied' }>, needed: Amount): Admission {
  const unit = decision.by[0]?.limit.unit ?? 'nanoUsd';
  const budget = budgetDetail(decision, needed[unit], call.who.session, call.core.now());
  const detail =
    unit === 'nanoUsd' && asked.price.assumed && asked.price.quote ? { ...budget, message: `${budget.message} ${assumed(asked)}` } : budget;
  return { kind: 'denied', detail, by: decision.by.map(standingForWire), needed };
}

const unavailable = (call: Call, message: string): Admission => ({
  kind: 'denied',
  detail: { kind: 'unavailable', message: `Costlint cannot decide whether this call may run: ${message}`, session: call.who.session },
});

const assumed = ({ facts, price }: Asked): string =>
  `The price of ${facts.model ?? 'its model'} is not known: the dearest known model of the provider (${price.quote?.model ?? 'none'}) was assumed; give it a price in "prices", or see --unknown-price.`;

const noPrice = (call: Call, { facts }: Asked): DenialDetail => ({
  kind: 'budget',
  message: `Costlint stopped this call: no price is known for ${facts.model ?? 'its model'}, and the gateway is told to deny such calls. Give it a price in the settings.`,
  limit: 'unknown-price',
  session: call.who.session,
});
