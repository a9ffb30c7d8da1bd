/**
 * How a live request finds its line of code, and what was seen there. The language server knows the unchanging texts of each call site, the gateway those of
 * each request; both say only salted hashes of them. The editor carries the one to the other.
 */
import * as z from 'zod';
import type { RequestMessage } from './message.ts';

/** Lengths, in UTF-16 units, at which beginning and end of a longer text are hashed too: a template is known up to its first hole and from its last one only. */
export const HEAD_LENGTHS = [32, 48, 64, 96, 128, 256, 512, 1024, 4096] as const;

const count = z.number().int().min(0);

/** An unchanging text of a prompt, or its unchanging beginning or end. */
export const siteSegmentSchema = z.object({
  role: z.enum(['system', 'user']),
  /** Of one message or block in several guises (whole, beginning, end, each branch): one of them is in the request. */
  item: count,
  /** `block`: whole, if the pieces of this item are sent as texts of their own and not as one. */
  part: z.enum(['whole', 'head', 'tail', 'block']),
  /** As `core/observed/texts.ts` makes it; of the whole text, or of its first or last `length` units (one of `HEAD_LENGTHS`). */
  hash: z.string(),
  length: count,
  /** Says little by itself: many programs send the same. */
  weak: z.boolean().optional(),
});
export type SiteSegment = z.infer<typeof siteSegmentSchema>;

/** What a call site is recognised by. */
export const siteFingerprintSchema = z.object({
  /** Stays the same while lines move: `src/agent.ts#client.messages.create#0`; unique in its workspace. */
  id: z.string(),
  /** For people: `src/agent.ts:42`. */
  name: z.string(),
  /** Whose API the call speaks, as `Provider` in core/model.ts names it; left out where that is not known. */
  provider: z.string().optional(),
  /** Models that the code may ask for; none: not known. */
  models: z.array(z.string()),
  /** Salted hash of the names of its tools, joined with a line break in their order; of the empty text where it has none. Left out: not all are known. */
  tools: z.string().optional(),
  segments: z.array(siteSegmentSchema),
});
export type SiteFingerprint = z.infer<typeof siteFingerprintSchema>;

/** 5 %, 50 % and 95 % quantiles over calls (or runs). */
const quantiles = z.object({ low: z.number(), expected: z.number(), high: z.number() });

/** Why a prompt was not read from the cache although the call before it had written it. */
export const cacheBreakSchema = z.object({
  why: z.enum(['tools', 'system', 'messages', 'model', 'expired', 'unknown']),
  /** Which piece differs: index within its role, as the request has them. */
  role: z.enum(['tools', 'system', 'user', 'assistant', 'tool-result']).optional(),
  item: count.optional(),
  calls: count,
});
export type CacheBreak = z.infer<typeof cacheBreakSchema>;

/** What was seen at a call site. Tokens and nano-dollars; only billed calls whose usage is exact count in quantiles. */
export const observedSiteSchema = z.object({
  id: z.string(),
  calls: count,
  sessions: count,
  /** First and last call, ms since the epoch. */
  since: count,
  until: count,
  /** Of one call; null: no price is known for any of them. */
  cost: quantiles.nullable(),
  /** Of all calls whose price is known. */
  nanoUsd: count,
  unpriced: count,
  /** All prompt tokens, cached or not. */
  input: quantiles,
  output: quantiles,
  /** A run: calls of one session with the same first user message, so that an agent's steps count together and two of its tasks do not. */
  runs: count,
  callsPerRun: quantiles,
  /** All prompt tokens of the first call of a run; what the prompt grows by from one call of it to the next (null: no run had two). */
  firstInput: quantiles,
  growth: quantiles.nullable(),
  /** Shares of all prompt tokens, 0…1. */
  cacheRead: z.number().min(0).max(1),
  cacheWrite: z.number().min(0).max(1),
  /** The most frequent first. */
  breaks: z.array(cacheBreakSchema),
  /** As served, the most frequent first. */
  models: z.array(z.string()),
});
export type ObservedSite = z.infer<typeof observedSiteSchema>;

/** Body of `POST /costlint/sites`: replaces the sites that this workspace told before. The answer lists what was seen at each. */
export const tellSitesSchema = z.object({
  /** Any name that stays the same for this workspace. */
  workspace: z.string().min(1),
  sites: z.array(siteFingerprintSchema).max(20_000),
});
/** Answer to it, and to `GET /costlint/observed?workspace=…`. Figures are of the calls that the gateway keeps in mind: the last 20,000. */
export const observedAnswerSchema = z.object({
  sites: z.array(observedSiteSchema),
  /** Calls that fit several sites equally well, and those that fit none: they are attributed to none. */
  ambiguous: count,
  unmatched: count,
});
export type ObservedAnswer = z.infer<typeof observedAnswerSchema>;

/** Editor → server: all call sites of the workspace, hashed with the gateway's salt. Takes as long as the analysis of every file. */
export const siteFingerprintsRequest: RequestMessage<{ salt: string }, { sites: SiteFingerprint[]; cancelled: boolean }> = {
  method: 'costlint/siteFingerprints',
  params: z.object({ salt: z.string() }),
  result: z.object({ sites: z.array(siteFingerprintSchema), cancelled: z.boolean() }),
  timeoutMs: 600_000,
};

/** Editor → server: what was seen, in place of what was told before; none: forget it. `found`: how many belong to call sites as they are now. */
export const useObservedRequest: RequestMessage<{ sites: ObservedSite[] }, { found: number }> = {
  method: 'costlint/useObserved',
  params: z.object({ sites: z.array(observedSiteSchema) }),
  result: z.object({ found: count }),
  timeoutMs: 60_000,
};

/** Editor → server: where a call site stands now; null: it is gone. */
export const locateSiteRequest: RequestMessage<{ id: string }, { uri: string; line: number; character: number } | null> = {
  method: 'costlint/locateSite',
  params: z.object({ id: z.string() }),
  result: z.object({ uri: z.string(), line: count, character: count }).nullable(),
  timeoutMs: 60_000,
};
