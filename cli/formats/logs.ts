/** What `costlint logs` prints. */
import { formatCount, plural } from '../../core/format.ts';
import type { Group } from '../../core/logs/index.ts';
import type { Totals } from '../../core/protocol/gateway.ts';
import type { SessionRow } from '../../core/protocol/panel.ts';
import type { ImportedLogs } from '../../logs/import.ts';
import type { Colours } from '../colours.ts';
import { columns, cutNote } from './columns.ts';
import { costText, tokensOf } from './usage.ts';
import { usd } from './usd.ts';

export interface LogsTextOptions {
  readonly by: string;
  readonly top: number;
  readonly colours: Colours;
}

function figures(totals: Totals): readonly string[] {
  const { input, cached, output } = tokensOf(totals);
  return [formatCount(totals.calls), formatCount(input), formatCount(cached), formatCount(output), costText(totals)];
}

const FIGURES = ['calls', 'input', 'of it cached', 'output', 'cost'];

export function logsToText({ sums, files, skipped, unknown }: ImportedLogs, { by, top, colours }: LogsTextOptions): string {
  const { name, rows } = tableOf(sums, by);
  // Days are in order of time: the latest are kept.
  const shown = by === 'day' ? rows.slice(Math.max(0, rows.length - top)) : rows.slice(0, top);
  const lines = [
    ...columns([name, ...FIGURES], [...shown, ['all', ...figures(sums.total)]], colours, { figures: true }),
    ...cutNote(rows.length - shown.length, colours),
    '',
    `${plural(sums.sessions.length, 'session')} in ${plural(files, 'log')}. At list prices for the API: a subscription is billed otherwise.`,
    ...(sums.total.unpriced > 0 ? [`${plural(sums.total.unpriced, 'call')} without a known price:`] : []),
    ...[...unknown].map(([model, why]) => colours.dim(`  ${model}: ${why}`)),
    ...skipped.slice(0, 10).map(({ path, reason }) => colours.dim(`Not read: ${path}: ${reason}`)),
  ];
  return `${lines.join('\n')}\n`;
}

function tableOf(sums: ImportedLogs['sums'], by: string): { readonly name: string; readonly rows: readonly (readonly string[])[] } {
  if (by === 'session') return { name: 'session', rows: sums.sessions.map((row) => [sessionName(row), ...figures(row.totals)]) };
  const groups: readonly Group[] = by === 'model' ? sums.models : sums.days;
  return { name: by, rows: groups.map((group) => [group.name || '(no model in the log)', ...figures(group.totals)]) };
}

const sessionName = ({ session, source, project, lastAt }: SessionRow): string =>
  `${new Date(lastAt).toISOString().slice(0, 16).replace('T', ' ')}  ${source}  ${project ?? ''}  ${session}`;

export function logsToJson({ sums, files, bytes, skipped, unknown }: ImportedLogs): object {
  const totals = ({ nanoUsd, unpriced, calls, tokens }: Totals): object => ({ calls, tokens, usd: usd(nanoUsd), unpriced });
  return {
    version: 1,
    files,
    bytes,
    total: totals(sums.total),
    days: sums.days.map((group) => ({ day: group.name, ...totals(group.totals) })),
    models: sums.models.map((group) => ({ model: group.name === '' ? null : group.name, ...totals(group.totals) })),
    sessions: sums.sessions.map((row) => ({ ...row, totals: totals(row.totals) })),
    unknown: Object.fromEntries(unknown),
    skipped,
  };
}
