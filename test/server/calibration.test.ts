/** Calibration from end to end, without an editor: the server's texts, a counting endpoint on this machine, and what hover says afterwards. */
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { baseUrlProblem, type CountOptions, countTexts, isOpenToReaders } from '../../client/calibrate-http.ts';
import { amountWords, comparison, type Job, jobsOf, mergeCounts, previewPage, readCounts, stored } from '../../client/calibrate-plan.ts';
import { ask } from '../../client/rpc.ts';
import { calibrationTextsRequest, type ProviderCount, useCountsRequest } from '../../core/protocol/calibration.ts';
import { hashText } from '../../core/tokens/index.ts';
import { loadEngine } from '../../server/engine.ts';
import { type Client, start, uri } from './harness.ts';

// ── a counting endpoint ────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly model: string;
  readonly text: string;
}
interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Tokens of the frame around a message at this endpoint. */
const FRAME = 7;
/** A token for each word and line end, white space at the end of a message for nothing: simple enough to reckon along. */
const wordsIn = (text: string): number => text.trimEnd().match(/[^\s]+|\n/g)?.length ?? 0;
const KEY = 'sk-test-0123456789';

const endpoints: Server[] = [];
let client: Client | undefined;
afterEach(async () => {
  await client?.stop();
  client = undefined;
  await closeAll();
});

const closeAll = async (): Promise<void> => {
  await Promise.all(endpoints.splice(0).map((endpoint) => new Promise<void>((resolve) => endpoint.close(() => resolve()))));
};

