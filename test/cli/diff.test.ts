import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import { agent, agentWithFile, costlint, repository, repositoryAt } from '../diff/repository.ts';
import { folder } from '../workspace/folder.ts';

const HAIKU = 'claude-haiku-4-5';
const OPUS = 'claude-opus-4-6';
/** Nothing but the model ends it, and what is sent grows. */
const LOOP = `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
export async function answer(question: string) {
  const messages = [{ role: 'user', content: question }];
  while (true) {
    const reply = await client.messages.create({ model: 'claude-opus-4-6', max_tokens: 1000, messages });
    messages.push({ role: 'assistant', content: reply.content[0].text });
  }
}
`;
const OTHER = `import OpenAI from 'openai';
export const count = (text: string) => new OpenAI().chat.completions.create({ model: 'gpt-5.4-mini', messages: [{ role: 'user', content: text }] });
`;
const LONG = 'Answer in three sentences, then name the source of each claim and how sure you are of it. '.repeat(40);

async function json(cwd: string, ...args: readonly string[]) {
  const { out, err, code } = await costlint(cwd, ['diff', '--format', 'json', '--fail-on', 'never', ...args]);
  assert.equal(err, '');
  return { code, ...JSON.parse(out) };
}

test('a dearer model is a changed call with its reason, and the totals add up', async (t) => {
  const { root, commit, git } = repository(t, { 'a.ts': agent(HAIKU), 'b.ts': agent(HAIKU) });
  git('checkout', '-q', '-b', 'feature');
  commit({ 'a.ts': agent(OPUS) });
  const { calls, totals, unchanged, code } = await json(root);
  assert.equal(code, 0);
  assert.equal(unchanged, 1);
  assert.equal(calls.length, 1);
  assert.equal(calls[0].kind, 'changed');
  assert.deepEqual(calls[0].reasons, [`model ${HAIKU} → ${OPUS}`]);
  assert.deepEqual([calls[0].before.line, calls[0].after.line], [4, 4]);
  assert.ok(calls[0].cost.month.expected > 0);
  const month = totals.after.month.expected - totals.before.month.expected;
  assert.ok(Math.abs(month - totals.change.month.expected) < 1e-6);
  assert.ok(Math.abs(month - calls[0].cost.month.expected) < 1e-6);
  const text = await costlint(root, ['diff', '--fail-on', 'never']);
  assert.match(text.out, /^main \([0-9a-f]{10}\) → the work tree; 1 changed file; prices of 2026-11-23\n\+\$/);
  assert.match(text.out, /~ a\.ts:4 {2}\+\$.* a month/);
});

test('an edited prompt file changes the call in a file that nobody touched, and the report says through what', async (t) => {
  const { root, write } = repository(t, { 'src/a.ts': agentWithFile(HAIKU), 'prompts/system.md': 'You are brief.', 'README.md': 'x' });
  write({ 'prompts/system.md': LONG, 'README.md': 'y' });
  const { calls } = await json(root);
  assert.equal(calls.length, 1);
  assert.equal(calls[0].after.path, 'src/a.ts');
  assert.deepEqual(calls[0].through, ['prompts/system.md']);
  assert.match(calls[0].reasons[0], /^prompt [\d.,k]+ → [\d.,k]+ tokens$/);
});

test('a constant in another file is followed in the earlier state too', async (t) => {
  const importing = agent(HAIKU).replace(`'${HAIKU}'`, 'MODEL').replace('\n', "\nimport { MODEL } from './config.ts';\n");
  const { root, write } = repository(t, { 'a.ts': importing, 'config.ts': `export const MODEL = '${HAIKU}';\n` });
  write({ 'config.ts': `export const MODEL = '${OPUS}';\n` });
  const { calls } = await json(root);
  assert.deepEqual(calls[0].reasons, [`model ${HAIKU} → ${OPUS}`]);
  assert.deepEqual(calls[0].through, ['config.ts']);
});

