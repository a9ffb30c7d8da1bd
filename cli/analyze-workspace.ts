/** The one analysis behind `check`, `report` and `diff`: every target file through the project, with lines and columns at hand. */
import type { AnalyzedCall, FileAnalysis } from '../core/analyze.ts';
import type { Config } from '../core/config.ts';
import type { Finding, Skipped } from '../core/model.ts';
import { distinct } from '../core/rules/run.ts';
import type { Workspace } from '../workspace/index.ts';
import { relativeTo } from '../workspace/paths.ts';
import { oneLine } from './formats/columns.ts';
import { type CellPlace, cellPlaces } from './notebook-places.ts';
import { type Positions, positionsIn } from './positions.ts';

/** A file that has calls or findings. */
export interface AnalyzedFile {
  /** As reported: relative to the base, `/` as separator. */
  readonly path: string;
  /** As the project knows it. */
  readonly absolute: string;
  readonly language: FileAnalysis['language'];
  readonly calls: readonly AnalyzedCall[];
  readonly findings: readonly Finding[];
  readonly positions: Positions;
  /** The cell of an offset in the file; for notebooks alone. */
  readonly cellOf?: (offset: number) => CellPlace | undefined;
}

export interface WorkspaceAnalysis {
  /** Absolute directory that paths are relative to. */
  readonly base: string;
  readonly config: Config;
  readonly files: readonly AnalyzedFile[];
  /** Files that were analysed, those without a call included. */
  readonly scanned: number;
  readonly skipped: readonly Skipped[];
  /** Files that were read in part, for syntax errors: the path as reported and the line of the first one, from 1. */
  readonly damaged: readonly { readonly path: string; readonly line: number }[];
  /** Positions in any file of the workspace, for related places. */
  readonly positionsOf: (absolute: string) => Positions;
}

export const callsOf = ({ files }: WorkspaceAnalysis): readonly AnalyzedCall[] => files.flatMap(({ calls }) => calls);

/** Said where something was to be analysed and nothing could: that is no clean result. */
export function nothingAnalysed({ skipped, scanned }: WorkspaceAnalysis): string | undefined {
  const [first] = skipped;
  return first && scanned === 0 ? oneLine(`nothing could be analysed: ${first.path}: ${first.reason}`) : undefined;
}

export interface AnalyzeOptions {
  readonly base: string;
  readonly onFile?: (done: number, total: number) => void;
}

export function analyzeWorkspace(workspace: Workspace, options: AnalyzeOptions): WorkspaceAnalysis {
  const { base } = options;
  const positionsOf = rememberPositions(workspace);
  const files: AnalyzedFile[] = [];
  const damaged: { path: string; line: number }[] = [];
  let scanned = 0;
  const skipped: Skipped[] = workspace.skipped.map(({ path, reason }) => ({ path: relativeTo(base, path), reason }));
  for (const [index, absolute] of workspace.targets.entries()) {
    options.onFile?.(index, workspace.targets.length);
    const path = relativeTo(base, absolute);
    const analysis = analyzeSafely(workspace, absolute);
    if (typeof analysis === 'string') {
      skipped.push({ path, reason: analysis });
      continue;
    }
    scanned += 1;
    const { language, calls, findings, damage } = analysis;
    const [first] = damage;
    if (first) damaged.push({ path, line: positionsOf(absolute).place(first).line });
    if (calls.length === 0 && findings.length === 0) continue;
    const cellOf = absolute.endsWith('.ipynb') ? cellPlaces(workspace.host.read(absolute) ?? '') : undefined;
    files.push({ path, absolute, language, calls, findings, positions: positionsOf(absolute), ...(cellOf && { cellOf }) });
  }
  return { base, config: workspace.config, files: once(files), scanned, skipped, damaged, positionsOf };
}

/** A loop around a method that several classes implement is one finding, not one for each of them. */
function once(files: readonly AnalyzedFile[]): readonly AnalyzedFile[] {
  const kept = new Set(distinct(files.flatMap(({ findings }) => findings)));
  return files.map((file) => ({ ...file, findings: file.findings.filter((finding) => kept.has(finding)) }));
}

/** The analysis, or why there is none. An error in one file must not cost the findings of the others. */
function analyzeSafely(workspace: Workspace, path: string): FileAnalysis | string {
  try {
    const analysis = workspace.project.analyze(path);
    if (analysis.skipped === undefined) return analysis;
    return workspace.host.problem(path) ?? analysis.skipped;
  } catch (error) {
    return `internal error: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function rememberPositions(workspace: Workspace): (path: string) => Positions {
  const known = new Map<string, Positions>();
  return (path) => {
    const found = known.get(path) ?? positionsIn(workspace.host.read(path) ?? '');
    known.set(path, found);
    return found;
  };
}
