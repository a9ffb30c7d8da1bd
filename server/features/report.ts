/** What the whole workspace costs, as a Markdown page. */
import type { CancellationToken } from 'vscode-languageserver/node';
import type { AnalyzedCall } from '../../core/analyze.ts';
import { formatTokenRange, formatUsd, formatUsdExpected, formatUsdRange, plural } from '../../core/format.ts';
import type { Finding } from '../../core/model.ts';
import { scanInView } from '../scan.ts';
import type { Session, View } from '../session.ts';
import { relativeUri } from '../uris.ts';
import { modelWords, whyUnpriced } from '../words.ts';
import { cell, code } from './call-markdown.ts';
import { type Total, totalOf } from './summary.ts';

const MAX_CALLS = 50;
const MAX_FINDINGS = 100;

interface Row<T> {
  readonly item: T;
  readonly place: string;
}
type CallRow = Row<AnalyzedCall>;

export async function workspaceReport(
  session: Session,
  base: string | undefined,
  token: CancellationToken,
): Promise<{ markdown: string; cancelled: boolean }> {
  const calls: CallRow[] = [];
  const findings: Row<Finding>[] = [];
  const skipped: string[] = [];
  let files = 0;
  const whole = await scanInView(session, 'Costlint: workspace report', token, (view) => {
    files++;
    calls.push(...view.analysis.calls.map((item) => ({ item, place: link(view, item.site.callee, base) })));
    findings.push(...view.analysis.findings.map((item) => ({ item, place: link(view, item.span, base) })));
    if (view.analysis.skipped !== undefined) skipped.push(`- ${cell(relative(view))}: ${cell(view.analysis.skipped)}`);
  });
  return { markdown: render({ calls, findings, skipped, files, whole }), cancelled: !whole };
}

const relative = (view: View): string => view.buffer.path.slice(view.folder.root.length + 1).replace(/:cells\.\w+$/, '');

function link(view: View, span: { start: number; end: number }, base: string | undefined): string {
  const place = view.buffer.locate(span);
  const line = (place?.range.start.line ?? 0) + 1;
  return `[${cell(relative(view))}:${line}](<${place ? linkTarget(place.uri, base) : ''}#L${line}>)`;
}

/** A cell of a notebook is no file: the link goes to the notebook. */
function linkTarget(uri: string, base: string | undefined): string {
  const file = uri.replace(/^vscode-notebook-cell:(\/\/)?/, 'file://').replace(/#.*$/, '');
  return (base && relativeUri(base, file)) ?? file;
}

interface Contents {
  readonly calls: readonly CallRow[];
  readonly findings: readonly Row<Finding>[];
  readonly skipped: readonly string[];
  readonly files: number;
  readonly whole: boolean;
}

export function render({ calls, findings, skipped, files, whole }: Contents): string {
  const total = totalOf(calls.map((row) => row.item));
  const parts = [
    '# What this workspace costs',
    whole ? '' : '_The analysis was stopped: not every file is in this report._',
    headline(total, files, findings.length),
    modelTable(calls),
    callTable(calls),
    unpricedTable(calls),
    findingTable(findings),
    skipped.length > 0 ? ['## Not analysed', '', ...skipped].join('\n') : '',
    '_Estimates: what the code shows, and assumptions where it does not. Hover a call to see its assumptions; change them under `costlint.assumptions` or in `costlint.json`._',
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headline(total: Total, files: number, findings: number): string {
  const counted = `${plural(total.calls, 'call')} of language models in ${plural(files, 'file')}, ${plural(findings, 'finding')}.`;
  if (total.calls === 0) return `${counted}\n\nNo call was found. Costlint reads TypeScript, JavaScript, Python, notebooks and prompt files.`;
  if (total.unpriced === total.calls) return `${counted}\n\nNone of them has a figure: see below why.`;
  const rest = total.unpriced > 0 ? `\n\n${plural(total.unpriced, 'call')} without a figure are not in this sum.` : '';
  return `${counted}\n\n**${formatUsdRange(total.month)} a month** if each call site runs as often as assumed.${rest}`;
}

const priced = (rows: readonly CallRow[]): readonly CallRow[] =>
  rows
    .filter(({ item }) => item.estimate.cost !== null)
    .sort((a, b) => (b.item.estimate.cost?.month.expected ?? 0) - (a.item.estimate.cost?.month.expected ?? 0));

function modelTable(rows: readonly CallRow[]): string {
  const byModel = new Map<string, AnalyzedCall[]>();
  for (const { item } of priced(rows)) byModel.set(modelWords(item), [...(byModel.get(modelWords(item)) ?? []), item]);
  if (byModel.size < 2) return '';
  const lines = [...byModel].map(([model, calls]) => `| ${code(model)} | ${calls.length} | ${formatUsdExpected(totalOf(calls).month)} |`);
  return ['## By model', '', '| model | calls | a month |', '|---|--:|--:|', ...lines].join('\n');
}

function callTable(rows: readonly CallRow[]): string {
  const sorted = priced(rows);
  if (sorted.length === 0) return '';
  const lines = sorted.slice(0, MAX_CALLS).map(({ item, place }) => {
    const cost = item.estimate.cost;
    const figures = cost ? [cost.call, cost.run, cost.month].map(formatUsdExpected) : [];
    return `| ${place} | ${code(modelWords(item))} | ${formatTokenRange(item.estimate.inputTokens)} | ${figures.join(' | ')} |`;
  });
  const rest = sorted.length > MAX_CALLS ? ['', `${plural(sorted.length - MAX_CALLS, 'cheaper call')} are not listed.`] : [];
  return ['## Calls', '', '| where | model | tokens in | a call | a run | a month |', '|---|---|--:|--:|--:|--:|', ...lines, ...rest].join('\n');
}

function unpricedTable(rows: readonly CallRow[]): string {
  const unknown = rows.filter(({ item }) => item.estimate.cost === null);
  if (unknown.length === 0) return '';
  const lines = unknown.slice(0, MAX_CALLS).map(({ item, place }) => `| ${place} | ${cell(whyUnpriced(item))} |`);
  return ['## Calls without a figure', '', '| where | why |', '|---|---|', ...lines].join('\n');
}

function findingTable(rows: readonly Row<Finding>[]): string {
  if (rows.length === 0) return '';
  const sorted = [...rows].sort((a, b) => (b.item.saving?.expected ?? 0) - (a.item.saving?.expected ?? 0));
  const lines = sorted.slice(0, MAX_FINDINGS).map(({ item, place }) => {
    const saving = item.saving && item.saving.expected > 0 ? `≈ ${formatUsd(item.saving.expected)} a run` : '';
    return `| ${place} | ${item.rule} | ${cell(item.message)} | ${saving} |`;
  });
  const rest = sorted.length > MAX_FINDINGS ? ['', `${plural(sorted.length - MAX_FINDINGS, 'further finding')} are not listed.`] : [];
  return ['## What to change', '', '| where | rule | what | saves |', '|---|---|---|--:|', ...lines, ...rest].join('\n');
}
