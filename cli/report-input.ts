/** From the analysis of a workspace to what reports are made of. */
import path from 'node:path';
import type { Finding, Location } from '../core/model.ts';
import { configAt, type PlacedCall, type PlacedFinding, type ReportInput } from '../core/reports/index.ts';
import { relativeTo } from '../workspace/paths.ts';
import type { AnalyzedFile, WorkspaceAnalysis } from './analyze-workspace.ts';

const MOST_OF_A_NAME = 80;

export function reportInput(analysis: WorkspaceAnalysis, textOf: (absolute: string) => string | undefined, today: string): ReportInput {
  const { base, config, files, scanned, skipped, positionsOf } = analysis;
  const calls = files.flatMap((file) =>
    file.calls.map(
      (call): PlacedCall => ({ call, at: placeIn(file, call.site.span), callee: calleeOf(file, call, textOf), config: configAt(config, call) }),
    ),
  );
  const findings = files.flatMap((file) =>
    file.findings.map((finding): PlacedFinding => ({ finding, at: placeIn(file, finding.span), config: configAt(config, callOf(file, finding)) })),
  );
  const placeOf = (at: Location) => (at.path === '' ? undefined : { path: relativeTo(base, at.path), line: positionsOf(at.path).place(at).line });
  return { calls, findings, files: scanned, skipped, config, today, complete: true, placeOf };
}

const callOf = ({ calls }: AnalyzedFile, { call }: Finding) => (call === undefined ? undefined : calls[call]);

const placeIn = ({ path: name, positions }: AnalyzedFile, span: { start: number; end: number }) => ({ path: name, line: positions.place(span).line });

function calleeOf({ absolute }: AnalyzedFile, { site }: PlacedCall['call'], textOf: (absolute: string) => string | undefined): string {
  if (!site.callee) return `${site.sdk} ${site.api}`;
  return (textOf(absolute) ?? '').slice(site.callee.start, site.callee.end).replace(/\s+/g, '').slice(-MOST_OF_A_NAME);
}

/** Links from a page in `folder` to lines of files below `base`. */
export function linksFrom(folder: string, base: string): (at: { readonly path: string; readonly line: number }) => string {
  return ({ path: name, line }) => {
    const way = path.relative(folder, path.resolve(base, name)).split(path.sep).map(encodeURIComponent).join('/');
    return `${way}#L${line}`;
  };
}
