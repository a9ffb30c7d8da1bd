/** A gateway's afternoon as messages to the panel: made up, the same every time, and consistent: sums are sums of the calls. */

import type {
  CallEvent,
  GatewayEvent,
  GatewayMessage,
  GatewayState,
  LedgerEvent,
  SessionStatus,
  SessionSummary,
} from '../../../core/protocol/gateway.ts';
import { LiveState, NO_TOTALS, withCall } from '../../../core/protocol/gateway-state.ts';
import type { History, HistoryQuery, Overview, SessionDetail, SessionRow, ToPanel } from '../../../core/protocol/panel.ts';
import { partsOf } from '../../../webview/history.ts';
import { NOW } from './page.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const TODAY = Math.floor(NOW / DAY) * DAY;

const models = ['claude-sonnet-4-6', 'claude-opus-4-6', 'claude-haiku-4-5', 'gpt-5.4', 'gemini-3-flash'];
const agents = ['researcher', 'coder', 'reviewer', 'planner'];
const sites = ['src/agent.ts#client.messages.create#0', 'src/review.ts#client.messages.create#0', 'tools/plan.py#client.responses.create#0'];
export const siteNames = { [sites[0]!]: 'src/agent.ts:42', [sites[1]!]: 'src/review.ts:118', [sites[2]!]: 'tools/plan.py:31' };

/** The n-th of an unchanging sequence between 0 and 1. */
export const noise = (n: number): number => {
  const x = Math.sin(n * 12.9898 + 78.233) * 43758.5453;
  return x - Math.floor(x);
};

/** The n-th call of a session: each carries more than the one before. */
export function call(n: number, at: number, session: number, step: number, change: Partial<CallEvent> = {}): CallEvent {
  const prompt = 4_000 + step * 1_800;
  const read = step === 0 || step % 9 === 7 ? 0 : Math.round(prompt * 0.86);
  const write = Math.round((prompt - read) * 0.8);
  const output = 200 + Math.round(noise(n) * 900);
  const nanoUsd = Math.round((prompt - read - write) * 3_000 + read * 300 + write * 3_750 + output * 15_000);
  return {
    kind: 'call',
    id: `c${n}`,
    at,
    session: `s-${String(session).padStart(5, '0')}`,
    agent: agents[session % agents.length]!,
    project: session % 3 === 0 ? 'shop' : 'support-bot',
    client: 'my-agent/1.4.0',
    provider: 'anthropic',
    api: 'anthropic-messages',
    operation: 'messages',
    model: models[session % models.length]!,
    stream: true,
    durationMs: 2_000 + Math.round(noise(n + 1) * 9_000),
    status: 200,
    outcome: step % 5 === 4 ? 'completed' : 'tool-use',
    source: 'exact',
    billed: true,
    usage: { uncachedInput: prompt - read - write, cacheRead: read, cacheWrite5m: write, output },
    reasoning: Math.round(output / 4),
    cost: { kind: 'known', nanoUsd },
    site: sites[session % sites.length]!,
    ...(step % 5 === 4 ? {} : { toolCalls: ['search', 'read_file'].slice(0, 1 + (n % 2)) }),
    ...change,
  };
}

export function summaryOf(calls: readonly CallEvent[], status: SessionStatus, via?: string): SessionSummary {
  const [first, last] = [calls[0]!, calls.at(-1)!];
  return {
    session: first.session,
    agent: first.agent,
    project: first.project,
    client: first.client,
    model: last.model,
    status,
    ...(via ? { via } : {}),
    firstAt: first.at,
    lastAt: Math.round(last.at + last.durationMs),
    totals: calls.reduce(withCall, NO_TOTALS),
  };
}

const statuses: readonly SessionStatus[] = ['running', 'running', 'idle', 'done', 'done', 'failed', 'looped', 'stopped', 'paused', 'done'];

/** Calls of today, by session: the first session is the latest. */
export const todaysCalls: readonly (readonly CallEvent[])[] = Array.from({ length: 10 }, (_, session) => {
  const steps = 6 + ((session * 7) % 19);
  const begin = NOW - session * 70 * MINUTE - steps * 40_000;
  return Array.from({ length: steps }, (_, step) => call(session * 100 + step, begin + step * 40_000, session, step));
});

