/** Everything a person can set for the gateway: in a JSON file and on the command line alike. Amounts are USD for people; inside they are nano-dollars. */
import * as z from 'zod';
import { isTimeZone } from '../core/budget/index.ts';
import type { Limit, Window } from '../core/budget/types.ts';
import { priceOverrideSchema } from '../core/config.ts';
import { actionOptions } from './action-options.ts';
import { plainIssues } from './plain.ts';

export { activeActions } from './action-options.ts';

const usd = z.number().positive().max(1e9);
const share = z.number().min(0).max(1);

export const windowSchema = z.union([
  z.enum(['call', 'session', 'hour', '5h', 'day', '7d', 'week', 'month']),
  z.strictObject({ rollingMs: z.number().int().min(60_000) }),
]);

export const limitSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/),
  layer: z.enum(['call', 'session', 'agent', 'project', 'account', 'key', 'model']),
  scope: z.string().optional().describe('Only for this session, agent, project, key alias or model; left out: each has its own counter.'),
  usd: usd.optional(),
  tokens: z.number().int().positive().optional(),
  calls: z.number().int().positive().optional(),
  window: windowSchema,
  warnAt: share.optional(),
  action: z.enum(['stop', 'warn']).default('stop'),
  when: z.enum(['now', 'next']).optional().describe('`now` ends running streams of the scope when the ceiling is reached; default: as `atCeiling`.'),
});
export type LimitInput = z.infer<typeof limitSchema>;

export const breakerSchema = z.strictObject({
  rateFactor: z.number().min(1).optional().describe('Trips when an hour costs more than so many usual ones.'),
  usdPerHour: usd.optional().describe('Trips above this while too little is known of what is usual.'),
  noProgressUsd: usd.optional().describe('Trips when a session spends this without a new answer.'),
  repeats: z.number().int().min(2).optional().describe('Near-identical requests of a session within ten minutes.'),
  toolCalls: z.number().int().min(1).optional().describe('Tool calls of a session without an answer.'),
  failures: z.number().int().min(2).optional().describe('Failed calls within a minute.'),
  minHours: z.number().int().min(1).optional(),
  minSessions: z.number().int().min(1).optional(),
});

export const DEFAULT_PORT = 4747;

export const optionsSchema = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Address to listen on; anything but loopback needs a token.'),
  port: z.number().int().min(0).max(65_535).default(DEFAULT_PORT),
  hosts: z.array(z.string()).default([]).describe('Names under which the gateway may be addressed, beside loopback.'),
  token: z.string().min(16).optional().describe('Clients must send it: header x-costlint-token, or /@token=… in the base URL.'),
  upstreams: z.record(z.string(), z.string()).default({}).describe('Name → base URL: replaces a built-in upstream or adds one.'),
  session: usd.optional().describe('Ceiling of each session, USD.'),
  agentDaily: usd.optional().describe('Cap of each agent a calendar day, USD.'),
  projectDaily: usd.optional().describe('Cap of each project a calendar day, USD.'),
  daily: usd.optional().describe('Cap of everything a calendar day, USD.'),
  monthly: usd.optional().describe('Cap of everything a calendar month, USD.'),
  perCall: usd.optional().describe('Ceiling of the worst case of one call, USD.'),
  limits: z.array(limitSchema).default([]),
  timeZone: z.string().refine(isTimeZone, 'not a time zone').default('UTC').describe('In which days, weeks and months begin.'),
  atCeiling: z.enum(['now', 'next']).default('next').describe('Whether running streams are ended when a ceiling is reached.'),
  noCap: z
    .enum(['deny', 'lower', 'cut'])
    .default('lower')
    .describe('A call without an output cap whose worst case does not fit: deny it, lower its cap, or cut its stream at the ceiling.'),
  unknownPrice: z
    .union([z.literal('dearest'), z.literal('free'), z.literal('deny')])
    .default('dearest')
    .describe('What budgets take for a model without a known price.'),
  prices: z.record(z.string(), priceOverrideSchema).default({}),
  keyAliases: z.record(z.string(), z.string()).default({}).describe('Salted hash of an API key, as `costlint ledger` shows it → a name.'),
  breaker: z.union([z.boolean(), breakerSchema]).default(true).describe('Stops loops, storms and sudden spending.'),
  rateLimits: z.boolean().default(true).describe('Hold calls back before the provider’s rate limits, as its response headers tell them.'),
  rateWaitMs: z
    .number()
    .int()
    .min(0)
    .default(10_000)
    .describe('How long a call waits for its turn before it is told to come again; x-costlint-deadline-ms says it per call.'),
  injectUsage: z.boolean().default(true).describe('Ask for usage in OpenAI streams whose client did not, and take it out again.'),
  ...actionOptions,
  store: z.string().default('sqlite').describe('`memory`, `sqlite`, or the address of a Redis: redis://…'),
  storeGone: z.enum(['closed', 'open']).default('closed').describe('When the store cannot be reached: deny calls, or let them pass unlimited.'),
  keepDays: z
    .number()
    .int()
    .min(1)
    .max(36_500)
    .default(90)
    .describe('After so many days single calls leave the ledger; sums by quarter of an hour and by session stay.'),
  stateDir: z.string().optional().describe('Where ledger, socket and discovery file are.'),
  maxBodyBytes: z
    .number()
    .int()
    .positive()
    .default(64 * 1024 * 1024),
  upstreamTimeoutMs: z.number().int().min(0).default(1_800_000).describe('Until the response begins, and between two of its pieces.'),
  leaseMs: z.number().int().min(1_000).default(60_000).describe('A reservation that is not renewed for so long returns.'),
  drainMs: z.number().int().min(0).default(30_000).describe('How long a stopping gateway waits for running calls.'),
  otlp: z.string().optional().describe('OTLP/HTTP endpoint for spans and metrics.'),
});
export type GatewayOptions = z.infer<typeof optionsSchema>;
export type GatewayInput = z.input<typeof optionsSchema>;

