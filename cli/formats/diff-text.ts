/** `costlint diff` at a terminal. */
import type { CallChange } from '../../core/diff/index.ts';
import { formatUsdExpected, plural } from '../../core/format.ts';
import type { Colours, Paint } from '../colours.ts';
import type { DiffResult } from '../diff-data.ts';
import { columns, cutNote, oneLine } from './columns.ts';
import { breachText, costOf, findingPlace, isEmpty, lineIn, NO_CHANGE, placeOf, remarks, totalRows, verdict, whatOf } from './diff-view.ts';

export interface DiffTextOptions {
  readonly top: number;
  readonly colours: Colours;
}

export function diffToText(result: DiffResult, { top, colours }: DiffTextOptions): string {
  const { range, diff, breaches, today } = result;
  const header = colours.dim(`${range.baseName} → ${range.headName}; ${plural(result.changedFiles, 'changed file')}; prices of ${today}`);
  if (isEmpty(result)) return `${[header, colours.green(NO_CHANGE), ...remarks(result).map((line) => colours.dim(oneLine(line)))].join('\n')}\n`;
  const lines = { before: lineIn(result.before), after: lineIn(result.after) };
  const parts = [
    [header, colours.bold(verdict(result))],
    columns(['', 'before', 'after', 'change'], totalRows(result), colours, { indent: '  ' }),
    section(
      'Budgets',
      breaches.filter(({ isNew }) => isNew).map((breach) => colours.red(`  ${oneLine(breachText(breach, lines.after))}`)),
      top,
      colours,
    ),
    section(
      'Calls',
      diff.calls.map((change) => callOf(change, result, colours)),
      top,
      colours,
    ),
    section(
      'New findings',
      diff.newFindings.map(
        (ref) =>
          `  ${oneLine(findingPlace(ref, lines.after))} ${ref.finding.severity} ${oneLine(ref.finding.message)}${savesOf(ref.finding)} ${colours.dim(ref.finding.rule)}`,
      ),
      top,
      colours,
    ),
    section(
      'Findings that are gone',
      diff.goneFindings.map((ref) => colours.dim(oneLine(`  ${findingPlace(ref, lines.before)} ${ref.finding.rule}`))),
      top,
      colours,
    ),
    remarks(result).map((line) => colours.dim(oneLine(line))),
  ];
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

const SIGNS = { added: '+', removed: '−', changed: '~' } as const;

function callOf(change: CallChange, result: DiffResult, colours: Colours): string {
  const ref = change.after ?? change.before;
  if (!ref) return '';
  const { month, run, why } = costOf(change, result.after.config);
  const paint: Paint =
    !change.cost || change.cost.month.expected === 0 ? colours.yellow : change.cost.month.expected > 0 ? colours.red : colours.green;
  const money = why === undefined ? `${paint(`${month} a month`)}${colours.dim(`, ${run} a run`)}` : colours.yellow(`cost unknown: ${oneLine(why)}`);
  return `  ${SIGNS[change.kind]} ${oneLine(placeOf(ref, lineIn(change.after ? result.after : result.before)))}  ${money}\n      ${oneLine(whatOf(change))}`;
}

const savesOf = ({ saving }: DiffResult['diff']['newFindings'][number]['finding']): string =>
  saving && saving.high > 0 ? ` [saves ${formatUsdExpected(saving)} a run]` : '';

function section(title: string, lines: readonly string[], top: number, colours: Colours): string[] {
  if (lines.length === 0) return [];
  return [colours.bold(`${title} (${lines.length})`), ...lines.slice(0, top), ...cutNote(lines.length - top, colours, '  ')];
}
