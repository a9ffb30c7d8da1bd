/** Which alerts become notifications: each once in ten minutes, few at a time, and what was held back is summed up. Knows nothing of VS Code. */
import type { AlertEvent } from '../../core/protocol/gateway.ts';

const SAME_MS = 10 * 60_000;
const WINDOW_MS = 5 * 60_000;
const MAX_IN_WINDOW = 3;

export interface Shown {
  readonly alert: AlertEvent;
  /** Held back since the last one that was shown. */
  readonly heldBack: number;
}

export class AlertGate {
  /** When each kind of alert was shown last, by alert, level and scope. */
  readonly #last = new Map<string, number>();
  #recent: number[] = [];
  #heldBack = 0;

  /** What is to be shown of an alert, or undefined. Critical ones have room of their own. */
  pass(alert: AlertEvent, nowMs: number): Shown | undefined {
    if (alert.level === 'info') return undefined;
    const key = [alert.alert, alert.level, alert.session ?? alert.scope ?? ''].join(' ');
    const last = this.#last.get(key);
    if (last !== undefined && nowMs - last < SAME_MS) return undefined;
    this.#recent = this.#recent.filter((at) => nowMs - at < WINDOW_MS);
    if (this.#recent.length >= MAX_IN_WINDOW * (alert.level === 'critical' ? 2 : 1)) {
      this.#heldBack += 1;
      return undefined;
    }
    for (const [known, at] of this.#last) if (nowMs - at >= SAME_MS) this.#last.delete(known);
    this.#last.set(key, nowMs);
    this.#recent.push(nowMs);
    const shown = { alert, heldBack: this.#heldBack };
    this.#heldBack = 0;
    return shown;
  }
}
