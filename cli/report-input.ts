/** From the analysis of a workspace to what reports are made of. */
import path from 'node:path';
import { placed, type ReportInput } from '../core/reports/index.ts';
import { relativeTo } from '../workspace/paths.ts';
import type { WorkspaceAnalysis } from './analyze-workspace.ts';

export function reportInput(analysis: WorkspaceAnalysis, textOf: (absolute: string) => string | undefined, today: string): ReportInput {
  const { base, config, files, scanned, skipped, positionsOf } = analysis;
  const all = files.map((file) =>
    placed({
      analysis: file,
      text: textOf(file.absolute) ?? '',
      config,
      placeIn: (span) => ({ path: file.path, line: file.positions.place(span).line }),
    }),
  );
  return {
    calls: all.flatMap(({ calls }) => calls),
    findings: all.flatMap(({ findings }) => findings),
    files: scanned,
    skipped,
    config,
    today,
    complete: true,
    placeOf: (at) => (at.path === '' ? undefined : { path: relativeTo(base, at.path), line: positionsOf(at.path).place(at).line }),
  };
}

/** Links from a page in `folder` to lines of files below `base`. */
export function linksFrom(folder: string, base: string): (at: { readonly path: string; readonly line: number }) => string {
  return ({ path: name, line }) => {
    const way = path.relative(folder, path.resolve(base, name)).split(path.sep).map(encodeURIComponent).join('/');
    return `${way}#L${line}`;
  };
}