/** Counts honestly, unless `instead` has another answer. */
async function serve(instead: (request: Received, nth: number) => Answer | undefined = () => undefined) {
  const received: Received[] = [];
  const endpoint = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    const text = body.messages?.[0].content ?? body.contents?.[0].parts[0].text;
    const path = incoming.url ?? '';
    const request = { path, headers: incoming.headers, model: body.model ?? /models\/(.*):/.exec(path)?.[1], text };
    received.push(request);
    const tokens = FRAME + wordsIn(text);
    const {
      status,
      headers,
      body: reply,
    } = instead(request, received.length) ?? { status: 200, body: { input_tokens: tokens, totalTokens: tokens } };
    outgoing.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers });
    outgoing.end(JSON.stringify(reply));
  });
  endpoints.push(endpoint);
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  return { received, baseUrl: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}` };
}

const job = (text: string, models = ['claude-opus-5'], generation = 'opus-5'): Job => ({
  api: models[0]?.startsWith('gemini') ? 'gemini' : 'anthropic',
  family: 'claude-v47',
  generation,
  models,
  hash: text,
  text,
  role: 'system',
  tokens: 10,
  places: ['a.py:1'],
});

const count = (baseUrl: string, jobs: readonly Job[], more: Partial<CountOptions> = {}) =>
  countTexts({ api: 'anthropic', baseUrl, key: KEY, jobs, signal: new AbortController().signal, wait: async () => undefined, ...more });

const error = (status: number, message: string, headers?: Readonly<Record<string, string>>): Answer => ({
  status,
  body: { type: 'error', error: { type: 'x', message } },
  ...(headers && { headers }),
});

describe('asking the endpoint', () => {
  test('Anthropic: the frame of a message is measured once for each model and taken off', async () => {
    const { received, baseUrl } = await serve();
    const outcome = await count(baseUrl, [job('one two three'), job('four five'), job('six', ['claude-sonnet-5'], 'sonnet-5')]);
    assert.deepEqual(
      outcome.counted.map(({ tokens }) => tokens),
      [3, 2, 1],
    );
    assert.equal(outcome.end, 'done');
    assert.deepEqual(
      received.map(({ model, text }) => `${model}: ${text}`),
      ['claude-opus-5: a', 'claude-opus-5: one two three', 'claude-opus-5: four five', 'claude-sonnet-5: a', 'claude-sonnet-5: six'],
    );
    const [first] = received;
    assert.equal(first?.path, '/v1/messages/count_tokens');
    assert.equal(first?.headers['x-api-key'], KEY);
    assert.equal(first?.headers['anthropic-version'], '2023-06-01');
  });

  test('Gemini: the key goes in a header, never into the address', async () => {
    const { received, baseUrl } = await serve();
    const outcome = await count(`${baseUrl}/`, [job('one two', ['gemini-2.5-flash'], 'gemini-2.5-flash')], { api: 'gemini' });
    assert.equal(outcome.counted[0]?.tokens, 2);
    assert.equal(received[1]?.path, '/v1beta/models/gemini-2.5-flash:countTokens');
    assert.equal(received[1]?.headers['x-goog-api-key'], KEY);
  });

  test('an address may end in the version already', async () => {
    const { received, baseUrl } = await serve();
    await count(`${baseUrl}/proxy/v1/`, [job('one')]);
    assert.equal(received[0]?.path, '/proxy/v1/messages/count_tokens');
  });

  test('line ends before a hole are counted although a message would drop them', async () => {
    const { baseUrl } = await serve();
    const { counted } = await count(baseUrl, [job('Question:\n\n')]);
    assert.equal(counted[0]?.tokens, 3);
  });

  test('401: said in words, nothing further is sent, and the key is in no message', async () => {
    const { received, baseUrl } = await serve(() => error(401, `invalid x-api-key ${KEY}`));
    const outcome = await count(baseUrl, [job('one'), job('two')]);
    assert.equal(outcome.end, 'failed');
    assert.match(outcome.problems.join(), /^127\.0\.0\.1:\d+ refused the key \(invalid x-api-key …\)\.$/);
    assert.equal(received.length, 1);
  });

  test('Gemini’s 400 for a wrong key is a refused key, too', async () => {
    const { baseUrl } = await serve(() => error(400, 'API key not valid. Please pass a valid API key.'));
    const outcome = await count(baseUrl, [job('one', ['gemini-2.5-pro'])], { api: 'gemini' });
    assert.match(outcome.problems.join(), /refused the key/);
  });

  test('404: the next id of the same group is tried; other models go on', async () => {
    const { baseUrl } = await serve(({ model }) => (model === 'claude-old' || model === 'claude-gone' ? error(404, `model: ${model}`) : undefined));
    const jobs = [job('one', ['claude-gone'], 'gone'), job('two', ['claude-gone'], 'gone'), job('one two', ['claude-old', 'claude-new'], 'new')];
    const outcome = await count(baseUrl, jobs);
    assert.deepEqual(
      outcome.counted.map(({ tokens, job: { generation } }) => [generation, tokens]),
      [['new', 2]],
    );
    assert.equal(outcome.end, 'done');
    assert.equal(outcome.problems.length, 2);
    assert.match(outcome.problems[0] ?? '', /does not know the model claude-gone/);
  });

  test('429: waits as long as asked, in seconds or until a date, and goes on', async () => {
    const { baseUrl, received } = await serve((_, nth) => {
      if (nth === 2) return error(429, 'slow down', { 'retry-after': '3' });
      if (nth === 3) return error(529, 'overloaded', { 'retry-after': 'Fri, 20 Nov 2026 10:00:05 GMT' });
      return nth === 4 ? error(503, 'busy') : undefined;
    });
    const waits: number[] = [];
    const said: number[] = [];
    const outcome = await count(baseUrl, [job('one two')], {
      wait: async (ms) => void waits.push(ms),
      onWait: (seconds) => said.push(seconds),
      now: () => Date.parse('2026-11-20T10:00:00Z'),
    });
    assert.deepEqual(waits, [3000, 5000, 4000]);
    assert.deepEqual(said, [3, 5, 4]);
    assert.equal(outcome.counted[0]?.tokens, 2);
    assert.equal(received.length, 5);
  });

  test('429 without end: given up, and what was counted stays', async () => {
    const { baseUrl } = await serve((_, nth) => (nth > 2 ? error(429, 'daily limit') : undefined));
    const outcome = await count(baseUrl, [job('one'), job('two'), job('three')]);
    assert.equal(outcome.end, 'failed');
    assert.equal(outcome.counted.length, 1);
    assert.match(outcome.problems.join(), /no more requests for now; what was counted is kept/);
  });

  test('429 that asks for an hour is not waited for', async () => {
    const { baseUrl, received } = await serve(() => error(429, 'later', { 'retry-after': '3600' }));
    assert.equal((await count(baseUrl, [job('one')])).end, 'failed');
    assert.equal(received.length, 1);
  });

  test('cancelled during a wait or a request: ends at once with what was counted', async () => {
    for (const during of ['wait', 'request']) {
      const stop = new AbortController();
      const { baseUrl, received } = await serve((_, nth) => {
        if (nth !== 3) return undefined;
        if (during === 'request') stop.abort();
        return error(429, 'slow down', { 'retry-after': '60' });
      });
      const outcome = await count(baseUrl, [job('one'), job('two'), job('three')], { signal: stop.signal, wait: async () => stop.abort() });
      assert.deepEqual([outcome.end, outcome.counted.length, outcome.problems, received.length], ['cancelled', 1, [], 3], during);
    }
  });

  test('a redirect is not followed with the key', async () => {
    const { baseUrl, received } = await serve((_, nth) => ({ status: 307, headers: { location: `/elsewhere${nth}` }, body: {} }));
    assert.match((await count(baseUrl, [job('one')])).problems.join(), /sends on to another address, which was not followed/);
    assert.equal(received.length, 1);
  });

  test('one text that is not taken does not stop the others; an answer that is no count does', async () => {
    const { baseUrl } = await serve(({ text }) => (text === 'bad' ? error(400, 'too odd') : undefined));
    const outcome = await count(baseUrl, [job('bad'), job('one two')]);
    assert.deepEqual([outcome.end, outcome.counted.length], ['done', 1]);
    assert.match(outcome.problems.join(), /did not take a text for claude-opus-5 \(too odd\)/);
    const other = await serve(() => ({ status: 200, body: { hello: 'world' } }));
    assert.match((await count(other.baseUrl, [job('one')])).problems.join(), /not with a token count: is the address right/);
  });

  test('nobody listens: said with the host', async () => {
    const { baseUrl } = await serve();
    await closeAll();
    const outcome = await count(baseUrl, [job('one')]);
    assert.match(outcome.problems.join(), /^127\.0\.0\.1:\d+ cannot be reached: ECONNREFUSED\.$/);
  });

  test('addresses: only whole ones without secrets; plain http to another machine is told', () => {
    for (const bad of ['api.example.com', 'ftp://x.y', 'https://me:pw@x.y', 'https://x.y/?key=1', '']) assert.ok(baseUrlProblem(bad), bad);
    for (const good of ['https://x.y', 'http://localhost:4000/v1']) assert.equal(baseUrlProblem(good), undefined);
    assert.deepEqual(
      ['http://x.y', 'https://x.y', 'http://localhost:1', 'http://127.0.0.1'].map((url) => isOpenToReaders(url)),
      [true, false, false, false],
    );
  });
});

// ── the server ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

let loaded: ReturnType<typeof loadEngine> | undefined;
const begin = async (files: Readonly<Record<string, string>>): Promise<Client> => {
  loaded ??= loadEngine();
  client = await start({ engine: () => loaded!, files, initializationOptions: { commands: true } });
  return client;
};
const sender = (c: Client) => ({ sendRequest: (method: string, params: unknown): Promise<unknown> => c.request(method, params) });
const list = async (c: Client) => (await ask(sender(c), calibrationTextsRequest, {})).texts;
const use = (c: Client, counts: readonly ProviderCount[]) => ask(sender(c), useCountsRequest, { counts: [...counts] });

const rules = (topic: string): string =>
  `You answer questions about ${topic}. Cite the page for each statement, answer in the language of the question, say so when a page is missing, ` +
  'and never guess at names, dates or numbers. Keep each answer under two hundred words unless more is asked for, and end with one question.';
const agent = (topic: string, model = 'claude-opus-5'): string => `import anthropic

