/**
 * Reservations: before a call its worst case is set aside on every limit that applies, after it the real cost replaces it. What is spent and set aside never
 * exceeds a limit unless a call costs more than was set aside for it (`Settled.beyond`). A call's cost belongs to the window in which it was reserved.
 * Each function reads a view and returns what to change; `book.ts` applies changes.
 */
import {
  type Amount,
  type AppliedLimit,
  type BudgetChange,
  type BudgetView,
  type Changes,
  type Counter,
  type Decision,
  type Lease,
  type LeaseShare,
  type Reservation,
  type Standing,
  UNITS,
  type Unit,
  ZERO,
} from './types.ts';
import { counterAt, roomAt } from './windows.ts';

export const DEFAULT_WARN_AT = 0.8;
export const NO_CHANGE: BudgetChange = { counters: [], leases: [], ended: [] };

export const amountOf = (make: (unit: Unit) => number): Amount => ({ nanoUsd: make('nanoUsd'), tokens: make('tokens'), calls: make('calls') });
export const plus = (a: Amount, b: Amount): Amount => amountOf((unit) => a[unit] + b[unit]);
/** `a − b`, each unit at least 0. */
export const above = (a: Amount, b: Amount): Amount => amountOf((unit) => Math.max(0, a[unit] - b[unit]));

export function checkAmount(amount: Amount): void {
  for (const unit of UNITS) {
    if (!Number.isSafeInteger(amount[unit]) || amount[unit] < 0) throw new RangeError(`${unit}: ${amount[unit]} is not an amount`);
  }
}

/** A limit with its counter at a time, and what a request needs of it. */
interface Placed {
  readonly applied: AppliedLimit;
  readonly counter: Counter;
  /** Covered by a hold: already reserved on this counter. */
  readonly cover: number;
  /** To be reserved in addition. */
  readonly need: number;
}

const isSum = ({ limit }: AppliedLimit): boolean => limit.window.kind !== 'call';

function place(view: BudgetView, applied: AppliedLimit, amount: Amount, hold: Lease | undefined, nowMs: number): Placed {
  const { limit } = applied;
  const counter = counterAt(limit.window, isSum(applied) ? view.counter(applied.counter) : undefined, nowMs);
  const share = hold?.shares.find((one) => one.counter === applied.counter && one.startMs === counter.startMs);
  const cover = Math.min(share?.reserved ?? 0, amount[limit.unit]);
  return { applied, counter, cover, need: amount[limit.unit] - cover };
}

function standing({ applied: { limit, counter: key }, counter }: Placed, added = 0, resetsMs = counter.endMs): Standing {
  const { spent } = counter;
  const reserved = counter.reserved + added;
  const available = Math.max(0, limit.max - spent - reserved);
  return resetsMs === null ? { limit, counter: key, spent, reserved, available } : { limit, counter: key, spent, reserved, available, resetsMs };
}

/** The limits as they stand at a time. A window that has not begun shows no end. */
export function standingsOf(view: BudgetView, limits: readonly AppliedLimit[], nowMs: number): Standing[] {
  return limits.map((applied) => {
    const placed = place(view, applied, ZERO, undefined, nowMs);
    const begun = applied.limit.window.kind !== 'from-first-use' || (view.counter(applied.counter)?.endMs ?? 0) > nowMs;
    return begun ? standing(placed) : standing(placed, 0, null);
  });
}

const fits = ({ applied: { limit }, counter, need }: Placed): boolean =>
  limit.action === 'warn' || need === 0 || counter.spent + counter.reserved + need <= limit.max;

/** The most that all stopping limits leave for a call. `MAX_SAFE_INTEGER` where no limit has that unit. */
function roomIn(placed: readonly Placed[]): Amount {
  const room = { nanoUsd: Number.MAX_SAFE_INTEGER, tokens: Number.MAX_SAFE_INTEGER, calls: Number.MAX_SAFE_INTEGER };
  for (const { applied, counter, cover } of placed) {
    const { unit, max, action } = applied.limit;
    if (action === 'stop') room[unit] = Math.min(room[unit], Math.max(0, max - counter.spent - counter.reserved) + cover);
  }
  return room;
}

function retryOf(blocked: readonly Placed[], nowMs: number): number | undefined {
  let latest = nowMs;
  for (const { applied, counter, need } of blocked) {
    const { window, max } = applied.limit;
    const at = window.kind === 'call' ? undefined : roomAt(window, counter, max, need, nowMs);
    if (at === undefined) return undefined;
    latest = Math.max(latest, at);
  }
  return latest;
}

function denied(placed: readonly Placed[], blocked: readonly Placed[], nowMs: number): Decision {
  const retryMs = retryOf(blocked, nowMs);
  const share = (one: Standing): number => one.available / Math.max(1, one.limit.max);
  const by = blocked.map((one) => standing(one)).sort((a, b) => share(a) - share(b));
  const standings = placed.map((one) => standing(one));
  return { kind: 'denied', by, fits: roomIn(placed), ...(retryMs === undefined ? {} : { retryMs }), warnings: [], standings };
}

const nearLimit = ({ applied: { limit }, counter, need }: Placed): boolean =>
  counter.spent + counter.reserved + need >= limit.max * (limit.warnAt ?? DEFAULT_WARN_AT);

