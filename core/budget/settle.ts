/** The end of a reservation: the real cost replaces it, or it returns. */
import { above, amountOf, checkAmount, liveHold, NO_CHANGE, standingsOf } from './account.ts';
import {
  type Amount,
  type BudgetChange,
  type BudgetView,
  type Changes,
  type Counter,
  type EndedLease,
  type Lease,
  type LeaseShare,
  type Limit,
  type Settled,
  UNITS,
  ZERO,
} from './types.ts';
import { spend } from './windows.ts';

/** How long an ended lease is remembered at most, ms: a late settlement of an expired one is recognised within it. */
export const REMEMBER_MS = 24 * 3_600_000;
/** How long a certain one is: repeated settlements come soon or never. */
export const rememberMs = ({ how }: EndedLease): number => (how === 'expired' ? REMEMBER_MS : 10 * 60_000);

/** Changes of counters, read through what is already changed. */
interface Draft {
  readonly view: BudgetView;
  readonly counters: [key: string, counter: Counter][];
}
const valueIn = <T>(pairs: readonly (readonly [string, T])[], key: string): T | undefined => pairs.find(([one]) => one === key)?.[1];
const counterIn = ({ view, counters }: Draft, key: string): Counter | undefined => valueIn(counters, key) ?? view.counter(key);

function putCounter({ counters }: Draft, key: string, counter: Counter): void {
  const known = counters.find(([one]) => one === key);
  if (known) known[1] = counter;
  else counters.push([key, counter]);
}

const isSameLimit = (a: LeaseShare, b: LeaseShare): boolean => a.counter === b.counter && a.limit.id === b.limit.id;

/** What each share of a lease has to bear: the earlier windows up to what they set aside, the latest one the rest. */
function bearings(shares: readonly LeaseShare[], actual: Amount): readonly number[] {
  const parts: number[] = [];
  for (let index = 0; index < shares.length; index++) {
    const share = shares[index]!;
    let open = actual[share.limit.unit];
    for (let i = 0; i < index; i++) if (isSameLimit(shares[i]!, share)) open -= parts[i]!;
    let isLast = true;
    for (let i = index + 1; i < shares.length && isLast; i++) isLast = !isSameLimit(shares[i]!, share);
    parts.push(isLast ? open : Math.min(open, share.reserved));
  }
  return parts;
}

/** Takes a share's reservation off its counter, all but `kept`, and adds what was spent. A window that has ended takes both with it. */
function book(draft: Draft, share: LeaseShare, kept: number, spent: number, nowMs: number): void {
  const counter = counterIn(draft, share.counter);
  if (!counter || counter.startMs !== share.startMs) return;
  const after = spend(share.limit.window, counter, spent, nowMs);
  putCounter(draft, share.counter, { ...after, reserved: after.reserved - (share.reserved - kept) });
}

const NO_SHARES: readonly LeaseShare[] = [];

/** Ends a lease that cost `actual`. What it drew from a live hold and did not use goes back to the hold. */
function finish(view: BudgetView, lease: Lease, actual: Amount, how: EndedLease['how'], nowMs: number): BudgetChange {
  const draft: Draft = { view, counters: [] };
  const parts = bearings(lease.shares, actual);
  const hold = liveHold(view, lease.hold, nowMs);
  const back = hold && new Map<LeaseShare, number>();
  for (let index = 0; index < lease.shares.length; index++) {
    const share = lease.shares[index]!;
    const part = parts[index]!;
    if (!hold || !back) {
      book(draft, share, 0, part, nowMs);
      continue;
    }
    const sameWindow = counterIn(draft, share.counter)?.startMs === share.startMs;
    const holdShare = hold.shares.find((one) => one.counter === share.counter && one.startMs === share.startMs);
    const kept = sameWindow && holdShare ? Math.max(0, share.fromHold - part) : 0;
    if (holdShare && kept > 0) back.set(holdShare, (back.get(holdShare) ?? 0) + kept);
    book(draft, share, kept, part, nowMs);
  }
  const leases: [string, Lease | null][] = [[lease.id, null]];
  if (hold && back && back.size > 0) {
    leases.push([hold.id, { ...hold, shares: hold.shares.map((share) => ({ ...share, reserved: share.reserved + (back.get(share) ?? 0) })) }]);
  }
  const ended: EndedLease = { how, atMs: nowMs, shares: how === 'expired' ? lease.shares : NO_SHARES };
  return { counters: draft.counters, leases, ended: [[lease.id, ended]] };
}

