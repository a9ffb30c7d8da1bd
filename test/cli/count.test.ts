import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { count } from '../../cli/count.ts';
import { folder } from '../workspace/folder.ts';
import { argumentsOf, capture } from './toy.ts';

async function run(t: TestContext, input: string, ...args: string[]): Promise<string> {
  const { terminal, out } = capture(folder(t, { 'prompt.md': 'You are a helpful assistant.\n'.repeat(100) }), { input });
  assert.equal(await count(argumentsOf('count', ...args), terminal), 0);
  return out();
}

test('a file: tokens, the model and what they cost as input and from the cache', async (t) => {
  assert.match(
    await run(t, '', 'prompt.md', '-m', 'gpt-5.4'),
    /^prompt\.md: \d{3} tokens \(gpt-5\.4\); \$0\.0\d+ as input, \$0\.0\d+ read from the cache\n$/,
  );
});

test('standard input, as json; a price that nobody knows is null and says why', async (t) => {
  const [known] = JSON.parse(await run(t, 'hello', '-', '--model', 'openai/gpt-5.4', '--format', 'json'));
  assert.deepEqual([known.path, known.expected, known.exact], ['-', 1, true]);
  assert.ok(known.cost.input > 0);
  const [unknown] = JSON.parse(await run(t, 'hello', '-', '--model', 'no-such-model-9', '--format', 'json'));
  assert.equal(unknown.cost, null);
  assert.ok(unknown.unpriced.length > 0);
});

test('--jsonl answers line by line, in order; a bad line gets an error and the rest goes on', async (t) => {
  const request = JSON.stringify({ provider: 'openai', model: 'gpt-4o', request: { messages: [{ role: 'user', content: 'hi' }] } });
  const lines = (await run(t, `${request}\nnot json\r\n\n${request}`, '--jsonl'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(lines.length, 3);
  assert.ok(lines[0].expected > 0 && Array.isArray(lines[0].parts));
  assert.match(lines[1].error, /not JSON/);
  assert.deepEqual(lines[2], lines[0]);
});