/** The counters with the needs reserved, the shares that say so, and the warnings that are due (once per window). */
function setAside(placed: readonly Placed[]) {
  const counters: [string, Counter][] = [];
  const shares: LeaseShare[] = [];
  const warnings: Standing[] = [];
  for (const one of placed) {
    const { applied, counter, need, cover } = one;
    const warn = nearLimit(one) && !counter.warned;
    if (warn) warnings.push(standing(one, need));
    if (!isSum(applied)) continue;
    counters.push([applied.counter, { ...counter, reserved: counter.reserved + need, warned: counter.warned || warn }]);
    const { limit, counter: key } = applied;
    shares.push({ limit, counter: key, startMs: counter.startMs, reserved: need + cover, fromHold: cover });
  }
  return { counters, shares, warnings };
}

/** The hold without what a call took out of it. */
function drawn(hold: Lease, taken: readonly LeaseShare[]): Lease {
  const shares = hold.shares.map((share) => {
    const by = taken.find((one) => one.counter === share.counter && one.startMs === share.startMs);
    return by ? { ...share, reserved: share.reserved - by.fromHold } : share;
  });
  return { ...hold, shares };
}

/** A lease, and the hold that it draws on. */
const leasesWith = (lease: readonly [string, Lease], hold: Lease | undefined, taken: readonly LeaseShare[]): Changes<Lease> =>
  hold ? [lease, [hold.id, drawn(hold, taken)]] : [lease];

/** A hold that may be drawn on. */
export function liveHold(view: BudgetView, id: string | undefined, nowMs: number): Lease | undefined {
  const lease = id === undefined ? undefined : view.lease(id);
  return lease?.kind === 'hold' && lease.expiresMs > nowMs ? lease : undefined;
}

/**
 * Sets the worst case aside on all limits, or on none. A lease id that is in use answers with the lease that has it, so asking twice reserves once.
 * A limit may stand only once in `limits`.
 */
export function reserve(view: BudgetView, request: Reservation, nowMs: number): { readonly change: BudgetChange; readonly decision: Decision } {
  checkAmount(request.amount);
  const known = view.lease(request.id);
  if (known) {
    const decision: Decision = { kind: 'granted', lease: known, warnings: [], standings: standingsOf(view, request.limits, nowMs) };
    return { change: NO_CHANGE, decision };
  }
  const hold = liveHold(view, request.hold, nowMs);
  const placed = request.limits.map((applied) => place(view, applied, request.amount, hold, nowMs));
  const blocked = placed.filter((one) => !fits(one));
  if (blocked.length > 0) return { change: NO_CHANGE, decision: denied(placed, blocked, nowMs) };
  const { counters, shares, warnings } = setAside(placed);
  const { id, kind = 'call', amount, ttlMs } = request;
  const single = request.limits.filter((applied) => !isSum(applied));
  const made: Lease = { id, kind, amount, shares, single, madeMs: nowMs, expiresMs: nowMs + ttlMs, ttlMs };
  const lease = hold ? { ...made, hold: hold.id } : made;
  const leases = leasesWith([id, lease], hold, shares);
  const standings = placed.map((one) => standing(one, isSum(one.applied) ? one.need : 0));
  return { change: { counters, leases, ended: [] }, decision: { kind: 'granted', lease, warnings, standings } };
}

/** The limits of a lease, each once. */
function limitsOf(lease: Lease): AppliedLimit[] {
  const sums = new Map(lease.shares.map(({ limit, counter }) => [`${limit.id} ${counter}`, { limit, counter }]));
  return [...lease.single, ...sums.values()];
}

/**
 * Sets more aside for a running call: a stream that was started below its worst case and nears what it has. Denied: cut it. In a new window the addition
 * counts there. A lease that has ended is denied with no limits.
 */
export function extend(view: BudgetView, id: string, more: Amount, nowMs: number): { readonly change: BudgetChange; readonly decision: Decision } {
  checkAmount(more);
  const lease = view.lease(id);
  if (!lease) return { change: NO_CHANGE, decision: { kind: 'denied', by: [], fits: amountOf(() => 0), warnings: [], standings: [] } };
  const hold = liveHold(view, lease.hold, nowMs);
  const total = plus(lease.amount, more);
  const placed = limitsOf(lease).map((applied) => place(view, applied, isSum(applied) ? more : total, isSum(applied) ? hold : undefined, nowMs));
  const blocked = placed.filter((one) => !fits(one));
  if (blocked.length > 0) return { change: NO_CHANGE, decision: denied(placed, blocked, nowMs) };
  const { counters, shares, warnings } = setAside(placed);
  const grown: Lease = { ...lease, amount: total, shares: joined(lease.shares, shares), expiresMs: nowMs + lease.ttlMs };
  const leases = leasesWith([id, grown], hold, shares);
  const standings = placed.map((one) => standing(one, isSum(one.applied) ? one.need : 0));
  return { change: { counters, leases, ended: [] }, decision: { kind: 'granted', lease: grown, warnings, standings } };
}

function joined(old: readonly LeaseShare[], added: readonly LeaseShare[]): LeaseShare[] {
  const shares = [...old];
  for (const one of added) {
    const at = shares.findIndex((share) => share.counter === one.counter && share.startMs === one.startMs && share.limit.id === one.limit.id);
    const had = shares[at];
    if (had) shares[at] = { ...had, reserved: had.reserved + one.reserved, fromHold: had.fromHold + one.fromHold };
    else shares.push(one);
  }
  return shares;
}
