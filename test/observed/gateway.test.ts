/** What the gateway remembers of calls: which site they came from, which call they follow, and why the provider's cache was lost. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { CallEvent } from '../../core/protocol/gateway.ts';
import { MAX_CALLS, Observed } from '../../gateway/observed.ts';
import { textHasherWith } from '../../workspace/salted-hash.ts';
import { gateway, type TestGateway } from '../gateway/support/gateway.ts';
import { json, messageBody, type Provider, provider } from '../gateway/support/provider.ts';
import { hash, sitesOf } from './matching.ts';

const POLICY = 'You answer letters that come to the lighthouse keeper of Skagen.';
const CODE = `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
export const ask = (q: string) =>
  client.messages.create({ model: 'claude-sonnet-4-6', max_tokens: 99, system: '${POLICY}', messages: [{ role: 'user', content: q }] });
`;
const ID = 'agent.ts#client.messages.create#0';
const MINUTE = 60_000;

let upstream: Provider;
let proxy: TestGateway;
let now = 1_795_000_000_000;
/** What the provider says of its cache with the next call. */
let cache = { read: 0, write: 0 };

before(async () => {
  upstream = await provider((asked, response) => {
    const { model } = JSON.parse(asked.body.toString());
    json(
      response,
      messageBody({ input_tokens: 50, output_tokens: 20, cache_read_input_tokens: cache.read, cache_creation_input_tokens: cache.write }, { model }),
    );
  });
});
after(() => upstream.close());
beforeEach(async () => {
  proxy = await gateway(upstream.url, {}, { now: () => now });
});
afterEach(() => proxy.close());

const tool = (name: string): object => ({ name, description: `Tool ${name}.`, input_schema: { type: 'object', properties: {} } });
const user = (content: string): object => ({ role: 'user', content });
const bot = (content: string): object => ({ role: 'assistant', content });

interface Ask {
  readonly read?: number;
  readonly write?: number;
  readonly session?: string;
  readonly body?: object;
  readonly messages?: readonly object[];
}

async function send({ read = 0, write = 0, session = 'one', body = {}, messages = [user('Hello?')] }: Ask): Promise<CallEvent> {
  cache = { read, write };
  const answer = await fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-costlint-session': session },
    body: JSON.stringify({ model: 'claude-sonnet-4-6', max_tokens: 99, system: POLICY, messages, ...body }),
  });
  assert.equal(answer.status, 200, await answer.text());
  return proxy.calls().at(-1)!;
}
const breaks = () => Object.values(proxy.core.observed.breaksOf(proxy.calls()));

describe('a cache that was lost', () => {
  const talk = [user('Hello?'), bot('Good day.'), user('Is the light on?')];

  test('is not complained of while the conversation is only appended to', async () => {
    await send({ write: 8_000 });
    const second = await send({ read: 8_000, write: 300, messages: talk });
    assert.deepEqual(second.follows, { call: proxy.calls()[0]?.id });
    await send({ read: 8_300, write: 200, messages: [...talk, bot('Yes.'), user('Thanks.')] });
    assert.deepEqual(breaks(), []);
  });

  test('names the tool that changed', async () => {
    await send({ write: 8_000, body: { tools: [tool('lamp'), tool('horn')] } });
    await send({ write: 8_000, body: { tools: [tool('lamp'), tool('bell')] }, messages: talk });
    assert.deepEqual(breaks(), [{ why: 'tools', role: 'tools', item: 1 }]);
  });

  test('names the system block that changed, and nothing of its text', async () => {
    const system = (time: string) => ({
      system: [
        { type: 'text', text: POLICY },
        { type: 'text', text: `Now: ${time}` },
      ],
    });
    await send({ write: 8_000, body: system('9:14') });
    const second = await send({ write: 8_000, body: system('9:15'), messages: talk });
    assert.deepEqual(breaks(), [{ why: 'system', role: 'system', item: 1 }]);
    assert.doesNotMatch(JSON.stringify(second), /9:15|lighthouse/);
  });

  test('names the message that was edited, counted within its role', async () => {
    const third = [...talk, bot('Yes.'), user('Thanks.')];
    await send({ write: 9_000, messages: third });
    await send({
      read: 2_000,
      write: 7_000,
      messages: [user('Hello?'), bot('Good day.'), user('Is the horn on?'), ...third.slice(3), bot('!'), user('?')],
    });
    assert.deepEqual(breaks(), [{ why: 'messages', role: 'user', item: 1 }]);
  });

  test('says that the entry had expired, or that another model was asked', async () => {
    await send({ write: 8_000 });
    now += 6 * MINUTE;
    await send({ write: 8_000, messages: talk });
    await send({ write: 8_000, messages: talk, body: { model: 'claude-opus-4-6' } });
    assert.deepEqual(breaks(), [{ why: 'expired' }, { why: 'model' }]);
  });

  test('does not confuse an agent with its helper, which has a prompt of its own, nor one task with the next', async () => {
    const helper = { system: 'You look for files, and name them without a word more than that.' };
    await send({ write: 8_000 });
    await send({ write: 4_000, body: helper });
    await send({ read: 8_000, write: 300, messages: talk });
    await send({ read: 4_000, body: helper, messages: [user('Hello?'), bot('a.txt'), user('More.')] });
    await send({ read: 7_000, write: 900, messages: [user('Another matter.')] });
    assert.deepEqual(breaks(), []);
  });
});