test('a file that is renamed, and a call that moves to another file, are no change', async (t) => {
  const other = 'export const unrelated = 1;\n';
  const { root, commit, git } = repository(t, { 'old name.ts': agent(HAIKU, LONG), 'keep.ts': other, 'gone.ts': agent(OPUS, `Second. ${LONG}`) });
  git('checkout', '-q', '-b', 'feature');
  commit({
    'old name.ts': null,
    'src/néw name.ts': `// moved\n${agent(HAIKU, LONG)}`,
    'gone.ts': null,
    'keep.ts': other + agent(OPUS, `Second. ${LONG}`),
  });
  const result = await costlint(root, ['diff']);
  assert.match(result.out, /\nNo change in LLM calls, their cost or findings\.\n$/);
  assert.equal(result.code, 0);
  const { unchanged, calls, findings } = await json(root);
  assert.deepEqual([unchanged, calls, findings], [2, [], { new: [], gone: [] }]);
});

test('calls that come and go', async (t) => {
  const { root, write } = repository(t, { 'a.ts': agent(HAIKU), 'b.ts': agent(OPUS, LONG) });
  write({ 'b.ts': null, 'sub/new.ts': OTHER });
  const { calls, totals } = await json(root);
  assert.deepEqual(
    calls.map(({ kind }: { kind: string }) => kind),
    ['removed', 'added'],
  );
  assert.deepEqual([totals.before.calls, totals.after.calls], [2, 2]);
  assert.ok(calls[0].cost.month.expected < 0 && calls[1].cost.month.expected > 0);
});

test('a price that gets unknown is said and not taken for a saving', async (t) => {
  const { root, write } = repository(t, { 'a.ts': agent(HAIKU), 'b.ts': agent(OPUS) });
  write({ 'b.ts': agent(OPUS).replace(`'${OPUS}'`, 'process.env.MODEL!') });
  const { calls, totals } = await json(root);
  assert.equal(calls[0].cost, null);
  assert.equal(totals.change.month.expected, 0);
  const { out } = await costlint(root, ['diff']);
  assert.match(out, /1 changed call without a known price before or after: not in the totals of money\./);
  assert.match(out, /cost unknown: /);
});

test('a higher output cap that leaves the expected cost as it is shows what a run may cost at worst', async (t) => {
  const capped = (cap: number) => agent(HAIKU).replace('1000', String(cap));
  const { root, write } = repository(t, { 'a.ts': capped(2000), 'b.ts': agent(OPUS) });
  write({ 'a.ts': capped(8000) });
  const { out } = await costlint(root, ['diff']);
  assert.match(out, /\nThe expected cost does not change; at worst one run of each call costs \$0\.03 more\.\n/);
  assert.match(out, /One run of each call .* ±\$0, at worst \+\$0\.03\n/);
  assert.match(out, /±\$0 a month, ±\$0 \(at worst \$0\.\d+ → \$0\.\d+\) a run\n {6}output cap 2,000 → 8,000/);
});

test('the base is where the branch left, not what the base branch is now', async (t) => {
  const { root, commit, git } = repository(t, { 'a.ts': agent(HAIKU), 'b.ts': agent(HAIKU) });
  git('checkout', '-q', '-b', 'feature');
  commit({ 'a.ts': agent(OPUS) });
  git('checkout', '-q', 'main');
  commit({ 'b.ts': agent(OPUS) });
  git('checkout', '-q', 'feature');
  assert.equal((await json(root)).calls.length, 1);
  assert.equal((await json(root, 'main', 'feature')).calls[0].after.path, 'a.ts');
  assert.equal((await json(root, 'feature', 'main')).calls[0].after.path, 'b.ts');
});

test('neither index nor work tree is touched, and nothing that the repository configures is run', async (t) => {
  const { root, git, write } = repository(t, { 'a.ts': agent(HAIKU), '.gitattributes': '*.ts filter=evil diff=evil\n', 'c.ts': agent(HAIKU) });
  const marker = `${folder(t, {})}/ran`;
  const evil = `touch ${marker}; cat`;
  for (const [key, value] of [
    ['filter.evil.clean', evil],
    ['filter.evil.smudge', evil],
    ['filter.evil.required', 'true'],
    ['diff.evil.textconv', evil],
    ['diff.evil.command', evil],
    ['diff.external', evil],
    ['core.fsmonitor', evil],
    ['core.pager', evil],
    ['core.sshCommand', evil],
  ] as const)
    git('config', key, value);
  fs.mkdirSync(`${root}/.git/hooks`, { recursive: true });
  fs.writeFileSync(`${root}/.git/hooks/post-index-change`, `#!/bin/sh\n${evil}\n`, { mode: 0o755 });
  write({ 'a.ts': agent(OPUS), 'new.ts': agent(HAIKU), 'c.ts': agent(HAIKU) });
  fs.utimesSync(`${root}/c.ts`, new Date(), new Date());
  const before = fs.readFileSync(`${root}/.git/index`);
  const stat = fs.statSync(`${root}/.git/index`).mtimeMs;
  const { calls } = await json(root);
  assert.deepEqual(calls.map(({ kind, after }: { kind: string; after: { path: string } }) => `${kind} ${after.path}`).sort(), [
    'added new.ts',
    'changed a.ts',
  ]);
  assert.deepEqual(fs.readFileSync(`${root}/.git/index`), before);
  assert.equal(fs.statSync(`${root}/.git/index`).mtimeMs, stat);
  assert.ok(!fs.existsSync(marker));
});

