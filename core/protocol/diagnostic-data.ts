/** What a diagnostic carries with it, so that its fixes need no look-up by line or by message. */
import * as z from 'zod';
import { rangeSchema } from './editor.ts';

const editSchema = z.object({ uri: z.string(), range: rangeSchema, newText: z.string() });

const fixSchema = z.object({ title: z.string(), safety: z.enum(['safe', 'review']), edits: z.array(editSchema) });

export const diagnosticDataSchema = z.object({
  rule: z.string(),
  /** Versions of the open documents that the edits were computed for, by URI. */
  versions: z.record(z.string(), z.number().int()),
  fixes: z.array(fixSchema),
  /** Line of the statement above which a comment disables the rule; absent for what cannot be disabled. */
  disable: z.object({ uri: z.string(), line: z.number().int() }).optional(),
});
export type DiagnosticData = z.infer<typeof diagnosticDataSchema>;
export type DiagnosticFix = z.infer<typeof fixSchema>;
export type DiagnosticEdit = z.infer<typeof editSchema>;
