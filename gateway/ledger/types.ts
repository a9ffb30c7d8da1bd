/** The append-only record of what was spent: what has been acknowledged survives `kill -9`, and nothing is counted twice. */
import type { CallEvent, LedgerEvent, SessionStatus, SessionSummary, Totals } from '../../core/protocol/gateway.ts';
import type { LedgerHistory } from './history.ts';

/** What became of an event. */
export interface Appended {
  /** `repeated`: an event with this id is there already · `same-bill`: recorded, and not counted, since another call has its billing key. */
  readonly kind: 'stored' | 'repeated' | 'same-bill';
}

/** Which events; all conditions hold. Times are ms since the epoch, `until` exclusive. */
export interface LedgerQuery {
  readonly since?: number;
  readonly until?: number;
  readonly session?: string;
  readonly agent?: string;
  readonly project?: string;
  readonly model?: string;
  readonly kinds?: readonly LedgerEvent['kind'][];
  readonly limit?: number;
  /** Default `oldest`. */
  readonly order?: 'oldest' | 'newest';
}

/** Spending of one hour. */
export interface HourTotals {
  /** Start of the hour, ms. */
  readonly hour: number;
  readonly totals: Totals;
}

/** What sessions cost by how they ended; `median` is of one session. */
export type SessionCosts = Partial<Readonly<Record<SessionStatus, { readonly sessions: number; readonly nanoUsd: number; readonly median: number }>>>;

export interface Ledger {
  /**
   * Resolves once the event is on disk, together with what else was written in the same turn of the event loop. Rejects when it cannot be written (disk full): the
   * event is then kept in memory and tried again with the next one; appending it again does no harm.
   */
  append(event: LedgerEvent): Promise<Appended>;
  /** Whether a billed call with this key has been appended: then the provider does not charge this one. */
  isBilled(billingKey: string): boolean;
  events(query?: LedgerQuery): Iterable<LedgerEvent>;
  call(id: string): CallEvent | undefined;
  totals(query?: Pick<LedgerQuery, 'since' | 'until' | 'session' | 'agent' | 'project' | 'model'>): Totals;
  session(id: string): SessionSummary | undefined;
  /** Newest first. */
  sessions(query?: { readonly since?: number; readonly limit?: number }): readonly SessionSummary[];
  /** Cost of sessions that were active since then; `done` is the cost of completed ones. */
  sessionCosts(since?: number): SessionCosts;
  /** Hours with at least one billed call, oldest first; they outlive the events. */
  hours(since: number, until?: number): readonly HourTotals[];
  /** Spending over time, for charts. */
  readonly spent: LedgerHistory;
  /** Deletes events older than that; sums by hour and session stay. The number of events deleted. */
  prune(before: number): Promise<number>;
  /** Small texts that are kept beside the events, by name: those whose names begin so. */
  notes(start: string): readonly (readonly [name: string, text: string])[];
  setNote(name: string, text: string | undefined): Promise<void>;
  /** For hashes; made once and kept. */
  readonly salt: string;
  readonly health: { readonly ok: boolean; readonly message: string; readonly waiting: number };
  /** Called when `health.ok` changes. */
  onHealth(listener: (health: Ledger['health']) => void): void;
  /** Writes what waits, and closes. */
  close(): Promise<void>;
}
