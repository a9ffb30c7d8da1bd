/** Settings that only an editor has; they stand beside the keys of `costlint.json` under `costlint.*`. */
import * as z from 'zod';

export const editorSettingsSchema = z.object({
  inlayHints: z.boolean().default(true).describe('Show what a call costs at the end of its line.'),
  codeLens: z
    .boolean()
    .default(false)
    .describe('Show cost per call, run and month above the call. Off by default, since the hint says the same in less space.'),
  decorations: z.boolean().default(true).describe('Mark which part of a prompt the provider’s cache can keep and where it breaks.'),
  workspaceDiagnostics: z.boolean().default(true).describe('Report findings of all files of the workspace, not only of open ones.'),
});
export type EditorSettings = z.infer<typeof editorSettingsSchema>;

export const defaultEditorSettings: EditorSettings = editorSettingsSchema.parse({});