test('variables of a hook or of another git do not lead to another repository', async (t) => {
  const other = repository(t, { 'x.ts': agent(OPUS) });
  const { root, write } = repository(t, { 'a.ts': agent(HAIKU) });
  write({ 'a.ts': agent(OPUS) });
  const { out } = await costlint(root, ['diff'], {
    GIT_DIR: `${other.root}/.git`,
    GIT_INDEX_FILE: `${other.root}/.git/index`,
    GIT_WORK_TREE: other.root,
  });
  assert.match(out, /~ a\.ts:4/);
});

test('budgets fail a change that exceeds them, by how much, and leave alone what was above before', async (t) => {
  const config = JSON.stringify({ budgets: { perMonth: 20, paths: { 'cheap/**': { perCall: 0.0001 } } } });
  const { root, write } = repository(t, { 'a.ts': agent(HAIKU), 'old.ts': agent(OPUS), 'cheap/c.ts': 'export {};\n', 'costlint.json': config });
  write({ 'a.ts': `// only a comment\n${agent(HAIKU)}` });
  const fine = await costlint(root, ['diff', '--fail-on', 'never']);
  assert.equal(fine.code, 0, fine.out);
  write({ 'a.ts': agent(OPUS), 'cheap/c.ts': agent(HAIKU) });
  const { code, out } = await costlint(root, ['diff', '--fail-on', 'never']);
  assert.equal(code, 1);
  assert.match(out, /a\.ts:4 costs ≈ \$[\d.,]+ a month: \$[\d.,]+ above the budget of \$20; it was \$[\d.]+\./);
  assert.match(out, /cheap\/c\.ts:4 costs ≈ \$[\d.]+ a call: \$[\d.]+ above the budget of \$0\.0001 for cheap\/\*\*; the call is new\./);
  assert.match(out, /1 budget was exceeded before already and did not get worse\./);
});

test('only new findings count for --fail-on, and only they are in SARIF', async (t) => {
  const bad = LOOP;
  const { root, write } = repository(t, { 'a.ts': bad });
  write({ 'a.ts': `\n\n${bad}` });
  assert.equal((await costlint(root, ['diff', '--fail-on', 'hint'])).code, 0);
  write({ 'b.ts': bad.replace('answer', 'other') });
  assert.equal((await costlint(root, ['diff', '--fail-on', 'never'])).code, 0);
  const { code, out } = await costlint(root, ['diff', '--fail-on', 'hint', '--format', 'sarif']);
  assert.equal(code, 1);
  const { results } = JSON.parse(out).runs[0];
  assert.ok(results.length > 0);
  for (const result of results) {
    assert.equal(result.locations[0].physicalLocation.artifactLocation.uri, 'b.ts');
    assert.equal(result.baselineState, 'new');
    assert.match(result.partialFingerprints['costlint/v1'], /^[0-9a-f]{32}$/);
  }
});

test('markdown begins with its marker, says the totals first and folds the rest; no change is one line', async (t) => {
  const { root, write } = repository(t, { 'a|b.ts': agent(HAIKU) });
  const none = (await costlint(root, ['diff', '--format', 'markdown'])).out;
  assert.match(none, /^<!-- costlint-diff -->\n\*\*LLM cost:\*\* No change in LLM calls, their cost or findings\.\n\n<sub>.*<\/sub>\n$/);
  write({ 'a|b.ts': agent(OPUS) });
  const { out } = await costlint(root, ['diff', '--format', 'markdown']);
  assert.match(
    out,
    /^<!-- costlint-diff -->\n### LLM cost: \+\$.*\n\n\| {2}\| Before \| After \| Change \|\n\| --- \| --- \| --- \| --- \|\n\| A month \|/,
  );
  assert.match(out, /<details>\n<summary>1 call changed, 0 unchanged<\/summary>\n\n\|/);
  const row = out.split('\n').find((line) => line.startsWith('| changed')) ?? '';
  assert.equal(row.replaceAll('\\|', '').split('|').length, 7, row);
});

