/** Everything the panel knows, and what it asks for. Knows no browser: messages go in, intents go out, and whoever shows it is told once when it changed. */

import type { CallEvent, GatewayEvent, GatewayMessage, GatewayState, LedgerEvent } from '../core/protocol/gateway.ts';
import { GatewayFollower } from '../core/protocol/gateway-state.ts';
import type { Connection, FromPanel, History, HistoryQuery, Overview, SessionDetail, SessionRow, ToPanel } from '../core/protocol/panel.ts';
import { queryFor, type RangeName, rangeSizes, SpendHistory } from './history.ts';
import { restore, type Saved } from './saved.ts';

export interface PanelHost {
  /** The side bar's view: no tabs, nothing opens in it. */
  readonly isCompact: boolean;
  post(message: FromPanel): void;
  save(state: Saved): void;
  now(): number;
}

export type LogReading = Extract<ToPanel, { type: 'logs' }>;
export interface BaseUrl {
  readonly variable: string;
  readonly url: string;
  readonly provider: string;
}

const OVERVIEW_BUSY_MS = 15_000;
const OVERVIEW_QUIET_MS = 60_000;
const HISTORY_MS = 60_000;
const DETAIL_MS = 5_000;
/** Events of an open session beyond these are only in the ledger. */
const MAX_DETAIL = 5_000;

const loggedKinds: ReadonlySet<GatewayEvent['kind']> = new Set(['call', 'denied', 'session', 'limit', 'breaker', 'alert']);

export class PanelStore {
  readonly #host: PanelHost;
  readonly #changed: () => void;
  readonly #follower = new GatewayFollower();
  #live: GatewayState | undefined;
  #liveIsOld = true;
  #askedAgain = false;
  #saved: Saved;

  connection: Connection = { state: 'searching' };
  baseUrls: readonly BaseUrl[] = [];
  /** New terminals of VS Code have the base URLs. */
  inTerminals = false;
  overview: Overview | undefined;
  history: SpendHistory | undefined;
  rows: readonly SessionRow[] | undefined;
  rowsTotal = 0;
  /** The open session; null: it is not known (any more), undefined: on its way. */
  detail: SessionDetail | null | undefined;
  sites: Readonly<Record<string, string>> = {};
  logs: LogReading | undefined;
  outcome: { readonly ok: boolean; readonly message: string; readonly at: number } | undefined;
  /** Grows with every change. */
  version = 0;

  #query: HistoryQuery | undefined;
  /** When the first call of all was, where that is less than an hour ago. */
  #youngSince: number | undefined;
  /** The rows are from before the connection: there may be many more. */
  #rowsAreOld = false;
  #overviewAt = 0;
  #historyAt = 0;
  #detailAt = 0;
  #callsSinceOverview = 0;
  #callsSinceDetail = 0;
  /** Calls that came while the history is under way: its answer may not know them. */
  #meanwhile: { readonly seq: number; readonly call: CallEvent }[] | undefined;

  constructor(host: PanelHost, changed: () => void, state: unknown) {
    this.#host = host;
    this.#changed = changed;
    this.#saved = restore(state);
  }

  get isCompact(): boolean {
    return this.#host.isCompact;
  }

  get saved(): Saved {
    return this.#saved;
  }

  /** As chosen; else a day, or an hour while nothing is older: a day would show it as one thin line. */
  get range(): RangeName {
    return this.#saved.range ?? (this.#youngSince === undefined ? '24h' : '1h');
  }

