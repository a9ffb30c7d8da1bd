/** The editor's end of our own requests. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, type Sender } from '../../client/rpc.ts';
import { fileSummaryRequest, prefixRequest } from '../../core/protocol/index.ts';

const answering = (answer: unknown): Sender => ({ sendRequest: async () => answer });

test('an answer of the right shape comes back', async () => {
  assert.equal(await ask(answering(null), fileSummaryRequest, { uri: 'file:///a' }), null);
  assert.deepEqual(await ask(answering({ spans: [] }), prefixRequest, { uri: 'file:///a' }), { spans: [] });
});

test('an answer of another shape is an error, not something half right', async () => {
  await assert.rejects(ask(answering({ spans: [{ kind: 'odd' }] }), prefixRequest, { uri: 'file:///a' }));
});

test('a server’s error is passed on', async () => {
  const failing: Sender = { sendRequest: () => Promise.reject(new Error('costlint/prefix failed: boom')) };
  await assert.rejects(ask(failing, prefixRequest, { uri: 'file:///a' }), /boom/);
});

test('a server that does not answer is given up and told so', async () => {
  let told = false;
  const silent: Sender = {
    sendRequest: (_method, _params, token) => {
      token.onCancellationRequested(() => {
        told = token.isCancellationRequested;
      });
      return new Promise(() => undefined);
    },
  };
  await assert.rejects(ask(silent, prefixRequest, { uri: 'file:///a' }, 1), /costlint\/prefix took longer/);
  assert.ok(told);
});