/** Options with their defaults; throws a sentence with the offending key and what it may be. */
export function gatewayOptions(input: GatewayInput = {}): GatewayOptions {
  const result = optionsSchema.safeParse(input);
  if (!result.success) throw new Error(`gateway settings: ${plainIssues(result.error)}`);
  return result.data;
}

const HOUR = 3_600_000;

function windowOf(name: LimitInput['window'], timeZone: string): Window {
  if (typeof name === 'object') return { kind: 'rolling', ms: name.rollingMs };
  if (name === 'call') return { kind: 'call' };
  if (name === 'session') return { kind: 'lifetime' };
  if (name === 'hour') return { kind: 'rolling', ms: HOUR };
  if (name === '5h') return { kind: 'from-first-use', ms: 5 * HOUR };
  if (name === '7d') return { kind: 'from-first-use', ms: 7 * 24 * HOUR };
  return { kind: 'calendar', unit: name, timeZone };
}

/** USD to nano-dollars. */
export const nanoOf = (amount: number): number => Math.round(amount * 1e9);

/** One limit for each amount of the input. */
export function limitInput(input: LimitInput, options: Pick<GatewayOptions, 'timeZone' | 'atCeiling'>): Limit[] {
  const { id, layer, scope, warnAt, action, when } = input;
  const common = {
    layer,
    window: windowOf(input.window, options.timeZone),
    action,
    when: when ?? options.atCeiling,
    ...(scope ? { scope } : {}),
    ...(warnAt === undefined ? {} : { warnAt }),
  };
  const sizes = [
    ['nanoUsd', input.usd === undefined ? undefined : nanoOf(input.usd)],
    ['tokens', input.tokens],
    ['calls', input.calls],
  ] as const;
  const given = sizes.filter((size): size is readonly [Limit['unit'], number] => size[1] !== undefined);
  if (given.length === 0) throw new Error(`limit "${id}" needs usd, tokens or calls`);
  return given.map(([unit, max]) => ({ id: given.length > 1 ? `${id}-${unit}` : id, unit, max, ...common }));
}

/** All limits of a configuration: the named ones and those in `limits`. Throws where an id stands twice. */
export function configuredLimits(options: GatewayOptions): readonly Limit[] {
  const named: readonly (readonly [string, LimitInput['layer'], number | undefined, LimitInput['window']])[] = [
    ['call', 'call', options.perCall, 'call'],
    ['session', 'session', options.session, 'session'],
    ['agent-daily', 'agent', options.agentDaily, 'day'],
    ['project-daily', 'project', options.projectDaily, 'day'],
    ['account-daily', 'account', options.daily, 'day'],
    ['account-monthly', 'account', options.monthly, 'month'],
  ];
  const inputs = named.flatMap(([id, layer, amount, window]): LimitInput[] =>
    amount === undefined ? [] : [{ id, layer, usd: amount, window, action: 'stop' }],
  );
  const limits = [...inputs, ...options.limits].flatMap((input) => limitInput(input, options));
  const seen = new Set<string>();
  for (const { id } of limits) {
    if (seen.has(id)) throw new Error(`limit "${id}" stands twice`);
    seen.add(id);
  }
  return limits;
}

/** The option of the command line or file that raises a limit, for messages. */
export function howToRaise(limit: Pick<Limit, 'id' | 'layer'>): string {
  const flags: Readonly<Record<string, string>> = {
    call: '--per-call',
    session: '--session',
    'agent-daily': '--agent-daily',
    'project-daily': '--project-daily',
    'account-daily': '--daily',
    'account-monthly': '--monthly',
  };
  const flag = flags[limit.id];
  return flag
    ? `start the gateway with a higher ${flag}, or POST /costlint/limits/reset`
    : `raise "${limit.id}" in the gateway's settings, or POST /costlint/limits/reset`;
}
