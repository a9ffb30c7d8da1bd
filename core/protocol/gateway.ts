/**
 * What the gateway tells everyone: the events it records and publishes, the state it opens every connection with, and the file by which it is found.
 * Prompts never stand here, only lengths and salted hashes. Money is integer nano-dollars, times are ms since the epoch.
 */
import * as z from 'zod';

/** Raised when a reader of an older version could misread what is sent. */
export const GATEWAY_PROTOCOL = 1;

const whole = z.number().int();
const count = whole.min(0);

/** Estimates of averages may be fractions. */
const tokens = z.number().min(0);

/** Money, tokens and calls of one call or of many. */
export const amountSchema = z.object({ nanoUsd: count, tokens: count, calls: count });

/** Tokens by class, each token in one class, as in `core/pricing`. Left out: 0. */
export const usageSchema = z.object({
  uncachedInput: tokens.optional(),
  cacheRead: tokens.optional(),
  cacheWrite5m: tokens.optional(),
  cacheWrite30m: tokens.optional(),
  cacheWrite1h: tokens.optional(),
  cacheWrite12h: tokens.optional(),
  output: tokens.optional(),
  /** Units by the fee's name: `{ 'web-search': 3 }`. */
  fees: z.record(z.string(), z.number().min(0)).optional(),
});
export type Usage = z.infer<typeof usageSchema>;

/** `unknown`: no price for all of it; `atLeast` is what the known part costs, `assumed` what budgets counted in its place. */
export const costSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('known'), nanoUsd: count }),
  z.object({ kind: z.literal('unknown'), atLeast: count, why: z.string(), assumed: count.optional() }),
]);
export type GatewayCost = z.infer<typeof costSchema>;

/** Whose call it is. All but `session` may be unknown. */
export const attributionSchema = z.object({
  session: z.string(),
  agent: z.string().optional(),
  /** Session that started this one (a sub-agent's parent). */
  parent: z.string().optional(),
  project: z.string().optional(),
  /** The alias of the API key, never the key. */
  key: z.string().optional(),
  /** Client program as its user agent names it: `claude-cli/2.1.330`. */
  client: z.string().optional(),
  pid: whole.optional(),
  /** Where these came from: `header`, `claude-code`, `key`, `process`, `connection`. */
  via: z.string().optional(),
});
export type Attribution = z.infer<typeof attributionSchema>;

/** A text of the prompt: how long it is, and what it hashes to with the salt of the discovery file. */
export const promptSegmentSchema = z.object({
  role: z.enum(['tools', 'system', 'user', 'assistant', 'tool-result']),
  hash: z.string(),
  /** UTF-16 units. */
  length: count,
  /** Hashes of its beginnings, of the lengths `HEAD_LENGTHS` (observed.ts) that are shorter than the whole. */
  heads: z.array(z.string()).optional(),
  /** The same of its ends. */
  tails: z.array(z.string()).optional(),
});

/** A piece of a prompt: `item` counts the tools, system blocks or messages of that role. */
export const promptPieceSchema = z.object({ role: promptSegmentSchema.shape.role, item: count });

const callBase = {
  /** The gateway's own id of the call; unique for ever. */
  id: z.string(),
  /** When the request came in. */
  at: count,
  ...attributionSchema.shape,
  provider: z.string(),
  /** `anthropic-messages`, `openai-chat` … */
  api: z.string(),
  operation: z.string(),
  /** As asked for. */
  model: z.string().optional(),
  stream: z.boolean(),
};

/** A request is on its way: shown live, not recorded. */
export const callStartedSchema = z.object({ kind: z.literal('call-started'), ...callBase, reserved: amountSchema.optional() });
export type CallStarted = z.infer<typeof callStartedSchema>;

/** What is known of a running stream, about once a second; not recorded. */
export const callProgressSchema = z.object({
  kind: z.literal('call-progress'),
  id: z.string(),
  at: count,
  session: z.string(),
  usage: usageSchema,
  cost: costSchema.optional(),
});

