/**
 * What the gateway adds to a call, beside direct calls, a bare pass-through of the same HTTP parts, and other gateways, all in one run: `npm run bench:gateway`.
 * Everything of the gateway is on: ledger on disk, three limits, circuit breaker, socket. What is measured runs in processes of its own, the load in this one; they take turns
 * round after round, so that a busy moment of the machine meets all of them. Prints the table and writes it into docs/benchmarks.md. Options:
 *
 *   --rounds N       how often each has its turn; the median counts; default 5
 *   --seconds S      length of each measurement; default 2
 *   --calls N        calls after which memory is read; default 100000
 *   --no-peers       without other gateways
 *   --peers-in DIR   where these are installed and kept; default: a folder among the temporary files
 *   --gateway FILE   another build; default dist/gateway.js
 *   --dry            print, do not write docs/benchmarks.md
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './bench/stats.ts';
import { heading } from './bench/tables.ts';
import { type Load, loadFor, loadOf } from './bench-gateway/load.ts';
import { peersIn, type Subject } from './bench-gateway/peers.ts';
import { freePort, memoryOf, processorMs, start } from './bench-gateway/processes.ts';
import { ANTHROPIC, OPENAI, type Shape } from './bench-gateway/shapes.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const own = (name: string): string => join(root, 'scripts/bench-gateway', name);
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : (process.argv[at + 1] ?? '');
};
const isOn = (name: string): boolean => process.argv.includes(`--${name}`);

const rounds = Number(option('rounds') ?? 5);
const seconds = Number(option('seconds') ?? 2);
const calls = Number(option('calls') ?? 100_000);
const CONNECTIONS = 32;
/** Until the code is compiled as well as it will be; slow ones get there in as many seconds. */
const WARM_UP = { calls: 20_000, seconds: 10 };
const STARTS = 3;
const PARTS = 10;
/** For the calls before memory is read. */
const MEMORY_SECONDS = 60;

const folder = mkdtempSync(join(tmpdir(), 'costlint-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function costlint(name: string, shape: Shape): Subject {
  const entry = option('gateway') ?? join(root, 'dist/gateway.js');
  return {
    name,
    shape,
    program: (port, provider) => {
      const upstreams = { openai: provider, anthropic: provider };
      const options = { port, stateDir: join(folder, `state-${port}`), session: 1e6, daily: 1e6, agentDaily: 1e6, upstreams };
      return { args: [entry], env: { COSTLINT_GATEWAY: JSON.stringify({ options }) } };
    },
  };
}

const DIRECT = 'direct';
const BARE = 'bare pass-through';
const COSTLINT = 'Costlint';

interface Turn {
  readonly one: Load;
  readonly many: Load;
  readonly streams: Load;
  /** Processor time, µs a call and a stream. */
  readonly perCall: number;
  readonly perStream: number;
}

interface Running {
  readonly name: string;
  readonly url: string;
  readonly shape: Shape;
  readonly pid: number;
  readonly firstAnswerMs: number;
  readonly turns: Turn[];
  /** After each tenth of the calls, MB. */
  readonly memory: (number | undefined)[];
  calls: number;
  stop(): Promise<void>;
}

/** Started several times, the last of which stays. */
async function running(subject: Subject, provider: string): Promise<Running> {
  const starts: number[] = [];
  for (;;) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const { pid, firstAnswerMs, stop } = await start(subject.program(port, provider), url, subject.shape);
    starts.push(firstAnswerMs);
    if (starts.length === STARTS)
      return { name: subject.name, url, shape: subject.shape, pid, firstAnswerMs: median(starts), turns: [], memory: [], calls: 0, stop };
    await stop();
  }
}

async function takeTurn({ url, shape, pid }: Running): Promise<Turn> {
  const one = await loadFor({ url, shape, connections: 1 }, seconds);
  const atFirst = processorMs(pid);
  const many = await loadFor({ url, shape, connections: CONNECTIONS }, seconds);
  const between = processorMs(pid);
  const streams = await loadFor({ url, shape, connections: CONNECTIONS, streamed: true }, seconds);
  const cost = (from: number, to: number, load: Load): number => ((to - from) * 1000) / load.calls;
  return { one, many, streams, perCall: cost(atFirst, between, many), perStream: cost(between, processorMs(pid), streams) };
}

/** Slow ones make fewer calls. */
async function readMemory(one: Running): Promise<void> {
  const { url, shape, pid, memory } = one;
  for (let part = 1; part <= PARTS; part++) {
    const { calls: made } = await loadOf({ url, shape, connections: CONNECTIONS }, Math.ceil(calls / PARTS), MEMORY_SECONDS / PARTS);
    one.calls += made;
    memory.push(memoryOf(pid));
  }
}

const whole = (value: number | undefined): string => (value === undefined || Number.isNaN(value) ? '–' : Math.round(value).toLocaleString('en-US'));
const of = (one: Running, pick: (turn: Turn) => number): number => median(one.turns.map(pick));
/** Median of what each round shows, since rounds differ more than subjects. */
const against = (a: Running, b: Running | undefined, combine: (a: Turn, b: Turn) => number): number =>
  b ? median(a.turns.map((turn, round) => combine(turn, b.turns[round] ?? turn))) : Number.NaN;

