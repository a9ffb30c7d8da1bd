/** When a model stops being served. */
import { daysBetween } from './days.ts';
import { OVERLAY } from './overlay.ts';
import type { ModelRecord } from './rows.ts';
import { SOURCES } from './sources.ts';
import type { IsoDay, Retirement, Route } from './types.ts';

/** The newest generally available model of the same tier that is served on a day. */
function successor(record: ModelRecord, day: IsoDay): string | undefined {
  const list = OVERLAY[record.provider] ?? [];
  const own = list.findIndex((entry) => entry.id === record.id);
  const newer = list.slice(0, own).find((entry) => {
    const served = (!entry.released || entry.released <= day) && !entry.retires && !entry.limited;
    return served && entry.tier === record.entry?.tier;
  });
  return newer?.id;
}

/** The retirement of a model on a route, seen from a day; a cloud without a date of its own has none. */
export function retirementOf(record: ModelRecord, route: Route, day: IsoDay): Retirement | undefined {
  const { retires } = record.entry ?? {};
  const date = retires?.[route];
  if (!retires || !date) return undefined;
  const { name, date: seen } = SOURCES[retires.source];
  const replacement = successor(record, day);
  return {
    date,
    retired: day > date,
    daysLeft: daysBetween(day, date),
    ...(replacement ? { replacement } : {}),
    source: `${name} (${seen})`,
    ...(retires.note ? { note: retires.note } : {}),
  };
}