describe('call sites', () => {
  test('also claim calls that were made before anybody told of them, and before the gateway was started anew', async () => {
    await send({ session: 'a' });
    await send({ session: 'b', body: { system: 'Something else, of which no code of this workspace knows.' } });
    const observed = new Observed({ ledger: proxy.ledger, hash: (await withSalt()).hash });
    const answer = await observed.setSites('w', (await withSalt()).sites);
    assert.deepEqual(
      answer.sites.map(({ id, calls, sessions }) => [id, calls, sessions]),
      [[ID, 1, 1]],
    );
    assert.deepEqual([answer.unmatched, answer.ambiguous], [1, 0]);
    assert.deepEqual(await observed.answer('another'), { sites: [], ambiguous: 0, unmatched: 0 });
  });

  test('take the place of those told before', async () => {
    const { sites } = await withSalt();
    await send({});
    await proxy.core.observed.setSites('w', sites);
    assert.equal((await send({})).site, ID);
    assert.equal((await proxy.core.observed.answer('w')).sites[0]?.calls, 2);
    assert.deepEqual((await proxy.core.observed.setSites('w', [])).sites, []);
    assert.equal((await send({})).site, undefined);
  });

  test('of two workspaces that both fit leave a call alone, unless they are the same', async () => {
    const { sites } = await withSalt();
    await proxy.core.observed.setSites('one', sites);
    await proxy.core.observed.setSites('two', sites);
    assert.equal((await send({})).site, ID);
    await proxy.core.observed.setSites(
      'two',
      sites.map((site) => ({ ...site, id: 'copy.ts#x#0' })),
    );
    assert.equal((await send({})).site, undefined);
  });

  test('sum up money, tokens and shares of the cache', async () => {
    const { sites } = await withSalt();
    await proxy.core.observed.setSites('w', sites);
    for (let i = 0; i < 4; i++) await send({ session: `s${i % 2}`, read: i * 100, write: 350 - i * 100 });
    const [seen] = (await proxy.core.observed.answer('w')).sites;
    assert.deepEqual([seen?.calls, seen?.sessions, seen?.runs, seen?.callsPerRun.expected, seen?.unpriced], [4, 2, 2, 2, 0]);
    assert.deepEqual(seen?.input, { low: 400, expected: 400, high: 400 });
    assert.deepEqual([seen?.cacheRead, seen?.cacheWrite], [0.375, 0.5]);
    // Four times 50 tokens at $3 and 20 at $15 per million; 600 read at $0.30, 800 written at $3.75.
    assert.equal(seen?.nanoUsd, 4 * (50 * 3_000 + 20 * 15_000) + 600 * 300 + 800 * 3_750);
  });

  test('call sites outlive a restart: calls that come before the editor does are found as well', async () => {
    const { hash: salted, sites } = await withSalt();
    await proxy.core.observed.setSites('w', sites);
    const again = new Observed({ ledger: proxy.ledger, hash: salted });
    const call = await send({});
    const { site: _, ...event } = call;
    assert.equal(again.siteOf(event), ID);
    assert.equal((await again.answer('w')).sites[0]?.id, ID);
    for (let n = 0; n < 25; n++) await proxy.core.observed.setSites(`w${n}`, []);
    assert.equal(proxy.ledger.notes('sites:').length, 20, 'of the latest workspaces only');
  });

  /** With the salt of the running gateway, as the language server hashes. */
  async function withSalt() {
    const salted = textHasherWith(proxy.ledger.salt);
    return { hash: salted, sites: await sitesOf(CODE, 'ts', salted) };
  }
});

test('the last 20,000 calls are kept in mind, and no more', async () => {
  const observed = new Observed({ ledger: { events: () => [], call: () => undefined, notes: () => [], setNote: async () => {} }, hash });
  await observed.setSites('w', []);
  const facts = { segments: [], tools: undefined, pieces: [{ role: 'system', item: 0, key: 'a' }] } as const;
  const event = (id: number): CallEvent => ({
    kind: 'call',
    id: String(id),
    at: id,
    session: `s${id % 1_000}`,
    provider: 'anthropic',
    api: 'anthropic-messages',
    operation: 'generate',
    stream: false,
    durationMs: 1,
    status: 200,
    outcome: 'completed',
    source: 'exact',
    billed: true,
    usage: { output: 1 },
    cost: { kind: 'known', nanoUsd: 1 },
    segments: [{ role: 'system', hash: 'a', length: 1 }],
  });
  for (let id = 0; id < MAX_CALLS + 500; id++) observed.see(event(id), { ...facts, segments: [] });
  assert.equal((await observed.answer('w')).unmatched, MAX_CALLS);
});
