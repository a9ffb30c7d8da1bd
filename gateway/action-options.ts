/** What a person can let the gateway do to calls, beside metering and limiting them. All of it is off unless it is asked for. */
import * as z from 'zod';

const glob = z.string().min(1);

/** Which calls: all that is given must hold. Names are globs, in which `*` stands for anything. */
export const whenSchema = z.strictObject({
  task: glob.optional().describe('Of the header x-costlint-task.'),
  model: glob.optional().describe('As the client asks for it.'),
  agent: glob.optional(),
  project: glob.optional(),
  upstream: glob.optional(),
  maxInputTokens: z.number().int().positive().optional().describe('Estimated from the length of the request.'),
  tools: z.boolean().optional().describe('Whether the request brings tools.'),
});
export type When = z.infer<typeof whenSchema>;

const target = z.string().min(1).describe('A model id, or the name of a tier.');

export const routeSchema = z.strictObject({ when: whenSchema, to: target });
export type RouteRule = z.infer<typeof routeSchema>;

export const CHECKS = ['json', 'json-schema', 'non-empty', 'not-truncated', 'no-refusal'] as const;
export type Check = (typeof CHECKS)[number];

export const cascadeSchema = z.strictObject({
  when: whenSchema,
  first: target,
  then: target.optional().describe('Left out: the model that the client asked for.'),
  valid: z.union([z.enum(CHECKS), z.array(z.enum(CHECKS)).min(1)]).describe('What the first answer must be; several: all of it.'),
  schema: z.record(z.string(), z.unknown()).optional().describe('For json-schema; left out: the one that the request brings.'),
});
export type CascadeRule = z.infer<typeof cascadeSchema>;

/** A model id, or one for each upstream. */
export const tierSchema = z.union([z.string().min(1), z.record(z.string(), z.string().min(1))]);

/** An address that prompts' facts may be sent to: encrypted, or on this machine. */
function isSafeUrl(address: string): boolean {
  const url = URL.parse(address);
  if (!url || url.username || url.password || url.hash) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(url.hostname));
}

export const routerSchema = z.strictObject({
  url: z.string().refine(isSafeUrl, 'an https address, or http on loopback, without credentials'),
  timeoutMs: z.number().int().min(1).max(30_000).default(300),
  onError: z.enum(['pass', 'deny']).default('pass').describe('When it does not answer in time or not in its form.'),
});
export type RouterOptions = z.infer<typeof routerSchema>;

export const MAX_RETRIES = 10;

export const actionOptions = {
  retries: z
    .number()
    .int()
    .min(0)
    .max(MAX_RETRIES)
    .default(0)
    .describe('How often a call that the provider turned away is sent again; x-costlint-retry.'),
  retryWaitMs: z.number().int().min(0).default(60_000).describe('Longest wait of one call between its attempts, all together.'),
  injectCacheMark: z
    .boolean()
    .default(false)
    .describe('Mark the stable prefix of Anthropic and Bedrock requests without any cache mark, once it repeats.'),
  tiers: z.record(z.string(), tierSchema).default({}),
  routes: z.array(routeSchema).default([]).describe('The first that fits gives the model.'),
  cascade: z.array(cascadeSchema).default([]).describe('Ask a cheap model first, and another where its answer will not do. Not for streams.'),
  router: routerSchema.optional().describe('An own service that is asked for the model of each call.'),
  processes: z.boolean().default(false).describe('Name sessions and agents that no client names by the process that calls (Linux).'),
};

type ActionInput = z.infer<z.ZodObject<typeof actionOptions>>;

/** Names of the options that are on and may change what is sent: for people to see. */
export function activeActions({ injectCacheMark, routes, cascade, router, retries }: ActionInput): string[] {
  const states: readonly (readonly [name: string, on: boolean])[] = [
    ['cache-mark', injectCacheMark],
    ['routing', routes.length > 0],
    ['cascade', cascade.length > 0],
    ['hook', router !== undefined],
    ['retry', retries > 0],
  ];
  return states.flatMap(([name, on]) => (on ? [name] : []));
}
