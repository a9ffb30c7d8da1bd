/** Whether there is enough for a task, and setting it aside. */
import * as z from 'zod';
import type { Amount, AppliedLimit } from '../../core/budget/types.ts';
import { costOf } from '../../core/pricing/index.ts';
import { limitsFor } from '../attribution.ts';
import { type Core, standingForWire } from '../core.ts';
import { howToRaise } from '../options.ts';
import { type Answer, type Asked, checked, ok, wrong } from './answer.ts';

const preflightSchema = z.strictObject({
  calls: z.number().int().min(1).max(1e9).default(1),
  /** Input and output together, of all calls. */
  tokens: z.number().int().min(0).max(1e10).default(0),
  /** Of `tokens`; default: a fifth, as in agent traffic. */
  outputTokens: z.number().int().min(0).optional(),
  provider: z
    .enum(['anthropic', 'openai', 'google', 'bedrock', 'deepseek', 'xai', 'mistral', 'groq', 'together', 'openrouter', 'fireworks', 'cerebras'])
    .optional(),
  /** In place of tokens and model. */
  usd: z.number().min(0).max(1e5).optional(),
  /** Default 0.2. */
  margin: z.number().min(0).max(10).optional(),
  /** Sets the amount aside for this long, ms; calls that send the id in `x-costlint-hold` draw on it. */
  holdMs: z
    .number()
    .int()
    .min(1_000)
    .max(24 * 3_600_000)
    .optional(),
  session: z.string().min(1).optional(),
  agent: z.string().optional(),
  project: z.string().optional(),
  key: z.string().optional(),
  model: z.string().optional(),
});
type Preflight = z.infer<typeof preflightSchema>;

export const preflight = ({ core, json }: Asked): Answer | Promise<Answer> => checked(preflightSchema, json, (ask) => enough(core, ask));

async function enough(core: Core, ask: Preflight): Promise<Answer> {
  const limits = scopedLimits(core, ask);
  const need = needOf(core, ask);
  if (typeof need === 'string') return wrong(need);
  const answer = await core.store.preflight(limits, need, ask.margin);
  if ('kind' in answer) return { status: 503, body: { enough: false, reason: answer.message } };
  const now = core.now();
  const wait =
    answer.retryMs === undefined ? {} : { retryAt: new Date(answer.retryMs).toISOString(), retryAfterMs: Math.max(0, answer.retryMs - now) };
  const body = {
    enough: answer.enough,
    needed: answer.needed,
    usd: answer.needed.nanoUsd / 1e9,
    by: answer.by.map((one) => ({ ...standingForWire(one), howToRaise: howToRaise(one.limit) })),
    limits: answer.standings.map(standingForWire),
    ...wait,
  };
  return answer.enough && ask.holdMs !== undefined ? hold(core, limits, answer.needed, ask.holdMs, body) : ok(body);
}

async function hold(core: Core, limits: readonly AppliedLimit[], amount: Amount, ttlMs: number, body: object): Promise<Answer> {
  const id = `hold-${core.newId()}`;
  const sums = limits.filter(({ limit }) => limit.window.kind !== 'call');
  const held = await core.store.reserve({ id, kind: 'hold', limits: sums, amount, ttlMs });
  core.gauges.touch(sums);
  // Someone else may have taken it in between.
  if (held.kind !== 'granted') return ok({ ...body, enough: false });
  return ok({ ...body, hold: id, holdUntil: new Date(held.lease.expiresMs).toISOString() });
}

/** Limits of the named scopes; those of a session that is not named stand for any. */
export function scopedLimits(core: Core, { session = '-', agent, project, key, model }: Partial<Preflight>): AppliedLimit[] {
  const who = { session, ...(agent ? { agent } : {}), ...(project ? { project } : {}), ...(key ? { key } : {}) };
  return limitsFor(core.limits, who, model);
}

/** What a task takes; a sentence where it cannot be told. */
function needOf(core: Core, { calls, tokens, outputTokens, usd, model, provider }: Preflight): Amount | string {
  if (usd !== undefined) return { nanoUsd: Math.round(usd * 1e9), tokens, calls };
  if (tokens === 0) return { nanoUsd: 0, tokens: 0, calls };
  const { quote } = core.prices.of({ provider: provider ?? 'anthropic', model: model ?? 'unknown' }, core.now());
  if (!quote) return `no price is known for ${model ?? 'a task without a model'}: say model and provider, or usd`;
  const output = Math.min(tokens, outputTokens ?? Math.ceil(tokens / 5));
  const cost = costOf(quote, { uncachedInput: tokens - output, output });
  return { nanoUsd: cost.kind === 'known' ? cost.nanoUsd : cost.atLeast, tokens, calls };
}

export const releaseHold = ({ core, json }: Asked): Answer | Promise<Answer> =>
  checked(z.strictObject({ hold: z.string().startsWith('hold-') }), json, async ({ hold: id }) => {
    await core.store.release(id);
    return ok({ released: id });
  });
