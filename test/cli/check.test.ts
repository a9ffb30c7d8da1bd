import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { check } from '../../cli/check.ts';
import type { Open } from '../../cli/workspace-options.ts';
import { folder } from '../workspace/folder.ts';
import { argumentsOf, capture, openToy } from './toy.ts';

async function run(cwd: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { terminal, out, err } = capture(cwd);
  const code = await check(argumentsOf('check', ...args), terminal, openToy);
  return { code, out: out(), err: err() };
}

test('json has the shape of the contract: lines from 1, paths relative to the directory that was given, money in USD', async (t) => {
  const root = folder(t, { 'app/src/agent.ts': 'first line\r\n  x = CALL(claude-sonnet-4-6); BAD\r\n  CALL()\r\n' });
  const { code, out } = await run(root, 'app', '--format', 'json');
  assert.equal(code, 1);
  assert.deepEqual(JSON.parse(out), {
    version: 1,
    calls: [
      {
        path: 'src/agent.ts',
        line: 2,
        column: 7,
        endLine: 2,
        language: 'typescript',
        sdk: 'anthropic',
        api: 'messages',
        model: { value: 'claude-sonnet-4-6', via: 'literal' },
        maxOutputTokens: null,
        inputTokens: { low: 100, expected: 200, high: 300, static: 50 },
        cost: {
          call: { low: 0.001, expected: 0.002, high: 0.003 },
          run: { low: 0.01, expected: 0.02, high: 0.03 },
          month: { low: 30, expected: 60, high: 90 },
        },
        loop: { kind: 'loop', bound: 'none' },
      },
      {
        path: 'src/agent.ts',
        line: 3,
        column: 3,
        endLine: 3,
        language: 'typescript',
        sdk: 'anthropic',
        api: 'messages',
        model: { value: null, why: 'dynamic' },
        maxOutputTokens: null,
        inputTokens: { low: 100, expected: 200, high: 300, static: 50 },
        cost: null,
        unpriced: 'the model is chosen at run time',
        loop: { kind: 'loop', bound: 'none' },
      },
    ],
    findings: [
      {
        rule: 'no-output-cap',
        severity: 'warning',
        path: 'src/agent.ts',
        line: 2,
        column: 32,
        endLine: 2,
        endColumn: 35,
        message: 'BAD | is\n  dear',
        saving: { low: 0.001, expected: 0.002, high: 0.003 },
        fixes: [{ title: 'Replace BAD', safety: 'safe' }],
      },
    ],
    skipped: [],
  });
});

test('exit codes: 0 clean, 1 from the threshold upwards, 2 for what could not be analysed', async (t) => {
  const root = folder(t, { 'clean.ts': 'CALL(m)', 'warn.ts': 'RISKY RISKY', 'info.ts': 'LOOP', 'binary.ts': Uint8Array.from([0, 1]) });
  assert.equal((await run(root, 'clean.ts')).code, 0);
  assert.equal((await run(root, 'warn.ts')).code, 1);
  assert.equal((await run(root, 'info.ts')).code, 0);
  assert.equal((await run(root, 'info.ts', '--fail-on', 'info')).code, 1);
  assert.equal((await run(root, 'warn.ts', '--fail-on', 'error')).code, 0);
  assert.equal((await run(root, 'warn.ts', '--fail-on', 'never')).code, 0);
  assert.equal((await run(root, 'warn.ts', '--max-warnings', '2')).code, 0);
  assert.equal((await run(root, 'warn.ts', '--max-warnings', '1')).code, 1);
  assert.equal((await run(root, 'warn.ts', '--fail-on', 'error', '--max-warnings', '1')).code, 1);
  const binary = await run(root, 'binary.ts');
  assert.equal(binary.code, 2);
  assert.match(binary.err, /binary\.ts was not analysed: binary, not text/);
});

test('one bad file among others is said and does not cost the rest', async (t) => {
  const root = folder(t, { 'a.ts': 'BAD', 'b.ts': Uint8Array.from([0]), 'c.ts': 'CRASH', 'd.ts': 'CALL(m)' });
  const { code, out } = await run(root, '--format', 'json');
  assert.equal(code, 1);
  const result = JSON.parse(out);
  assert.deepEqual(result.skipped, [
    { path: 'b.ts', reason: 'binary, not text' },
    { path: 'c.ts', reason: 'internal error: toy crash' },
  ]);
  assert.equal(result.calls.length, 1);
});

