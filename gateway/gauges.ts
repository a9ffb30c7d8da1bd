/** Says how limits stand after calls have changed them, at most a few times a second: what gauges and alerts live on. */
import type { AppliedLimit, Limit, Standing } from '../core/budget/types.ts';
import type { StandingsEvent } from '../core/protocol/gateway.ts';
import { standingForWire } from './core.ts';

const EVERY_MS = 250;
/** Counters told of at once; those of single calls add nothing up. */
const MAX_DIRTY = 500;

export interface GaugesParts {
  readonly limits: () => readonly Limit[];
  readonly standings: (limits: readonly AppliedLimit[]) => Promise<readonly Standing[]>;
  readonly emit: (event: StandingsEvent) => void;
  readonly now: () => number;
  readonly warn: (message: string) => void;
}

export class Gauges {
  readonly #parts: GaugesParts;
  readonly #dirty = new Map<string, AppliedLimit>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: GaugesParts) {
    this.#parts = parts;
  }

  /** These limits have changed. */
  touch(limits: readonly AppliedLimit[]): void {
    for (const applied of limits) if (applied.limit.window.kind !== 'call' && this.#dirty.size < MAX_DIRTY) this.#dirty.set(applied.counter, applied);
    if (this.#dirty.size > 0) this.#timer ??= setTimeout(() => void this.tell(), EVERY_MS).unref();
  }

  /** Tells now what is to be told. */
  async tell(): Promise<void> {
    this.close();
    // As the limits are now: a person may have changed them since the call.
    const limits = new Map(this.#parts.limits().map((limit) => [limit.id, limit]));
    const dirty = [...this.#dirty.values()].flatMap(({ limit, counter }) => {
      const current = limits.get(limit.id);
      return current ? [{ limit: current, counter }] : [];
    });
    this.#dirty.clear();
    if (dirty.length === 0) return;
    try {
      const standings = await this.#parts.standings(dirty);
      if (standings.length > 0) this.#parts.emit({ kind: 'standings', at: this.#parts.now(), standings: standings.map(standingForWire) });
    } catch (error) {
      this.#parts.warn(`standings: ${String(error)}`);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
