/** Whose call it is, by what the client programs really send. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Attributor } from '../../gateway/attribution.ts';

const attribution = (headers: Record<string, string>, user?: string) =>
  new Attributor((text) => text).of({ headers, path: '/v1/messages', tags: {}, ...(user === undefined ? {} : { facts: { user } }) }, 0);

test('Claude Code: the session by its header, and by the body of versions that write it there', () => {
  const id = '0b7c6a52-51a0-4a3e-9d0e-6f6f1d5a1c11';
  assert.deepEqual(attribution({ 'x-claude-code-session-id': id }), { session: id, via: 'claude-code' });
  assert.equal(attribution({}, JSON.stringify({ device_id: 'd', session_id: id })).session, id);
  assert.equal(attribution({}, `user_abc_account__session_${id}`).session, id);
});

test('Claude Code: sub-agents, whose ids are new each time, share one name, so that a cap of each agent holds over them', () => {
  const session = { 'x-claude-code-session-id': 's-1' };
  const [one, two] = ['a1', 'b2'].map((id) => attribution({ ...session, 'x-claude-code-agent-id': id }).agent);
  assert.equal(one, two);
  assert.notEqual(one, undefined);
  assert.equal(attribution({ ...session, 'x-claude-code-agent-id': 'a1', 'x-costlint-agent': 'planner' }).agent, 'planner');
  assert.equal(attribution(session).agent, undefined);
});
