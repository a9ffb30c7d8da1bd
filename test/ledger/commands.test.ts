import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseArguments } from '../../cli/args.ts';
import { ledger, session } from '../../cli/keep-commands.ts';
import { timeOf } from '../../cli/when.ts';
import { openKeep } from '../../gateway/store/index.ts';
import { capture } from '../cli/toy.ts';
import { folder } from '../workspace/folder.ts';
import { call } from './sample.ts';

const root = folder({ after });

const commands = { ledger, session };
async function costlint(name: 'ledger' | 'session', ...argv: string[]) {
  const { terminal, out, err } = capture(root);
  const run = await commands[name].load();
  const code = await run(parseArguments([...argv, ...(argv.includes('--state-dir') ? [] : ['--state-dir', root])], commands[name].options), terminal);
  return { code, out: out(), err: err() };
}

before(async () => {
  const { ledger, close } = await openKeep(root);
  const noon = Date.UTC(2026, 10, 20, 12);
  await ledger.append(call({ session: 'abc-1', agent: 'planner', usage: { uncachedInput: 1000, cacheRead: 3000, output: 100 } }));
  await ledger.append(call({ session: 'abc-1', servedModel: 'claude-haiku-4-5', cost: { kind: 'unknown', atLeast: 1_000_000, why: 'new' } }));
  await ledger.append({
    kind: 'breaker',
    id: 'b',
    at: noon,
    scope: 'session:abc-1',
    session: 'abc-1',
    state: 'open',
    cause: 'repeats',
    message: 'the same request 12 times',
  });
  await ledger.append({ kind: 'session', id: 's', at: noon, session: 'abc-1', status: 'looped', via: 'breaker', reason: 'repeats' });
  await ledger.append(call({ session: 'xyz', at: noon + 86_400_000 }));
  await close();
});

describe('costlint ledger', () => {
  test('adds up by model, and says what is not known', async () => {
    const { out, code } = await costlint('ledger');
    assert.equal(code, 0);
    assert.match(out, /^claude-sonnet-4-6 +2 +5,000 +60% +200 +\$0\.009$/m);
    assert.match(out, /^all +3 +6,000 +50% +300 +\$0\.01$/m);
    assert.match(out, /The price of 1 call is not wholly known/);
  });

  test('takes a part by time and by session', async () => {
    assert.match((await costlint('ledger', '--since', '2026-11-21')).out, /^all +1 /m);
    assert.match((await costlint('ledger', '--session', 'abc-1')).out, /^all +2 /m);
    assert.equal((await costlint('ledger', '--since', '2027-01-01')).out, 'nothing recorded\n');
  });

  test('prints every event as JSON lines, and calls as CSV into a file', async () => {
    const lines = (await costlint('ledger', '--format', 'jsonl', '--session', 'abc-1')).out.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).kind),
      ['call', 'call', 'breaker', 'session'],
    );
    const { out } = await costlint('ledger', '-f', 'csv', '-o', 'calls.csv');
    assert.equal(out, '');
    assert.equal(readFileSync(join(root, 'calls.csv'), 'utf8').trimEnd().split('\n').length, 4);
  });

  test('says where there is nothing', async () => {
    const { code, err } = await costlint('ledger', '--state-dir', join(root, 'nowhere'));
    assert.equal(code, 2);
    assert.match(err, /no gateway has recorded anything in .*nowhere/);
  });

  test('understands times', () => {
    const now = Date.UTC(2026, 10, 20, 12);
    assert.equal(timeOf('since', '90m', now), now - 90 * 60_000);
    assert.equal(timeOf('since', '2w', now), now - 14 * 86_400_000);
    assert.equal(timeOf('since', '2026-11-01T10:00:00Z', now), Date.UTC(2026, 10, 1, 10));
    assert.equal(timeOf('since', '2026-11-01', now), new Date(2026, 10, 1).getTime());
    assert.throws(() => timeOf('since', 'yesterday', now), /--since needs a time such as/);
  });
});

describe('costlint session', () => {
  test('lists the latest', async () => {
    const { out } = await costlint('session');
    assert.match(out, /^xyz +running .*\n^abc-1 +looped .* planner +2 +≥ \$0\.0055$/m);
  });

  test('tells what one cost and what happened', async () => {
    const { out } = await costlint('session', 'ab');
    assert.match(out, /Session abc-1\n/);
    assert.match(out, /status +looped \(by breaker\)/);
    assert.match(out, /tokens +5,000 in \(60% from the cache\), 200 out/);
    assert.match(out, /circuit breaker open \(repeats\): the same request 12 times/);
    assert.match(out, /claude-haiku-4-5 +1,000 +0 +100 +≥ \$0\.001 +completed/);
    const json = JSON.parse((await costlint('session', 'abc-1', '-f', 'json')).out);
    assert.deepEqual([json.status, json.events.length], ['looped', 4]);
  });

  test('says that there is none', async () => {
    const { code, err } = await costlint('session', 'nope');
    assert.equal(code, 2);
    assert.match(err, /no session nope is recorded/);
  });
});

// Last: it deletes.
test('costlint ledger --prune deletes events and keeps sums', async () => {
  assert.match((await costlint('ledger', '--prune', '2026-11-21')).out, /^4 events older than/);
  assert.match((await costlint('ledger')).out, /^all +3 /m);
  assert.match((await costlint('session', 'abc-1')).out, /no longer in the ledger/);
});