test('folders that cannot be read do not count as files that failed; nothing but such a folder is no clean result', async (t) => {
  const root = folder(t, { 'a.ts': 'CALL(m)' });
  const skipped = ['x', 'y'].map((name) => ({ path: `${root}/${name}`, reason: 'directory cannot be read: no permission' }));
  const checkWith = async (targets: 'all' | 'none') => {
    const { terminal, out, err } = capture(root);
    const open: Open = async (...given) => {
      const opened = await openToy(...given);
      return { ...opened, skipped, ...(targets === 'none' && { targets: [] }) };
    };
    return { code: await check(argumentsOf('check'), terminal, open), out: out(), err: err() };
  };
  const some = await checkWith('all');
  assert.deepEqual([some.code, some.err], [0, '']);
  assert.match(some.out, /1 LLM call in 1 file\.[\s\S]*Not analysed: x: directory cannot be read: no permission/);
  const none = await checkWith('none');
  assert.equal(none.code, 2);
  assert.match(none.err, /nothing could be analysed: x: directory cannot be read: no permission/);
});

test('a directory without code is clean', async (t) => {
  const { code, out } = await run(folder(t, { 'notes.txt': 'BAD' }));
  assert.equal(code, 0);
  assert.match(out, /No findings\.\n0 LLM calls in 0 files\./);
});

test('text is one line for each finding and a summary with the totals', async (t) => {
  const root = folder(t, { 'src/a.ts': 'CALL(m)\nBAD', 'src/b.ts': 'CALL()' });
  const { out } = await run(root, 'src');
  assert.equal(
    out,
    [
      'src/a.ts:2:1 warning BAD | is dear [saves ≈ $0.002 a run] no-output-cap',
      '',
      '1 finding (1 warning); 1 can be fixed with --fix.',
      '2 LLM calls in 2 files. One run of each of the 1 with a price: $0.01–0.03 (≈ $0.02); a month at 100 runs a day: $30–90 (≈ $60).',
      '1 call without a price: the model is chosen at run time',
      '',
    ].join('\n'),
  );
  assert.ok(!out.includes('\u001b'), 'no colours into a pipe');
});

test('at a terminal the message stands below its place, wrapped', async (t) => {
  const { terminal, out } = capture(folder(t, { 'a.ts': 'BAD' }), { isTerminal: true, env: { NO_COLOR: '1' } });
  await check(argumentsOf('check'), { ...terminal, out: { ...terminal.out, columns: 12 } }, openToy);
  assert.match(out(), /^a\.ts:1:1 warning no-output-cap \[saves ≈ \$0\.002 a run\]\n {4}BAD \| is\n {4}dear\n\n/);
});

test('colours at a terminal, none with NO_COLOR', async (t) => {
  const root = folder(t, { 'a.ts': 'BAD' });
  for (const [env, coloured] of [
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ TERM: 'dumb' }, false],
  ] as const) {
    const { terminal, out } = capture(root, { isTerminal: true, env });
    await check(argumentsOf('check'), terminal, openToy);
    assert.equal(out().includes('\u001b['), coloured, JSON.stringify(env));
  }
});

test('markdown keeps a pipe in a message inside its cell', async (t) => {
  const { out } = await run(folder(t, { 'a.ts': 'BAD' }), '--format', 'markdown');
  assert.match(out, /\| warning \| `a\.ts:1` \| BAD \\\| is dear `no-output-cap` \| ≈ \$0\.002 a run \|/);
});

test('--fix applies safe fixes alone, keeps CRLF and the byte order mark, and reports what is left', async (t) => {
  const root = folder(t, { 'a.ts': '\uFEFFone\r\nBAD and BAD\r\nRISKY\r\n' });
  const { code, out } = await run(root, '--fix', '--format', 'text');
  assert.equal(fs.readFileSync(`${root}/a.ts`, 'utf8'), '\uFEFFone\r\nGOOD\r\n and GOOD\r\n\r\nRISKY\r\n');
  assert.match(out, /Applied 2 safe fixes in 1 file\./);
  assert.match(out, /1 finding \(1 warning\)/);
  assert.equal(code, 1);
});

test('--fix comes to an end when a fix brings its finding back, and leaves files alone that it cannot write back', async (t) => {
  const root = folder(t, { 'loop.ts': 'LOOP', 'latin1.ts': Buffer.from('caf\xe9 BAD', 'latin1') });
  const { out } = await run(root, '--fix');
  assert.equal(fs.readFileSync(`${root}/loop.ts`, 'utf8'), `LOOP${' '.repeat(10)}`);
  assert.deepEqual(fs.readFileSync(`${root}/latin1.ts`), Buffer.from('caf\xe9 BAD', 'latin1'));
  assert.match(out, /Not fixed: latin1\.ts: not written, since it holds bytes that are not UTF-8/);
});

test('--fix leaves a notebook alone that it would break', async (t) => {
  const root = folder(t, { 'a.ipynb': '{ "cells": "BAD" }' });
  const { out } = await run(root, '--fix');
  assert.equal(fs.readFileSync(`${root}/a.ipynb`, 'utf8'), '{ "cells": "BAD" }');
  assert.match(out, /Not fixed: a\.ipynb: not written, since the notebook could not be read afterwards/);
});

