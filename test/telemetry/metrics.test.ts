import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { GatewayState } from '../../core/protocol/gateway.ts';
import { NO_TOTALS } from '../../core/protocol/gateway-state.ts';
import { openKeepInMemory } from '../../gateway/store/index.ts';
import { Metrics, openTelemetry } from '../../gateway/telemetry/index.ts';
import { call } from '../ledger/sample.ts';

const empty: GatewayState = {
  gateway: { version: '1', pid: 1, startedAt: 0, url: '' },
  today: NO_TOTALS,
  todaySince: 0,
  sessions: [],
  running: [],
  recent: [],
  limits: [],
  breakers: [],
  alerts: [],
  health: [],
};

/** The value of a series, or undefined. Every line must be of the format. */
function valueIn(text: string, series: string): number | undefined {
  for (const line of text.trimEnd().split('\n'))
    assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z_]+="([^"\\\n]|\\.)*",?)*\})? [0-9.e+-]+)$/);
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe('/metrics', () => {
  test('adds up money in USD, tokens by class and times in seconds', () => {
    const metrics = new Metrics({ state: () => empty });
    metrics.observe(call({ project: 'p', agent: 'a', usage: { uncachedInput: 10, cacheRead: 90, output: 5 }, firstByteMs: 300 }));
    metrics.observe(call({ project: 'p', agent: 'a', usage: { uncachedInput: 1 } }));
    metrics.observe(call({ billed: false, outcome: 'failed', usage: { uncachedInput: 7 } }));
    const text = metrics.render();
    const of = 'provider="anthropic",model="claude-sonnet-4-6"';
    assert.equal(valueIn(text, `costlint_cost_usd_total{${of},project="p",agent="a"}`), 0.009);
    assert.equal(valueIn(text, `costlint_tokens_total{${of},class="uncachedInput"}`), 11);
    assert.equal(valueIn(text, `costlint_tokens_total{${of},class="cacheRead"}`), 90);
    assert.equal(valueIn(text, `costlint_calls_total{${of},outcome="failed",metered="exact"}`), 1);
    assert.equal(valueIn(text, `costlint_call_duration_seconds_bucket{${of},le="1"}`), 0);
    assert.equal(valueIn(text, `costlint_call_duration_seconds_bucket{${of},le="2.5"}`), 3);
    assert.equal(valueIn(text, `costlint_call_duration_seconds_sum{${of}}`), 4.5);
    assert.equal(valueIn(text, `costlint_first_byte_seconds_count{${of}}`), 1);
  });

  test('shows limits, breakers and what sessions cost', () => {
    const state: GatewayState = {
      ...empty,
      limits: [{ limit: 'daily', layer: 'account', counter: 'daily|', unit: 'nanoUsd', max: 50e9, spent: 12.5e9, reserved: 1e9 }],
      breakers: [{ kind: 'breaker', id: 'b', at: 0, scope: 'session:x', state: 'open', cause: 'repeats', message: '' }],
    };
    const text = new Metrics({ state: () => state, sessionCosts: () => ({ done: { sessions: 4, nanoUsd: 8e9, median: 1e9 } }) }).render();
    assert.equal(valueIn(text, 'costlint_limit_spent{limit="daily",layer="account",counter="daily|",unit="usd"}'), 12.5);
    assert.equal(valueIn(text, 'costlint_breaker_open{scope="session:x"}'), 1);
    assert.equal(valueIn(text, 'costlint_session_cost_usd_mean{status="done"}'), 2);
    assert.equal(valueIn(text, 'costlint_session_cost_usd_median{status="done"}'), 1);
  });

  test('escapes what clients name, and does not grow without end', () => {
    const metrics = new Metrics({ state: () => empty });
    metrics.observe(call({ servedModel: 'a"b\\c\nd' }));
    assert.match(metrics.render(), /model="a\\"b\\\\c\\nd"/);
    for (let n = 0; n < 3000; n += 1) metrics.observe(call({ servedModel: `m${n}` }));
    const text = metrics.render();
    assert.ok(text.split('\n').filter((line) => line.startsWith('costlint_cost_usd_total')).length <= 1001);
    assert.equal(valueIn(text, 'costlint_cost_usd_total{provider="other",model="other",project="other",agent="other"}'), (3001 - 1000) * 0.0045);
  });
});

test('a gateway that starts again knows from its ledger what is usual', async () => {
  const { ledger, close } = openKeepInMemory();
  const noon = Date.UTC(2026, 10, 20, 12);
  for (let n = 1; n <= 24; n += 1) await ledger.append(call({ at: noon - n * 3_600_000, session: `s${n}`, cost: { kind: 'known', nanoUsd: 1e9 } }));
  const alerts: string[] = [];
  const telemetry = await openTelemetry({
    ledger,
    limits: () => [],
    state: () => empty,
    emit: ({ alert, level }) => alerts.push(`${alert} ${level}`),
    version: '1',
    now: () => noon,
  });
  telemetry.observe(call({ at: noon, cost: { kind: 'known', nanoUsd: 2.1e9 } }));
  assert.deepEqual(alerts, ['hourly-rate warning']);
  assert.match(telemetry.metrics(), /^costlint_cost_usd_total\{.*\} 2\.1$/m);
  await telemetry.close();
  await close();
});
