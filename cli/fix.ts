/** `--fix`: applies the fixes that keep the behaviour, again and again until nothing is left to apply. */
import type { Fix, TextEdit } from '../core/model.ts';
import { relativeTo } from '../workspace/paths.ts';
import type { Workspace } from '../workspace/project.ts';
import { lineEnd, readTextFile, writeTextFile } from '../workspace/text-file.ts';

export interface FixOutcome {
  readonly applied: number;
  /** Absolute paths of changed files. */
  readonly files: readonly string[];
  /** Fixes that could not be written, with the reason. */
  readonly problems: readonly string[];
}

/** One fix may make room for another; a pair that undo each other must still come to an end. */
const MAX_ROUNDS = 10;

export function applySafeFixes(workspace: Workspace, targets: readonly string[]): FixOutcome {
  const files = new Set<string>();
  const problems = new Set<string>();
  let applied = 0;
  for (let round = 0, pending = targets; round < MAX_ROUNDS && pending.length > 0; round++) {
    const { edits, fixes } = collect(workspace, pending);
    const changed: string[] = [];
    for (const [path, list] of edits) {
      const problem = write(path, list);
      if (problem) problems.add(`${relativeTo(workspace.root, path)}: ${problem}`);
      else changed.push(path);
    }
    if (changed.length === 0) break;
    applied += fixes;
    for (const path of changed) files.add(path);
    pending = [...new Set(changed.flatMap((path) => workspace.project.changed(path)))];
  }
  return { applied, files: [...files], problems: [...problems] };
}

interface Collected {
  readonly edits: ReadonlyMap<string, readonly TextEdit[]>;
  readonly fixes: number;
}

/** The first safe fix of each finding, as long as it touches nothing that an earlier one touches. A fix is taken whole or not at all. */
function collect(workspace: Workspace, targets: readonly string[]): Collected {
  const edits = new Map<string, TextEdit[]>();
  let fixes = 0;
  for (const target of targets) {
    for (const finding of workspace.project.analyze(target).findings) {
      const fix = finding.fixes.find(({ safety }) => safety === 'safe');
      if (!fix || !fits(fix, edits)) continue;
      for (const edit of fix.edits) edits.set(edit.path, [...(edits.get(edit.path) ?? []), edit]);
      fixes++;
    }
  }
  return { edits, fixes };
}

const fits = (fix: Fix, taken: ReadonlyMap<string, readonly TextEdit[]>): boolean =>
  fix.edits.length > 0 && fix.edits.every((edit) => !(taken.get(edit.path) ?? []).some((other) => touches(edit, other)));

/** Insertions at the same place touch as well: which comes first would be chance. */
const touches = (a: TextEdit, b: TextEdit): boolean => (a.start < b.end && b.start < a.end) || a.start === b.start;

/** An edit that reaches from one line of a notebook's cell into the next cuts through the JSON around them. */
const staysReadable = (path: string, text: string): boolean => {
  if (!path.endsWith('.ipynb')) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

function write(path: string, edits: readonly TextEdit[]): string | undefined {
  const file = readTextFile(path);
  if ('problem' in file) return file.problem;
  if (!file.faithful) return 'not written, since it holds bytes that are not UTF-8';
  const next = applyEdits(file.text, edits);
  if (next === file.text) return 'the fix changes nothing';
  if (!staysReadable(path, next)) return 'not written, since the notebook could not be read afterwards';
  try {
    writeTextFile(path, next, file);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Applies edits that do not overlap; what they insert takes the line ends of the text. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const newline = lineEnd(text);
  let result = text;
  for (const edit of [...edits].sort((a, b) => b.start - a.start || b.end - a.end)) {
    result = result.slice(0, edit.start) + edit.text.replace(/\r?\n/g, newline) + result.slice(edit.end);
  }
  return result;
}
