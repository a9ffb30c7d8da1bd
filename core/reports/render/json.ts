/** A report for programs: facts and tables by their ids, money in USD, rates in USD per million tokens. */
import { NANO_PER_USD } from '../../model.ts';
import type { Report, ReportTable, ReportValue, ValueKind } from '../../protocol/report.ts';
import { valueOf } from '../cells.ts';

type Tree = { [key: string]: unknown };

/** `set(tree, 'cost.call', 1)` → `{ cost: { call: 1 } }`. */
function set(tree: Tree, id: string, value: unknown): void {
  const [head = '', ...rest] = id.split('.');
  if (rest.length === 0) tree[head] = value;
  else {
    const inner = tree[head];
    const branch: Tree = typeof inner === 'object' && inner !== null ? (inner as Tree) : {};
    tree[head] = branch;
    set(branch, rest.join('.'), value);
  }
}

function plain(value: ReportValue, kind: ValueKind): unknown {
  if (kind !== 'usd' && kind !== 'rate') return value;
  if (typeof value === 'number') return value / NANO_PER_USD;
  if (typeof value !== 'object' || value === null) return value;
  return { low: value.low / NANO_PER_USD, expected: value.expected / NANO_PER_USD, high: value.high / NANO_PER_USD };
}

function rowsOf({ columns, rows }: ReportTable): Tree[] {
  return rows.map((row) => {
    const tree: Tree = {};
    row.forEach((cell, i) => {
      const { id = '', kind = 'text' } = columns[i] ?? {};
      if (kind === 'place') {
        set(tree, 'path', cell.at?.path ?? cell.text);
        set(tree, 'line', cell.at?.line ?? null);
      } else set(tree, id, plain(valueOf(cell), kind));
    });
    return tree;
  });
}

/** `version` 1: fields may be added, none changes its meaning. */
export function reportJson(report: Report): object {
  const tree: Tree = { version: 1, kind: report.kind, date: report.date, complete: report.complete, summary: report.summary };
  for (const { id, kind, value } of report.facts) set(tree, id, plain(value, kind));
  for (const { id, table, code } of report.sections) {
    if (table) tree[id] = rowsOf(table);
    if (code) tree[id] = code;
  }
  if (report.controls.length > 0) tree.options = Object.fromEntries(report.controls.map(({ id, value }) => [id, value]));
  return { ...tree, assumptions: report.assumptions, sources: report.sources, skipped: report.skipped };
}