test('--output writes to a file, --assume changes an assumption and refuses what it does not know', async (t) => {
  const root = folder(t, { 'a.ts': 'CALL(m)' });
  assert.equal((await run(root, '-o', 'out.txt', '--assume', 'runsPerDay=7')).out, '');
  assert.match(fs.readFileSync(`${root}/out.txt`, 'utf8'), /a month at 7 runs a day/);
  await run(root, '-o', 'reports/new/out.txt');
  assert.ok(fs.existsSync(`${root}/reports/new/out.txt`), 'a folder that is missing is made');
  await assert.rejects(run(root, '-o', 'reports'), /^Error: .*reports cannot be written: is a directory/);
  await assert.rejects(run(root, '--assume', 'runPerDay=7'), /unknown key "runPerDay", did you mean "runsPerDay"\?/);
  await assert.rejects(run(root, '--assume', 'runsPerDay=many'), /needs a number/);
  await assert.rejects(run(root, '--assume', 'stepsPerRun=0'), /stepsPerRun/);
});

test('a bad configuration stops with its file, line and key', async (t) => {
  const root = folder(t, { 'costlint.json': '{\n  "rule": {}\n}', 'a.ts': '' });
  await assert.rejects(run(root), /^Error: costlint\.json:2:3: rule: unknown key, did you mean "rules"\?$/);
});

test('a --config that does not exist is said without a place in it', async (t) => {
  const { terminal } = capture(folder(t, { 'a.ts': '' }));
  await assert.rejects(check(argumentsOf('check', '--config', 'nosuch.json'), terminal), /^Error: nosuch\.json: does not exist$/);
});

const CALL = 'c.messages.create(model="claude-opus-4-6", messages=[{"role": "user", "content": "x"}])';
const IMPORTS = 'import anthropic\nc = anthropic.Anthropic()\n';

test('a named file that could be read in part only, or not at all, is no clean result', async (t) => {
  const root = folder(t, { 'bad.py': `${IMPORTS}def f(:\n  ${CALL}\n`, 'cut.ipynb': '{"cells": [', 'good.py': IMPORTS });
  const real = async (...args: readonly string[]) => {
    const { terminal, err } = capture(root);
    return { code: await check(argumentsOf('check', '--fail-on', 'never', ...args), terminal), err: err() };
  };
  assert.deepEqual(await real('bad.py'), { code: 0, err: 'bad.py:3 has a syntax error: the file was analysed only in part.\n' });
  assert.deepEqual(await real('good.py'), { code: 0, err: '' });
  const cut = await real('cut.ipynb');
  assert.equal(cut.code, 2);
  assert.match(cut.err, /cut\.ipynb was not analysed: This notebook is not valid JSON/);
});

test('a named file that the configuration leaves out stays out, as a hook names all that is staged', async (t) => {
  const files = { 'src/a.py': `${IMPORTS}${CALL}\n`, 'generated/b.py': `${IMPORTS}${CALL}\n`, 'generated/cut.ipynb': '{"cells": [' };
  const root = folder(t, { ...files, 'costlint.json': '{ "exclude": ["generated"] }' });
  const real = async (...args: readonly string[]) => {
    const { terminal, out, err } = capture(root);
    const code = await check(argumentsOf('check', '--fail-on', 'never', '--format', 'json', ...args), terminal);
    return { code, paths: JSON.parse(out()).calls.map((call: { path: string }) => call.path), err: err() };
  };
  const said = 'Left out by "include" or "exclude" of the configuration: generated/b.py, generated/cut.ipynb.\n';
  assert.deepEqual(await real('src/a.py', 'generated/b.py', 'generated/cut.ipynb'), { code: 0, paths: ['src/a.py'], err: said });
  assert.deepEqual(await real('src/a.py'), { code: 0, paths: ['src/a.py'], err: '' });
  assert.deepEqual((await real('generated/b.py')).paths, []);
});

test('a finding in a notebook names its cell, since nobody sees the lines of the file', async (t) => {
  const cell = (...source: readonly string[]) => ({ cell_type: 'code', source: source.map((line) => `${line}\n`) });
  const call = 'c.chat.completions.create(model="gpt-5.4", messages=[{"role": "user", "content": "x"}])';
  const cells = [
    { cell_type: 'markdown', source: ['# Agent'] },
    cell('import openai', 'c = openai.OpenAI()'),
    cell('%time', 'for x in xs:', `  ${call}`),
  ];
  const root = folder(t, { 'a.ipynb': JSON.stringify({ cells, metadata: {}, nbformat: 4 }, null, 1) });
  for (const [format, shown] of [
    ['text', /^a\.ipynb:\d+:\d+ \w+ cell 3, line 3: /m],
    ['markdown', /`a\.ipynb:\d+` \(cell 3, line 3\)/],
  ] as const) {
    const { terminal, out } = capture(root);
    await check(argumentsOf('check', '--format', format), terminal);
    assert.match(out(), shown);
  }
});
