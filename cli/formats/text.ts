/**
 * `--format text`: one finding a line, as compilers print them, then what it adds up to. At a terminal the message stands below its place, wrapped
 * to the window; into a pipe everything stays on the line, for grep and for the problem matchers of editors.
 */
import { type Totals, totalsOf } from '../../core/estimate/index.ts';
import { formatUsdExpected, formatUsdRange, plural } from '../../core/format.ts';
import type { Finding } from '../../core/model.ts';
import { displayPath } from '../../workspace/paths.ts';
import { type AnalyzedFile, callsOf, type WorkspaceAnalysis } from '../analyze-workspace.ts';
import type { Colours, Paint } from '../colours.ts';
import type { FixOutcome } from '../fix.ts';
import { cellText } from '../notebook-places.ts';
import { oneLine } from './columns.ts';

export interface TextOptions {
  readonly cwd: string;
  readonly colours: Colours;
  /** Characters in a line of the terminal; undefined for a pipe or a file. */
  readonly width?: number | undefined;
  readonly fixed: FixOutcome | undefined;
}

export function toText(analysis: WorkspaceAnalysis, options: TextOptions): string {
  const { colours, fixed } = options;
  const lines = analysis.files.flatMap((file) => file.findings.map((finding) => findingLine(file, finding, options)));
  if (lines.length > 0) lines.push('');
  if (fixed) lines.push(...fixLines(fixed));
  lines.push(...summary(analysis, colours), ...skippedLines(analysis, colours));
  return `${lines.join('\n')}\n`;
}

function findingLine({ absolute, positions, cellOf }: AnalyzedFile, finding: Finding, { cwd, colours, width }: TextOptions): string {
  const { line, column } = positions.place(finding.span);
  const place = `${colours.underline(oneLine(displayPath(cwd, absolute)))}${colours.dim(`:${line}:${column}`)}`;
  const saving = finding.saving && finding.saving.high > 0 ? ` ${colours.green(`[saves ${formatUsdExpected(finding.saving)} a run]`)}` : '';
  const severity = severityPaint(finding, colours)(finding.severity);
  const rule = colours.dim(finding.rule);
  const cell = cellOf?.(finding.span.start);
  const message = `${cell ? `${cellText(cell)}: ` : ''}${oneLine(finding.message)}`;
  if (width === undefined) return `${place} ${severity} ${message}${saving} ${rule}`;
  return `${place} ${severity} ${rule}${saving}\n${wrap(message, Math.min(width, MAX_WIDTH), '    ')}`;
}

/** Longer lines are hard to read, however wide the window is. */
const MAX_WIDTH = 120;

/** Breaks a text at spaces; a word that is longer than a line stands on one of its own. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}

const severityPaint = ({ severity }: Finding, colours: Colours): Paint =>
  severity === 'error' ? colours.red : severity === 'warning' ? colours.yellow : severity === 'info' ? colours.blue : colours.dim;

function fixLines({ applied, files, problems }: FixOutcome): string[] {
  const done =
    applied > 0 ? `Applied ${plural(applied, 'safe fix', 'safe fixes')} in ${plural(files.length, 'file')}.` : 'There was no safe fix to apply.';
  return [done, ...problems.map((problem) => `Not fixed: ${problem}`)];
}

function summary(analysis: WorkspaceAnalysis, colours: Colours): string[] {
  const findings = analysis.files.flatMap((file) => file.findings);
  const totals = totalsOf(callsOf(analysis));
  return [
    findings.length === 0 ? colours.green('No findings.') : colours.bold(countFindings(findings)),
    `${plural(totals.calls, 'LLM call')} in ${plural(analysis.scanned, 'file')}.${totals.priced > 0 ? ` ${costLine(analysis, totals)}` : ''}`,
    ...totals.unpriced.map(({ why, calls }) => colours.dim(`${plural(calls, 'call')} without a price: ${oneLine(why)}`)),
  ];
}

function costLine({ config }: WorkspaceAnalysis, { priced, run, month }: Totals): string {
  const { runsPerDay } = config.assumptions;
  return `One run of each of the ${priced} with a price: ${formatUsdRange(run)}; a month at ${runsPerDay} runs a day: ${formatUsdRange(month)}.`;
}

function countFindings(findings: readonly Finding[]): string {
  const counts = (['error', 'warning', 'info', 'hint'] as const)
    .map((severity) => ({ severity, count: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => (severity === 'info' ? `${count} info` : plural(count, severity)));
  const safe = findings.filter(({ fixes }) => fixes.some(({ safety }) => safety === 'safe')).length;
  return `${plural(findings.length, 'finding')} (${counts.join(', ')})${safe > 0 ? `; ${safe} can be fixed with --fix` : ''}.`;
}

function skippedLines({ skipped }: WorkspaceAnalysis, colours: Colours): string[] {
  const shown = skipped.slice(0, 10).map(({ path, reason }) => colours.dim(oneLine(`Not analysed: ${path}: ${reason}`)));
  return skipped.length > shown.length ? [...shown, colours.dim(`… and ${skipped.length - shown.length} more; --format json lists them.`)] : shown;
}
