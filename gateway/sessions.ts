/** How sessions end: by the client's word, by what stopped them, or by silence after their last answer. */
import type { CallEvent, GatewayEvent, SessionEvent, SessionStatus } from '../core/protocol/gateway.ts';

/** A session without calls for so long has ended, ms. */
export const SILENCE_MS = 30 * 60_000;
/** So many are followed at a time; with more the first that began is taken for ended. */
const MAX_SEEN = 10_000;

interface Seen {
  lastMs: number;
  status: SessionStatus;
  last: CallEvent['outcome'] | undefined;
  /** Since when the status is this, ms. */
  sinceMs: number;
}

export type EndStatus = Exclude<SessionStatus, 'running' | 'idle' | 'paused'>;
export const isEndStatus = (text: string | undefined): text is EndStatus =>
  text === 'done' || text === 'failed' || text === 'looped' || text === 'stopped';

export interface SessionsOptions {
  readonly emit: (event: SessionEvent) => void;
  readonly newId: () => string;
  readonly silenceMs?: number;
}

export class Sessions {
  readonly #seen = new Map<string, Seen>();
  readonly #options: SessionsOptions;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** Follows the calls. A session that goes on after its end is running again. */
  observe(event: GatewayEvent): void {
    if (event.kind === 'call') {
      const seen = this.#of(event.session, event.at);
      seen.last = event.outcome;
      seen.lastMs = Math.max(seen.lastMs, event.at + event.durationMs);
      // Calls that were on their way when their session was paused or ended do not make it go on.
      if (seen.status !== 'running' && seen.status !== 'paused' && event.at >= seen.sinceMs)
        this.#change(event.session, seen, 'running', 'call', seen.lastMs);
    } else if (event.kind === 'denied' && event.reason === 'budget') this.end(event.session, 'stopped', 'limit', event.at, event.message);
  }

  /** Whether it was heard of since it last fell silent. */
  knows(session: string): boolean {
    return this.#seen.has(session);
  }

  /** Says how a session ended; nothing where it has ended so already. */
  end(session: string, status: EndStatus, via: string, nowMs: number, reason?: string): void {
    const seen = this.#of(session, nowMs);
    if (seen.status !== status) this.#change(session, seen, status, via, nowMs, reason);
  }

  /** A person holds a session back, or lets it go on. */
  byPerson(session: string, status: 'paused' | 'running', nowMs: number): void {
    this.#change(session, this.#of(session, nowMs), status, 'person', nowMs);
  }

  /** Sessions that have been silent too long end: well where their last call was a whole answer, `failed` where it was not. */
  sweep(nowMs: number): void {
    for (const [session, seen] of this.#seen) {
      if (nowMs - seen.lastMs < (this.#options.silenceMs ?? SILENCE_MS)) continue;
      this.#leave(session, seen, nowMs);
    }
  }

  #leave(session: string, seen: Seen, nowMs: number): void {
    if (seen.status === 'running') this.#change(session, seen, statusAfter(seen.last), 'silence', nowMs);
    this.#seen.delete(session);
  }

  #of(session: string, nowMs: number): Seen {
    const known = this.#seen.get(session);
    if (known) return known;
    const made: Seen = { lastMs: nowMs, status: 'running', last: undefined, sinceMs: nowMs };
    this.#seen.set(session, made);
    const oldest = this.#seen.size > MAX_SEEN ? this.#seen.entries().next().value : undefined;
    if (oldest) this.#leave(...oldest, nowMs);
    return made;
  }

  #change(session: string, seen: Seen, status: SessionStatus, via: string, at: number, reason?: string): void {
    seen.status = status;
    seen.sinceMs = at;
    this.#options.emit({ kind: 'session', id: this.#options.newId(), at: Math.round(at), session, status, via, ...(reason ? { reason } : {}) });
  }
}

/** `tool-use` and `paused`: the client was to go on and did not. */
const statusAfter = (last: Seen['last']): SessionStatus =>
  last === 'completed' || last === 'truncated' || last === 'refused' ? 'done' : last === undefined ? 'idle' : 'failed';
