/** Both states of a repository analysed, and what differs: the figures behind every format of `costlint diff`. */
import { type BudgetBreach, breachesOf, type CostDiff, compare, type DiffFile } from '../core/diff/index.ts';
import { isTestPath } from '../core/program/test-paths.ts';
import { matcher } from '../workspace/discover.ts';
import { openGit } from '../workspace/git.ts';
import { type Comparison, openComparison } from '../workspace/git-comparison.ts';
import { type GitRange, rangeOf } from '../workspace/git-range.ts';
import { relativeTo } from '../workspace/paths.ts';
import type { Workspace, WorkspaceOptions } from '../workspace/project.ts';
import { analyzeWorkspace, type WorkspaceAnalysis } from './analyze-workspace.ts';

export interface DiffRequest {
  readonly root: string;
  /** What reported paths are relative to. */
  readonly base: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly options: Pick<WorkspaceOptions, 'configFile' | 'adjust' | 'today'>;
  readonly onFile: (done: number, total: number) => void;
}

export interface DiffResult {
  readonly range: GitRange;
  readonly diff: CostDiff;
  readonly breaches: readonly BudgetBreach[];
  readonly before: WorkspaceAnalysis;
  readonly after: WorkspaceAnalysis;
  readonly changedFiles: number;
  readonly runsPerDay: number;
  readonly today: string;
  readonly notes: readonly string[];
}

/** Throws GitError and ConfigError with messages for people. */
export async function diffData({ root, base, from, to, env, options, onFile }: DiffRequest): Promise<DiffResult> {
  const git = openGit(root, env);
  const range = rangeOf(git, { base: from, head: to, env });
  const comparison = await openComparison(git, range, git.bare ? git.top : root, options);
  const shown = git.bare ? git.top : base;
  const after = analyzeWorkspace(comparison.after, { base: shown, onFile });
  const afterFiles = filesOf(comparison.after, after);
  comparison.rewind();
  const before = analyzeWorkspace(comparison.before, { base: shown });
  const diff = compare({
    before: filesOf(comparison.before, before),
    after: afterFiles,
    changed: comparison.changed,
    nameOf: (path) => relativeTo(shown, path),
  });
  const { config } = comparison.after;
  const matches = (glob: string, path: string): boolean => matcher([glob])?.(relativeTo(root, `${shown}/${path}`)) ?? false;
  return {
    range,
    diff,
    breaches: breachesOf(diff, config.budgets, matches),
    before,
    after,
    changedFiles: comparison.changed.size,
    runsPerDay: config.assumptions.runsPerDay,
    today: options.today,
    notes: [...comparison.notes, ...unreadable(comparison, after, before), ...damagedNow(comparison, after, before)],
  };
}

/** Calls of tests run against fakes, if at all: they are no part of what a month costs, unless `tests` of the configuration says so. */
function filesOf({ host, root, config }: Workspace, analysis: WorkspaceAnalysis): DiffFile[] {
  const files = analysis.files.filter(({ absolute }) => config.tests || !isTestPath(absolute.slice(root.length)));
  return files.map(({ path, absolute, calls, findings }) => ({ path, text: host.read(absolute) ?? '', calls, findings }));
}

const changedIn =
  ({ changed }: Comparison, { base }: WorkspaceAnalysis) =>
  ({ path }: { readonly path: string }): boolean =>
    changed.has(path.startsWith('/') ? path : `${base}/${path}`);

/** Files that the change broke: the marks of a conflict, an edit half done. Of them only a part is in the comparison. */
function damagedNow(comparison: Comparison, after: WorkspaceAnalysis, before: WorkspaceAnalysis): string[] {
  const brokenBefore = new Set(before.damaged.map(({ path }) => path));
  const isNew = after.damaged.filter(changedIn(comparison, after)).filter(({ path }) => !brokenBefore.has(path));
  return isNew.map(({ path, line }) => `${path}:${line} has a syntax error after the change: the file was compared only in part.`);
}

/** Changed files that one of the states does not show: what they cost is not in the comparison. */
function unreadable(comparison: Comparison, after: WorkspaceAnalysis, before: WorkspaceAnalysis): string[] {
  const isChanged = changedIn(comparison, after);
  const say =
    (state: string) =>
    ({ path, reason }: { readonly path: string; readonly reason: string }): string =>
      `${path} could not be analysed ${state}: ${reason}`;
  return [...after.skipped.filter(isChanged).map(say('after the change')), ...before.skipped.filter(isChanged).map(say('before the change'))];
}
