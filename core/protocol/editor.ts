/** What editor and language server say to each other beside LSP. Both ends take names, types and checks from here. */
import * as z from 'zod';
import type { NotificationMessage, RequestMessage } from './message.ts';

const positionSchema = z.object({ line: z.number().int().min(0), character: z.number().int().min(0) });
/** Zero-based lines and UTF-16 characters, as in LSP. */
export const rangeSchema = z.object({ start: positionSchema, end: positionSchema });

const fileSchema = z.object({ uri: z.string() });

/** One call in the file's summary; all texts are ready to show. */
const callSummarySchema = z.object({
  /** `client.messages.create`. */
  title: z.string(),
  /** `≈ $0.012 a call · ≈ $0.40 a run`, or why there is no figure. */
  cost: z.string(),
  /** Model, cost of a month, tokens. */
  detail: z.string(),
  /** URI of the document (of the cell, in a notebook) and the place in it. */
  uri: z.string(),
  range: rangeSchema,
});
export type CallSummary = z.infer<typeof callSummarySchema>;

const fileSummarySchema = z.object({
  /** For the status bar: `$0.40/run`. */
  text: z.string(),
  /** Markdown. */
  tooltip: z.string(),
  calls: z.array(callSummarySchema),
  findings: z.number().int(),
});
export type FileSummary = z.infer<typeof fileSummarySchema>;

/** What the calls of one file cost together; null where the file has none. */
export const fileSummaryRequest: RequestMessage<{ uri: string }, FileSummary | null> = {
  method: 'costlint/fileSummary',
  params: fileSchema,
  result: fileSummarySchema.nullable(),
  timeoutMs: 10_000,
};

/** `kept`: the provider reads it from its cache · `keepable`: the same on every call, but nothing caches it · `break`: the first thing that changes,
 * behind which everything is paid in full on each call. */
const prefixKinds = ['kept', 'keepable', 'break'] as const;
/** `note`: what to show behind the text; '' for nothing. */
const prefixSpanSchema = z.object({ range: rangeSchema, kind: z.enum(prefixKinds), note: z.string() });
export type PrefixSpan = z.infer<typeof prefixSpanSchema>;

/** Which parts of the prompts in one document the provider's cache can keep. */
export const prefixRequest: RequestMessage<{ uri: string }, { spans: PrefixSpan[] }> = {
  method: 'costlint/prefix',
  params: fileSchema,
  result: z.object({ spans: z.array(prefixSpanSchema) }),
  timeoutMs: 10_000,
};

/** Server → editor: figures that were asked for before may be out of date. */
export const changedNotification: NotificationMessage<Record<string, never>> = { method: 'costlint/changed', params: z.object({}) };

/** What the editor says of itself when the server starts. */
export const initializationSchema = z.object({
  /** The editor has the commands of the VS Code client, so that lenses and actions may name them. */
  commands: z.boolean().default(false),
  /** Settings from editors that cannot be asked for them; later ones come with `workspace/didChangeConfiguration`. */
  costlint: z.unknown().optional(),
});

/** Commands that the server names in lenses and actions, and the VS Code client provides. */
export const clientCommands = { showFileCost: 'costlint.showFileCost', openRuleDocs: 'costlint.openRuleDocs' } as const;
/** Commands that the server itself carries out, for other editors. */
export const serverCommands = { openRuleDocs: 'costlint.server.openRuleDocs' } as const;
