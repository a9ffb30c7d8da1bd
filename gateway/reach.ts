/** Which upstreams could not be reached when they were last asked. Told when that changes: not at each call that fails. */
import type { HealthEvent } from '../core/protocol/gateway.ts';

export class Reach {
  readonly #away = new Map<string, string>();
  readonly #tell: (health: Pick<HealthEvent, 'ok' | 'message'>) => void;

  constructor(tell: (health: Pick<HealthEvent, 'ok' | 'message'>) => void) {
    this.#tell = tell;
  }

  /** `code`: of the error. */
  failed(upstream: string, code: string): void {
    if (this.#away.has(upstream)) return;
    this.#away.set(upstream, code);
    this.#tell({ ok: false, message: this.#message() });
  }

  answered(upstream: string): void {
    if (!this.#away.delete(upstream)) return;
    this.#tell({ ok: this.#away.size === 0, message: this.#message() || `${upstream} answers again` });
  }

  #message(): string {
    return [...this.#away].map(([name, code]) => `${name}: ${code}`).join(', ');
  }
}
