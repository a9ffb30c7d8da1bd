import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { check } from '../../cli/check.ts';
import { costlint } from '../diff/repository.ts';
import { folder } from '../workspace/folder.ts';
import { argumentsOf, capture, openToy } from './toy.ts';

async function run(cwd: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { terminal, out, err } = capture(cwd);
  const code = await check(argumentsOf('check', ...args), terminal, openToy);
  return { code, out: out(), err: err() };
}

const BASELINE = 'costlint-baseline.json';
const read = (root: string) => JSON.parse(fs.readFileSync(`${root}/${BASELINE}`, 'utf8')).findings;

test('old findings are written down once and hidden afterwards; a new one still fails', async (t) => {
  const root = folder(t, { 'a.ts': 'RISKY\nRISKY\n', 'src/b.ts': 'BAD\n' });
  const written = await run(root, '--write-baseline');
  assert.equal(written.code, 0);
  assert.match(written.err, /3 findings written to costlint-baseline\.json; "costlint check --baseline costlint-baseline\.json"/);
  assert.deepEqual(
    read(root).map(({ path, rule, count }: { path: string; rule: string; count: number }) => [path, rule, count]),
    [
      ['a.ts', 'no-output-cap', 2],
      ['src/b.ts', 'no-output-cap', 1],
    ],
  );
  const clean = await run(root, '--baseline', BASELINE);
  assert.equal(clean.code, 0);
  assert.match(clean.out, /^No findings\./);
  assert.equal(clean.err, `3 findings of ${BASELINE} not shown.\n`);

  fs.writeFileSync(`${root}/a.ts`, '// new line\n\nRISKY\nRISKY\nRISKY\n');
  const worse = await run(root, '--baseline', BASELINE);
  assert.equal(worse.code, 1);
  assert.match(worse.out, /^a\.ts:5:1 warning RISKY/);
  assert.match(worse.out, /1 finding \(1 warning\)/);
});

test('paths in it do not depend on the directory or the files that are checked', async (t) => {
  const root = folder(t, { 'costlint.json': '{}', 'a.ts': 'RISKY', 'src/b.ts': 'BAD' });
  await run(root, '--write-baseline');
  const part = await run(root, 'src', '--baseline', BASELINE);
  assert.equal(part.code, 0);
  assert.equal(part.err, `1 finding of ${BASELINE} not shown.\n`, 'what was not looked at is not stale');
  assert.equal((await run(`${root}/src`, 'b.ts', '--baseline', `../${BASELINE}`)).code, 0);
});

test('entries whose finding is gone are said; --write-baseline takes them out and keeps those of files it did not look at', async (t) => {
  const root = folder(t, { 'costlint.json': '{}', 'a.ts': 'RISKY', 'src/b.ts': 'BAD', 'src/c.ts': 'BAD' });
  await run(root, '--write-baseline');
  fs.writeFileSync(`${root}/src/b.ts`, 'fine');
  fs.rmSync(`${root}/src/c.ts`);
  const { code, err } = await run(root, '--baseline', BASELINE);
  assert.equal(code, 0);
  assert.match(err, /2 entries of costlint-baseline\.json no longer found; take them out with --write-baseline:\n {2}src\/b\.ts no-output-cap\n/);
  await run(root, 'src', '--write-baseline');
  assert.deepEqual(
    read(root).map(({ path }: { path: string }) => path),
    ['a.ts'],
  );
});

test('a file that is no baseline, or is missing, is said with what to do', async (t) => {
  const root = folder(t, { 'a.ts': 'BAD', 'bad.json': '{', 'other.json': '{"version":2}' });
  await assert.rejects(
    run(root, '--baseline', 'none.json'),
    /none\.json does not exist; write it with: costlint check --write-baseline --baseline none\.json$/,
  );
  await assert.rejects(run(root, '--baseline', 'bad.json'), /bad\.json is not a baseline/);
  await assert.rejects(run(root, '--baseline', 'other.json'), /other\.json is not a baseline/);
});

test('with the real analysis an edited prompt, which changes every figure, keeps the finding in the baseline', async (t) => {
  const loop = (system: string): string => `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
export async function answer(question: string) {
  const messages = [{ role: 'user', content: question }];
  while (true) {
    const reply = await client.messages.create({ model: 'claude-opus-4-6', max_tokens: 1000, system: '${system}', messages });
    messages.push({ role: 'assistant', content: reply.content[0].text });
  }
}
`;
  const root = folder(t, { 'a.ts': loop('Short.') });
  const before = await costlint(root, ['check', '--fail-on', 'hint']);
  assert.equal(before.code, 1);
  await costlint(root, ['check', '--write-baseline']);
  fs.writeFileSync(`${root}/a.ts`, `// moved\n${loop('Say what you know and where you know it from. '.repeat(30))}`);
  const after = await costlint(root, ['check', '--fail-on', 'hint', '--baseline', BASELINE]);
  assert.equal(after.code, 0, after.out);
});