export function gatewayState(change: Partial<GatewayState> = {}): GatewayState {
  const sessions = todaysCalls.map((calls, index) => summaryOf(calls, statuses[index]!, index === 6 ? 'breaker' : undefined));
  const all = todaysCalls.flat();
  return {
    gateway: { version: '0.2.0', pid: 4711, startedAt: NOW - 5 * HOUR, url: 'http://127.0.0.1:4141' },
    today: all.filter(({ at }) => at >= TODAY).reduce(withCall, NO_TOTALS),
    todaySince: TODAY,
    sessions,
    running: [
      { kind: 'call-started', ...base(all[2]!), id: 'r1', at: NOW - 4_000, reserved: { nanoUsd: 84_000_000, tokens: 30_000, calls: 1 } },
      { kind: 'call-started', ...base(todaysCalls[1]![0]!), id: 'r2', at: NOW - 21_000 },
    ],
    recent: all.slice(-100),
    limits: [
      {
        limit: 'account-daily',
        layer: 'account',
        counter: 'account-daily|all',
        unit: 'nanoUsd',
        max: 5_000_000_000,
        spent: 2_310_000_000,
        reserved: 168_000_000,
        resetsAt: TODAY + DAY,
      },
      {
        limit: '5-hours',
        layer: 'account',
        counter: '5-hours|all',
        unit: 'tokens',
        max: 4_000_000,
        spent: 3_460_000,
        reserved: 0,
        resetsAt: NOW + 97 * MINUTE,
      },
      {
        limit: '7-days',
        layer: 'account',
        counter: '7-days|all',
        unit: 'tokens',
        max: 30_000_000,
        spent: 11_200_000,
        reserved: 0,
        resetsAt: NOW + 3 * DAY,
        action: 'warn',
      },
      {
        limit: 'session',
        layer: 'session',
        counter: 'session|s-00000',
        unit: 'nanoUsd',
        max: 500_000_000,
        spent: 520_000_000,
        reserved: 0,
        warnAt: 0.7,
      },
    ],
    breakers: [],
    alerts: [],
    health: [],
    ...change,
  };
}

function base({ session, agent, project, client, provider, api, operation, model, stream }: CallEvent) {
  return { session, agent, project, client, provider, api, operation, model, stream };
}

export const emptyState = (): GatewayState =>
  gatewayState({ today: NO_TOTALS, sessions: [], running: [], recent: [], limits: [], breakers: [], alerts: [], health: [] });

export const troubled = (): Partial<GatewayState> => ({
  breakers: [
    {
      kind: 'breaker',
      id: 'b1',
      at: NOW - 3 * MINUTE,
      scope: 'session:s-00006',
      session: 's-00006',
      state: 'open',
      cause: 'repeats',
      message: 'the same call was made 8 times in a row',
    },
    {
      kind: 'breaker',
      id: 'b2',
      at: NOW - MINUTE,
      scope: 'account',
      state: 'half-open',
      cause: 'spend-rate',
      message: '$4.20 in 5 minutes, more than $2',
      until: NOW + 12 * MINUTE,
    },
  ],
  health: [
    { kind: 'health', id: 'h1', at: NOW - 9 * MINUTE, part: 'ledger', ok: false, message: 'the disk is full: calls are metered, and not kept' },
  ],
  alerts: [
    {
      kind: 'alert',
      id: 'a2',
      at: NOW - 2 * MINUTE,
      alert: 'session-cost',
      level: 'critical',
      message: 'A session has cost $4.10, 10.2 times the usual',
      value: 10.2,
      threshold: 10,
      session: 's-00006',
    },
    {
      kind: 'alert',
      id: 'a1',
      at: NOW - 30 * MINUTE,
      alert: 'cache-misses',
      level: 'warning',
      message: '46% of the prompt tokens of the last 50 cached calls were not read from the cache',
      value: 0.46,
      threshold: 0.4,
    },
  ],
});

export function overview(change: Partial<Overview> = {}): Overview {
  const { today } = gatewayState();
  return {
    at: NOW,
    today,
    month: { ...today, calls: today.calls + 4_210, nanoUsd: today.nanoUsd + 38_400_000_000 },
    monthSince: Date.UTC(2026, 5, 1),
    lastHour: 940_000_000,
    usualHour: { low: 310_000_000, expected: 520_000_000, high: 790_000_000, hours: 61 },
    projection: { low: 61_000_000_000, expected: 72_500_000_000, high: 88_000_000_000 },
    runway: { limit: 'account-daily', at: NOW + 171 * MINUTE },
    cache: { read: 0.74, saved: 1_730_000_000 },
    completed: { sessions: 132, nanoUsd: 41_000_000_000, median: 240_000_000 },
    queue: { critical: 0, normal: 2, background: 5 },
    active: [],
    ...change,
  };
}

/** As the gateway would sum up these calls. */
export function historyOf(query: HistoryQuery, calls: readonly CallEvent[], most = 6): History {
  const length = Math.round((query.until - query.since) / query.bucketMs);
  const at = Array.from({ length }, (_, index) => query.since + index * query.bucketMs);
  const lines = new Map<string, number[]>();
  for (const one of calls) {
    const bucket = Math.floor((one.at - query.since) / query.bucketMs);
    if (bucket < 0 || bucket >= length) continue;
    for (const [key, value] of partsOf(one, query.by)) {
      const values = lines.get(key) ?? new Array<number>(length).fill(0);
      values[bucket]! += value;
      lines.set(key, values);
    }
  }
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const series = [...lines].map(([key, values]) => ({ key, label: key, values })).sort((a, b) => total(b.values) - total(a.values));
  const rest = series.slice(most);
  const other = { key: 'other', label: '', values: at.map((_, index) => rest.reduce((sum, { values }) => sum + values[index]!, 0)) };
  return { query, at, series: rest.length > 0 ? [...series.slice(0, most), other] : series };
}

