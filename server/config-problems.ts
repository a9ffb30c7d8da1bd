/**
 * A `costlint.json` that is not valid is not used at all, whatever else it says: that stands as one diagnostic at its first problem, in every editor,
 * whether the file is open or not.
 */
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import { plural } from '../core/format.ts';
import type { ConfigProblem } from '../workspace/index.ts';
import { uriOfPath } from './uris.ts';

/** Takes what the file of a folder has wrong now; nothing where it is valid, missing, or the folder has gone. */
export type TellConfigProblems = (root: string, problems: readonly ConfigProblem[]) => void;

export function createConfigProblems(publish: (uri: string, diagnostics: Diagnostic[]) => void): TellConfigProblems {
  const known = new Map<string, readonly ConfigProblem[]>();
  return (root, problems) => {
    const paths = new Set([known.get(root)?.[0]?.path, problems[0]?.path]);
    if (problems.length > 0) known.set(root, problems);
    else known.delete(root);
    // Folders inside one another may share a file.
    const shared = [...known.values()];
    for (const path of paths) if (path !== undefined) publish(uriOfPath(path), diagnosticsOf(shared.find(([first]) => first?.path === path) ?? []));
  };
}

function diagnosticsOf([first, ...others]: readonly ConfigProblem[]): Diagnostic[] {
  if (!first) return [];
  const start = { line: first.line - 1, character: first.column - 1 };
  const what = `${first.key === '' ? '' : `${first.key} `}${first.message}`;
  const more = others.length > 0 ? ` (and ${plural(others.length, 'further problem')})` : '';
  return [
    {
      range: { start, end: { line: start.line, character: start.character + Math.max(1, first.end - first.start) } },
      severity: DiagnosticSeverity.Error,
      source: 'costlint',
      message: `This file is not used, the defaults hold: ${what}${more}`,
    },
  ];
}
