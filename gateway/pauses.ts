/** Sessions that a person holds back: their new calls are told to come again, those on their way go on. Kept over a restart. */
import type { Guard, GuardDenial, GuardedCall } from './core.ts';
import type { BudgetStore, StateChange } from './store/types.ts';

/** Name of the stored state. */
const STATE = 'paused';
/** When a client may ask again, ms. SDKs wait so long and try twice or more: a short pause passes unnoticed. */
export const RETRY_MS = 15_000;
const MAX_HELD = 10_000;

/** `stopped`: by a person, where no circuit breaker is there to hold it. */
type Held = 'paused' | 'stopped';

type HeldSessions = ReadonlyMap<string, Held>;

const read = (json: string | undefined): HeldSessions => new Map(json ? Object.entries(JSON.parse(json) as Record<string, Held>) : []);
const write = (held: HeldSessions): string | undefined => (held.size === 0 ? undefined : JSON.stringify(Object.fromEntries(held)));

/** What another gateway has changed: `how` is missing where the session goes on. */
export interface HeldElsewhere {
  readonly session: string;
  readonly how?: Held;
}

export class Pauses {
  #held: HeldSessions;
  readonly #save: (change: StateChange) => Promise<string | undefined>;

  constructor(held: HeldSessions = new Map(), save: (change: StateChange) => Promise<string | undefined> = async (change) => change(undefined)) {
    this.#held = held;
    this.#save = save;
  }

  /** `elsewhere` is told what other gateways of the same store do. */
  static async open(
    store: Pick<BudgetStore, 'getState' | 'changeState' | 'watchState'>,
    elsewhere: (change: HeldElsewhere) => void = () => {},
  ): Promise<Pauses> {
    const pauses = new Pauses(read(await store.getState(STATE)), (change) => store.changeState(STATE, change));
    store.watchState(STATE, (json) => {
      const before = pauses.#held;
      pauses.#held = read(json);
      for (const [session, how] of pauses.#held) if (before.get(session) !== how) elsewhere({ session, how });
      for (const session of before.keys()) if (!pauses.#held.has(session)) elsewhere({ session });
    });
    return pauses;
  }

  has(session: string): boolean {
    return this.#held.has(session);
  }

  /** Resolves when it would survive the end of the process. */
  async hold(session: string, how: Held): Promise<void> {
    await this.#change((held) => new Map([...[...held].filter(([name]) => name !== session), [session, how] as const].slice(-MAX_HELD)));
  }

  /** `all` for all; those that were held. */
  async release(session: string, how?: Held): Promise<readonly string[]> {
    const found = [...this.#held].filter(([name, held]) => (session === 'all' || session === name) && (how === undefined || held === how));
    const names = new Set(found.map(([name]) => name));
    if (names.size > 0) await this.#change((held) => new Map([...held].filter(([name]) => !names.has(name))));
    return [...names];
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

  /** Holds here at once, whatever the store can do now. */
  async #change(change: (held: HeldSessions) => HeldSessions): Promise<void> {
    this.#held = change(this.#held);
    await this.#save((json) => write(change(read(json))));
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