/** A call as it ended: the row of the ledger. */
export const callEventSchema = z.object({
  kind: z.literal('call'),
  ...callBase,
  /** From the request's first byte to the response's last, ms. */
  durationMs: z.number().min(0),
  /** To the response's first byte, ms. */
  firstByteMs: z.number().min(0).optional(),
  /** HTTP status given to the client; 0: it went away before there was one. */
  status: whole,
  outcome: z.enum(['completed', 'tool-use', 'truncated', 'refused', 'failed', 'cut', 'pending', 'paused', 'cancelled']),
  /** `exact`: the provider's figures · `estimated`: the stream was cut · `none`: nothing is known or used. */
  source: z.enum(['exact', 'estimated', 'none']),
  /** False: the provider does not charge for it, or has under this billing key before. Only billed calls count in sums. */
  billed: z.boolean(),
  /** Equal keys are the same bill: the second is recorded and not counted. */
  billingKey: z.string().optional(),
  /** As served. */
  servedModel: z.string().optional(),
  usage: usageSchema,
  /** Inside `usage.output`. */
  reasoning: tokens.optional(),
  serverTools: z.record(z.string(), count).optional(),
  toolCalls: z.array(z.string()).optional(),
  cost: costSchema,
  /** What was set aside before it, and what the limits had not seen coming. */
  reserved: amountSchema.optional(),
  beyond: amountSchema.optional(),
  serviceTier: z.string().optional(),
  batch: z.boolean().optional(),
  stopReason: z.string().optional(),
  responseId: z.string().optional(),
  /** The provider's error type, never its message. */
  error: z.string().optional(),
  /** Attempts by the gateway itself; 1 if left out. */
  attempts: count.optional(),
  /** Of what stands at the front: tools, system, the first messages. */
  segments: z.array(promptSegmentSchema).optional(),
  /** Salted hash of the tool names in their order. */
  tools: z.string().optional(),
  /** Id of the call site in the code that it came from, where exactly one fits. */
  site: z.string().optional(),
  /** The call before it in the same conversation, and the first piece of that prompt that this one does not repeat; left out: it repeats all of it. */
  follows: z.object({ call: z.string(), changed: promptPieceSchema.optional() }).optional(),
  /** What the gateway did to the call: `include_usage`, `cap-lowered`, `cache-mark`, `routed`. */
  actions: z.array(z.string()).optional(),
  notes: z.array(z.string()).optional(),
});
export type CallEvent = z.infer<typeof callEventSchema>;

/** One limit as it stands. */
export const standingSchema = z.object({
  limit: z.string(),
  layer: z.string(),
  counter: z.string(),
  unit: z.enum(['nanoUsd', 'tokens', 'calls']),
  max: z.number().min(0),
  spent: z.number().min(0),
  reserved: z.number().min(0),
  resetsAt: count.optional(),
  /** Share of `max` from which is warned, 0…1; left out: 0.8. */
  warnAt: z.number().optional(),
  /** `warn` never denies; left out: `stop`. */
  action: z.enum(['stop', 'warn']).optional(),
});
export type GatewayStanding = z.infer<typeof standingSchema>;

/** A call that was not let through. Costs nothing. */
export const deniedEventSchema = z.object({
  kind: z.literal('denied'),
  ...callBase,
  reason: z.enum(['budget', 'rate', 'breaker', 'unavailable', 'unauthorized', 'invalid']),
  message: z.string(),
  status: whole,
  by: z.array(standingSchema).optional(),
  needed: amountSchema.optional(),
  retryAfterMs: count.optional(),
});
export type DeniedEvent = z.infer<typeof deniedEventSchema>;

/** `paused`: its calls are told to come again until a person resumes it · `looped`: ended by the breaker · `stopped`: by a limit or a person. */
export const sessionStatuses = ['running', 'idle', 'paused', 'done', 'failed', 'looped', 'stopped'] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

/** A session's status changed. */
export const sessionEventSchema = z.object({
  kind: z.literal('session'),
  id: z.string(),
  at: count,
  session: z.string(),
  status: z.enum(sessionStatuses),
  /** `header`, `stop-reason`, `silence`, `breaker`, `limit`, `person`. */
  via: z.string(),
  reason: z.string().optional(),
});
export type SessionEvent = z.infer<typeof sessionEventSchema>;

export const limitEventSchema = z.object({
  kind: z.literal('limit'),
  id: z.string(),
  at: count,
  /** `changed`, `removed`: by a person, while the gateway runs; all counters of the limit. */
  state: z.enum(['warned', 'reached', 'reset', 'changed', 'removed']),
  standing: standingSchema,
  session: z.string().optional(),
  /** Of `changed`: what `max` was before; left out where the limit is new. */
  was: z.number().min(0).optional(),
});

/** Limits that a call has changed, at most a few times a second; not recorded. */
export const standingsEventSchema = z.object({ kind: z.literal('standings'), at: count, standings: z.array(standingSchema) });
export type StandingsEvent = z.infer<typeof standingsEventSchema>;

export const breakerEventSchema = z.object({
  kind: z.literal('breaker'),
  id: z.string(),
  at: count,
  /** Whom it guards: `session:abc`, `account`. */
  scope: z.string(),
  session: z.string().optional(),
  state: z.enum(['closed', 'open', 'half-open']),
  /** What tripped it: `exhausted`, `rate`, `no-progress`, `repeats`, `failures` …; `reset` by a person. */
  cause: z.string(),
  message: z.string(),
  until: count.optional(),
});

