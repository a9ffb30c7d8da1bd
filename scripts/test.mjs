/**
 * `npm test`: everything, on a machine with Node ≥ 20 and git. Installs what it needs, runs the stages one after the other and ends with a table.
 *
 *   npm test                       all stages
 *   npm test -- unit               only these: types, lint, build, unit, package, vscode (what they need is built first)
 *   npm test -- --only pattern     the unit and VS Code suites whose file name has the pattern; if none has, the unit tests whose name has it
 *
 * COSTLINT_VSCODE=electron takes the desktop VS Code, COSTLINT_NO_INSTALL=1 never installs programs, CI=true makes a missing host or browser a failure.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './lib/install.mjs';
import { need } from './lib/need.mjs';
import { node24 } from './lib/node24.mjs';
import { cache, root } from './lib/paths.mjs';
import { killLeftovers, run } from './lib/run.mjs';
import { vscodeHost, wantsElectron } from './lib/vscode-host.mjs';

const stages = { types, lint, build, unit, package: makePackage, vscode };
const prerequisites = { unit: ['build'], package: ['build'], vscode: ['build', 'package'] };
const minutes = 60_000;
const inCI = /^(1|true)$/.test(process.env.CI ?? '');

/** @typedef {{ suite: string, passed: number, failed: number, skipped: number, ms: number, notes: string[] }} Row What one suite or step came to. */
/** @type {Row[]} */
const rows = [];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } });
const unknown = positionals.find((name) => !(name in stages));
if (unknown) {
  console.error(`no stage '${unknown}'; there are ${Object.keys(stages).join(', ')}`);
  process.exit(2);
}
const selection = select(values.only);
const named = positionals.length > 0 ? positionals : values.only ? ['unit', 'vscode'] : Object.keys(stages);
const asked = named.filter((name) => selection[name]?.length !== 0);
const wanted = new Set(asked.flatMap((name) => [...(prerequisites[name] ?? []), name]));

// What the tests start leaves nothing in the folders of whoever runs them.
process.env.NODE_DISABLE_COMPILE_CACHE = '1';
try {
  await ensureInstalled();
  for (const [name, stage] of Object.entries(stages)) {
    if (!wanted.has(name)) continue;
    console.log(`\n── ${name}`);
    await stage();
    const left = killLeftovers();
    if (left > 0) console.log(`${left} left-over processes ended`);
  }
} catch (error) {
  rows.push(row('setup', { failed: 1, notes: [error instanceof Error ? error.message : String(error)] }));
}
finish();

// ── the stages

async function types() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  for (const project of ['tsconfig.json', 'webview/tsconfig.json'].filter((file) => existsSync(join(root, file)))) {
    await step(`types (${project})`, process.execPath, [tsc, '--noEmit', '-p', project]);
  }
}

async function lint() {
  await step('lint', process.execPath, [
    join(root, 'node_modules/@biomejs/biome/bin/biome'),
    'check',
    '.',
    '--error-on-warnings',
    '--max-diagnostics=50',
  ]);
}

async function build() {
  await step('build', process.execPath, ['esbuild.mjs']);
}

async function unit() {
  const names = selection.byName ? [`--test-name-pattern=${values.only}`] : [];
  await nodeTest(selection.unit, ['--test-concurrency=2', '--test-timeout=120000', ...names], 20 * minutes);
}

async function makePackage() {
  await step('package', process.execPath, ['scripts/package.mjs', '--built']);
}

/** About 2 GB of memory, so one after the other and after everything else. */
async function vscode() {
  if (rows.some(({ suite, failed }) => failed > 0 && (suite === 'build' || suite === 'package')))
    return leaveOut('vscode', 'nothing to test: see above');
  const host = await vscodeHost();
  if (!host.host) return leaveOut('vscode', `no VS Code: ${host.reason}`);
  const browser = wantsElectron ? {} : await need('chromium');
  if (browser.reason) return leaveOut('vscode', `no browser: ${browser.reason}`);
  const env = { ...process.env, COSTLINT_INSIDE: selection.inside.join(',') };
  await nodeTest(selection.vscode, ['--test-concurrency=1', '--test-timeout=300000'], 20 * minutes, env);
}

// ── how they run

