/** Most of a log is never decoded. These say that this changes no figure, whatever stands in the log. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { claudeCodeReader } from '../../core/logs/claude-code.ts';
import { codexReader } from '../../core/logs/codex.ts';
import type { LogSource } from '../../core/logs/index.ts';
import { findLogs, type LogFile } from '../../logs/files.ts';
import { readLog } from '../../logs/read.ts';
import { fromThread, readLogs, takeNext } from '../../logs/threads.ts';
import { folder } from '../workspace/folder.ts';

const AT = '2026-11-20T10:00:00.000Z';
const usage = (n: number) => ({ input_tokens: n, cache_read_input_tokens: 10 * n, output_tokens: n });
const text = (said: unknown) => [{ type: 'text', text: said }];

/** An answer with its fields in the order in which Claude Code writes them. */
const answer = (n: number, content: unknown, more: object = {}) => ({
  parentUuid: null,
  isSidechain: false,
  cwd: '/home/zoë/日本',
  sessionId: 's1',
  message: { model: 'claude-haiku-4-5', id: `m${n}`, type: 'message', role: 'assistant', content, stop_reason: null, usage: usage(n) },
  requestId: `r${n}`,
  type: 'assistant',
  timestamp: AT,
  ...more,
});

const inner = { content: [{ text: 'x' }], stop_reason: 'end_turn', usage: usage(7_000_000) };
const said = (value: unknown) => JSON.stringify(value);
const { message: plain } = answer(30, []);
const AWKWARD: readonly string[] = [
  said(answer(1, text('plain'))),
  said(answer(2, [])),
  said(answer(3, text(said(answer(4, text('an answer inside a string, its quotes escaped')))))),
  said(answer(5, [{ type: 'tool_use', input: inner }])),
  said(answer(6, [{ type: 'tool_use', input: { message: inner, deep: [[inner]], content: [], stop_reason: 1 } }])),
  said(answer(7, text('back\\slashes \\" and "quotes" ],"stop_reason" "usage":{ "content":['))),
  said({ content: [inner], ...answer(8, text('a list of the same name before it')) }),
  said({ ...answer(9, text('one behind it')), toolUseResult: inner }),
  said({ ...answer(10, text('')), message: { ...plain, usage: usage(31), content: [], stop_reason: 'end_turn' } }),
  said({
    ...answer(11, ''),
    message: { usage: usage(32), id: 'm11', content: text('no stop reason'), model: 'claude-haiku-4-5' },
    toolUseResult: inner,
  }),
  said({ ...answer(12, ''), message: { usage: usage(33), stop_reason: 'x', content: 'not a list', model: 'claude-haiku-4-5' } }),
  said({ ...answer(13, text('x')), message: { ...plain, x: { content: [1] }, content: text('deeper before'), stop_reason: 'y', usage: usage(34) } }),
  said(answer(14, text('\u2028 \u0000 😀'.repeat(50)))),
  said(answer(15, text('z'.repeat(700_000)))),
  said(answer(16, text('not an answer'), { message: 'text' })),
  JSON.stringify(answer(17, text('indented')), null, 1).replaceAll('\n', ' '),
  said({ type: 'summary', summary: 'nothing is billed' }),
  '{"usage":{ broken',
  '"usage":{',
  'null',
  '',
];

function logOf(t: TestContext, name: string, bytes: string | Uint8Array): LogFile {
  const file = path.join(folder(t, {}), name);
  fs.writeFileSync(file, bytes);
  return { source: 'claude-code', path: file, bytes: bytes.length, modified: 0 };
}

/** Every line parsed as a whole. */
function reference(text: string) {
  const reader = claudeCodeReader('log');
  return text.split('\n').flatMap((line) => reader.line(line, () => line));
}

