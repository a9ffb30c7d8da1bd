/**
 * A baseline: the findings that a project has agreed to live with, so that `check` can be adopted on old code. Entries stay valid when lines and
 * figures move: they are rule, file, callee and the message without its figures.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { findingKey } from '../core/diff/index.ts';
import type { Finding } from '../core/model.ts';
import { relativeTo } from '../workspace/paths.ts';
import type { AnalyzedFile, WorkspaceAnalysis } from './analyze-workspace.ts';
import { UsageError } from './args.ts';
import { oneLine } from './formats/columns.ts';
import { writeOutput } from './output.ts';

export const BASELINE_NAME = 'costlint-baseline.json';

const entrySchema = z.object({
  fingerprint: z.string(),
  /** For people who read the file and its history; only the fingerprint counts. */
  rule: z.string(),
  path: z.string(),
  message: z.string(),
  /** How many findings are alike. */
  count: z.number().int().min(1),
});
const baselineSchema = z.object({ version: z.literal(1), findings: z.array(entrySchema) });
type Entry = z.infer<typeof entrySchema>;
export type Baseline = z.infer<typeof baselineSchema>;

/** What the fingerprints need of a workspace. Paths in a baseline are relative to `root`, whatever was named on the command line. */
export interface BaselineScope {
  readonly root: string;
  readonly textOf: (absolute: string) => string;
  /** Absolute paths that were looked at: an entry of another file is not stale. */
  readonly scanned: ReadonlySet<string>;
}

export interface Filtered {
  readonly analysis: WorkspaceAnalysis;
  readonly hidden: number;
  /** Entries whose finding is gone. */
  readonly stale: readonly Entry[];
}

/** Throws UsageError for a file that is not a baseline. */
export function readBaseline(file: string, shown: string): Baseline {
  if (!existsSync(file)) throw new UsageError(`${shown} does not exist; write it with: costlint check --write-baseline --baseline ${shown}`);
  const problem = (why: string): UsageError =>
    new UsageError(`${shown} is not a baseline (${why}); write it anew with: costlint check --write-baseline --baseline ${shown}`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw problem(error instanceof Error ? error.message : String(error));
  }
  const parsed = baselineSchema.safeParse(value);
  if (!parsed.success) throw problem(oneLine(z.prettifyError(parsed.error)));
  return parsed.data;
}

/** Takes out the findings that the baseline has. */
export function withoutBaseline(analysis: WorkspaceAnalysis, baseline: Baseline, scope: BaselineScope): Filtered {
  const left = new Map(baseline.findings.map((entry) => [entry.fingerprint, entry.count]));
  let hidden = 0;
  const isNew = (file: AnalyzedFile, finding: Finding): boolean => {
    const key = fingerprintOf(file, finding, scope);
    const count = left.get(key) ?? 0;
    if (count > 0) {
      left.set(key, count - 1);
      hidden++;
    }
    return count === 0;
  };
  const files = analysis.files
    .map((file) => ({ ...file, findings: file.findings.filter((finding) => isNew(file, finding)) }))
    .filter(({ calls, findings }) => calls.length > 0 || findings.length > 0);
  const stale = baseline.findings.filter((entry) => left.get(entry.fingerprint) === entry.count && wasScanned(entry, scope));
  return { analysis: { ...analysis, files }, hidden, stale };
}

/** A file that is gone counts as looked at. */
const wasScanned = ({ path }: Entry, { root, scanned }: BaselineScope): boolean => {
  const absolute = `${root}/${path}`;
  return scanned.has(absolute) || !existsSync(absolute);
};

/** Writes the findings of now; entries of files that were not looked at stay. Returns the number of findings in it. */
export function writeBaseline(file: string, analysis: WorkspaceAnalysis, scope: BaselineScope): number {
  const kept = existsSync(file) ? readBaseline(file, file).findings.filter((entry) => !wasScanned(entry, scope)) : [];
  const entries = new Map(kept.map((entry) => [entry.fingerprint, entry]));
  for (const analysed of analysis.files) {
    for (const finding of analysed.findings) {
      const fingerprint = fingerprintOf(analysed, finding, scope);
      const count = (entries.get(fingerprint)?.count ?? 0) + 1;
      entries.set(fingerprint, { fingerprint, rule: finding.rule, path: relativeTo(scope.root, analysed.absolute), message: finding.message, count });
    }
  }
  const findings = [...entries.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const baseline: Baseline = { version: 1, findings };
  writeOutput(file, `${JSON.stringify(baseline, null, 2)}\n`);
  return findings.reduce((sum, { count }) => sum + count, 0);
}

const keyOf = ({ path, rule, fingerprint }: Entry): string => `${path}\0${rule}\0${fingerprint}`;

function fingerprintOf(file: AnalyzedFile, finding: Finding, { root, textOf }: BaselineScope): string {
  const key = findingKey(relativeTo(root, file.absolute), finding, { text: textOf(file.absolute), calls: file.calls });
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}
