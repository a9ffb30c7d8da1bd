/**
 * From a live call to its line of code: the example agent runs with the real SDKs through the real gateway against a provider that plays its part, and the language
 * server says at the line what was seen.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { ObservedAnswer, ObservedSite } from '../../core/protocol/observed.ts';
import { loadEngine } from '../../server/engine.ts';
import { gateway, type TestGateway } from '../gateway/support/gateway.ts';
import type { Provider } from '../gateway/support/provider.ts';
import { type Client, start, uri } from '../server/harness.ts';
import { agentProvider } from './agent-provider.ts';

const ROOT = new URL('../../examples/typescript-agent/', import.meta.url);
const sources = Object.fromEntries(
  readdirSync(new URL('src/', ROOT)).map((name) => [`/ws/src/${name}`, readFileSync(new URL(`src/${name}`, ROOT), 'utf8')]),
);

const MINUTE = 60_000;
let now = 1_795_000_000_000;
/** The provider writes each prompt to its cache, and finds nothing there. */
let cold = false;
describe('the example agent, run through the gateway', () => {
  let upstream: Provider;
  let proxy: TestGateway;
  let client: Client;
  let answer: ObservedAnswer;

  before(async () => {
    upstream = await agentProvider(() => cold);
    proxy = await gateway(upstream.url, {}, { now: () => now });
    Object.assign(process.env, {
      ANTHROPIC_BASE_URL: proxy.url,
      ANTHROPIC_API_KEY: 'sk-ant-test',
      OPENAI_BASE_URL: `${proxy.url}/v1`,
      OPENAI_API_KEY: 'sk-test',
      SHOP_API: `${upstream.url}/shop`,
    });
    const [{ answer: ask }, { Chat }, { drafts }, { triage, isUrgent }] = await Promise.all([
      import(new URL('src/agent.ts', ROOT).href),
      import(new URL('src/chat.ts', ROOT).href),
      import(new URL('src/drafts.ts', ROOT).href),
      import(new URL('src/triage.ts', ROOT).href),
    ]);
    for (let i = 0; i < 12; i++) await ask(`Where is parcel ${i}?`);
    const chat = new Chat();
    await chat.say('Hello');
    await chat.say('Do you have tents?');
    const tickets = [{ id: 'a', text: 'My parcel is late.' }];
    await drafts(tickets);
    await triage(tickets);
    await isUrgent(tickets[0]);
    client = await start({ engine: loadEngine, files: sources, folders: ['/ws'] });
    const { sites, cancelled } = await client.request('costlint/siteFingerprints', { salt: proxy.ledger.salt });
    assert.equal(cancelled, false);
    answer = await proxy.core.observed.setSites('ws', sites);
  });
  after(async () => {
    await client?.stop();
    await proxy?.close();
    await upstream?.close();
  });

  const seenAt = (start: string): ObservedSite | undefined => answer.sites.find(({ id }) => id.startsWith(start));

  test('every call finds its own line, also among three that share one system prompt', () => {
    const counts = Object.fromEntries(answer.sites.map(({ id, calls }) => [id, calls]));
    assert.deepEqual(counts, {
      'src/agent.ts#client.messages.create#0': 24,
      'src/chat.ts#client.messages.create#0': 2,
      'src/drafts.ts#client.messages.create#0': 1,
      'src/triage.ts#client.chat.completions.create#0': 1,
      'src/triage.ts#client.chat.completions.create#1': 1,
    });
    assert.deepEqual([answer.ambiguous, answer.unmatched], [0, 0]);
  });

  test('the steps of one task are one run', () => {
    const seen = seenAt('src/agent.ts');
    assert.equal(seen?.runs, 12);
    assert.deepEqual(seen?.callsPerRun, { low: 2, expected: 2, high: 2 });
    assert.deepEqual(seen?.firstInput, { low: 2_900, expected: 2_900, high: 2_900 });
    assert.deepEqual(seen?.growth, { low: 1_800, expected: 1_800, high: 1_800 });
  });

  test('a call that comes later is recorded with its site', async () => {
    const { Chat } = await import(new URL('src/chat.ts', ROOT).href);
    await new Chat().say('Another customer');
    assert.equal(proxy.calls().at(-1)?.site, 'src/chat.ts#client.messages.create#0');
    assert.equal((await proxy.core.observed.answer('ws')).sites.find(({ id }) => id.startsWith('src/chat.ts'))?.calls, 3);
  });

  test('hover, hint and lens say what was planned and what was observed; a call that nobody made says nothing', async () => {
    assert.deepEqual(await client.request('costlint/useObserved', { sites: answer.sites }), { found: 5 });
    const at = uri('/ws/src/agent.ts');
    await client.open(at, sources['/ws/src/agent.ts']!);
    const text = (await client.hover(at, 'messages.create')) ?? '';
    // 1,700 tokens out at $15 and 2,900 or 4,700 in at $3 per million: $0.0369 a call on average.
    assert.match(text, /Planned \$0\.\d+ · observed \$0\.0369 a call \(24 calls, 0% cached\)/);
    assert.match(text, /Narrowed by what the local gateway saw/);
    assert.match(text, /1\.7k completion tokens a call, as seen in 24 calls/);
    const hints = await client.request('textDocument/inlayHint', {
      textDocument: { uri: at },
      range: { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } },
    });
    assert.match(hints[0].label, /^planned \$0\.\d+ · observed \$0\.0369 a call · ≈ \$0\.\d+ a run$/);
    const digest = uri('/ws/src/digest.ts');
    await client.open(digest, sources['/ws/src/digest.ts']!);
    assert.doesNotMatch((await client.hover(digest, 'generateText({')) ?? '', /observed/);
  });

  test('a cache that the code marks and the provider never reads is a finding, with the reason', async () => {
    const { Chat } = await import(new URL('src/chat.ts', ROOT).href);
    cold = true;
    for (let i = 0; i < 12; i++) {
      const chat = new Chat();
      await chat.say(`Customer ${i}`);
      now += 6 * MINUTE;
      await chat.say('Are you there?');
    }
    cold = false;
    const { sites } = await proxy.core.observed.answer('ws');
    await client.request('costlint/useObserved', { sites });
    const at = uri('/ws/src/chat.ts');
    await client.open(at, sources['/ws/src/chat.ts']!);
    const found = (await client.pull(at)).find(({ code }) => code === 'cache-miss-observed');
    assert.match(
      String(found?.message),
      /of this prompt can be read from the cache, \d+% were, in \d+ calls\. Most often the entry had expired \(\d+ calls\)/,
    );
    await client.close(at);
  });

  test('a site is found again after lines have moved, and not when it is gone', async () => {
    const at = uri('/ws/src/chat.ts');
    await client.open(at, `// one\n// two\n${sources['/ws/src/chat.ts']}`);
    const id = 'src/chat.ts#client.messages.create#0';
    const line = sources['/ws/src/chat.ts']!.split('\n').findIndex((each) => each.includes('client.messages.create'));
    assert.equal((await client.request('costlint/locateSite', { id })).line, line + 2);
    await client.change(at, 'export {};\n');
    assert.equal(await client.request('costlint/locateSite', { id }), null);
  });
});
