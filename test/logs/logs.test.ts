import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { run } from '../../cli/run.ts';
import { sessionRowSchema } from '../../core/protocol/panel.ts';
import { linesWith } from '../../logs/lines.ts';
import { capture } from '../cli/toy.ts';
import { folder } from '../workspace/folder.ts';

const lines = (...entries: readonly unknown[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

async function logs(home: string, ...args: readonly string[]) {
  const { terminal, out, err } = capture(home, { env: { HOME: home } });
  const code = await run(['logs', ...args], terminal);
  return { code, out: out(), err: err() };
}

async function json(home: string, ...args: readonly string[]) {
  const { out, err } = await logs(home, '--format', 'json', ...args);
  assert.equal(err, '');
  return JSON.parse(out);
}

const AT = '2026-11-20T10:00:00.000Z';
const claude = (id: string, request: string, more: object = {}, usage: object = {}) => ({
  type: 'assistant',
  sessionId: 's1',
  cwd: '/home/me/shop',
  timestamp: AT,
  isSidechain: false,
  requestId: request,
  message: {
    id,
    model: 'claude-haiku-4-5',
    role: 'assistant',
    content: [{ type: 'text', text: 'secret answer' }],
    usage: { input_tokens: 10, cache_read_input_tokens: 1000, cache_creation_input_tokens: 100, output_tokens: 50, ...usage },
  },
  ...more,
});
const session = (t: TestContext, ...entries: readonly unknown[]): string =>
  folder(t, { '.claude/projects/-home-me-shop/s1.jsonl': lines(...entries) });

test('a call of Claude Code is counted once: the line with the most tokens of a stream, over sessions and side conversations', async (t) => {
  const home = session(
    t,
    { type: 'user', sessionId: 's1', message: { role: 'user', content: 'secret question' }, timestamp: AT },
    claude('m1', 'r1', {}, { output_tokens: 1 }),
    claude('m1', 'r1', {}, { output_tokens: 50 }),
    claude('m1', 'r1', {}, { output_tokens: 3 }),
    claude('m1', 'r-replayed', { isSidechain: true }, { output_tokens: 900 }),
    claude('m2', 'r2', { isSidechain: true, timestamp: '2026-11-20T10:01:00Z' }),
    claude('m3', 'r3', { message: { ...claude('', '').message, model: '<synthetic>' } }),
  );
  fs.writeFileSync(`${home}/.claude/projects/-home-me-shop/s2.jsonl`, lines({ ...claude('m1', 'r1'), sessionId: 's2' }));
  const { total, sessions } = await json(home);
  assert.deepEqual(total.tokens, { uncachedInput: 20, cacheRead: 2000, cacheWrite5m: 200, output: 100 });
  assert.equal(total.calls, 2);
  // Haiku 4.5: $1, $0.10, $1.25 and $5 per million.
  assert.equal(total.usd, (20 * 1 + 2000 * 0.1 + 200 * 1.25 + 100 * 5) / 1e6);
  assert.deepEqual(
    sessions.map(({ session: id, project, status }: { session: string; project: string; status: string }) => [id, project, status]),
    [['s1', 'shop', 'done']],
  );
});

test('a side conversation that repeats every line of a stream costs nothing more', async (t) => {
  const stream = ['2026-11-20T10:00:00Z', '2026-11-20T10:00:07Z'];
  const { total } = await json(
    session(
      t,
      ...stream.map((timestamp) => claude('m1', 'r1', { timestamp })),
      ...stream.map((timestamp) => claude('m1', 'r-replayed', { timestamp, isSidechain: true })),
    ),
  );
  assert.deepEqual([total.calls, total.tokens.output], [1, 50]);
});

test('cache writes by their life, the fast tier, advisors at their own model', async (t) => {
  const advisor = { type: 'advisor_message', model: 'claude-opus-4-6', input_tokens: 1000, output_tokens: 100 };
  const home = session(
    t,
    claude('m1', 'r1', {}, { cache_creation: { ephemeral_5m_input_tokens: 40, ephemeral_1h_input_tokens: 60 } }),
    claude('m2', 'r2', {}, { iterations: [{ type: 'message', input_tokens: 10, output_tokens: 50 }, advisor] }),
  );
  const { total, models } = await json(home);
  assert.deepEqual(total.tokens, { uncachedInput: 1020, cacheRead: 2000, cacheWrite5m: 140, cacheWrite1h: 60, output: 200 });
  const haiku = 20 * 1 + 2000 * 0.1 + 140 * 1.25 + 60 * 2 + 100 * 5;
  assert.ok(Math.abs(total.usd - (haiku + 1000 * 5 + 100 * 25) / 1e6) < 1e-9);
  assert.equal(models.length, 1);
});

test('a model without a price keeps its tokens, and the cost is said to be unknown', async (t) => {
  const odd = { ...claude('m2', 'r2'), message: { ...claude('m2', 'r2').message, model: 'claude-imagined-9' } };
  const { total, unknown } = await json(session(t, claude('m1', 'r1'), odd));
  assert.deepEqual([total.calls, total.unpriced, total.tokens.output], [2, 1, 100]);
  assert.match(unknown['claude-imagined-9'], /no price list has/);
  const { out } = await logs(session(t, odd), '--by', 'model');
  assert.match(out, /claude-imagined-9 +1 +1,110 +1,000 +50 +unknown/);
});

test('what an answer says does not change what it cost, not even when it holds another answer', async (t) => {
  const inner = { content: [{ text: 'x' }], stop_reason: 'end_turn', usage: { input_tokens: 7_000_000, output_tokens: 7_000_000 } };
  const with_ = (id: string, content: unknown, stop: string | null = 'tool_use') => {
    const { usage, ...message } = claude(id, id).message;
    return { ...claude(id, id), message: { ...message, content, stop_reason: stop, usage } };
  };
  const home = session(
    t,
    with_('m1', [{ type: 'tool_use', input: inner }]),
    with_('m2', [{ type: 'tool_use', input: { message: inner, deep: [[inner, inner]] } }]),
    with_('m3', [{ type: 'text', text: '{"content":[],"stop_reason":"x","usage":{"input_tokens":9}}' }]),
    with_('m4', []),
    { content: [1], ...with_('m5', [{ type: 'text', text: 'x' }]) },
    with_('m6', [], 'refusal'),
    with_('m7', [{ type: 'text', text: 'x' }], 'refusal'),
  );
  const { total } = await json(home);
  assert.deepEqual([total.calls, total.tokens.uncachedInput, total.tokens.output], [6, 60, 300]);
});

const count = (last: object | null, total: object | null, at = AT) => ({
  timestamp: at,
  type: 'event_msg',
  payload: { type: 'token_count', info: last || total ? { last_token_usage: last, total_token_usage: total } : null },
});
const used = (input: number, cached: number, output: number) => ({
  input_tokens: input,
  cached_input_tokens: cached,
  output_tokens: output,
  reasoning_output_tokens: 1,
  total_tokens: input + output,
});
const codexStart = (id: string, more: object = {}) => [
  { timestamp: AT, type: 'session_meta', payload: { id, cwd: '/home/me/api', ...more } },
  { timestamp: AT, type: 'turn_context', payload: { model: 'gpt-5.4-mini', cwd: '/home/me/api' } },
];

test('Codex: what each answer used, repeats of an event once, the difference where only totals are logged', async (t) => {
  const home = folder(t, {
    '.codex/sessions/2026/11/20/rollout-a.jsonl': lines(
      ...codexStart('c1'),
      count(null, null),
      count(used(1000, 400, 100), used(1000, 400, 100)),
      count(used(1000, 400, 100), used(1000, 400, 100)),
      count(null, used(1600, 500, 150)),
    ),
    '.codex/archived_sessions/rollout-a.jsonl': lines(...codexStart('c1'), count(used(1000, 400, 100), used(1000, 400, 100))),
  });
  const { total, sessions } = await json(home);
  assert.deepEqual(total.tokens, { uncachedInput: 1100, cacheRead: 500, output: 150 });
  assert.deepEqual([total.calls, total.unpriced], [2, 0]);
  assert.deepEqual([sessions[0].session, sessions[0].source, sessions[0].project, sessions[0].model], ['c1', 'codex', 'api', 'gpt-5.4-mini']);
});

test('Codex: a fork does not pay again for what it copied, with or without the log of its parent', async (t) => {
  const parent = [count(used(1000, 0, 100), used(1000, 0, 100)), count(used(2000, 900, 50), used(3000, 900, 150), '2026-11-20T10:05:00Z')];
  const own = count(used(500, 0, 10), used(3500, 900, 160), '2026-11-20T11:00:00Z');
  const copied = [
    count(used(1000, 0, 100), used(1000, 0, 100), '2026-11-20T10:59:00.000Z'),
    count(used(2000, 900, 50), used(3000, 900, 150), '2026-11-20T10:59:00.020Z'),
  ];
  const fork = lines(...codexStart('c2', { forked_from_id: 'c1' }), ...codexStart('c1'), ...copied, own);
  const both = folder(t, { '.codex/sessions/a.jsonl': lines(...codexStart('c1'), ...parent), '.codex/sessions/b.jsonl': fork });
  assert.deepEqual((await json(both)).total.tokens, { uncachedInput: 2600, cacheRead: 900, output: 160 });
  const alone = folder(t, { '.codex/sessions/b.jsonl': fork });
  assert.deepEqual((await json(alone)).total.tokens, { uncachedInput: 500, output: 10 });
});

test('Gemini CLI: documents and lines, cached tokens out of the input, thoughts as output, a later record of a message for an earlier', async (t) => {
  const message = (id: string, tokens: object) => ({ id, type: 'gemini', model: 'gemini-2.5-pro', timestamp: AT, content: 'secret', tokens });
  const tokens = { input: 1000, output: 100, cached: 600, thoughts: 30, tool: 20, total: 1150 };
  const home = folder(t, {
    '.gemini/tmp/abc/chats/session-1.json': JSON.stringify({
      sessionId: 'g1',
      startTime: AT,
      messages: [{ type: 'user', content: 'x' }, message('a', tokens)],
    }),
    '.gemini/tmp/abc/chats/session-2.jsonl': lines({ sessionId: 'g2' }, message('a', { ...tokens, output: 1, total: 1051 }), message('a', tokens)),
    '.gemini/tmp/abc/logs.json': '[]',
  });
  const { total, sessions } = await json(home);
  assert.equal(sessions.length, 2);
  assert.deepEqual(total.tokens, { uncachedInput: 840, cacheRead: 1200, output: 260 });
  assert.equal(total.unpriced, 0);
});

test('each line for the editor is progress or a session row, and no prompt is in any output', async (t) => {
  const home = session(t, claude('m1', 'r1'));
  const { out } = await logs(home, '--format', 'jsonl');
  const parsed = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(parsed[0], { progress: 0, message: '0 of 1 logs' });
  assert.equal(parsed.at(-2).progress, 1);
  const row = sessionRowSchema.parse(parsed.at(-1));
  assert.deepEqual([row.session, row.source, row.totals.calls, row.totals.nanoUsd], ['s1', 'claude-code', 1, 485_000]);
  for (const format of ['json', 'jsonl', 'text']) assert.doesNotMatch((await logs(home, '--format', format)).out, /secret/);
});

test('time and source choose; damaged lines and files do not cost the rest; without logs it says where it looked', async (t) => {
  const home = session(t, claude('m1', 'r1', { timestamp: '2026-10-01T00:00:00Z' }), claude('m2', 'r2'));
  const file = `${home}/.claude/projects/-home-me-shop/s1.jsonl`;
  fs.appendFileSync(file, `{"usage":{ broken\n{"message":{"usage":{"input_tokens":"x"}},"timestamp":"${AT}"}\n${JSON.stringify(claude('m3', 'r3'))}`);
  assert.equal((await json(home, '--since', '2026-11-01')).total.calls, 3);
  assert.equal((await json(home, '--until', '2026-11-01')).total.calls, 1);
  assert.equal((await json(home, '--source', 'codex').catch(() => ({ total: { calls: 0 } }))).total.calls, 0);
  const none = await logs(folder(t, {}));
  assert.equal(none.code, 0);
  assert.match(none.err, /No logs were found\. Looked in:\n.*\.config\/claude\/projects\n.*\.claude\/projects\n.*\.codex\/sessions/);
});

test('CLAUDE_CONFIG_DIR and CODEX_HOME name other places', async (t) => {
  const root = folder(t, { 'a/projects/p/x.jsonl': lines(claude('m1', 'r1')), 'b/projects/p/y.jsonl': lines(claude('m2', 'r2')) });
  const { terminal, out } = capture(root, { env: { HOME: root, CLAUDE_CONFIG_DIR: `${root}/a, ${root}/b`, CODEX_HOME: root } });
  await run(['logs', '--format', 'json'], terminal);
  assert.equal(JSON.parse(out()).total.calls, 2);
});

test('lines are found whole across the edges of what is read at once, the last one without a line end', (t) => {
  const root = folder(t, {});
  const file = path.join(root, 'big');
  const filler = 'x'.repeat(1024 * 1024 - 50);
  const wanted = [1, 2, 3, 4, 5, 6].map((n) => `needle-${n}-é-${'y'.repeat(n * 100_000)}`);
  fs.writeFileSync(file, wanted.flatMap((line) => [filler, line]).join('\n'));
  const found: string[] = [];
  let bytes = 0;
  linesWith(
    file,
    { needles: ['needle', 'other'] },
    (line) => found.push(line),
    (n) => {
      bytes += n;
    },
  );
  assert.deepEqual(found, wanted);
  assert.equal(bytes, fs.statSync(file).size);
  const long = path.join(root, 'long');
  fs.writeFileSync(long, `needle ${'z'.repeat(6 * 1024 * 1024)} end\nneedle after\n`);
  const lengths: number[] = [];
  linesWith(
    long,
    { needles: ['needle'] },
    (line) => lengths.push(line.length),
    () => {},
  );
  assert.deepEqual(lengths, [7 + 6 * 1024 * 1024 + 4, 12]);
});