test('a shallow clone is told how to get the history', async (t) => {
  const { root, commit, git } = repository(t, { 'a.ts': agent(HAIKU) });
  git('checkout', '-q', '-b', 'feature');
  commit({ 'a.ts': agent(OPUS) });
  commit({ 'b.ts': agent(OPUS) });
  const clone = folder(t, {});
  execFileSync('git', ['clone', '-q', '--depth', '1', '--no-single-branch', '-b', 'feature', `file://${root}`, clone]);
  const deep = await costlint(clone, ['diff'], { GITHUB_BASE_REF: 'main' });
  assert.equal(deep.code, 2);
  assert.match(deep.err, /where this state branched off from main is not in this checkout\..*git fetch --unshallow origin.*fetch-depth: 0/);
  const single = folder(t, {});
  execFileSync('git', ['clone', '-q', '--depth', '1', '-b', 'feature', `file://${root}`, single]);
  const missing = await costlint(single, ['diff'], { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' });
  assert.match(missing.err, /origin\/main is not in this checkout\. .*GIT_DEPTH: 0/);
});

test('in CI the target of the pull request is the base', async (t) => {
  const { root, commit, git } = repository(t, { 'a.ts': agent(HAIKU) });
  git('checkout', '-q', '-b', 'release');
  commit({ 'a.ts': agent('claude-sonnet-4-6') });
  git('checkout', '-q', '-b', 'feature');
  commit({ 'a.ts': agent(OPUS) });
  const clone = folder(t, {});
  execFileSync('git', ['clone', '-q', '-b', 'feature', root, clone]);
  const { out } = await costlint(clone, ['diff', '--format', 'json'], { GITHUB_BASE_REF: 'release' });
  assert.deepEqual(JSON.parse(out).calls[0].reasons, [`model claude-sonnet-4-6 → ${OPUS}`]);
  const alone = await costlint(clone, ['diff', '--format', 'json', 'main']);
  assert.deepEqual(JSON.parse(alone.out).calls[0].reasons, [`model ${HAIKU} → ${OPUS}`]);
});

test('what cannot be compared exits with 2 and says what to do', async (t) => {
  const plain = folder(t, { 'a.ts': agent(HAIKU) });
  const { root } = repository(t, { 'a.ts': agent(HAIKU) });
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    [plain, [], /is not in a git repository; "costlint diff" compares two states of one/],
    [root, ['no-such-branch'], /git does not know the commit or branch "no-such-branch"/],
    [root, ['main', '-x'], /unknown option -x/],
    [root, ['main', '--', '--output=evil'], /git does not know the commit or branch "--output=evil"/],
    [root, ['a', 'b', 'c'], /a base and a head are expected/],
    [`${root}/.git`, [], /lies inside a \.git directory/],
  ];
  for (const [cwd, args, message] of cases) {
    const { code, err } = await costlint(cwd, ['diff', ...args]);
    assert.equal(code, 2);
    assert.match(err, message);
  }
  assert.ok(!fs.existsSync(`${root}/evil`));
});

test('before the first commit everything is new; a bare repository compares two commits', async (t) => {
  const young = repositoryAt(folder(t, { 'a.ts': agent(HAIKU), '.gitignore': 'ignored.ts\n', 'ignored.ts': agent(OPUS) }));
  young.git('init', '-q', '-b', 'main');
  const { calls, notes, totals } = await json(young.root);
  assert.deepEqual([calls.length, calls[0].kind, totals.before.calls], [1, 'added', 0]);
  assert.deepEqual(notes, ['There is no commit yet: everything is new.']);
  const { root, commit } = repository(t, { 'a.ts': agent(HAIKU) });
  commit({ 'a.ts': agent(OPUS) });
  const bare = folder(t, {});
  execFileSync('git', ['clone', '-q', '--bare', root, bare]);
  assert.equal((await json(bare, 'main~1', 'main')).calls[0].after.path, 'a.ts');
  assert.match((await costlint(bare, ['diff'])).err, /a bare repository has no work tree: name both commits/);
});

test('binaries, pointers of Git LFS, links, submodules, strange names and other line ends are no stumbling block', async (t) => {
  const inner = repository(t, { 'inner.ts': agent(HAIKU) });
  const { root, write, git, commit } = repository(t, {
    'binary.ts': Uint8Array.from([0, 1, 2]),
    'lfs.ts': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
    'crlf.ts': agent(HAIKU, LONG),
    'a.ts': agentWithFile(HAIKU),
    'prompts/real.md': 'You are brief.',
  });
  fs.symlinkSync('real.md', `${root}/prompts/system.md`);
  execFileSync('git', ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.root, 'module'], { cwd: root, stdio: 'ignore' });
  commit({});
  inner.commit({ 'inner.ts': agent(OPUS) });
  execFileSync('git', ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--remote'], { cwd: root, stdio: 'ignore' });
  git('checkout', '-q', '-b', 'feature');
  commit({ 'binary.ts': Uint8Array.from([0, 3]), 'lfs.ts': agent(OPUS), 'prompts/real.md': LONG });
  write({ 'crlf.ts': agent(HAIKU, LONG).replaceAll('\n', '\r\n') });
  if (process.platform === 'linux')
    fs.writeFileSync(Buffer.concat([Buffer.from(`${root}/bad-`), Buffer.from([0xff]), Buffer.from('.ts')]), agent(OPUS));
  const { calls, notes } = await json(root, 'main');
  assert.deepEqual(calls.map(({ kind, after }: { kind: string; after: { path: string } }) => `${kind} ${after.path}`).sort(), [
    'added lfs.ts',
    'changed a.ts',
  ]);
  assert.match(notes.join('\n'), /The submodule module changed; what is in it is not compared\./);
  assert.match(notes.join('\n'), /lfs\.ts could not be analysed before the change: kept in Git LFS/);
  assert.match(notes.join('\n'), /binary\.ts could not be analysed after the change: binary/);
  if (process.platform === 'linux') assert.match(notes.join('\n'), /was left out: its name is not UTF-8/);
});

test('a merge that is not resolved is compared in part, and a repository that lost its commit is not taken for a new one', async (t) => {
  const { root, git, commit } = repository(t, { 'a.ts': agent(HAIKU) });
  git('checkout', '-q', '-b', 'feature');
  commit({ 'a.ts': agent(OPUS) });
  git('checkout', '-q', 'main');
  commit({ 'a.ts': agent('claude-sonnet-4-6') });
  git('checkout', '-q', 'feature');
  assert.throws(() => git('merge', 'main'));
  assert.match((await json(root)).notes.join('\n'), /^a\.ts:\d+ has a syntax error after the change: the file was compared only in part\.$/);

  fs.rmSync(`${root}/.git/objects`, { recursive: true });
  fs.mkdirSync(`${root}/.git/objects`);
  const { code, err } = await costlint(root, ['diff']);
  assert.equal(code, 2);
  assert.match(err, /the last commit of this repository is missing or damaged/);
});

test('a workspace below the top of the repository, and a configuration that changes with the code', async (t) => {
  const { root, write } = repository(t, { 'app/costlint.json': '{}', 'app/a.ts': agent(HAIKU), 'other/b.ts': agent(HAIKU) });
  write({ 'app/a.ts': agent(OPUS), 'other/b.ts': agent(OPUS), 'app/costlint.json': '{"assumptions":{"runsPerDay":1}}' });
  const { calls, notes, runsPerDay } = await json(`${root}/app`);
  assert.deepEqual(
    calls.map(({ after }: { after: { path: string } }) => after.path),
    ['a.ts'],
  );
  assert.equal(runsPerDay, 1);
  assert.deepEqual(notes, ['app/costlint.json changed: both states are estimated with the new one.']);
});

test('calls of tests are no cost, unless the configuration says so', async (t) => {
  const { root, write } = repository(t, { 'test/a.test.ts': agent(HAIKU), 'costlint.json': '{}' });
  write({ 'test/a.test.ts': agent(OPUS) });
  assert.deepEqual((await json(root)).calls, []);
  write({ 'costlint.json': '{"tests":true}' });
  assert.equal((await json(root)).calls.length, 1);
});