/** A step that passes or fails as a whole. */
async function step(name, command, args) {
  const { code, ms } = await run(command, args, { timeoutMs: 10 * minutes });
  rows.push(row(name, { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, ms }));
}

/** Runs files of node:test on Node 24 and takes the counts from the reporter; a run that dies before it could report has failed. */
async function nodeTest(files, options, timeoutMs, env = process.env) {
  const node = await node24();
  mkdirSync(cache, { recursive: true });
  const resultFile = join(cache, `test-result-${process.pid}.json`);
  const reporter = pathToFileURL(join(root, 'scripts/lib/test-reporter.mjs')).href;
  const args = ['--test', `--test-reporter=${reporter}`, '--test-reporter-destination=stdout', ...options, ...files];
  const { code, ms, timedOut } = await run(node, args, { timeoutMs, env: { ...env, NODE_OPTIONS: '', COSTLINT_TEST_RESULT: resultFile } });
  const results = existsSync(resultFile) ? Object.entries(JSON.parse(readFileSync(resultFile, 'utf8'))) : [];
  rmSync(resultFile, { force: true });
  const failed = results.some(([, result]) => result.failed > 0);
  for (const [file, { passed, failed, skipped, ms, failures, skips }] of results) {
    rows.push(
      row(file, { passed, failed, skipped, ms, notes: [...failures, ...skips.map(({ test, why }) => `skipped: ${test}${why ? ` (${why})` : ''}`)] }),
    );
  }
  if (code !== 0 && !failed) rows.push(row(`node --test`, { failed: 1, ms, notes: [timedOut ? 'took too long' : `ended with exit code ${code}`] }));
}

/** What cannot run here is skipped for a person and is a failure in CI, where it would hide that nothing was tested. */
function leaveOut(suite, why) {
  console.log(`${suite}: ${why}`);
  rows.push(row(suite, { [inCI ? 'failed' : 'skipped']: 1, notes: [why] }));
}

/** @returns {Row} */
function row(suite, part) {
  return { suite, passed: 0, failed: 0, skipped: 0, ms: 0, notes: [], ...part };
}

/**
 * The files to run. `inside` names the suites that run in the extension host; they are started by one of the `vscode` files.
 * @param {string | undefined} pattern
 */
function select(pattern) {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((path) => `test/${path.split(sep).join('/')}`)
    .filter((path) => !path.includes('/node_modules/'))
    .sort();
  const all = {
    unit: files.filter((file) => file.endsWith('.test.ts')),
    vscode: files.filter((file) => /^test\/vscode\/[^/]+\.suite\.ts$/.test(file)),
    inside: files.filter((file) => /^test\/vscode\/inside\/[^/]+\.mocha\.ts$/.test(file)),
  };
  if (!pattern) return { ...all, byName: false };
  const matching = (list) => list.filter((file) => file.includes(pattern));
  const chosen = { unit: matching(all.unit), vscode: matching(all.vscode), inside: matching(all.inside) };
  if (chosen.unit.length + chosen.vscode.length + chosen.inside.length === 0) return { unit: all.unit, vscode: [], inside: [], byName: true };
  const starter = all.vscode.filter((file) => chosen.inside.length > 0 && file.includes('extension-host'));
  return { ...chosen, vscode: [...new Set([...chosen.vscode, ...starter])], byName: false };
}

// ── the end

function finish() {
  const width = Math.max(...rows.map(({ suite }) => suite.length), 5);
  const line = (suite, ...cells) => console.log([suite.padEnd(width), ...cells.map((cell) => String(cell).padStart(8))].join(' '));
  console.log('');
  line('suite', 'passed', 'failed', 'skipped', 'seconds');
  for (const { suite, passed, failed, skipped, ms, notes } of rows) {
    line(suite, passed || '', failed || '', skipped || '', (ms / 1000).toFixed(1));
    for (const note of notes.slice(0, 10)) console.log(`  ${note}`);
    if (notes.length > 10) console.log(`  … and ${notes.length - 10} more`);
  }
  const sum = (key) => rows.reduce((total, entry) => total + entry[key], 0);
  const nothing = sum('passed') + sum('failed') === 0;
  if (nothing) console.log('nothing ran');
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  process.exit(sum('failed') > 0 || nothing ? 1 : 0);
}
