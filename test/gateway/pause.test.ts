/** A person holds a session back, lets it go on, or stops it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { GatewayState } from '../../core/protocol/gateway.ts';
import { drop, newFolder, type Opened, opened } from './support/opened.ts';
import { json, messageBody, type Provider, provider, until, wait } from './support/provider.ts';

const usage = { input_tokens: 10, output_tokens: 10 };

describe('pausing a session', () => {
  let upstream: Provider;
  const folders: string[] = [];
  const folder = (): string => {
    folders.push(newFolder());
    return folders.at(-1)!;
  };
  before(async () => {
    upstream = await provider((_asked, response) => json(response, messageBody(usage)));
  });
  after(async () => {
    await upstream.close();
    for (const one of folders) drop(one);
  });
  const statusOf = (gateway: Opened, session: string): string | undefined => gateway.core.ledger.session(session)?.status;

  test('its calls are told to come again, others are not, and it goes on when it is resumed', async () => {
    const gateway = await opened(folder(), upstream.url);
    assert.equal((await gateway.ask('a')).status, 200);
    assert.deepEqual((await gateway.post('/costlint/sessions/a/pause')).body, { session: 'a', status: 'paused' });
    const denied = await gateway.ask('a');
    assert.deepEqual(
      [denied.status, denied.headers.get('retry-after'), denied.headers.get('x-should-retry')],
      [429, '15', 'true'],
      'SDKs wait and try again by themselves',
    );
    assert.match(await denied.text(), /a person has paused this session; come again in 15 s/);
    assert.equal((await gateway.ask('b')).status, 200);
    await until('the ledger says so', () => statusOf(gateway, 'a') === 'paused');
    assert.equal((await gateway.post('/costlint/sessions/a/resume')).status, 200);
    assert.equal((await gateway.ask('a')).status, 200);
    assert.equal(statusOf(gateway, 'a'), 'running');
    assert.equal((await gateway.post('/costlint/sessions/a/resume')).status, 409);
    const said = [...gateway.core.ledger.events({ session: 'a', kinds: ['session'] })].map(
      (event) => event.kind === 'session' && [event.status, event.via],
    );
    assert.deepEqual(said, [
      ['paused', 'person'],
      ['running', 'person'],
    ]);
    await gateway.close();
  });

  test('a call that is on its way goes on', async () => {
    const gateway = await opened(folder(), upstream.url);
    let release = (): void => {};
    upstream.answer = (_asked, response) => {
      release = () => json(response, messageBody(usage));
    };
    const running = gateway.ask('slow');
    await until('it is on its way', () => gateway.core.running.size === 1);
    await gateway.post('/costlint/sessions/slow/pause');
    release();
    assert.equal((await running).status, 200);
    assert.equal(statusOf(gateway, 'slow'), 'paused', 'its end does not resume the session');
    upstream.answer = (_asked, response) => json(response, messageBody(usage));
    await gateway.close();
  });

  test('a restart does not let it go on', async () => {
    const place = folder();
    const first = await opened(place, upstream.url);
    await first.post('/costlint/sessions/a/pause');
    await first.close();
    const second = await opened(place, upstream.url);
    assert.equal((await second.ask('a')).status, 429);
    await second.post('/costlint/sessions/a/resume');
    await second.close();
    const third = await opened(place, upstream.url);
    assert.equal((await third.ask('a')).status, 200);
    await third.close();
  });

  test('stopping denies its calls with and without a circuit breaker, until it is reset', async () => {
    for (const breaker of [true, false]) {
      const gateway = await opened(folder(), upstream.url, { breaker });
      await (await gateway.ask('a')).text();
      assert.equal((await gateway.post('/costlint/sessions/a/stop')).status, 200);
      const denied = await gateway.ask('a');
      assert.deepEqual([denied.status, denied.headers.get('x-should-retry')], [402, 'false'], `breaker ${breaker}`);
      assert.match(await denied.text(), /a person stopped/);
      await wait(10);
      assert.equal(statusOf(gateway, 'a'), 'stopped');
      const { body } = await gateway.post('/costlint/breaker/reset', { scope: 'a' });
      assert.deepEqual(body, { reset: ['session:a'] });
      assert.equal((await gateway.ask('a')).status, 200);
      assert.equal(statusOf(gateway, 'a'), 'running');
      await gateway.close();
    }
  });

  test('a call that was on its way when its session was stopped does not make it run again', async () => {
    const gateway = await opened(folder(), upstream.url);
    upstream.answer = () => {};
    const running = gateway.ask('slow');
    await until('it is on its way', () => gateway.core.running.size === 1);
    await gateway.post('/costlint/sessions/slow/stop');
    assert.equal((await running).status, 402);
    await until('it is over', () => gateway.core.running.size === 0);
    await wait(20);
    assert.equal(statusOf(gateway, 'slow'), 'stopped');
    upstream.answer = (_asked, response) => json(response, messageBody(usage));
    await gateway.close();
  });

  test('a session that is both stopped and paused stays paused when it is let go on', async () => {
    const gateway = await opened(folder(), upstream.url);
    await (await gateway.ask('a')).text();
    await gateway.post('/costlint/sessions/a/stop');
    await gateway.post('/costlint/sessions/a/pause');
    await gateway.post('/costlint/breaker/reset', { scope: 'a' });
    assert.equal((await gateway.ask('a')).status, 429);
    await wait(10);
    assert.equal(statusOf(gateway, 'a'), 'paused');
    await gateway.close();
  });

  test('a person’s word on how it ended is kept as theirs', async () => {
    const gateway = await opened(folder(), upstream.url);
    await (await gateway.ask('a')).text();
    assert.equal((await gateway.post('/costlint/sessions/a/status', { status: 'done', via: 'person' })).status, 200);
    await until('the ledger says so', () => statusOf(gateway, 'a') === 'done');
    assert.equal(gateway.core.ledger.session('a')?.via, 'person');
    await gateway.close();
  });

  test('what was stopped before a restart is still stopped, and readers are told so', async () => {
    const place = folder();
    const first = await opened(place, upstream.url);
    await first.post('/costlint/sessions/a/stop');
    await first.close();
    const second = await opened(place, upstream.url);
    assert.equal((await second.ask('a')).status, 402);
    const { breakers } = await second.get<GatewayState>('/costlint/state');
    assert.deepEqual(
      breakers.map(({ scope, state, cause }) => [scope, state, cause]),
      [['session:a', 'open', 'manual']],
    );
    await second.post('/costlint/breaker/reset', { scope: 'a' });
    assert.deepEqual((await second.get<GatewayState>('/costlint/state')).breakers, []);
    await second.close();
  });
});
