/**
 * The circuit breaker of a scope (a session, an agent, the account). Closed: calls pass. Open: none does, and what led to it is kept. Half-open: a few calls are let
 * through to see whether it is over. The client's process is not touched; it gets a structured error.
 */
import type { NanoUsd } from '../model.ts';
import { addSpend, DEFAULT_ENOUGH, type EnoughHistory, lastHour, NO_HISTORY, type SpendHistory, usualHour } from './history.ts';

export type TripReason = 'exhausted' | 'spend-rate' | 'no-progress' | 'repeats' | 'tool-loop' | 'failures' | 'manual';

export interface BreakerSettings {
  /** Trips when the last hour costs more than this many usual hours. */
  readonly rateFactor: number;
  /** Trips above this much in an hour while too little history is known; undefined: does not. */
  readonly absolutePerHour?: NanoUsd;
  readonly enough: EnoughHistory;
  /** Spending since the last progress. */
  readonly noProgress?: NanoUsd;
  /** Near-identical requests in a row of time. */
  readonly repeats: { readonly count: number; readonly withinMs: number; readonly distance: number };
  /** Tool calls since the last completion. */
  readonly toolCalls?: number;
  /** Failed requests. */
  readonly failures: { readonly count: number; readonly withinMs: number };
  /** How long it stays open, ms, by reason; `null`: until a person resets it. */
  readonly cooldownMs: Readonly<Record<TripReason, number | null>>;
  /** Calls that must succeed while half-open. */
  readonly probes: number;
}

const MINUTE = 60_000;
export const DEFAULT_BREAKER: BreakerSettings = {
  rateFactor: 3,
  enough: DEFAULT_ENOUGH,
  repeats: { count: 10, withinMs: 10 * MINUTE, distance: 3 },
  toolCalls: 300,
  failures: { count: 100, withinMs: MINUTE },
  // Money that is gone and loops do not go away by waiting.
  cooldownMs: { exhausted: null, 'spend-rate': 15 * MINUTE, 'no-progress': null, repeats: null, 'tool-loop': null, failures: MINUTE, manual: null },
  probes: 1,
};

export interface Trip {
  readonly reason: TripReason;
  readonly atMs: number;
  /** What was seen and what was allowed, in the reason's unit (nano-dollars, requests, calls). */
  readonly seen: number;
  readonly allowed: number;
  /** Whether it was measured against what is usual here, or against a fixed figure. */
  readonly basis: 'relative' | 'absolute';
}

export interface BreakerState {
  readonly phase: 'closed' | 'open' | 'half-open';
  readonly trip?: Trip;
  /** How often it tripped again while half-open: the cooldown doubles, eightfold at most. */
  readonly again: number;
  /** Calls under way while half-open, and those that succeeded. */
  readonly probing: number;
  readonly succeeded: number;
  readonly history: SpendHistory;
  readonly sinceProgress: NanoUsd;
  readonly toolCalls: number;
  readonly recent: readonly { readonly atMs: number; readonly fingerprint: string }[];
  readonly failures: readonly number[];
  /** The last trips, oldest first, for post-mortem. */
  readonly trips: readonly Trip[];
}

export const CLOSED: BreakerState = {
  phase: 'closed',
  again: 0,
  probing: 0,
  succeeded: 0,
  history: NO_HISTORY,
  sinceProgress: 0,
  toolCalls: 0,
  recent: [],
  failures: [],
  trips: [],
};

export type BreakerEvent =
  /** A call begins. `fingerprint`: 16 hexadecimal digits of what is new in the request (`core/wire/fingerprint`). */
  | { readonly kind: 'request'; readonly fingerprint?: string }
  | { readonly kind: 'spend'; readonly nanoUsd: NanoUsd }
  | { readonly kind: 'tool-calls'; readonly count: number }
  /** The agent finished something: an answer to its user, a completed session, the client's own word. */
  | { readonly kind: 'progress' }
  | { readonly kind: 'success' }
  | { readonly kind: 'failure' }
  /** A call ended without telling anything: aborted by the client. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'exhausted'; readonly spent: number; readonly max: number }
  | { readonly kind: 'trip' }
  | { readonly kind: 'reset' };

const KEPT_TRIPS = 20;

function bits(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Differing bits of two fingerprints of 16 hexadecimal digits. */
export function distance(a: string, b: string): number {
  const half = (from: number): number => Number.parseInt(a.slice(from, from + 8), 16) ^ Number.parseInt(b.slice(from, from + 8), 16);
  return bits(half(0)) + bits(half(8));
}

function open(state: BreakerState, trip: Trip): BreakerState {
  const again = state.phase === 'half-open' ? state.again + 1 : state.again;
  return { ...state, phase: 'open', trip, again, probing: 0, succeeded: 0, trips: [...state.trips, trip].slice(-KEPT_TRIPS) };
}

/** When an open breaker lets a call through again; undefined: by reset only. */
export function reopensMs(settings: BreakerSettings, { phase, trip, again }: BreakerState): number | undefined {
  if (phase !== 'open' || !trip) return undefined;
  const cooldown = settings.cooldownMs[trip.reason];
  return cooldown === null ? undefined : trip.atMs + cooldown * 2 ** Math.min(3, again);
}

export type Admission =
  | { readonly kind: 'admitted'; readonly probe: boolean }
  | { readonly kind: 'refused'; readonly trip: Trip | undefined; readonly retryMs?: number };