function table(all: readonly Running[]): string {
  const [direct, bare, mine] = [DIRECT, BARE, COSTLINT].map((name) => all.find((one) => one.name === name));
  const head = [
    '',
    'added p50, ms',
    'added p99, ms',
    'calls/s',
    'of the bare one',
    'µs a call',
    'streams/s',
    'of the bare one',
    'µs a stream',
    'first answer, ms',
    `memory after ${whole(calls)}, MB`,
  ];
  const rows = all.map((one) => {
    const share = (pick: (turn: Turn) => number): string => {
      const value = against(one, bare, (a, b) => pick(a) / pick(b));
      return Number.isNaN(value) ? '–' : `${Math.round(value * 100)} %`;
    };
    const failed = one.turns.reduce((sum, { one: a, many, streams }) => sum + a.failed + many.failed + streams.failed, 0);
    return [
      failed > 0 ? `${one.name} (${failed} failed)` : one.name,
      against(one, direct, (a, b) => a.one.p50 - b.one.p50).toFixed(2),
      against(one, direct, (a, b) => a.one.p99 - b.one.p99).toFixed(2),
      whole(of(one, ({ many }) => many.perSecond)),
      share(({ many }) => many.perSecond),
      whole(of(one, ({ perCall }) => perCall)),
      whole(of(one, ({ streams }) => streams.perSecond)),
      share(({ streams }) => streams.perSecond),
      whole(of(one, ({ perStream }) => perStream)),
      whole(one.firstAnswerMs),
      one.calls < calls && one.calls > 0 ? `${whole(one.memory.at(-1))} (${whole(one.calls)})` : whole(one.memory.at(-1)),
    ];
  });
  const times = all
    .filter(({ name }) => ![DIRECT, BARE].includes(name) && !name.startsWith(COSTLINT))
    .map((peer) => {
      const like = peer.shape.path === ANTHROPIC.path ? all.find(({ name, shape }) => name.startsWith(COSTLINT) && shape === ANTHROPIC) : mine;
      const ratio = (pick: (turn: Turn) => number): string => (like ? against(like, peer, (a, b) => pick(a) / pick(b)).toFixed(1) : '–');
      return `${ratio(({ many }) => many.perSecond)} times the calls and ${ratio(({ streams }) => streams.perSecond)} times the streams of ${peer.name}`;
    });
  const memory = mine ? `Memory of Costlint after each tenth of ${whole(mine.calls)} calls: ${mine.memory.map(whole).join(', ')} MB.` : '';
  return [
    [head, ['---', ...head.slice(1).map(() => '---:')], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    [times.length > 0 ? `Costlint does ${times.join(', ')}.` : '', memory].filter(Boolean).join(' '),
  ].join('\n\n');
}

function write(text: string): void {
  const file = join(root, 'docs/benchmarks.md');
  const marked = /(<!-- gateway:start[^>]*-->\n)[\s\S]*?(<!-- gateway:end -->)/;
  const before = readFileSync(file, 'utf8');
  if (!marked.test(before)) throw new Error('docs/benchmarks.md has no gateway markers');
  writeFileSync(
    file,
    before.replace(marked, (_, begin: string, end: string) => `${begin}\n${text}\n\n${end}`),
  );
}

async function main(): Promise<void> {
  const port = await freePort();
  const provider = `http://127.0.0.1:${port}`;
  const upstream = await start({ args: ['--no-warnings', own('provider.ts'), String(port)] }, provider, OPENAI);
  const bare: Subject = {
    name: BARE,
    shape: OPENAI,
    program: (at, target) => ({ args: ['--no-warnings', own('bare.ts'), String(at), target] }),
  };
  const others = isOn('no-peers') ? [] : peersIn(option('peers-in') ?? join(tmpdir(), 'costlint-bench-peers'), provider);
  const subjects = [bare, costlint(COSTLINT, OPENAI), costlint(`${COSTLINT}, Anthropic’s API`, ANTHROPIC), ...others];
  const all: Running[] = [{ name: DIRECT, url: provider, shape: OPENAI, turns: [], memory: [], calls: 0, ...upstream }];
  for (const subject of subjects) all.push(await running(subject, provider));
  for (const { url, shape } of all) {
    await loadOf({ url, shape, connections: CONNECTIONS }, WARM_UP.calls, WARM_UP.seconds);
    await loadOf({ url, shape, connections: CONNECTIONS, streamed: true }, WARM_UP.calls / 4, WARM_UP.seconds);
  }
  for (let round = 0; round < rounds; round++) for (const one of all) one.turns.push(await takeTurn(one));
  for (const one of all.slice(1)) await readMemory(one);
  const command = `npm run bench:gateway -- --rounds ${rounds} --seconds ${seconds}${calls === 100_000 ? '' : ` --calls ${calls}`}`;
  const text = `${heading(command, new Date().toISOString().slice(0, 10))}\n\n${table(all)}`;
  console.log(text);
  if (!isOn('dry')) write(text);
  await Promise.all(all.map((one) => one.stop()));
}

await main();
process.exit(0);
