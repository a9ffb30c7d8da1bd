/** What the options of `costlint report` mean: its kind, its paths, and the numbers of its what-ifs. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Report, type ReportKind, type ReportOptions, reportKinds } from '../core/protocol/report.ts';
import { closest } from '../workspace/closest.ts';
import { type ParsedArgs, UsageError, type Values } from './args.ts';

const isKind = (word: string): word is ReportKind => (reportKinds as readonly string[]).includes(word);

/** The kind stands before the paths; without one it is the cost report. */
export function kindAndPaths({ positionals, values }: ParsedArgs, cwd: string): { readonly kind: ReportKind; readonly rest: ParsedArgs } {
  const [first, ...paths] = positionals;
  if (first !== undefined && isKind(first)) return { kind: first, rest: { positionals: paths, values } };
  if (first !== undefined && !existsSync(path.resolve(cwd, first))) {
    const meant = closest(first, reportKinds);
    const kinds = `reports are ${reportKinds.join(', ')}`;
    throw new UsageError(`no such report, file or directory: ${first}${meant ? `, did you mean "${meant}"?` : `; ${kinds}`}`);
  }
  return { kind: 'cost', rest: { positionals, values } };
}

/** `haiku=70,sonnet=20,opus=10`, shares of 0…1, and `--set id=number`. */
export function whatIfs(values: Values): ReportOptions {
  const options: Record<string, number> = {};
  for (const [name, of] of pairs(
    'tiers',
    values.list('tiers').flatMap((list) => list.split(',')),
  ))
    options[`tiers.${name}`] = of;
  for (const name of ['escalation', 'utilisation']) {
    const given = values.text(name);
    if (given !== undefined) options[name] = percent(name, given);
  }
  for (const [name, of] of pairs('set', values.list('set'))) options[name] = of;
  return options;
}

function pairs(option: string, entries: readonly string[]): (readonly [string, number])[] {
  return entries.map((entry) => {
    const at = entry.lastIndexOf('=');
    const number = Number(entry.slice(at + 1).trim());
    if (at <= 0 || entry.slice(at + 1).trim() === '' || !Number.isFinite(number))
      throw new UsageError(`--${option} needs name=number, not "${entry}"`);
    return [entry.slice(0, at).trim(), number];
  });
}

/** `0.15`, `15` and `15%` are the same. */
function percent(option: string, given: string): number {
  const number = Number(given.replace(/%$/, ''));
  if (given.trim() === '' || !Number.isFinite(number) || number < 0 || number > 100)
    throw new UsageError(`--${option} needs a share, as 0.15 or 15%, not "${given}"`);
  return number <= 1 && !given.endsWith('%') ? number * 100 : number;
}

/** An option that this report does not have is a mistake, not a wish. */
export function checkWhatIfs(options: ReportOptions, { kind, controls }: Report): void {
  const known = controls.map(({ id }) => id);
  for (const id of Object.keys(options)) {
    if (known.includes(id) || (kind === 'routing' && id.startsWith('tiers.'))) continue;
    const meant = closest(id, known);
    const own = known.length > 0 ? `it takes ${known.join(', ')}` : 'it has nothing to set';
    throw new UsageError(`the report "${kind}" has no ${id}${meant ? `, did you mean "${meant}"?` : `; ${own}`}`);
  }
}
