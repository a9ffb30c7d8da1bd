/** Says in the log, once a minute at most, that calls took more than was set aside for them. Each such call has the amount in its event (`beyond`). */
import type { Amount } from '../core/budget/types.ts';
import { formatUsd } from '../core/format.ts';

const EVERY_MS = 60_000;

export class BeyondLog {
  readonly #warn: (message: string) => void;
  readonly #now: () => number;
  #saidAt = Number.NEGATIVE_INFINITY;
  #since: { readonly calls: number; readonly nanoUsd: number; readonly tokens: number } = { calls: 0, nanoUsd: 0, tokens: 0 };

  constructor(warn: (message: string) => void, now: () => number) {
    this.#warn = warn;
    this.#now = now;
  }

  /** What one call took beyond its reservation. */
  add(beyond: Amount): void {
    const { calls, nanoUsd, tokens } = this.#since;
    this.#since = { calls: calls + 1, nanoUsd: nanoUsd + beyond.nanoUsd, tokens: tokens + beyond.tokens };
    if (this.#now() - this.#saidAt < EVERY_MS) return;
    this.#saidAt = this.#now();
    this.#warn(sentence(this.#since));
    this.#since = { calls: 0, nanoUsd: 0, tokens: 0 };
  }
}

function sentence({ calls, nanoUsd, tokens }: Amount): string {
  const parts = [...(nanoUsd > 0 ? [formatUsd(nanoUsd)] : []), ...(tokens > 0 ? [`${tokens.toLocaleString('en-US')} tokens`] : [])];
  const who = calls === 1 ? 'a call took' : `${calls.toLocaleString('en-US')} calls took together`;
  return `${who} ${parts.join(' and ')} more than was set aside: requests do not show all input (server tools, earlier responses). It is charged to the limits all the same.`;
}
