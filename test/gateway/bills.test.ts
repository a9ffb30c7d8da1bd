/** What the provider does not charge twice is not counted twice: not in the ledger, and not by those who follow the calls live. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_TOTALS, withCall } from '../../core/protocol/gateway-state.ts';
import { gateway } from './support/gateway.ts';
import { json, messageBody, provider } from './support/provider.ts';

test('an answer that comes again is one bill, on disk and live', async () => {
  const answer = messageBody({ input_tokens: 1000, output_tokens: 100 });
  const upstream = await provider((_asked, response) => json(response, answer));
  const proxy = await gateway(upstream.url);
  for (let i = 0; i < 3; i++) {
    const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] });
    await (await fetch(`${proxy.url}/v1/messages`, { method: 'POST', body })).text();
  }
  const live = proxy.events.reduce((sum, event) => (event.kind === 'call' ? withCall(sum, event) : sum), NO_TOTALS);
  const onDisk = proxy.ledger.totals();
  assert.equal(onDisk.calls, 1);
  assert.deepEqual([live.calls, live.nanoUsd], [onDisk.calls, onDisk.nanoUsd]);
  await proxy.close();
  await upstream.close();
});