/** Calls over a range, more by day than by night. */
export function callsOver(since: number, until: number, count: number): readonly CallEvent[] {
  const calls: CallEvent[] = [];
  for (let n = 0; calls.length < count; n++) {
    const at = Math.round(since + noise(n) * (until - since));
    const hour = (at % DAY) / HOUR;
    if (noise(n + 0.5) < (hour > 8 && hour < 19 ? 0.95 : 0.15)) calls.push(call(n, at, n % 23, n % 17));
  }
  return calls;
}

export const sessionRows = (count: number): SessionRow[] =>
  Array.from({ length: count }, (_, index) => {
    const steps = 1 + (index % 30);
    const at = NOW - 6 * HOUR - index * 11 * MINUTE;
    const calls = Array.from({ length: Math.min(steps, 3) }, (_, step) => call(index * 40 + step, at, index + 100, step));
    const summary = summaryOf(calls, (['done', 'done', 'done', 'failed', 'stopped', 'looped'] as const)[index % 6]!);
    return { ...summary, source: (['gateway', 'gateway', 'claude-code', 'codex', 'gemini-cli'] as const)[index % 5]! };
  });

/** A session in which everything happens. */
export function sessionDetail(session = 0): SessionDetail {
  const calls = todaysCalls[session]!.map((one, step) =>
    step === 3
      ? {
          ...one,
          outcome: 'failed' as const,
          status: 529,
          error: 'overloaded_error',
          billed: false,
          source: 'none' as const,
          usage: {},
          cost: { kind: 'known' as const, nanoUsd: 0 },
        }
      : one,
  );
  const last = calls.at(-1)!;
  const extra: LedgerEvent[] = [
    { kind: 'denied', ...base(last), id: 'd1', at: last.at + 20_000, reason: 'budget', message: 'the session has used $0.52 of $0.50', status: 402 },
    {
      kind: 'breaker',
      id: 'b9',
      at: last.at + 25_000,
      scope: `session:${last.session}`,
      session: last.session,
      state: 'open',
      cause: 'repeats',
      message: 'the same call was made 8 times in a row',
    },
  ];
  const broken = calls.find(({ usage }, step) => step > 0 && usage.cacheRead === 0 && usage.output);
  const summary = { ...summaryOf(calls, 'running'), parent: 's-00004', source: 'gateway' };
  return { summary, events: [...calls, ...extra], breaks: broken ? { [broken.id]: { why: 'tools', role: 'tools', item: 2 } } : {}, cut: false };
}

export const baseUrls = [
  { variable: 'ANTHROPIC_BASE_URL', url: 'http://127.0.0.1:4141/anthropic', provider: 'Anthropic' },
  { variable: 'OPENAI_BASE_URL', url: 'http://127.0.0.1:4141/openai/v1', provider: 'OpenAI' },
  { variable: 'GOOGLE_GEMINI_BASE_URL', url: 'http://127.0.0.1:4141/gemini', provider: 'Google' },
];

export const connection = (state: Extract<ToPanel, { type: 'connection' }>['connection']['state'], message?: string): ToPanel => ({
  type: 'connection',
  connection: { state, ...(state === 'connected' ? { url: 'http://127.0.0.1:4141' } : {}), ...(message ? { message } : {}) },
  baseUrls: state === 'searching' ? [] : baseUrls,
});

export const gateway = (...messages: readonly GatewayMessage[]): ToPanel => ({ type: 'gateway', messages: [...messages] });

export const snapshot = (state: GatewayState, seq = 100): ToPanel => gateway({ type: 'snapshot', protocol: 1, seq, state });

/** Everything that a connected panel gets at its start. */
export const connected = (state: GatewayState = gatewayState()): readonly ToPanel[] => [
  connection('connected'),
  snapshot(state),
  { type: 'overview', overview: overview() },
  { type: 'sites', names: siteNames },
];

/** Events with their numbers from `seq` on, and the state that they lead to. */
export function events(state: GatewayState, seq: number, list: readonly GatewayEvent[]): { readonly message: ToPanel; readonly after: GatewayState } {
  const live = new LiveState(state);
  for (const event of list) live.apply(event);
  return { message: gateway(...list.map((event, index) => ({ type: 'event' as const, seq: seq + index + 1, event }))), after: live.state };
}
