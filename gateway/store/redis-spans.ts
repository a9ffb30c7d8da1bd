import { calendarWindow, type Window } from '../../core/budget/index.ts';

type Span = readonly [startMs: number, endMs: number];
type Calendar = Extract<Window, { readonly kind: 'calendar' }>;

/** Windows by the calendar, found anew only when one has ended: time zones take their time. */
export class Spans {
  readonly #known = new Map<string, readonly Span[]>();

  /** The window at a time with its neighbours: Redis' clock may stand elsewhere than this machine's. */
  around(window: Calendar, nowMs: number): readonly Span[] {
    const key = `${window.timeZone} ${window.unit} ${window.weekStartsOn ?? ''}`;
    const known = this.#known.get(key);
    if (known?.[1] && nowMs >= known[1][0] && nowMs < known[1][1]) return known;
    const at = (ms: number): Span => {
      const { startMs, endMs } = calendarWindow(window, ms);
      return [startMs, endMs];
    };
    const here = at(nowMs);
    const spans = [at(here[0] - 1), here, at(here[1])];
    this.#known.set(key, spans);
    return spans;
  }
}
