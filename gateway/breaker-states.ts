/** What the circuit breakers of all scopes are at, bounded, and how gateways that share a store agree on it. */
import { type BreakerState, CLOSED, type Trip } from '../core/budget/index.ts';

/** Sessions and keys that are remembered. */
const MAX_SCOPES = 2_000;
/** Closed ones of which other gateways are told that they were open. */
const MAX_CLOSED = 200;
export const ACCOUNT = 'account';

/** By scope. `changes`: how often it was opened or closed. */
export type StoredStates = Readonly<Record<string, BreakerState & { readonly changes?: number }>>;

export const statesIn = (json: string | undefined): StoredStates => (json ? (JSON.parse(json) as StoredStates) : {});

const openTrip = (state: BreakerState): Trip | undefined => (state.phase === 'closed' ? undefined : state.trip);

/** A person's word counts beside another reason: that may pass by itself. */
function opens(own: BreakerState, theirs: BreakerState): Trip | undefined {
  const trip = openTrip(theirs);
  return own.phase === 'closed' || (trip?.reason === 'manual' && own.trip?.reason !== 'manual') ? trip : undefined;
}

/** What another gateway did: `trip` where it opened. */
export interface ElsewhereChange {
  readonly scope: string;
  readonly trip?: Trip;
}

export class BreakerStates {
  readonly #states: Map<string, BreakerState>;
  /** How often each scope was opened or closed, at any gateway: the greater number knows more. */
  readonly #changes: Map<string, number>;
  readonly #forgotten: (scope: string, wasOpen: boolean) => void;

  /** `forgotten` is told of a scope that is dropped as the oldest of too many. */
  constructor(stored: StoredStates, forgotten: (scope: string, wasOpen: boolean) => void) {
    const known = Object.entries(stored);
    this.#changes = new Map(known.map(([scope, { changes = 0 }]) => [scope, changes]));
    // What tried whether it is over ended with the process that kept this.
    this.#states = new Map(known.map(([scope, { changes: _, ...state }]) => [scope, { ...state, probing: 0, succeeded: 0 }]));
    this.#forgotten = forgotten;
  }

  get(scope: string): BreakerState {
    return this.#states.get(scope) ?? CLOSED;
  }

  /** Those that are not closed. */
  open(): readonly (readonly [scope: string, state: BreakerState])[] {
    return [...this.#states].filter(([, { phase }]) => phase !== 'closed');
  }

  put(scope: string, state: BreakerState): void {
    if (openTrip(this.get(scope))?.atMs !== openTrip(state)?.atMs) this.#count(scope);
    this.#set(scope, state);
  }

  /** What the next start and other gateways have to know: what is open, the spending that is usual here, and what was open and is not any more. */
  kept(): StoredStates {
    const closed = [...this.#changes.keys()].filter((scope) => this.get(scope).phase === 'closed').slice(-MAX_CLOSED);
    const whole = [...this.#states].filter(([scope, { phase }]) => phase !== 'closed' || scope === ACCOUNT);
    const states = new Map([...closed.map((scope) => [scope, CLOSED] as const), ...whole]);
    return Object.fromEntries([...states].map(([scope, state]) => [scope, { ...state, changes: this.#changes.get(scope) ?? 0 }]));
  }

  /** Takes over what others know better, and says what that opened and closed here. */
  learn(theirs: StoredStates): readonly ElsewhereChange[] {
    const learned: ElsewhereChange[] = [];
    for (const [scope, { changes = 0, ...state }] of Object.entries(theirs)) {
      const own = this.get(scope);
      const known = this.#changes.get(scope) ?? 0;
      const opened = opens(own, state);
      const closed = own.phase !== 'closed' && state.phase === 'closed';
      // Opened at one and closed at the other at the same time: it is open at both.
      if (changes < known || (changes === known && !opened)) continue;
      this.#changes.set(scope, changes);
      if (opened) this.#set(scope, { ...own, phase: state.phase, trip: opened, again: state.again, trips: state.trips });
      else if (closed) this.#set(scope, { ...CLOSED, history: own.history, trips: own.trips });
      if (opened || closed) learned.push({ scope, ...(opened ? { trip: opened } : {}) });
    }
    return learned;
  }

  #set(scope: string, state: BreakerState): void {
    // Which scope was used last matters only when some are to be forgotten.
    if (this.#states.size > MAX_SCOPES / 2) this.#states.delete(scope);
    this.#states.set(scope, state);
    if (this.#states.size > MAX_SCOPES) this.#forget(scope);
  }

  #forget(latest: string): void {
    const old = this.#oldestBut(latest);
    if (!old) return;
    const [name, { phase }] = old;
    this.#states.delete(name);
    if (phase !== 'closed') this.#count(name);
    this.#forgotten(name, phase !== 'closed');
  }

  /** The oldest scope that is closed; where all are open, one that its limit holds as well, and at last any. Comes with every new session: it stops at the first. */
  #oldestBut(scope: string): readonly [string, BreakerState] | undefined {
    let [exhausted, first]: (readonly [string, BreakerState] | undefined)[] = [];
    for (const one of this.#states) {
      const [name, { phase, trip }] = one;
      if (name === ACCOUNT || name === scope) continue;
      if (phase === 'closed') return one;
      first ??= one;
      if (trip?.reason === 'exhausted') exhausted ??= one;
    }
    return exhausted ?? first;
  }

  #count(scope: string): void {
    const changes = (this.#changes.get(scope) ?? 0) + 1;
    this.#changes.delete(scope);
    this.#changes.set(scope, changes);
    if (this.#changes.size <= 2 * MAX_SCOPES) return;
    const old = [...this.#changes.keys()].find((name) => this.get(name).phase === 'closed');
    if (old !== undefined) this.#changes.delete(old);
  }
}
