import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { openOtlp } from '../../gateway/telemetry/otlp.ts';
import { call } from '../ledger/sample.ts';

/** The JSON encoding of OTLP, as far as a receiver must understand it. */
const value = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ intValue: z.union([z.number(), z.string()]) }),
  z.strictObject({ doubleValue: z.number() }),
  z.strictObject({ boolValue: z.boolean() }),
  z.strictObject({ arrayValue: z.object({ values: z.array(z.object({ stringValue: z.string() })) }) }),
]);
const attributes = z.array(z.object({ key: z.string(), value }));
const nanos = z.string().regex(/^\d{19}$/);
const tracesSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string().regex(/^[0-9a-f]{32}$/),
              spanId: z.string().regex(/^[0-9a-f]{16}$/),
              name: z.string(),
              kind: z.literal(3),
              startTimeUnixNano: nanos,
              endTimeUnixNano: nanos,
              attributes,
              status: z.object({ code: z.number() }),
            }),
          ),
        }),
      ),
    }),
  ),
});
const point = z.object({
  attributes,
  timeUnixNano: nanos,
  asInt: z.union([z.string(), z.number()]).optional(),
  asDouble: z.number().optional(),
  count: z.union([z.string(), z.number()]).optional(),
  sum: z.number().optional(),
});
const metricsSchema = z.object({
  resourceMetrics: z.array(
    z.object({
      scopeMetrics: z.array(
        z.object({
          metrics: z.array(
            z.object({
              name: z.string(),
              unit: z.string().optional(),
              sum: z.object({ isMonotonic: z.literal(true), dataPoints: z.array(point) }).optional(),
              histogram: z.object({ dataPoints: z.array(point) }).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
});

function plainValue(one: z.infer<typeof value>): unknown {
  if ('arrayValue' in one) return one.arrayValue.values.map(({ stringValue }) => stringValue);
  if ('intValue' in one) return Number(one.intValue);
  return Object.values(one)[0];
}
const plain = (list: z.infer<typeof attributes>): Record<string, unknown> =>
  Object.fromEntries(list.map(({ key, value: one }) => [key, plainValue(one)]));

async function receiver() {
  const bodies: { path: string; json: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const whole = Buffer.concat(chunks);
    bodies.push({ path: request.url ?? '', json: JSON.parse(String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole)) });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { bodies, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

test('calls go out as GenAI spans and metrics, under the new names and the old', async () => {
  const { bodies, endpoint, close } = await receiver();
  const otlp = openOtlp({ endpoint, version: '0.1.0' });
  otlp.observe(
    call({
      agent: 'planner',
      servedModel: 'claude-sonnet-4-6-20260101',
      responseId: 'msg_1',
      stopReason: 'end_turn',
      reasoning: 40,
      usage: { uncachedInput: 100, cacheRead: 700, cacheWrite5m: 150, cacheWrite1h: 50, output: 60 },
    }),
  );
  otlp.observe(call({ outcome: 'failed', status: 529, error: 'overloaded_error', billed: false, usage: {}, cost: { kind: 'known', nanoUsd: 0 } }));
  const { durationMs: _, outcome: __, source: ___, billed: ____, usage: _____, cost: ______, ...base } = call();
  otlp.observe({ ...base, kind: 'denied', reason: 'budget', message: 'm', status: 402 });
  await otlp.flush();
  await otlp.close();
  close();

  const traces = bodies.filter(({ path }) => path === '/v1/traces').map(({ json }) => tracesSchema.parse(json));
  assert.equal(plain(traces[0]!.resourceSpans[0]!.resource.attributes)['service.name'], 'costlint-gateway');
  const spans = traces.flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
  const [good, failed, denied] = spans;
  assert.equal(good?.name, 'chat claude-sonnet-4-6');
  assert.equal((BigInt(good!.endTimeUnixNano) - BigInt(good!.startTimeUnixNano)) / 1_000_000n, 1500n);
  const of = plain(good!.attributes);
  const expected = {
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.system': 'anthropic',
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'claude-sonnet-4-6',
    'gen_ai.response.model': 'claude-sonnet-4-6-20260101',
    'gen_ai.response.finish_reasons': ['end_turn'],
    'gen_ai.conversation.id': 'session-a',
    'gen_ai.agent.name': 'planner',
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 60,
    'gen_ai.usage.cache_read.input_tokens': 700,
    'gen_ai.usage.cache_write.input_tokens': 200,
    'gen_ai.usage.reasoning.output_tokens': 40,
    'gen_ai.usage.prompt_tokens': 1000,
    'gen_ai.usage.cache_creation.input_tokens': 200,
    'gen_ai.usage.cost': 0.0045,
  };
  for (const [name, wanted] of Object.entries(expected)) assert.deepEqual(of[name], wanted, name);
  assert.deepEqual([failed?.status.code, plain(failed!.attributes)['error.type']], [2, 'overloaded_error']);
  assert.deepEqual([denied?.status.code, plain(denied!.attributes)['error.type']], [2, 'costlint_budget']);

  const metrics = bodies
    .filter(({ path }) => path === '/v1/metrics')
    .flatMap(({ json }) => metricsSchema.parse(json).resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics)));
  const sum = (name: string) => {
    const points = metrics.find((metric) => metric.name === name)?.sum?.dataPoints ?? [];
    return points.reduce((total, one) => total + Number(one.asInt ?? one.asDouble), 0);
  };
  assert.equal(sum('gen_ai.client.inference.usage.input_tokens'), 1000);
  assert.equal(sum('gen_ai.client.inference.usage.cache_read.input_tokens'), 700);
  assert.equal(sum('gen_ai.client.inference.usage.reasoning.output_tokens'), 40);
  assert.equal(sum('costlint.cost'), 0.0045);
  assert.equal(sum('costlint.denied'), 1);
  const histogram = metrics.find(({ name }) => name === 'gen_ai.client.token.usage')?.histogram?.dataPoints ?? [];
  assert.deepEqual(
    histogram.map((one) => [plain(one.attributes)['gen_ai.token.type'], one.sum]),
    [
      ['input', 1000],
      ['output', 60],
    ],
  );
});

test('a receiver that is not there neither throws nor holds up the end', async () => {
  const { endpoint, close } = await receiver();
  close();
  const otlp = openOtlp({ endpoint, version: '0.1.0' });
  for (let n = 0; n < 5000; n += 1) otlp.observe(call());
  await otlp.close();
});