/** Reads the state as it would be after a change. */
export const after = (view: BudgetView, change: BudgetChange): BudgetView => ({
  counter: (key) => valueIn(change.counters, key) ?? view.counter(key),
  lease: (id) => changedIn(change.leases, id, () => view.lease(id)),
  ended: (id) => changedIn(change.ended, id, () => view.ended(id)),
});

function changedIn<T>(changes: Changes<T>, id: string, before: () => T | undefined): T | undefined {
  const found = changes.find(([one]) => one === id);
  return found ? (found[1] ?? undefined) : before();
}

/** Whether a limit of which so much is spent asks for running streams to be ended. */
export const endsStreams = ({ window, action, when, max }: Limit, spent: number): boolean =>
  window.kind !== 'call' && action === 'stop' && when === 'now' && spent >= max;

function outcome(
  view: BudgetView,
  change: BudgetChange,
  kind: Settled['kind'],
  shares: readonly LeaseShare[],
  beyond: Amount,
  nowMs: number,
): Settled {
  const standings = standingsOf(after(view, change), shares, nowMs);
  const full = standings.filter(({ limit, spent }) => endsStreams(limit, spent));
  return { kind, beyond, stopNow: full.map(({ counter }) => counter), standings };
}

/** Beyond what the limits knew of: only units that a limit counts. */
function beyondOf(lease: Lease, actual: Amount): Amount {
  if (UNITS.every((unit) => actual[unit] <= lease.amount[unit])) return ZERO;
  const over = above(actual, lease.amount);
  return amountOf((unit) => (over[unit] > 0 && lease.shares.some(({ limit }) => limit.unit === unit) ? over[unit] : 0));
}

/**
 * Replaces a reservation by what the call really cost. The second time it is a `duplicate` and changes nothing; after expiry it is `late` and the cost is charged
 * all the same, for it was spent.
 */
export function settle(view: BudgetView, id: string, actual: Amount, nowMs: number): { readonly change: BudgetChange; readonly settled: Settled } {
  checkAmount(actual);
  const lease = view.lease(id);
  if (lease) {
    const change = finish(view, lease, actual, 'settled', nowMs);
    return { change, settled: outcome(view, change, 'settled', lease.shares, beyondOf(lease, actual), nowMs) };
  }
  const ended = view.ended(id);
  if (ended?.how !== 'expired') {
    return { change: NO_CHANGE, settled: { kind: ended ? 'duplicate' : 'unknown', beyond: ZERO, stopNow: [], standings: [] } };
  }
  const draft: Draft = { view, counters: [] };
  for (const [index, part] of bearings(ended.shares, actual).entries()) book(draft, { ...ended.shares[index]!, reserved: 0 }, 0, part, nowMs);
  const change: BudgetChange = { counters: draft.counters, leases: [], ended: [[id, { how: 'settled', atMs: nowMs, shares: NO_SHARES }]] };
  return { change, settled: outcome(view, change, 'late', ended.shares, ZERO, nowMs) };
}

/** Ends a call or hold that cost nothing: it was never sent, or a task is done with its hold. Ended ones stay as they are. */
export function release(view: BudgetView, id: string, nowMs: number): BudgetChange {
  const lease = view.lease(id);
  return lease ? finish(view, lease, ZERO, 'released', nowMs) : NO_CHANGE;
}

/** Renews a lease; false where it has ended (an expired one is not revived: its amount may be spent). */
export function heartbeat(view: BudgetView, id: string, nowMs: number): { readonly change: BudgetChange; readonly alive: boolean } {
  const lease = view.lease(id);
  if (!lease || lease.expiresMs <= nowMs) return { change: NO_CHANGE, alive: false };
  const renewed: Lease = { ...lease, expiresMs: Math.max(lease.expiresMs, nowMs + lease.ttlMs) };
  return { change: { counters: [], leases: [[id, renewed]], ended: [] }, alive: true };
}

/** Returns the amount of a lease whose time is up; nothing for one that lives. */
export function expire(view: BudgetView, id: string, nowMs: number): BudgetChange {
  const lease = view.lease(id);
  return lease && lease.expiresMs <= nowMs ? finish(view, lease, ZERO, 'expired', nowMs) : NO_CHANGE;
}
