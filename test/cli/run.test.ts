import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { COMMANDS } from '../../cli/commands.ts';
import { run } from '../../cli/run.ts';
import { streamOutput } from '../../cli/terminal.ts';
import { capture } from './toy.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

async function costlint(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const { terminal, out, err } = capture(process.cwd());
  return { code: await run(argv, terminal), out: out(), err: err() };
}

test('--version prints the version of the package and loads nothing of the analysis', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const result = spawnSync(
    process.execPath,
    [
      '--experimental-loader',
      'data:text/javascript,export const load=(u,c,n)=>{if(/core|ts-morph|zod/.test(u))throw new Error(u);return n(u,c)}',
      '--no-warnings',
      main,
      '--version',
    ],
    { encoding: 'utf8' },
  );
  assert.equal(result.stdout, `${version}\n`, result.stderr);
  assert.equal(result.status, 0);
});

test('help lists every command; each command explains its options, hidden ones left out', async () => {
  const overview = await costlint('--help');
  for (const { name, options } of COMMANDS) {
    assert.match(overview.out, new RegExp(`^  ${name} `, 'm'));
    const { out, code } = await costlint(name, '--help');
    assert.equal(code, 0);
    for (const [option, { hidden }] of Object.entries(options)) assert.equal(out.includes(`--${option}`), !hidden, `${name} --${option}`);
    assert.equal((await costlint('help', name)).out, out);
  }
});

test('what is not understood exits with 2 and says what was probably meant', async () => {
  const cases: readonly (readonly [string[], RegExp])[] = [
    [['chekc'], /unknown command chekc, did you mean check\?/],
    [['--verson'], /unknown option --verson, did you mean --version\?/],
    [['check', '--formt=json'], /unknown option --formt, did you mean --format\?/],
    [['check', '-x'], /unknown option -x/],
    [['check', '--format', 'jsom'], /--format cannot be "jsom", did you mean "json"\?/],
    [['check', '--format'], /--format needs a value: text, json, sarif, markdown/],
    [['check', '--fix=yes'], /--fix takes no value/],
    [['check', '--max-warnings', '-1'], /--max-warnings needs a whole number|needs a value/],
    [['check', '--max-warnings', 'few'], /--max-warnings needs a whole number, not "few"/],
    [['check', 'no/such/place'], /no such file or directory: no\/such\/place/],
    [['count'], /give a file/],
    [['count', 'x.md'], /--model is needed/],
    [['check', '--fail-on', 'bad'], /--fail-on cannot be "bad"\. It takes error/],
    [['lsp'], /start it with --stdio/],
    [['lsp', '--stdio', 'file'], /nothing is expected beside the options: file/],
    [['gateway', '5'], /nothing is expected beside the options: 5/],
    [['rules', 'no-output'], /unknown rule no-output, did you mean no-output-cap\?/],
    [['rules', 'cache-dynamic'], /unknown rule cache-dynamic, did you mean cache-dynamic-prefix\?/],
  ];
  for (const [argv, message] of cases) {
    const { code, err, out } = await costlint(...argv);
    assert.equal(code, 2, argv.join(' '));
    assert.match(err, message);
    assert.equal(out, '');
  }
});

test('a reader that closes early ends the command without a word', async () => {
  const child = spawn(process.execPath, [main, 'rules', '--format', 'json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(err, '');
  assert.equal(code, 0);
});

test('output that cannot be written is said in a line and is no result', { skip: !existsSync('/dev/full') }, () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [main, 'rules'], { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
  closeSync(full);
  assert.deepEqual([status, stderr], [2, 'costlint: the output cannot be written: the disk is full\n']);
});

test('a terminal that was not told its size is not taken for one without room', () => {
  const write = (): boolean => true;
  assert.equal(streamOutput({ write, isTTY: true, columns: 0 }).columns, undefined);
  assert.equal(streamOutput({ write, isTTY: true, columns: 120 }).columns, 120);
});
