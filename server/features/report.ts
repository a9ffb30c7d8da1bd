/** Reports of the whole workspace. Its analysis is gathered once and kept until something changes, so that a slider's answer is quick. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { defaultConfig } from '../../core/config.ts';
import type { Location, Skipped, Span } from '../../core/model.ts';
import type { Report, ReportFormat, ReportKind, ReportOptions, ReportPlace } from '../../core/protocol/report.ts';
import {
  makeReport,
  type PlacedCall,
  type PlacedFinding,
  placed,
  type ReportInput,
  reportHtml,
  reportJson,
  reportMarkdown,
} from '../../core/reports/index.ts';
import type { Changes } from '../changes.ts';
import type { Folder } from '../folders.ts';
import { scanInView } from '../scan.ts';
import type { Session, View } from '../session.ts';
import { relativeUri } from '../uris.ts';

/** Rows of each table of a page. */
const ROWS = 100;

export interface PageRequest {
  readonly kind?: ReportKind | undefined;
  readonly options?: ReportOptions | undefined;
  readonly format?: ReportFormat | undefined;
  readonly base?: string | undefined;
}

export interface Reports {
  readonly model: (kind: ReportKind, options: ReportOptions, token: CancellationToken) => Promise<{ report: Report; cancelled: boolean }>;
  readonly page: (request: PageRequest, token: CancellationToken) => Promise<{ text: string; cancelled: boolean }>;
}

export function createReports(session: Session, changes: Pick<Changes, 'generation'>): Reports {
  let kept: { readonly generation: number; readonly day: string; readonly input: ReportInput } | undefined;

  const inputOf = async (token: CancellationToken): Promise<ReportInput> => {
    const day = session.deps.today();
    const generation = changes.generation();
    if (kept?.generation === generation && kept.day === day) return kept.input;
    const input = await gather(session, day, token);
    // What changed on the way is seen by the next question.
    kept = input.complete ? { generation, day, input } : undefined;
    return input;
  };
  const model: Reports['model'] = async (kind, options, token) => {
    const input = await inputOf(token);
    return { report: makeReport(kind, input, options), cancelled: !input.complete };
  };
  const page: Reports['page'] = async ({ kind = 'cost', options = {}, format = 'markdown', base }, token) => {
    const { report, cancelled } = await model(kind, options, token);
    const link = (at: ReportPlace): string | undefined => at.uri && `${linkTarget(at.uri, base)}#L${at.line}`;
    if (format === 'json') return { text: `${JSON.stringify(reportJson(report), null, 2)}\n`, cancelled };
    return { text: (format === 'html' ? reportHtml : reportMarkdown)(report, { top: ROWS, link }), cancelled };
  };
  return { model, page };
}

async function gather(session: Session, today: string, token: CancellationToken): Promise<ReportInput> {
  const calls: PlacedCall[] = [];
  const findings: PlacedFinding[] = [];
  const skipped: Skipped[] = [];
  const folders: Folder[] = [];
  let files = 0;
  const complete = await scanInView(session, 'Costlint: report', token, (view) => {
    files++;
    const { folder, buffer, analysis } = view;
    if (!folders.includes(folder)) folders.push(folder);
    const own = placed({ analysis, text: buffer.text, config: folder.config, placeIn: (span) => placeIn(view, span) });
    calls.push(...own.calls);
    findings.push(...own.findings);
    if (analysis.skipped !== undefined) skipped.push({ path: relative(view), reason: analysis.skipped });
  });
  const placeOf = (at: Location): ReportPlace | undefined => {
    const folder = folders.find(({ root }) => at.path.startsWith(`${root}/`));
    const buffer = folder && session.bufferAt(folder, at.path);
    return folder && buffer && placeIn({ folder, buffer }, at);
  };
  return { calls, findings, files, skipped, config: folders[0]?.config ?? defaultConfig, today, complete, placeOf };
}

type Where = Pick<View, 'folder' | 'buffer'>;

const relative = ({ folder, buffer }: Where): string => buffer.path.slice(folder.root.length + 1).replace(/:cells\.\w+$/, '');

function placeIn(where: Where, span: Span): ReportPlace {
  const place = where.buffer.locate(span);
  return { path: relative(where), line: (place?.range.start.line ?? 0) + 1, ...(place ? { uri: place.uri } : {}) };
}

/** A cell of a notebook is no file: the link goes to the notebook. */
function linkTarget(uri: string, base: string | undefined): string {
  const file = uri.replace(/^vscode-notebook-cell:(\/\/)?/, 'file://').replace(/#.*$/, '');
  return (base && relativeUri(base, file)) ?? file;
}
