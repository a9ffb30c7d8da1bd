/** Sessions that a person holds back: their new calls are told to come again, those on their way go on. Kept over a restart. */
import type { Guard, GuardDenial, GuardedCall } from './core.ts';
import type { BudgetStore } from './store/types.ts';

/** Name of the stored state. */
const STATE = 'paused';
/** When a client may ask again, ms. SDKs wait so long and try twice or more: a short pause passes unnoticed. */
export const RETRY_MS = 15_000;
const MAX_HELD = 10_000;

/** `stopped`: by a person, where no circuit breaker is there to hold it. */
type Held = 'paused' | 'stopped';

export class Pauses {
  readonly #held: Map<string, Held>;
  readonly #save: (json: string | undefined) => Promise<void>;

  constructor(held: Readonly<Record<string, Held>> = {}, save: (json: string | undefined) => Promise<void> = async () => {}) {
    this.#held = new Map(Object.entries(held));
    this.#save = save;
  }

  static async open(store: Pick<BudgetStore, 'getState' | 'setState'>): Promise<Pauses> {
    const json = await store.getState(STATE);
    return new Pauses(json ? (JSON.parse(json) as Record<string, Held>) : {}, (text) => store.setState(STATE, text));
  }

  has(session: string): boolean {
    return this.#held.has(session);
  }

  /** Resolves when it would survive the end of the process. */
  async hold(session: string, how: Held): Promise<void> {
    this.#held.delete(session);
    this.#held.set(session, how);
    if (this.#held.size > MAX_HELD) this.#held.delete(this.#held.keys().next().value!);
    await this.#write();
  }

  /** `all` for all; those that were held. */
  async release(session: string, how?: Held): Promise<readonly string[]> {
    const found = [...this.#held].filter(([name, held]) => (session === 'all' || session === name) && (how === undefined || held === how));
    for (const [name] of found) this.#held.delete(name);
    if (found.length > 0) await this.#write();
    return found.map(([name]) => name);
  }

  check({ session }: GuardedCall): GuardDenial | undefined {
    const held = this.#held.get(session);
    if (held === undefined) return undefined;
    return held === 'paused'
      ? {
          kind: 'rate',
          limit: 'paused',
          message: `Costlint: a person has paused this session; come again in ${RETRY_MS / 1000} s`,
          retryAfterMs: RETRY_MS,
        }
      : { kind: 'breaker', limit: 'manual', message: 'Costlint: a person stopped this session. To go on, POST /costlint/breaker/reset.' };
  }

  #write(): Promise<void> {
    return this.#save(this.#held.size === 0 ? undefined : JSON.stringify(Object.fromEntries(this.#held)));
  }
}

/** Asks the pauses before the circuit breaker, which is left out where it is switched off. */
export const withPauses = (pauses: Pauses, guard: Guard | undefined): Guard => ({
  check: (call) => pauses.check(call) ?? guard?.check(call),
  observe: (event) => guard?.observe(event),
  ...(guard?.leave ? { leave: (id) => guard.leave?.(id) } : {}),
  ...(guard?.reset ? { reset: (scope) => guard.reset?.(scope) ?? [] } : {}),
  ...(guard?.stop ? { stop: (session) => guard.stop?.(session) } : {}),
  ...(guard?.progress ? { progress: (session) => guard.progress?.(session) } : {}),
  ...(guard?.raised ? { raised: () => guard.raised?.() } : {}),
});