/** Whether a call may begin now. A `probe` must be answered by `success`, `failure` or `ended`. */
export function admit(
  settings: BreakerSettings,
  state: BreakerState,
  nowMs: number,
): { readonly state: BreakerState; readonly admission: Admission } {
  if (state.phase === 'closed') return { state, admission: { kind: 'admitted', probe: false } };
  const at = reopensMs(settings, state);
  const due = state.phase === 'half-open' || (at !== undefined && nowMs >= at);
  if (!due || state.probing + state.succeeded >= settings.probes) {
    return { state, admission: { kind: 'refused', trip: state.trip, ...(at === undefined ? {} : { retryMs: at }) } };
  }
  return { state: { ...state, phase: 'half-open', probing: state.probing + 1 }, admission: { kind: 'admitted', probe: true } };
}

/** What an event does. `trip` is given once, when the breaker opens by it. */
export function breakerStep(
  settings: BreakerSettings,
  state: BreakerState,
  event: BreakerEvent,
  nowMs: number,
): { readonly state: BreakerState; readonly trip?: Trip } {
  if (event.kind === 'reset') {
    return { state: { ...CLOSED, history: state.history, trips: state.trips } };
  }
  const seen = note(settings, state, event, nowMs);
  // A person's word counts beside another reason: that may pass by itself.
  if (seen.phase === 'open' && (event.kind !== 'trip' || seen.trip?.reason === 'manual')) return { state: seen };
  const trip = tripOf(settings, seen, event, nowMs);
  return trip ? { state: open(seen, trip), trip } : { state: probed(settings, seen, event) };
}

/** Counts an event. */
function note(settings: BreakerSettings, state: BreakerState, event: BreakerEvent, nowMs: number): BreakerState {
  switch (event.kind) {
    case 'spend':
      return { ...state, history: addSpend(state.history, event.nanoUsd, nowMs), sinceProgress: state.sinceProgress + event.nanoUsd };
    case 'request': {
      if (event.fingerprint === undefined) return state;
      const since = nowMs - settings.repeats.withinMs;
      const kept = state.recent.filter(({ atMs }) => atMs > since).slice(-4 * settings.repeats.count);
      return { ...state, recent: [...kept, { atMs: nowMs, fingerprint: event.fingerprint }] };
    }
    case 'tool-calls':
      return { ...state, toolCalls: state.toolCalls + event.count };
    case 'progress':
      return { ...state, sinceProgress: 0, toolCalls: 0, recent: [] };
    case 'failure':
      return {
        ...state,
        failures: [...state.failures.filter((at) => at > nowMs - settings.failures.withinMs), nowMs].slice(-settings.failures.count),
      };
    default:
      return state;
  }
}

/** Whether the state is one that must stop, judged by the counter that the event moved. */
function tripOf(settings: BreakerSettings, state: BreakerState, event: BreakerEvent, nowMs: number): Trip | undefined {
  const absolute = (reason: TripReason, seen: number, allowed: number): Trip => ({ reason, atMs: nowMs, seen, allowed, basis: 'absolute' });
  switch (event.kind) {
    case 'exhausted':
      return absolute('exhausted', event.spent, event.max);
    case 'trip':
      return absolute('manual', 0, 0);
    case 'spend':
      if (settings.noProgress !== undefined && state.sinceProgress > settings.noProgress) {
        return absolute('no-progress', state.sinceProgress, settings.noProgress);
      }
      return rateTrip(settings, state, nowMs);
    case 'request': {
      const same = alike(state, event.fingerprint, settings.repeats.distance);
      return same >= settings.repeats.count ? absolute('repeats', same, settings.repeats.count) : undefined;
    }
    case 'tool-calls':
      return settings.toolCalls !== undefined && state.toolCalls > settings.toolCalls
        ? absolute('tool-loop', state.toolCalls, settings.toolCalls)
        : undefined;
    case 'failure': {
      const allowed = state.phase === 'half-open' ? 1 : settings.failures.count;
      return state.failures.length >= allowed ? absolute('failures', state.failures.length, allowed) : undefined;
    }
    default:
      return undefined;
  }
}

const alike = ({ recent }: BreakerState, fingerprint: string | undefined, within: number): number =>
  fingerprint === undefined ? 0 : recent.filter((one) => distance(one.fingerprint, fingerprint) <= within).length;

function rateTrip(settings: BreakerSettings, { history }: BreakerState, nowMs: number): Trip | undefined {
  const usual = usualHour(history, nowMs, settings.enough);
  const allowed = usual === undefined ? settings.absolutePerHour : usual * settings.rateFactor;
  if (allowed === undefined) return undefined;
  const seen = lastHour(history, nowMs);
  if (seen <= allowed) return undefined;
  return { reason: 'spend-rate', atMs: nowMs, seen, allowed, basis: usual === undefined ? 'absolute' : 'relative' };
}

/** Half-open: enough successes close it, and what led to the trip is forgotten but for the record. */
function probed(settings: BreakerSettings, state: BreakerState, event: BreakerEvent): BreakerState {
  if (state.phase !== 'half-open' || (event.kind !== 'success' && event.kind !== 'ended')) return state;
  const probing = Math.max(0, state.probing - 1);
  if (event.kind === 'ended') return { ...state, probing };
  const succeeded = state.succeeded + 1;
  return succeeded >= settings.probes ? { ...CLOSED, history: state.history, trips: state.trips } : { ...state, probing, succeeded };
}
