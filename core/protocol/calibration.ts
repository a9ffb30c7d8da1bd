/** Token counts that a provider gave: which texts may be sent to its counting endpoint, and what came back. */
import * as z from 'zod';
import { rangeSchema } from './editor.ts';
import type { RequestMessage } from './message.ts';

/** Providers with a counting endpoint that is free. */
export const countingApis = ['anthropic', 'gemini'] as const;
export type CountingApi = (typeof countingApis)[number];

/** Models that count alike, as the provider is asked for them. */
const countingTargetSchema = z.object({
  api: z.enum(countingApis),
  /** With `generation`: which counts belong together (`claude-v47` and `opus-5`). */
  family: z.string(),
  generation: z.string(),
  /** Ids of the provider's own API; any of them gives the same count. Not empty. */
  models: z.array(z.string()).min(1),
  /** Tokens of the text by estimate, without calibration. */
  tokens: z.number(),
});
export type CountingTarget = z.infer<typeof countingTargetSchema>;

const countingTextSchema = z.object({
  /** The key of its counts; the text cannot be read back from it. */
  hash: z.string(),
  text: z.string(),
  role: z.string(),
  /** Where it stands, the first place first. `name`: file and line, for people. */
  places: z.array(z.object({ uri: z.string(), range: rangeSchema, name: z.string() })),
  targets: z.array(countingTargetSchema),
});
export type CountingText = z.infer<typeof countingTextSchema>;

/** Unchanging prompt texts of the workspace that go to models of these providers. Takes as long as the analysis of every file. */
export const calibrationTextsRequest: RequestMessage<Record<string, never>, { texts: CountingText[]; cancelled: boolean }> = {
  method: 'costlint/calibrationTexts',
  params: z.object({}),
  result: z.object({ texts: z.array(countingTextSchema), cancelled: z.boolean() }),
  timeoutMs: 600_000,
};

/** A count as it is kept: a hash and numbers, never the text. */
export const providerCountSchema = z.object({
  family: z.string(),
  generation: z.string(),
  hash: z.string(),
  /** Tokens of the text alone, without the frame of a message. */
  tokens: z.number().int().positive(),
  /** When it was counted, YYYY-MM-DD. */
  date: z.string(),
});
export type ProviderCount = z.infer<typeof providerCountSchema>;

/** Hands over all counts there are, in place of those before; none: forget them. `found`: how many belong to texts of the workspace as it is now. */
export const useCountsRequest: RequestMessage<{ counts: ProviderCount[] }, { found: number }> = {
  method: 'costlint/useCounts',
  params: z.object({ counts: z.array(providerCountSchema) }),
  result: z.object({ found: z.number().int() }),
  timeoutMs: 600_000,
};