client = anthropic.Anthropic()

def run(question):
    return client.messages.create(
        model="${model}",
        max_tokens=500,
        system="${rules(topic)}",
        messages=[{"role": "user", "content": question}],
    )
`;
const TOPICS = ['bees', 'tax law', 'old maps', 'rockets', 'bread'];
const PROJECT = Object.fromEntries(TOPICS.map((topic, at) => [`/ws/a${at}.py`, agent(topic)]));
const OPEN = uri('/ws/a0.py');

/** `| system | … | 71–79 (≈ 75) |` → the tokens as the hover has them. */
const systemRow = (hover: string | undefined): string => /\| system \|[^|]*\| ([^|]*) \|/.exec(hover ?? '')?.[1] ?? `no row in ${hover}`;

/** Counts all of the project with an endpoint, as the command does. */
async function calibrate(c: Client, date = '2026-11-20') {
  const { received, baseUrl } = await serve();
  const jobs = jobsOf(await list(c), 'anthropic', []);
  const { counted } = await count(baseUrl, jobs);
  const counts = mergeCounts([], counted, date);
  return { received, jobs, counted, counts, used: await use(c, counts) };
}

describe('the server', () => {
  test('lists unchanging texts that go to Claude and Gemini, each once, with places and models; tools, short texts and other models are left out', async () => {
    const gemini = `import { GoogleGenAI } from '@google/genai';
