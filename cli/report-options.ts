/** What the options of `costlint report` mean: its kind, its paths, and the numbers of its what-ifs. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { formatCount } from '../core/format.ts';
import { type Report, type ReportControl, type ReportKind, type ReportOptions, reportKinds } from '../core/protocol/report.ts';
import { type ReportInput, unknownTiers } from '../core/reports/index.ts';
import { closest } from '../workspace/closest.ts';
import { type ParsedArgs, UsageError, type Values } from './args.ts';

/** Begins the options that `--tiers` makes. */
const TIERS = 'tiers.';

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
    options[`${TIERS}${name}`] = of;
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

/** An option that this report does not have, or a number outside of its bounds, is a mistake, not a wish. */
export function checkWhatIfs(options: ReportOptions, { kind, controls }: Report, input: ReportInput): void {
  const known = controls.map(({ id }) => id);
  for (const [id, value] of Object.entries(options)) {
    if (kind === 'routing' && id.startsWith(TIERS)) continue;
    const own = controls.find((control) => control.id === id);
    if (own) {
      checkBounds(own, value);
      continue;
    }
    const meant = closest(id, known);
    const takes = known.length > 0 ? `it takes ${known.join(', ')}` : 'it has nothing to set';
    throw new UsageError(`the report "${kind}" has no ${id}${meant ? `, did you mean "${meant}"?` : `; ${takes}`}`);
  }
  if (kind === 'routing') checkTiers(options, input);
}

function checkBounds({ id, min, max, unit }: ReportControl, value: number): void {
  if (value >= min && value <= max) return;
  const of = unit && ` ${unit}`;
  throw new UsageError(`${id} takes ${formatCount(min)} to ${formatCount(max)}${of}, not ${value}`);
}

/** Models that are named as an example of what tiers may be. */
const SHOWN_MODELS = 6;

function checkTiers(options: ReportOptions, input: ReportInput): void {
  const tiers = Object.entries(options).filter(([id]) => id.startsWith(TIERS));
  if (tiers.length === 0) return;
  for (const [id, share] of tiers) {
    if (share < 0 || share > 100) throw new UsageError(`--tiers ${id.slice(TIERS.length)}=${share}: a share is 0 to 100 %`);
  }
  const { unknown, models } = unknownTiers(input, options);
  const [name] = unknown;
  if (name !== undefined) {
    const meant = closest(name, models);
    const some = `it takes a model or a part of its name, as ${models.slice(0, SHOWN_MODELS).join(', ')}`;
    throw new UsageError(`--tiers ${name}: no such model in the price list${meant ? `, did you mean "${meant}"?` : `; ${some}`}`);
  }
  if (tiers.every(([, share]) => share === 0)) throw new UsageError('--tiers needs at least one share above 0');
}
