/** Which call site in the code each live call came from, and what was seen there. Memory is bounded; what is older stands in the ledger. */
import { cacheRules } from '../core/cache/index.ts';
import { FleetingMap } from '../core/fleeting-map.ts';
import type { Provider } from '../core/model.ts';
import {
  cacheBreak,
  firstChange,
  type LivePrint,
  type Match,
  observedSite,
  type Piece,
  type SeenCall,
  SiteIndex,
  sharedPieces,
  toolsName,
} from '../core/observed/index.ts';
import type { CallEvent } from '../core/protocol/gateway.ts';
import { type CacheBreak, type ObservedAnswer, type ObservedSite, type SiteFingerprint, tellSitesSchema } from '../core/protocol/observed.ts';
import type { Hasher } from '../workspace/salted-hash.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { Ledger } from './ledger/types.ts';

/** Calls that are kept in mind for the figures of call sites. */
export const MAX_CALLS = 20_000;
const MAX_WORKSPACES = 20;
/** Names of the notes in which the sites of each workspace outlive the process. */
const NOTE = 'sites:';
/** Of a larger workspace nothing is kept: it is told anew when its editor comes back, UTF-16 units. */
const MAX_NOTE = 4_000_000;
const MAX_SESSIONS = 300;
/** Prompts of a session that are kept to compare with: an agent and its helpers take turns. */
const MAX_PROMPTS = 6;
/** After so many calls the event loop gets its turn. */
const SLICE = 200;

type Break = Omit<CacheBreak, 'calls'>;

/** A call in mind. */
interface Kept {
  readonly seen: Omit<SeenCall, 'broken'>;
  readonly live: LivePrint;
  readonly follows: CallEvent['follows'];
  readonly asked: string | undefined;
}

interface Workspace {
  readonly index: SiteIndex;
  readonly found: WeakMap<Kept, Match>;
}

/** The prompt of an earlier call of a session. */
interface Prompt {
  readonly call: string;
  readonly api: string;
  readonly model: string | undefined;
  readonly pieces: readonly Piece[];
  readonly site: string | undefined;
  /** Beginnings of its texts. */
  readonly begins: readonly string[];
}

export interface ObservedDeps {
  readonly ledger: Pick<Ledger, 'events' | 'call' | 'notes' | 'setNote'>;
  /** As the language server hashes: with the salt of the discovery file. */
  readonly hash: Hasher;
  readonly warn?: (message: string) => void;
}

export class Observed {
  readonly #ledger: ObservedDeps['ledger'];
  readonly #warn: (message: string) => void;
  readonly #noTools: string;
  readonly #workspaces = new Map<string, Workspace>();
  readonly #sessions = new FleetingMap<string, Prompt[]>();
  /** By id, the oldest first. Empty until a workspace asks. */
  readonly #kept = new Map<string, Kept>();
  /** Segments that many calls share. */
  readonly #shared = new Map<string, NonNullable<CallEvent['segments']>[number]>();
  #loading: Promise<void> | undefined;

  constructor({ ledger, hash, warn = () => {} }: ObservedDeps) {
    this.#ledger = ledger;
    this.#warn = warn;
    this.#noTools = toolsName([], hash);
    for (const [name, text] of ledger.notes(NOTE)) this.#recall(name.slice(NOTE.length), text);
  }

