/** What the live spend panel and the extension say to each other: whole pictures in, intents out. Money is integer nano-dollars, times are ms since the epoch. */
import * as z from 'zod';
import { gatewayMessageSchema, ledgerEventSchema, sessionStatuses, sessionSummarySchema, totalsSchema } from './gateway.ts';
import { cacheBreakSchema } from './observed.ts';

const count = z.number().int().min(0);

/** `absent`: no gateway runs · `failed`: there is one, and it cannot be used; `message` says why and what to do. */
export const connectionSchema = z.object({
  state: z.enum(['searching', 'absent', 'starting', 'connected', 'reconnecting', 'failed']),
  url: z.string().optional(),
  message: z.string().optional(),
});
export type Connection = z.infer<typeof connectionSchema>;

/** Base URLs by which clients reach the gateway, by the environment variable that their SDKs read. */
export const baseUrlsSchema = z.array(z.object({ variable: z.string(), url: z.string(), provider: z.string() }));

/** By what spending over time is split; `kind`: tokens by class in place of money. */
export const historySplits = ['model', 'agent', 'project', 'session', 'site', 'kind'] as const;
export const historyQuerySchema = z.object({
  since: count,
  until: count,
  /** Width of a bucket, ms. */
  bucketMs: z.number().int().min(1_000),
  by: z.enum(historySplits),
});
export type HistoryQuery = z.infer<typeof historyQuerySchema>;

/** `values[i]` belongs to the bucket that begins at `at[i]`: nano-dollars, or tokens with `kind`. The largest series first; what is left over is `other`. */
export const historySchema = z.object({
  query: historyQuerySchema,
  at: z.array(count),
  series: z.array(z.object({ key: z.string(), label: z.string(), values: z.array(z.number().min(0)) })),
  /** Number of the last event that it knows: calls of later ones are to be added. */
  seq: count.optional(),
});
export type History = z.infer<typeof historySchema>;

/** Answer of `GET /costlint/overview`: what the panel shows beside the live state. Null: too little is known to say. */
export const overviewSchema = z.object({
  at: count,
  today: totalsSchema,
  month: totalsSchema,
  monthSince: count,
  /** Spent in the last 60 minutes. */
  lastHour: count,
  /** Quartiles of what an active hour costs, over the last 14 days. */
  usualHour: z.object({ low: count, expected: count, high: count, hours: count }).nullable(),
  /** What the month will cost if it goes on as in the last 7 days. */
  projection: z.object({ low: count, expected: count, high: count }).nullable(),
  /** When the tightest account limit is used up at the present rate; null: no limit, or no spending. */
  runway: z.object({ limit: z.string(), at: count }).nullable(),
  /** Of today's prompt tokens, 0…1, and what reading them uncached would have cost more. */
  cache: z.object({ read: z.number().min(0).max(1), saved: count }).nullable(),
  /** Of completed sessions of the last 14 days. */
  completed: z.object({ sessions: count, nanoUsd: count, median: count }).nullable(),
  /** Calls waiting for their turn, by priority. */
  queue: z.object({ critical: count, normal: count, background: count }),
  /** Options that are on and change calls: `cache-mark`, `routing`, `cascade`, `hook`. */
  active: z.array(z.string()),
});
export type Overview = z.infer<typeof overviewSchema>;

/** `source`: `gateway`, or whose log it was read from: `claude-code`, `codex`, `gemini-cli`. */
export const sessionRowSchema = sessionSummarySchema.extend({ source: z.string() });
export type SessionRow = z.infer<typeof sessionRowSchema>;

/** One session with its events, the oldest first; `breaks`: by the id of the call that paid for it. */
export const sessionDetailSchema = z.object({
  summary: sessionRowSchema,
  events: z.array(ledgerEventSchema),
  breaks: z.record(z.string(), cacheBreakSchema.omit({ calls: true })),
  /** Not all of its events are here. */
  cut: z.boolean(),
});
export type SessionDetail = z.infer<typeof sessionDetailSchema>;

/** Extension → panel. */
export const toPanelSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('connection'),
    connection: connectionSchema,
    baseUrls: baseUrlsSchema,
    /** New terminals of the editor have the base URLs; left out: no. */
    inTerminals: z.boolean().optional(),
  }),
  /** As they came over the socket, in order, several at a time. */
  z.object({ type: z.literal('gateway'), messages: z.array(gatewayMessageSchema) }),
  z.object({ type: z.literal('overview'), overview: overviewSchema }),
  z.object({ type: z.literal('history'), history: historySchema }),
  z.object({ type: z.literal('sessions'), rows: z.array(sessionRowSchema), total: count }),
  z.object({ type: z.literal('session'), id: z.string(), detail: sessionDetailSchema.nullable() }),
  /** Names of call sites (`src/agent.ts:42`) by their id. */
  z.object({ type: z.literal('sites'), names: z.record(z.string(), z.string()) }),
  /** Progress of reading local logs, 0…1; `done` when rows have come with `sessions`. */
  z.object({ type: z.literal('logs'), state: z.enum(['reading', 'done', 'failed', 'none']), share: z.number().min(0).max(1), message: z.string() }),
  /** An intent was carried out, or was not. */
  z.object({ type: z.literal('outcome'), ok: z.boolean(), message: z.string() }),
  /** Opens a session in the panel: from an alert, or the side bar. */
  z.object({ type: z.literal('show-session'), id: z.string() }),
]);
export type ToPanel = z.infer<typeof toPanelSchema>;

/** Panel → extension. What changes something is confirmed by the extension with a modal question before it is done. */
export const fromPanelSchema = z.discriminatedUnion('type', [
  /** The panel is there and knows nothing: send everything. Also when increments are missing. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('start-gateway') }),
  z.object({ type: z.literal('stop-gateway') }),
  z.object({ type: z.literal('copy'), text: z.string() }),
  /** Puts the base URLs into `.env` of the workspace. */
  z.object({ type: z.literal('write-env') }),
  /** Gives the base URLs to new terminals, or no longer. */
  z.object({ type: z.literal('use-in-terminals'), on: z.boolean() }),
  z.object({ type: z.literal('load-history'), query: historyQuerySchema }),
  z.object({ type: z.literal('load-overview') }),
  z.object({ type: z.literal('load-sessions') }),
  z.object({ type: z.literal('load-session'), id: z.string() }),
  z.object({ type: z.literal('read-logs') }),
  z.object({ type: z.literal('pause-session'), id: z.string() }),
  z.object({ type: z.literal('resume-session'), id: z.string() }),
  z.object({ type: z.literal('stop-session'), id: z.string() }),
  z.object({ type: z.literal('end-session'), id: z.string(), status: z.enum(sessionStatuses) }),
  /** The extension asks for the new amount. */
  z.object({ type: z.literal('change-limit'), limit: z.string() }),
  z.object({ type: z.literal('add-limit') }),
  z.object({ type: z.literal('reset-limit'), counter: z.string() }),
  z.object({ type: z.literal('reset-breaker'), scope: z.string() }),
  z.object({ type: z.literal('open-site'), id: z.string() }),
  /** From the side bar; `session`: opened there (`show-session`). */
  z.object({ type: z.literal('open-panel'), session: z.string().optional() }),
  z.object({ type: z.literal('export-session'), id: z.string() }),
]);
export type FromPanel = z.infer<typeof fromPanelSchema>;