  /** Made when it is asked for: once a frame, however many events came. */
  get live(): GatewayState | undefined {
    if (this.#liveIsOld) this.#live = this.#follower.state;
    this.#liveIsOld = false;
    return this.#live;
  }

  get now(): number {
    return this.#host.now();
  }

  post(message: FromPanel): void {
    this.#host.post(message);
  }

  start(): void {
    this.post({ type: 'ready' });
    this.#load();
  }

  /** Changes what is shown, and keeps it. */
  show(change: Partial<Saved>): void {
    const before = this.#saved;
    this.#saved = { ...before, ...change };
    this.#host.save(this.#saved);
    if (this.#saved.session !== before.session) this.detail = undefined;
    this.#load();
    this.#change();
  }

  receive(message: ToPanel): void {
    switch (message.type) {
      case 'connection':
        this.inTerminals = message.inTerminals ?? false;
        this.#connect(message.connection, message.baseUrls);
        break;
      case 'gateway':
        for (const one of message.messages) this.#take(one);
        break;
      case 'overview':
        this.overview = message.overview;
        this.#overviewAt = this.now;
        this.#callsSinceOverview = 0;
        break;
      case 'history':
        this.#takeHistory(message.history);
        break;
      case 'sessions':
        this.rows = message.rows;
        this.rowsTotal = message.total;
        break;
      case 'session':
        if (message.id === this.#saved.session) this.detail = message.detail;
        break;
      case 'sites':
        this.sites = { ...this.sites, ...message.names };
        break;
      case 'logs':
        this.logs = message;
        break;
      case 'outcome':
        this.outcome = { ok: message.ok, message: message.message, at: this.now };
        break;
      case 'show-session':
        if (!this.isCompact) this.show({ tab: 'sessions', session: message.id });
        break;
    }
    this.#change();
  }

  dismissOutcome(): void {
    this.outcome = undefined;
    this.#change();
  }

  /** Once a second while the panel is seen: time goes on, and what the gateway sums up is asked for anew. */
  tick(): void {
    const { now } = this;
    if (this.outcome?.ok && now - this.outcome.at > 8_000) this.outcome = undefined;
    if (this.#isConnected) {
      const wait = this.#callsSinceOverview > 0 ? OVERVIEW_BUSY_MS : OVERVIEW_QUIET_MS;
      if (now - this.#overviewAt >= wait) this.#askOverview();
      if (!this.isCompact && this.#saved.tab === 'time' && now - this.#historyAt >= HISTORY_MS) this.#askHistory();
      if (this.#callsSinceDetail > 0 && now - this.#detailAt >= DETAIL_MS) this.#askDetail();
    }
    this.history?.moveTo(now);
    this.#grow();
    this.#change();
  }

  /** Chooses the range anew where nobody has: the picture before stays until the other is there. */
  #grow(): void {
    const { history, now } = this;
    if (this.#saved.range !== undefined || !history) return;
    const hour = rangeSizes['1h'].ms;
    const first = this.#youngSince ?? history.first;
    const since = first !== undefined && first > now - hour ? first : undefined;
    if (this.#youngSince === since) return;
    this.#youngSince = since;
    if (this.#saved.tab === 'time' && this.#isConnected) this.#askHistory(true);
  }

  get #isConnected(): boolean {
    return this.connection.state === 'connected';
  }

  #change(): void {
    this.version++;
    this.#changed();
  }

  #connect(connection: Connection, baseUrls: readonly BaseUrl[]): void {
    const came = connection.state === 'connected' && !this.#isConnected;
    this.connection = connection;
    this.baseUrls = baseUrls;
    if (came) this.#reload();
  }

  /** Connected (again): what is shown may be old, and stays until the new is there. */
  #reload(): void {
    const { tab } = this.#saved;
    if (this.isCompact) return;
    if (tab === 'time') this.#askHistory();
    else this.#query = undefined;
    if (tab !== 'sessions') {
      this.#rowsAreOld = true;
      return;
    }
    this.#askSessions();
    this.#askDetail();
  }

  /** Asks for what the present view needs and does not have. */
  #load(): void {
    if (this.isCompact) return;
    const { tab, session } = this.#saved;
    if (tab === 'time' && this.#isConnected) {
      const query = queryFor(this.range, this.#saved.by, this.now);
      if (this.#query?.by !== query.by || this.#query.bucketMs !== query.bucketMs) this.#askHistory();
    }
    if (tab === 'sessions' && session === undefined && (this.rows === undefined || this.#rowsAreOld)) this.#askSessions();
    if (tab === 'sessions' && session !== undefined && this.detail === undefined) this.#askDetail();
  }

  #askOverview(): void {
    this.#overviewAt = this.now;
    this.post({ type: 'load-overview' });
  }

  #askHistory(keep = false): void {
    const query = queryFor(this.range, this.#saved.by, this.now);
    if (!keep && (this.#query?.by !== query.by || this.#query.bucketMs !== query.bucketMs)) this.history = undefined;
    this.#query = query;
    this.#historyAt = this.now;
    this.#meanwhile = [];
    this.post({ type: 'load-history', query });
  }

  #askSessions(): void {
    this.#rowsAreOld = false;
    this.post({ type: 'load-sessions' });
  }

  #askDetail(): void {
    const { session } = this.#saved;
    if (session === undefined) return;
    this.#detailAt = this.now;
    this.#callsSinceDetail = 0;
    this.post({ type: 'load-session', id: session });
  }

  #takeHistory(history: History): void {
    const { by, since, until } = history.query;
    // The answer to a question that was asked before the last one.
    if (this.#query && (by !== this.#query.by || until - since !== this.#query.until - this.#query.since)) return;
    this.history = new SpendHistory(history);
    // Calls that ended while it was under way.
    for (const { seq, call } of this.#meanwhile ?? []) if (history.seq !== undefined && seq > history.seq) this.history.add(call);
    this.#meanwhile = undefined;
    this.#grow();
  }

  #take(message: GatewayMessage): void {
    this.#liveIsOld = true;
    if (!this.#follower.take(message)) {
      if (!this.#askedAgain) this.post({ type: 'ready' });
      this.#askedAgain = true;
      return;
    }
    if (message.type === 'snapshot') {
      this.#askedAgain = false;
      this.#overviewAt = 0;
    }
    if (message.type !== 'event') return;
    const { event } = message;
    if (event.kind === 'call') {
      this.#count(event);
      this.#meanwhile?.push({ seq: message.seq, call: event });
    }
    if (loggedKinds.has(event.kind)) this.#extend(event as LedgerEvent);
  }

  #count(call: CallEvent): void {
    this.#callsSinceOverview++;
    this.history?.add(call);
  }

  /** An event of the open session; why its cache broke comes with the next load. */
  #extend(event: LedgerEvent): void {
    const open = this.#saved.session;
    if (open === undefined || !this.detail || event.kind === 'health' || event.session !== open) return;
    this.#callsSinceDetail++;
    const { events } = this.detail;
    if (events.some(({ id }) => id === event.id)) return;
    const cut = this.detail.cut || events.length >= MAX_DETAIL;
    this.detail = { ...this.detail, cut, events: [...events.slice(1 - MAX_DETAIL), event] };
  }
}