  /** What was told before this start: calls that come before their editor does are matched as well. */
  #recall(workspace: string, text: string): void {
    const told = tellSitesSchema.shape.sites.safeParse(JSON.parse(text));
    if (told.success) this.#use(workspace, told.data);
  }

  #use(workspace: string, sites: readonly SiteFingerprint[]): void {
    this.#workspaces.set(workspace, { index: new SiteIndex(sites, this.#noTools), found: new WeakMap() });
  }

  async #note(workspace: string, sites: readonly SiteFingerprint[] | undefined): Promise<void> {
    const text = sites && JSON.stringify(sites);
    try {
      await this.#ledger.setNote(`${NOTE}${workspace}`, text && text.length <= MAX_NOTE ? text : undefined);
    } catch (error) {
      this.#warn(`call sites: ${String(error)}`);
    }
  }

  /** Writes the call site it came from and the call it follows into the event, as it is to be recorded. Call once for each, when it has ended. */
  see(event: CallEvent, print: Fingerprint | undefined): CallEvent {
    if (!print || !event.billed) return event;
    try {
      return this.#placed(event, print);
    } catch (error) {
      // What was spent is recorded whatever else goes wrong.
      this.#warn(`call sites: ${String(error)}`);
      return event;
    }
  }

  #placed(event: CallEvent, print: Fingerprint): CallEvent {
    const site = this.siteOf(event);
    const follows = this.#follow(event, site, print.pieces);
    if (site !== undefined) event.site = site;
    if (follows) event.follows = follows;
    if (this.#loading) this.#keep(event);
    return event;
  }

  /** Its call site; undefined where none or several fit. */
  siteOf(event: LivePrint): string | undefined {
    const ids = new Set<string>();
    for (const { index } of this.#workspaces.values()) {
      const match = index.match(event);
      if (match.kind === 'site') ids.add(match.id);
    }
    return ids.size === 1 ? [...ids][0] : undefined;
  }

  /** Replaces what the workspace told before. */
  async setSites(workspace: string, sites: readonly SiteFingerprint[]): Promise<ObservedAnswer> {
    this.#workspaces.delete(workspace);
    for (const old of this.#workspaces.keys()) {
      if (this.#workspaces.size < MAX_WORKSPACES) break;
      this.#workspaces.delete(old);
      void this.#note(old, undefined);
    }
    this.#use(workspace, sites);
    await this.#note(workspace, sites);
    return this.answer(workspace);
  }

  /** What was seen at the call sites that the workspace told; nothing of a workspace that told none. */
  async answer(workspace: string): Promise<ObservedAnswer> {
    const known = this.#workspaces.get(workspace);
    if (!known) return { sites: [], ambiguous: 0, unmatched: 0 };
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    await this.#loading;
    const bySite = new Map<string, SeenCall[]>();
    const counts = { ambiguous: 0, none: 0 };
    let left = SLICE;
    for (const kept of [...this.#kept.values()]) {
      const match = matchOf(known, kept);
      if (match.kind !== 'site') counts[match.kind]++;
      else {
        const calls = bySite.get(match.id);
        if (calls) calls.push(this.#seen(kept));
        else bySite.set(match.id, [this.#seen(kept)]);
      }
      if (--left === 0) left = await turn(SLICE);
    }
    const sites = [...bySite].flatMap(([id, calls]): readonly ObservedSite[] => {
      const site = observedSite(id, calls);
      return site ? [site] : [];
    });
    return { sites: sites.sort((a, b) => b.calls - a.calls), ambiguous: counts.ambiguous, unmatched: counts.none };
  }

  /** Why calls paid again for what the call before had left in the cache, by call id; calls without a reason to complain are left out. */
  breaksOf(events: readonly CallEvent[]): Record<string, Break> {
    const byId = new Map(events.map((event) => [event.id, event]));
    const found: Record<string, Break> = {};
    for (const event of events) {
      const before = event.follows && (byId.get(event.follows.call) ?? this.#ledger.call(event.follows.call));
      const broken = before && breakBetween(keptOf(before), keptOf(event));
      if (broken) found[event.id] = broken;
    }
    return found;
  }

  #seen(kept: Kept): SeenCall {
    const before = kept.follows && this.#kept.get(kept.follows.call);
    const broken = before && breakBetween(before, kept);
    return broken ? { ...kept.seen, broken } : kept.seen;
  }

  /** The call of the same conversation whose prompt this one repeats most of. */
  #follow(event: CallEvent, site: string | undefined, pieces: readonly Piece[]): CallEvent['follows'] {
    if (pieces.length === 0) return undefined;
    const { id, api, model, session } = event;
    const begins = (event.segments ?? []).flatMap(({ hash, heads }) => heads?.[0] ?? hash);
    const prompts = this.#sessions.get(session) ?? [];
    const prompt: Prompt = { call: id, api, model, pieces, site, begins };
    let best: { readonly prompt: Prompt; readonly rank: number } | undefined;
    for (const earlier of prompts) {
      if (!isAlike(earlier, prompt)) continue;
      const rank = sharedPieces(earlier.pieces, pieces) + (earlier.model === model ? MAX_CALLS : 0);
      if (!best || rank >= best.rank) best = { prompt: earlier, rank };
    }
    this.#sessions.renew(session, [...prompts.slice(1 - MAX_PROMPTS), prompt]);
    if (this.#sessions.size > MAX_SESSIONS) this.#sessions.delete(this.#sessions.first ?? '');
    if (!best) return undefined;
    const changed = firstChange(best.prompt.pieces, pieces);
    return { call: best.prompt.call, ...(changed ? { changed } : {}) };
  }

  #keep(event: CallEvent): void {
    if (!event.billed || !event.segments) return;
    const segments = event.segments.map((segment) => {
      const key = `${segment.role} ${segment.hash}`;
      const known = this.#shared.get(key);
      if (known) return known;
      if (this.#shared.size >= MAX_CALLS) this.#shared.clear();
      this.#shared.set(key, segment);
      return segment;
    });
    this.#kept.set(event.id, keptOf({ ...event, segments }));
    if (this.#kept.size > MAX_CALLS) this.#kept.delete(this.#kept.keys().next().value ?? '');
  }

  async #load(): Promise<void> {
    const past: CallEvent[] = [];
    // Calls that ended just before this began are on their way to the ledger.
    let left = await turn(await turn(SLICE));
    for (const event of this.#ledger.events({ kinds: ['call'], order: 'newest', limit: MAX_CALLS })) {
      if (event.kind === 'call') past.push(event);
      if (--left === 0) left = await turn(SLICE);
    }
    // Calls that ended meanwhile are kept already, and are newer.
    const meanwhile = [...this.#kept];
    this.#kept.clear();
    for (const event of past.reverse()) this.#keep(event);
    for (const [id, kept] of meanwhile) this.#kept.set(id, kept);
  }
}

function matchOf({ index, found }: Workspace, kept: Kept): Match {
  const known = found.get(kept);
  if (known) return known;
  const match = index.match(kept.live);
  found.set(kept, match);
  return match;
}

/** Of one kind: the code's own site, or the same tools, or texts that begin alike. Helpers of an agent have prompts of their own. */
function isAlike(a: Prompt, b: Prompt): boolean {
  if (a.api !== b.api) return false;
  if (a.site !== undefined && a.site === b.site) return true;
  return sharedPieces(a.pieces, b.pieces) > 0 || (a.begins[0] !== undefined && a.begins[0] === b.begins[0]);
}

function keptOf({ id, at, session, source, cost, usage, model, servedModel, segments, tools, provider, api, follows }: CallEvent): Kept {
  const user = segments?.find(({ role }) => role === 'user')?.hash ?? '';
  return {
    seen: { id, at, session, source, cost, usage, model: servedModel ?? model, run: `${session} ${user}` },
    live: { segments, tools, model, provider, api },
    follows,
    asked: model,
  };
}

function breakBetween(before: Kept, after: Kept): Break | undefined {
  const { provider } = after.live;
  const rules = cacheRules(provider as Provider, after.asked ?? after.seen.model ?? '');
  return cacheBreak(
    { at: before.seen.at, model: before.asked, usage: before.seen.usage },
    { at: after.seen.at, model: after.asked, usage: after.seen.usage },
    after.follows?.changed,
    rules,
  );
}

const turn = <T>(then: T): Promise<T> => new Promise((resolve) => setImmediate(() => resolve(then)));
