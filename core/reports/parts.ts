/** Pieces that several reports share. */
import { plural } from '../format.ts';
import { type Report, type ReportControl, type ReportKind, type ReportOptions, reportNames } from '../protocol/report.ts';
import type { PlacedCall, ReportInput } from './input.ts';

export type ReportAssumption = Report['assumptions'][number];

/** What the estimates of these calls assume, each named once. */
export function assumptionsOf(calls: readonly PlacedCall[]): ReportAssumption[] {
  const seen = new Map<string, ReportAssumption>();
  for (const { call } of calls) {
    for (const assumption of call.estimate.assumptions) {
      const key = `${assumption.setting}\0${assumption.value}`;
      const same = seen.get(key)?.text ?? assumption.text;
      // What stands in brackets is of one call (its cap): where calls differ there, it is left out.
      seen.set(key, { ...assumption, text: same === assumption.text ? same : same.replace(/ \([^()]*\)$/, '') });
    }
  }
  return [...seen.values()].sort((a, b) => (a.setting < b.setting ? -1 : a.setting > b.setting ? 1 : a.value - b.value));
}

/** The assumptions that scale every figure of a month; the calls' own stand in the cost report. */
export const trafficOf = (calls: readonly PlacedCall[]): ReportAssumption[] =>
  assumptionsOf(calls).filter(({ setting }) => setting === 'runsPerDay' || setting === 'stepsPerRun');

/** A report's own assumption, set by a slider or an option. */
export const assumed = ({ id, value, unit }: ReportControl, text: string, source: string): ReportAssumption => ({
  setting: id,
  value,
  unit,
  text,
  source,
});

/** A control with the value that was asked for, brought within its bounds. */
export function control(options: ReportOptions, own: ReportControl): ReportControl {
  const asked = options[own.id];
  return asked === undefined ? own : { ...own, value: Math.min(own.max, Math.max(own.min, asked)) };
}

/** The frame of a report. */
export const frame = (input: ReportInput, kind: ReportKind) => ({
  kind,
  title: reportNames[kind].name,
  date: input.today,
  complete: input.complete,
  skipped: [...input.skipped],
});

/** `3 calls without a price are not in these figures.` */
export function leftOut(input: ReportInput, priced: number): string[] {
  const rest = input.calls.length - priced;
  return rest > 0 ? [`${plural(rest, 'call')} without a price ${rest === 1 ? 'is' : 'are'} not in these figures.`] : [];
}

/** Said in place of figures where there are none. */
export const nothing = (input: ReportInput): string =>
  input.calls.length === 0
    ? `No call was found in ${plural(input.files, 'file')}.`
    : `None of the ${plural(input.calls.length, 'call')} has a known price; the cost report says why.`;