const ai = new GoogleGenAI({});
export const go = (q: string) =>
  ai.models.generateContent({ model: 'gemini-2.5-flash', contents: q, config: { systemInstruction: '${rules('stars')}' } });
`;
    const c = await begin({
      '/ws/a.py': agent('bees'),
      '/ws/b.py': agent('bees', 'claude-sonnet-4-5-20250929'),
      '/ws/c.py': agent('bees', 'claude-sonnet-4-5'),
      '/ws/short.py': agent('x').replace(/system=.*/, 'system="You are brief.",'),
      '/ws/gpt.py': `from openai import OpenAI\nclient = OpenAI()\nclient.responses.create(model="gpt-5", input="${rules('gpt')}")\n`,
      '/ws/g.ts': gemini,
      '/ws/tools.py': agent('x').replace(
        /system=.*/,
        `tools=[{"name": "look_up", "description": "${rules('tools')}", "input_schema": {"type": "object", "properties": {}}}],`,
      ),
      '/ws/many.py': agent('x').replace(/messages=.*/, `messages=[{"role": "user", "content": "${rules('many')}"} for _ in range(question)],`),
      '/ws/unversioned.py': agent('no version', 'claude-latest'),
    });
    const texts = await list(c);
    assert.deepEqual(texts.map(({ text }) => text).sort(), [rules('bees'), rules('stars'), rules('x')]);
    const bees = texts.find(({ text }) => text === rules('bees'));
    assert.deepEqual(bees?.places.map(({ name }) => name).sort(), ['a.py:9', 'b.py:9', 'c.py:9']);
    assert.deepEqual(bees?.targets.map(({ api, generation, models }) => [api, generation, models]).sort(), [
      ['anthropic', 'opus-5', ['claude-opus-5']],
      ['anthropic', 'sonnet-4.5', ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5']],
    ]);
    const stars = texts.find(({ text }) => text === rules('stars'));
    assert.deepEqual([stars?.targets[0]?.api, stars?.targets[0]?.models], ['gemini', ['gemini-2.5-flash']]);
  });

  test('asks for models of other hosts by the provider’s own name', async () => {
    const bedrock = agent('bees', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0').replaceAll('anthropic.Anthropic()', 'anthropic.AnthropicBedrock()');
    const c = await begin({ '/ws/a.py': bedrock });
    assert.deepEqual((await list(c))[0]?.targets[0]?.models, ['claude-sonnet-4-5-20250929']);
  });

  test('counted texts are exact in hover, with the date; a text that was not counted narrows; forgetting takes it all back', async () => {
    const c = await begin(PROJECT);
    await c.open(OPEN, agent(TOPICS[0]!));
    const before = await c.hover(OPEN, 'client.messages.create');
    assert.match(systemRow(before), /–/);
    assert.doesNotMatch(before ?? '', /counted|calibrated/);
    const { used, counts } = await calibrate(c);
    assert.deepEqual([used.found, counts.length], [5, 5]);
    const after = await c.hover(OPEN, 'client.messages.create');
    assert.equal(systemRow(after), `${wordsIn(rules('bees'))} ✓`);
    assert.match(after ?? '', /✓ counted by the provider on 2026-11-20\./);
    assert.match((await c.hover(OPEN, 'You answer questions')) ?? '', /tokens \(counted by the provider on 2026-11-20\), changes never/);

    await c.change(OPEN, agent('clocks and watches'));
    const other = await c.hover(OPEN, 'client.messages.create');
    assert.match(systemRow(other), /◦$/);
    assert.match(other ?? '', /◦ calibrated by texts that the provider counted/);
    const width = (row: string): number => {
      const [low = 0, high = 0] = [...row.matchAll(/\d+/g)].map(Number);
      return high - low;
    };
    assert.ok(width(systemRow(other)) < width(systemRow(before)), `${systemRow(other)} against ${systemRow(before)}`);

    await use(c, []);
    await c.change(OPEN, agent(TOPICS[0]!));
    assert.equal(await c.hover(OPEN, 'client.messages.create'), before);
  });

  test('kept counts work in a server that starts anew, for another model they do nothing, and the editor is told to ask again', async () => {
    const first = await begin(PROJECT);
    const { counts } = await calibrate(first);
    await first.stop();
    const again = await begin({ ...PROJECT, '/ws/s.py': agent('bees', 'claude-sonnet-4-5') });
    const from = again.sent.length;
    assert.equal((await use(again, readCounts(JSON.parse(JSON.stringify(stored(counts)))))).found, 5);
    await again.received('costlint/changed', undefined, from);
    await again.open(OPEN, agent('bees'));
    assert.match(systemRow(await again.hover(OPEN, 'client.messages.create')), /✓$/);
    const sonnet = uri('/ws/s.py');
    await again.open(sonnet, agent('bees', 'claude-sonnet-4-5'));
    assert.doesNotMatch((await again.hover(sonnet, 'client.messages.create')) ?? '', /✓|◦/);
  });

  test('counts that are forgotten while the server still reads the workspace stay forgotten', async () => {
    const c = await begin(PROJECT);
    const count = { family: 'claude-v47', generation: 'opus-5', hash: hashText(rules('bees')), tokens: 77, date: '2026-11-20' };
    await Promise.all([use(c, [count]), use(c, [])]);
    await c.open(OPEN, agent('bees'));
    assert.doesNotMatch((await c.hover(OPEN, 'client.messages.create')) ?? '', /✓/);
    await use(c, [count]);
    assert.equal(systemRow(await c.hover(OPEN, 'client.messages.create')), '77 ✓');
  });

  test('counts that are not counts are refused', async () => {
    const c = await begin(PROJECT);
    await assert.rejects(c.request(useCountsRequest.method, { counts: [{ hash: 'x', tokens: -1 }] }), /costlint\/useCounts/);
  });
});

describe('what a person sees and what is kept', () => {
  test('the page names host, amount, models and every text, also one with a fence in it', () => {
    const page = previewPage([job('one two\n```\nthree'), job('four', ['claude-sonnet-5'])], 'anthropic', 'https://gateway.example.com/v1');
    for (const part of [
      'gateway.example.com',
      '2 texts, about 20 tokens',
      'claude-opus-5, claude-sonnet-5',
      'leaves your machine',
      'counting is free',
      'a.py:1',
    ])
      assert.ok(page.includes(part), part);
    assert.ok(page.includes('````text\none two\n```\nthree\n````'));
  });

  test('only hashes and numbers are kept, and nothing is counted twice', async () => {
    const c = await begin(PROJECT);
    const { counts, received, jobs, counted } = await calibrate(c);
    assert.doesNotMatch(JSON.stringify(stored(counts)), /answer|question|sk-test/);
    assert.equal(received.length, 6);
    assert.deepEqual(jobsOf(await list(c), 'anthropic', counts), []);
    assert.equal(amountWords(jobs).startsWith('5 texts, about '), true);
    assert.match(comparison(counted, jobs), /^The estimates were \d+ % too (low|high) at the median\.$/);
    assert.equal(mergeCounts(counts, counted, '2026-12-01').length, 5);
  });

  test('storage that holds something else holds no counts', () => {
    for (const odd of [undefined, null, 3, {}, { version: 2, counts: [] }, { version: 1, counts: [{ hash: 1 }] }])
      assert.deepEqual(readCounts(odd), []);
  });
});
