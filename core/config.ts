/**
 * Everything a person can set, in `costlint.json` and in the editor's settings alike. The schema is the single source: types, JSON schema
 * for completion, defaults and the settings table in the README are made from it.
 */
import * as z from 'zod';

export const RULE_IDS = [
  'cache-dynamic-prefix',
  'cache-missing-breakpoint',
  'cache-below-minimum',
  'volatile-tools',
  'no-output-cap',
  'unbounded-loop',
  'no-budget-guard',
  'unbounded-history',
  'unbounded-fanout',
  'retry-without-backoff',
  'routing-cheaper-model',
  'cache-miss-observed',
  'estimate-drift',
] as const;
export type RuleId = (typeof RULE_IDS)[number];

export const severitySchema = z.enum(['off', 'hint', 'info', 'warning', 'error']);

const tokens = z.number().int().min(0).max(10_000_000);
const usdPerMTok = z.number().min(0).max(100_000);

/** USD per million tokens, as providers print prices. */
export const priceOverrideSchema = z.strictObject({
  input: usdPerMTok.describe('Uncached prompt tokens, USD per million.'),
  output: usdPerMTok.describe('Completion tokens, USD per million.'),
  cacheRead: usdPerMTok.optional().describe('Cache reads, USD per million.'),
  cacheWrite5m: usdPerMTok.optional().describe('Cache writes kept 5 minutes, USD per million.'),
  cacheWrite1h: usdPerMTok.optional().describe('Cache writes kept 1 hour, USD per million.'),
});
export type PriceOverride = z.infer<typeof priceOverrideSchema>;

/**
 * What the code cannot show. The sources: call-level figures from published measurements of agent traffic; see docs/assumptions.md.
 */
export const assumptionsSchema = z.strictObject({
  runsPerDay: z.number().min(0).default(100).describe('Runs (one user request, one job) a day of each call site; a month has 30 days.'),
  stepsPerRun: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(10)
    .describe('Model calls in one run of an agent loop whose bound is not known or is higher than this.'),
  outputTokens: tokens.default(500).describe('Completion tokens of one call, where no smaller cap is set.'),
  inputTokens: tokens.default(1000).describe('Tokens of a user input or another value that the code does not show.'),
  historyTokens: tokens
    .default(4000)
    .describe('Tokens of earlier conversation that a call sends again, where the code shows a history but not its size.'),
  retrievalTokens: tokens.default(3000).describe('Tokens of retrieved documents, search results or files that are put into a prompt.'),
  toolResultTokens: tokens.default(1500).describe('Tokens that one step of an agent loop adds beside the answer: a tool result.'),
  unseenSystemTokens: tokens.default(2000).describe('Tokens of a system prompt that the code does not show.'),
  unseenToolTokens: tokens.default(170).describe('Tokens of one tool definition that the code does not show.'),
  fanoutItems: z.number().int().min(1).default(20).describe('Items of a batch or fan-out whose number is not known.'),
});
export type Assumptions = z.infer<typeof assumptionsSchema>;

export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  rules: z.partialRecord(z.enum(RULE_IDS), severitySchema).default({}).describe('Severity of each rule.'),
  include: z.array(z.string()).default([]).describe('Globs of files to analyse; empty: every supported file.'),
  exclude: z
    .array(z.string())
    .default([])
    .describe('Globs of files to leave out, beside node_modules, virtual environments, build output and what .gitignore names.'),
  assumptions: assumptionsSchema.prefault({}).describe('What estimates assume where the code does not tell.'),
  prices: z.record(z.string(), priceOverrideSchema).default({}).describe('Your own prices by model id or glob; they win over the built-in ones.'),
  budgets: z
    .strictObject({
      perCall: z.number().min(0).optional().describe('USD, expected cost of one call.'),
      perRun: z.number().min(0).optional().describe('USD, expected cost of one run.'),
      perMonth: z.number().min(0).optional().describe('USD, expected cost of a month of one call site.'),
      paths: z
        .record(
          z.string(),
          z.strictObject({ perCall: z.number().min(0).optional(), perRun: z.number().min(0).optional(), perMonth: z.number().min(0).optional() }),
        )
        .optional()
        .describe('The same by glob of paths.'),
    })
    .optional()
    .describe('Ceilings that `costlint diff` enforces.'),
  observed: z
    .boolean()
    .default(true)
    .describe('Narrow estimates by what the local gateway saw at a call. The plan, as the code alone gives it, is shown beside.'),
  tests: z
    .boolean()
    .default(false)
    .describe('Report findings in test files too. Their calls are always listed; most run against fakes, so findings there are noise.'),
  minSaving: z.number().min(0).default(0).describe('USD a month below which a saving is not worth a finding.'),
});
export type Config = z.infer<typeof configSchema>;

export const defaultConfig: Config = configSchema.parse({});