export const alertSchema = z.object({
  kind: z.literal('alert'),
  id: z.string(),
  at: count,
  /** `hourly-rate`, `cache-misses`, `session-cost`, `daily-burn`, `quota`, `too-little-history`. */
  alert: z.string(),
  level: z.enum(['info', 'warning', 'critical']),
  message: z.string(),
  value: z.number(),
  threshold: z.number(),
  scope: z.string().optional(),
  session: z.string().optional(),
});
export type AlertEvent = z.infer<typeof alertSchema>;

export type BreakerEvent = z.infer<typeof breakerEventSchema>;
export type LimitEvent = z.infer<typeof limitEventSchema>;

/** A part of the gateway fails or works again. */
export const healthEventSchema = z.object({
  kind: z.literal('health'),
  id: z.string(),
  at: count,
  part: z.enum(['store', 'ledger', 'upstream', 'telemetry']),
  ok: z.boolean(),
  message: z.string(),
});
export type HealthEvent = z.infer<typeof healthEventSchema>;

/** What the ledger keeps. */
export const ledgerEventSchema = z.discriminatedUnion('kind', [
  callEventSchema,
  deniedEventSchema,
  sessionEventSchema,
  limitEventSchema,
  breakerEventSchema,
  alertSchema,
  healthEventSchema,
]);
export type LedgerEvent = z.infer<typeof ledgerEventSchema>;

/** What is published: the same, and what is only of interest while it lasts. */
export const gatewayEventSchema = z.discriminatedUnion('kind', [
  ...ledgerEventSchema.options,
  callStartedSchema,
  callProgressSchema,
  standingsEventSchema,
]);
export type GatewayEvent = z.infer<typeof gatewayEventSchema>;

/** Sums; `nanoUsd` is the known part, `unpriced` says of how many calls the price is not (wholly) known. */
export const totalsSchema = z.object({ calls: count, nanoUsd: count, unpriced: count, tokens: usageSchema, denied: count, failed: count });
export type Totals = z.infer<typeof totalsSchema>;

export const sessionSummarySchema = z.object({
  session: z.string(),
  agent: z.string().optional(),
  parent: z.string().optional(),
  project: z.string().optional(),
  client: z.string().optional(),
  status: z.enum(sessionStatuses),
  /** How the status is known. */
  via: z.string().optional(),
  firstAt: count,
  lastAt: count,
  model: z.string().optional(),
  totals: totalsSchema,
});
export type SessionSummary = z.infer<typeof sessionSummarySchema>;

/** What a reader needs to show everything; increments follow from `seq + 1`. */
export const gatewayStateSchema = z.object({
  gateway: z.object({ version: z.string(), pid: whole, startedAt: count, url: z.string() }),
  /** Since `todaySince`: midnight in the person's time zone. A new snapshot comes after the next one. */
  today: totalsSchema,
  todaySince: count,
  /** Newest first. */
  sessions: z.array(sessionSummarySchema),
  running: z.array(callStartedSchema),
  /** Newest first. */
  recent: z.array(callEventSchema),
  limits: z.array(standingSchema),
  breakers: z.array(breakerEventSchema),
  alerts: z.array(alertSchema),
  health: z.array(healthEventSchema),
});
export type GatewayState = z.infer<typeof gatewayStateSchema>;

/** One line of the socket, one `data:` of the event stream. A snapshot replaces everything a reader knows; it comes first, and again when the reader was too slow. */
export const gatewayMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), protocol: whole, seq: count, state: gatewayStateSchema }),
  z.object({ type: z.literal('event'), seq: count, event: gatewayEventSchema }),
  z.object({ type: z.literal('bye'), seq: count, reason: z.string() }),
]);
export type GatewayMessage = z.infer<typeof gatewayMessageSchema>;

/** The file by which a running gateway is found: `gateway.json` in the state folder, readable by its owner only. */
export const discoverySchema = z.object({
  protocol: whole,
  version: z.string(),
  pid: whole,
  startedAt: count,
  host: z.string(),
  port: whole,
  /** Path of the Unix socket or name of the pipe. */
  socket: z.string(),
  /** For the admin endpoints and the event stream. */
  token: z.string(),
  /** For hashes of prompt segments; the same after a restart. */
  salt: z.string(),
});
export type Discovery = z.infer<typeof discoverySchema>;

export const DISCOVERY_FILE = 'gateway.json';

/** The folder in which the gateway keeps its files; `COSTLINT_STATE_DIR` names another. */
export function stateFolder(platform: string, env: Readonly<Record<string, string | undefined>>, home: string): string {
  if (env.COSTLINT_STATE_DIR) return env.COSTLINT_STATE_DIR;
  if (platform === 'win32') return `${env.LOCALAPPDATA ?? `${home}\\AppData\\Local`}\\costlint`;
  if (platform === 'darwin') return `${home}/Library/Application Support/costlint`;
  return `${env.XDG_STATE_HOME || `${home}/.local/state`}/costlint`;
}
