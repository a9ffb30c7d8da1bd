/** The figures of the panel: where the month goes, what is usual, what the cache saves; spending over time. */
import * as z from 'zod';
import { calendarWindow } from '../../core/budget/index.ts';
import type { Standing } from '../../core/budget/types.ts';
import type { Provider } from '../../core/model.ts';
import { costOf } from '../../core/pricing/index.ts';
import { historyQuerySchema, historySplits, type Overview } from '../../core/protocol/panel.ts';
import type { Core } from '../core.ts';
import type { HourTotals } from '../ledger/types.ts';
import { activeActions } from '../options.ts';
import { type Answer, type Asked, checked, ok, wrong } from './answer.ts';
import { scopedLimits } from './budget.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONTH_DAYS = 7;
const USUAL_DAYS = 14;
/** With fewer active hours nothing is usual. */
const MIN_HOURS = 6;

export async function overview({ core }: Asked): Promise<Answer> {
  const { ledger, options } = core;
  const at = core.now();
  const { timeZone } = options;
  const todaySince = calendarWindow({ unit: 'day', timeZone }, at).startMs;
  const month = calendarWindow({ unit: 'month', timeZone }, at);
  const monthTotals = ledger.totals({ since: month.startMs });
  const lastHour = ledger.spent.spentSince(at - HOUR + 1);
  const usual = ledger.hours(at - USUAL_DAYS * DAY).filter(({ hour }) => hour + HOUR <= at);
  const done = ledger.sessionCosts(at - USUAL_DAYS * DAY).done;
  const body: Overview = {
    at,
    today: ledger.totals({ since: todaySince }),
    month: monthTotals,
    monthSince: month.startMs,
    lastHour,
    usualHour: usualHour(usual),
    projection: projection(ledger.hours(at - MONTH_DAYS * DAY), monthTotals.nanoUsd, month.endMs, at),
    runway: runway(await core.store.standings(scopedLimits(core, {})), lastHour, at),
    cache: cacheOf(core, todaySince, at),
    completed: done ?? null,
    queue: core.rates?.waiting ?? { critical: 0, normal: 0, background: 0 },
    active: activeActions(options),
  };
  return ok(body);
}

/** Quartile by position; of nothing 0. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))] ?? 0;
}

const rangeOf = (values: readonly number[]): { low: number; expected: number; high: number } => {
  const sorted = [...values].sort((a, b) => a - b);
  return { low: quantile(sorted, 0.25), expected: quantile(sorted, 0.5), high: quantile(sorted, 0.75) };
};

function usualHour(hours: readonly HourTotals[]): Overview['usualHour'] {
  return hours.length < MIN_HOURS ? null : { ...rangeOf(hours.map(({ totals }) => totals.nanoUsd)), hours: hours.length };
}

/** The last seven days as blocks of 24 hours back from now, those before the first call left out; sums go on as their mean, days as their quartiles. */
export function projection(hours: readonly HourTotals[], spent: number, monthEndsMs: number, at: number): Overview['projection'] {
  const first = hours[0]?.hour;
  if (first === undefined || at - first < DAY) return null;
  const days = new Array<number>(Math.min(MONTH_DAYS, Math.ceil((at - first) / DAY))).fill(0);
  for (const { hour, totals } of hours) {
    const block = Math.min(days.length - 1, Math.floor((at - hour) / DAY));
    days[block] = (days[block] ?? 0) + totals.nanoUsd;
  }
  const left = Math.max(0, monthEndsMs - at) / DAY;
  const mean = days.reduce((sum, day) => sum + day, 0) / days.length;
  const { low, high } = rangeOf(days);
  const atRate = (daily: number): number => Math.round(spent + daily * left);
  return { low: atRate(Math.min(low, mean)), expected: atRate(mean), high: atRate(Math.max(high, mean)) };
}

/** The first of the account's limits in money that is used up, if spending goes on as in the last hour, before its window ends. */
export function runway(standings: readonly Standing[], perHour: number, at: number): Overview['runway'] {
  if (perHour === 0) return null;
  const ends = standings.flatMap(({ limit, available, resetsMs }) => {
    if (limit.layer !== 'account' || limit.unit !== 'nanoUsd' || limit.action === 'warn') return [];
    const usedUp = Math.round(at + (available / perHour) * HOUR);
    return resetsMs !== undefined && usedUp >= resetsMs ? [] : [{ limit: limit.id, at: usedUp }];
  });
  return ends.sort((a, b) => a.at - b.at)[0] ?? null;
}

/** Of today's prompt tokens; models without a known price save nothing that could be told. */
function cacheOf({ ledger, prices }: Core, since: number, at: number): Overview['cache'] {
  let [read, prompt, saved] = [0, 0, 0];
  for (const { provider, model, usage } of ledger.spent.models(since)) {
    const { output: _, fees: _fees, ...input } = usage;
    const cached = usage.cacheRead ?? 0;
    read += cached;
    prompt += Object.values(input).reduce((sum, tokens) => sum + tokens, 0);
    const { quote, assumed } = cached > 0 ? prices.of({ provider: provider as Provider, model }, at) : { quote: undefined, assumed: true };
    if (!quote || assumed) continue;
    const [whole, cheap] = [costOf(quote, { uncachedInput: cached }), costOf(quote, { cacheRead: cached })];
    if (whole.kind === 'known' && cheap.kind === 'known') saved += Math.max(0, whole.nanoUsd - cheap.nanoUsd);
  }
  return prompt === 0 ? null : { read: Math.min(1, read / prompt), saved };
}

const querySchema = z.object({
  since: z.coerce.number().int(),
  until: z.coerce.number().int(),
  bucketMs: z.coerce.number().int(),
  by: z.string(),
});

export const history = ({ core, parts, query }: Asked): Answer | Promise<Answer> => {
  const missing = Object.keys(querySchema.shape).filter((name) => !query.get(name));
  if (missing.length > 0)
    return wrong(
      `history needs ${missing.join(', ')}: since and until in ms since 1970, bucketMs (ms, at least 1000), by (${historySplits.join(', ')})`,
    );
  return checked(querySchema.pipe(historyQuerySchema), Object.fromEntries(query), async (asked) => {
    try {
      return ok(await core.ledger.spent.over(asked, () => parts.publisher?.seq));
    } catch (error) {
      if (error instanceof RangeError) return wrong(error.message);
      throw error;
    }
  });
};