describe('reading parts of lines', () => {
  test('gives what reading all of every line gives', (t) => {
    for (const line of AWKWARD) {
      const { calls } = readLog(logOf(t, 'log.jsonl', `${line}\n`));
      assert.deepEqual(calls, reference(line), line.slice(0, 300));
    }
    const all = AWKWARD.join('\n');
    assert.deepEqual(readLog(logOf(t, 'log.jsonl', all)).calls, reference(all));
    assert.ok(reference(all).length > 12);
  });

  test('also of any content that JSON can hold', (t) => {
    const keys = fc.constantFrom('content', 'stop_reason', 'usage', 'message', 'input_tokens', 'a"],"stop_reason"', 'type');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'grapheme' }),
        fc.nat(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, value, fc.array(value, { maxLength: 3 }), (before, after, content) => {
        const line = said({ x: before, ...answer(1, content), toolUseResult: after });
        assert.deepEqual(readLog(logOf(t, 'log.jsonl', line)).calls, reference(line));
      }),
      { numRuns: 200 },
    );
  });

  test('lines may end as on Windows; bytes that are no text, and a last line that is still being written, cost nothing else', (t) => {
    const lines = [said(answer(1, text('x'))), said(answer(2, text('y')))];
    const expected = reference(lines.join('\n'));
    assert.deepEqual(readLog(logOf(t, 'crlf.jsonl', lines.join('\r\n'))).calls, expected);
    const half = said(answer(3, text('half'))).slice(0, -40);
    assert.deepEqual(readLog(logOf(t, 'half.jsonl', [...lines, half].join('\n'))).calls, expected);
    const bad = Buffer.concat([Buffer.from(`${lines[0]}\n{"message":"`), Buffer.from([0xff, 0xfe, 0, 0x80]), Buffer.from(`"}\n${lines[1]}\n`)]);
    assert.deepEqual(readLog(logOf(t, 'bad.jsonl', bad)).calls, expected);
    const inside = Buffer.from(said(answer(4, text('?'))));
    inside[inside.indexOf('"?"') + 1] = 0xff;
    assert.equal(readLog(logOf(t, 'inside.jsonl', inside)).calls[0]?.id, 'm4');
  });

  test('a line of 50 MB between two answers costs neither of them', (t) => {
    const lines = [said(answer(1, text('x'))), said({ type: 'file-history-snapshot', data: 'z'.repeat(50e6) }), said(answer(2, text('y')))];
    assert.deepEqual(
      readLog(logOf(t, 'huge.jsonl', lines.join('\n'))).calls.map(({ id }) => id),
      ['m1', 'm2'],
    );
  });

  test('Codex: prompts that quote a log are no events', (t) => {
    const event = { timestamp: AT, type: 'event_msg', payload: { type: 'token_count', info: { last_token_usage: usage(5) } } };
    const lines = [
      { timestamp: AT, type: 'session_meta', payload: { id: 'c1' } },
      { timestamp: AT, type: 'response_item', payload: { type: 'message', content: said(event), quoted: event } },
      event,
    ].map(said);
    const file = { ...logOf(t, 'rollout.jsonl', lines.join('\r\n')), source: 'codex' as const };
    const reader = codexReader('log');
    const expected = lines.flatMap((line) => reader.line(line, () => line));
    assert.equal(expected.length, 1);
    assert.deepEqual(readLog(file).calls, expected);
  });
});

const ignore = { file: () => {}, bytes: () => {} };

describe('reading many logs', () => {
  const logs = (t: TestContext): readonly LogFile[] =>
    Array.from({ length: 12 }, (_, n) => logOf(t, `s${n}.jsonl`, said(answer(n + 1, text('x'))))).concat({
      source: 'claude-code',
      path: '/no/such/log.jsonl',
      bytes: 0,
      modified: 0,
    });

  const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

  test('several threads give what one gives, in the order of the files', async (t) => {
    const files = logs(t);
    const [alone, together] = [await readLogs(files, ignore, 0), await readLogs(files, ignore, 2)];
    assert.deepEqual(plain(together), plain(alone));
    assert.deepEqual(
      alone.map(({ calls, problem }) => calls[0]?.id ?? problem),
      [...Array.from({ length: 12 }, (_, n) => `m${n + 1}`), 'cannot be read (ENOENT)'],
    );
  });

  test('a thread reads what is not taken yet; one that breaks leaves its logs to others', async (t) => {
    const files = logs(t);
    const taken = new Int32Array(new SharedArrayBuffer(4));
    assert.equal(takeNext(taken), 0);
    const answer = await fromThread({ files, taken });
    assert.deepEqual(plain(answer), plain([...files.entries()].slice(1).map(([n, file]) => [n, readLog(file)])));
    assert.deepEqual(await fromThread({ files: JSON.parse('null'), taken }), []);
  });
});

describe('finding logs', () => {
  const found = (home: string) => findLogs({ env: {}, home }, new Set<LogSource>(['claude-code']));

  test('links are not followed, not even in a circle, and a folder that may not be read costs only itself', (t) => {
    const home = folder(t, { '.claude/projects/p/deep/a.jsonl': 'x', '.claude/projects/locked/b.jsonl': 'x' });
    const projects = path.join(home, '.claude/projects');
    fs.symlinkSync(projects, path.join(projects, 'p/deep/round'));
    fs.symlinkSync(path.join(projects, 'p/deep/a.jsonl'), path.join(projects, 'link.jsonl'));
    fs.mkdirSync(path.join(projects, 'folder.jsonl'));
    const locked = path.join(projects, 'locked');
    fs.chmodSync(locked, 0);
    const { files, skipped } = found(home);
    fs.chmodSync(locked, 0o700);
    // Nothing is locked for the administrator, nor on Windows.
    const closed = process.platform !== 'win32' && process.getuid?.() !== 0;
    assert.deepEqual(
      files.map((file) => path.basename(file.path)),
      closed ? ['a.jsonl'] : ['b.jsonl', 'a.jsonl'],
    );
    assert.deepEqual(skipped, closed ? [{ path: locked, reason: 'cannot be read (EACCES)' }] : []);
  });
});
