/** The GitHub action and the pre-commit hook: what is in the files is consistent, and the shell steps do what they say. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { COMMANDS } from '../../cli/commands.ts';
import { agent, type Repository, repository } from '../diff/repository.ts';
import { folder } from '../workspace/folder.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const text = fs.readFileSync(`${checkout}/action.yml`, 'utf8');

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string; readonly description: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}
const action: Action = parse(text);
const { steps } = action.runs;

test('every input is used and every one that is used exists; outputs come from steps that set them', () => {
  const used = new Set([...text.matchAll(/\$\{\{[^}]*?inputs\.([\w-]+)/g)].map(([, name]) => name));
  assert.deepEqual([...used].sort(), Object.keys(action.inputs).sort());
  for (const { value } of Object.values(action.outputs)) {
    const [, step, name] = /steps\.(\w+)\.outputs\.([\w-]+)/.exec(value) ?? [];
    assert.match(steps.find(({ id }) => id === step)?.run ?? '', new RegExp(`echo "${name}=`));
  }
  for (const step of steps) assert.ok(step.uses ?? step.shell, 'a run step of a composite action names its shell');
});

test('no expression stands inside a script, where its text would be run', () => {
  for (const { run } of steps) assert.doesNotMatch(run ?? '', /\$\{\{/);
});

test('docs/ci.md names each input, and each hook is a command', () => {
  const docs = fs.readFileSync(`${checkout}/docs/ci.md`, 'utf8');
  for (const name of Object.keys(action.inputs)) assert.match(docs, new RegExp(`\`${name}\``));
  for (const hook of parse(fs.readFileSync(`${checkout}/.pre-commit-hooks.yaml`, 'utf8'))) {
    const [program, command] = hook.entry.split(' ');
    assert.ok(fs.statSync(`${checkout}/${program}`).mode & 0o100, 'a script that can be started');
    assert.ok(COMMANDS.some(({ name }) => name === command));
  }
});

interface Job {
  readonly root: string;
  readonly env: Record<string, string>;
  readonly calls: () => string;
  readonly summary: () => string;
  /** Runs a step with these inputs; returns its exit code and what it printed. */
  readonly step: (id: string | undefined, inputs?: Readonly<Record<string, string>>) => { readonly code: number | null; readonly printed: string };
}

/** A runner: variables and files as GitHub sets them, and a `gh` that writes down what it was asked. */
function jobIn(t: TestContext, { root }: Repository, existing = ''): Job {
  const temp = folder(t, {
    gh: `#!/bin/bash\nif [[ "$*" == *--paginate* ]]; then printf '%s' "$GH_EXISTING"; exit "\${GH_FAIL:-0}"; fi\necho "$*" >> "$GH_LOG"\nexit "\${GH_FAIL:-0}"\n`,
  });
  fs.chmodSync(`${temp}/gh`, 0o755);
  const files = { GITHUB_OUTPUT: `${temp}/output`, GITHUB_STEP_SUMMARY: `${temp}/summary`, GH_LOG: `${temp}/log` };
  for (const file of Object.values(files)) fs.writeFileSync(file, '');
  const env: Record<string, string> = {
    PATH: `${temp}:${path.dirname(process.execPath)}:${process.env.PATH}`,
    HOME: temp,
    RUNNER_TEMP: temp,
    GITHUB_REPOSITORY: 'o/r',
    GITHUB_BASE_REF: 'main',
    GH_EXISTING: existing,
    ...files,
  };
  const outputs = (): Record<string, string> =>
    Object.fromEntries(
      fs
        .readFileSync(files.GITHUB_OUTPUT, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(/=(.*)/s, 2)),
    );
  const step: Job['step'] = (id, given = {}) => {
    const found = id === undefined ? steps.at(-1) : steps.find((candidate) => candidate.id === id);
    const value = (expression: string): string => {
      const [, from, name = ''] = /^(inputs|steps\.diff\.outputs)\.([\w-]+)$/.exec(expression) ?? [];
      if (from === 'inputs') return given[name] ?? action.inputs[name]?.default ?? '';
      if (from) return outputs()[name] ?? '';
      return expression === 'github.event.pull_request.number' ? '7' : expression === 'github.action_path' ? `${checkout}/ACTION` : 'token';
    };
    const filled = Object.entries(found?.env ?? {}).map(([name, template]): [string, string] => [
      name,
      template
        .replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => value(expression))
        .replace(`${checkout}/ACTION/dist/cli.js`, `${checkout}/cli/main.ts`),
    ]);
    const options = { cwd: root, env: { ...env, ...Object.fromEntries(filled) }, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', found?.run ?? ''], options);
    return { code: status, printed: stdout + stderr };
  };
  return { root, env, calls: () => fs.readFileSync(files.GH_LOG, 'utf8'), summary: () => fs.readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'), step };
}

function feature(t: TestContext, model: string, config = '{}'): Repository {
  const made = repository(t, { 'a.ts': agent('claude-haiku-4-5'), 'costlint.json': config });
  made.git('checkout', '-q', '-b', 'feature');
  made.commit({ 'a.ts': agent(model) });
  return made;
}

test('a change is compared, summed up, commented once, and passes', (t) => {
  const job = jobIn(t, feature(t, 'claude-opus-4-6'));
  const { code, printed } = job.step('diff', { assume: 'runsPerDay=10\n' });
  assert.equal(code, 0, printed);
  assert.match(job.summary(), /^<!-- costlint-diff -->\n### LLM cost: \+\$.* a month at 10 runs a day/);
  assert.equal(job.step('comment').code, 0);
  assert.match(job.calls(), /^api --silent --method POST repos\/o\/r\/issues\/7\/comments -F body=@.*\/costlint\/diff\.md\n$/);
  assert.equal(job.step(undefined).code, 0);
});

test('a comment of before is written over; without a change and without a comment none is written', (t) => {
  const again = jobIn(t, feature(t, 'claude-opus-4-6'), '4711\n4712\n');
  again.step('diff');
  again.step('comment');
  assert.match(again.calls(), /^api --silent --method PATCH repos\/o\/r\/issues\/comments\/4711 -F body=@/);
  const still = jobIn(t, feature(t, 'claude-haiku-4-5'));
  still.step('diff');
  assert.equal(still.step('comment').code, 0);
  assert.equal(still.calls(), '');
});

test('a budget fails the job after the comment is written', (t) => {
  const job = jobIn(t, feature(t, 'claude-opus-4-6', '{"budgets":{"perMonth":1}}'));
  assert.equal(job.step('diff').code, 0);
  job.step('comment');
  assert.match(job.calls(), /--method POST/);
  const { code, printed } = job.step(undefined);
  assert.equal(code, 1);
  assert.match(printed, /::error title=Costlint::/);
});

test('a token that may not write is a warning; a base that is not there, or an input that is a command, fails without running it', (t) => {
  const job = jobIn(t, feature(t, 'claude-opus-4-6'));
  job.step('diff');
  job.env.GH_FAIL = '1';
  const { code, printed } = job.step('comment');
  assert.equal(code, 0);
  assert.match(printed, /::warning title=Costlint::The comments of this pull request cannot be read/);
  for (const base of ['no-such', `$(touch ${job.root}/ran)`, `"; touch ${job.root}/ran; "`, '--output=ran']) {
    const failed = job.step('diff', { base });
    assert.equal(failed.code, 2, failed.printed);
    assert.match(failed.printed, /git does not know the commit or branch/);
  }
  assert.ok(!fs.existsSync(`${job.root}/ran`));
});
