/** `costlint diff --format markdown`: the one comment at a pull request. Totals first, everything long folded. */
import { formatUsdExpected, plural } from '../../core/format.ts';
import { cell, code, table } from '../../core/markdown.ts';
import type { DiffResult } from '../diff-data.ts';
import { breachText, costOf, findingPlace, isEmpty, lineIn, NO_CHANGE, placeOf, remarks, totalRows, verdict, whatOf } from './diff-view.ts';

/** Begins the comment, so that the next run finds it and writes over it. */
const MARKER = '<!-- costlint-diff -->';

export function diffToMarkdown(result: DiffResult, { top }: { readonly top: number }): string {
  const { diff, breaches, range, today } = result;
  const foot = `<sub>Costlint: ${cell(range.baseName)} → ${cell(range.headName)}, prices of ${today}, estimates from the code.</sub>`;
  const said = remarks(result).map((text) => `- ${cell(text)}`);
  if (isEmpty(result)) return `${[`${MARKER}\n**LLM cost:** ${NO_CHANGE}`, ...(said.length > 0 ? [said.join('\n')] : []), foot].join('\n\n')}\n`;
  const lines = { before: lineIn(result.before), after: lineIn(result.after) };
  const failing = breaches.filter(({ isNew }) => isNew);
  const parts = [
    `${MARKER}\n### LLM cost: ${cell(verdict(result))}`,
    table(
      ['', 'Before', 'After', 'Change'],
      totalRows(result).map((row) => row.map(cell)),
    ),
  ];
  if (failing.length > 0) parts.push(['**Over budget**', ...failing.map((breach) => `- ${cell(breachText(breach, lines.after))}`)].join('\n'));
  if (said.length > 0) parts.push(said.join('\n'));
  const calls = diff.calls.flatMap((change) => {
    const ref = change.after ?? change.before;
    if (!ref) return [];
    const { month, run, why } = costOf(change, result.after.config);
    return [
      [change.kind, code(placeOf(ref, change.after ? lines.after : lines.before)), cell(whatOf(change)), cell(why ?? month), cell(why ? '' : run)],
    ];
  });
  parts.push(...folded(`${plural(calls.length, 'call')} changed, ${diff.unchanged} unchanged`, ['', 'Call', 'What', 'A month', 'A run'], calls, top));
  const added = diff.newFindings.map((ref) => [
    ref.finding.severity,
    code(findingPlace(ref, lines.after)),
    `${cell(ref.finding.message)} ${code(ref.finding.rule)}`,
    ref.finding.saving && ref.finding.saving.high > 0 ? `${formatUsdExpected(ref.finding.saving)} a run` : '',
  ]);
  parts.push(...folded(plural(added.length, 'new finding'), ['', 'Where', 'Finding', 'Saves'], added, top));
  const gone = diff.goneFindings.map((ref) => [code(findingPlace(ref, lines.before)), code(ref.finding.rule)]);
  parts.push(...folded(`${plural(gone.length, 'finding')} gone`, ['Where it was', 'Rule'], gone, top), foot);
  return `${parts.join('\n\n')}\n`;
}

function folded(title: string, head: readonly string[], rows: readonly (readonly string[])[], top: number): string[] {
  if (rows.length === 0) return [];
  const more = rows.length > top ? [`… and ${rows.length - top} more.`] : [];
  return [
    [
      '<details>',
      `<summary>${title}</summary>`,
      '',
      table(head, rows.slice(0, top)),
      ...(more.length > 0 ? ['', ...more] : []),
      '',
      '</details>',
    ].join('\n'),
  ];
}
