import type { TextEdit } from '../../core/model.ts';

/** The text with the edits in it. Edits of one fix never overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = text;
  let last = Number.POSITIVE_INFINITY;
  for (const edit of [...edits].sort((a, b) => b.start - a.start || b.end - a.end)) {
    if (edit.end > last) throw new Error('edits overlap');
    result = result.slice(0, edit.start) + edit.text + result.slice(edit.end);
    last = edit.start;
  }
  return result;
}
