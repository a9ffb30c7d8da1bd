/**
 * `costlint logs` beside ccusage on the same made-up logs, in one run: are the totals equal, and how long does each take? ccusage is installed into a
 * temporary folder and runs offline. Options:
 *   --mb <n>          megabytes of logs; default 200
 *   --runs <n>        default 5; the tools take turns
 *   --ccusage <v,…>   versions; default 20.0.24 (native code) and 18.0.11 (the last in JavaScript)
 *   --cli <file>      the built command; default dist/cli.js
 *   --dry             print, do not write docs/benchmarks.md
 */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from './bench/stats.ts';
import { generateLogs } from './bench-logs/generate.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { mb: { type: 'string' }, runs: { type: 'string' }, ccusage: { type: 'string' }, cli: { type: 'string' }, dry: { type: 'boolean' } },
});
const megabytes = Number(values.mb ?? 200);
const runs = Number(values.runs ?? 5);
const versions = (values.ccusage ?? '20.0.24,18.0.11').split(',');

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-logs-'));
const home = path.join(scratch, 'home');
const env = { PATH: process.env.PATH, HOME: home, NO_COLOR: '1', LOG_LEVEL: '0', TZ: 'UTC' };

interface Tool {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly ms: number[];
  readonly cpuMs: number[];
}

function ccusage(version: string): string {
  const folder = path.join(scratch, `ccusage-${version}`);
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'package.json'), '{}');
  const native = Number(version.split('.')[0]) >= 20 ? [`@ccusage/ccusage-${process.platform}-${process.arch}@${version}`] : [];
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', `ccusage@${version}`, ...native], { cwd: folder, stdio: 'ignore' });
  const [program] = native.map(() => path.join(folder, `node_modules/@ccusage/ccusage-${process.platform}-${process.arch}/bin/ccusage`));
  // The package's own launcher sets this.
  if (program) fs.chmodSync(program, 0o755);
  return program ?? path.join(folder, 'node_modules/.bin/ccusage');
}

/** One run; `user + system` of the process and its threads as the shell's `times` gives them. */
function timed({ command, args }: Pick<Tool, 'command' | 'args'>): { readonly ms: number; readonly cpuMs: number; readonly out: string } {
  const out = path.join(scratch, 'out');
  const start = performance.now();
  const { stdout, status, stderr } = spawnSync('bash', ['-c', '"$0" "$@" > "$OUT"; code=$?; times; exit $code', command, ...args], {
    env: { ...env, OUT: out },
    encoding: 'utf8',
  });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  const children = stdout.trim().split('\n').at(-1) ?? '';
  const cpuMs = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  );
  return { ms, cpuMs, out: fs.readFileSync(out, 'utf8') };
}

interface Figures {
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
  readonly usd: number;
}

function ours(source: string): Figures {
  const { out } = timed({ command: process.execPath, args: [cli, 'logs', '--format', 'json', '--source', source] });
  const { total } = JSON.parse(out);
  const { uncachedInput = 0, cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0, output = 0 } = total.tokens;
  return { input: uncachedInput, cached: cacheRead, written: cacheWrite5m + cacheWrite1h, output, usd: total.usd };
}

function theirs(program: string, source: string): Figures {
  const { totals } = JSON.parse(timed({ command: program, args: [source, 'daily', '--offline', '--json'] }).out);
  const thoughts = source === 'gemini' ? totals.totalTokens - totals.inputTokens - totals.outputTokens - totals.cacheReadTokens : 0;
  return {
    input: totals.inputTokens,
    cached: totals.cacheReadTokens,
    written: totals.cacheCreationTokens ?? 0,
    output: totals.outputTokens + thoughts,
    usd: totals.totalCost ?? totals.costUSD,
  };
}

const cli = path.resolve(values.cli ?? path.join(root, 'dist/cli.js'));
const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const whole = (n: number): string => Math.round(n).toLocaleString('en-US');

try {
  const made = generateLogs(home, megabytes);
  const programs = versions.map((version) => ({ version, program: ccusage(version) }));
  const tools: Tool[] = [
    { name: 'costlint logs', command: process.execPath, args: [cli, 'logs', '--format', 'json'], ms: [], cpuMs: [] },
    // Before 20 it reads the logs of Claude Code alone, so that is all it is given to do.
    ...programs.map(({ version, program }) => ({
      name: `ccusage ${version}`,
      command: program,
      args: ['daily', '--offline', '--json'],
      ms: [],
      cpuMs: [],
    })),
  ];
  for (const tool of tools) timed(tool);
  for (let run = 0; run < runs; run++) {
    for (const tool of tools) {
      const { ms, cpuMs } = timed(tool);
      tool.ms.push(ms);
      tool.cpuMs.push(cpuMs);
    }
  }
  const [first] = tools;
  const speed = markdown(
    ['', 'Wall', 'Against Costlint', 'CPU', 'Against Costlint'],
    tools.map(({ name, ms, cpuMs }) => [
      name,
      `${whole(median(ms))} ms`,
      `${(median(ms) / median(first?.ms ?? ms)).toFixed(2)}×`,
      `${whole(median(cpuMs))} ms`,
      `${(median(cpuMs) / median(first?.cpuMs ?? cpuMs)).toFixed(2)}×`,
    ]),
  );
  const newest = programs[0];
  const compared = newest
    ? (
        [
          ['claude-code', 'claude'],
          ['codex', 'codex'],
          ['gemini-cli', 'gemini'],
        ] as const
      ).flatMap(([mine, other]) => {
        const [a, b] = [ours(mine), theirs(newest.program, other)];
        const row = (name: string, { input, cached, written, output, usd }: Figures): string[] => [
          name,
          whole(input),
          whole(cached),
          whole(written),
          whole(output),
          `$${usd.toFixed(6)}`,
        ];
        return [row(`${mine}, costlint`, a), row(`${mine}, ccusage ${newest.version}`, b)];
      })
    : [];
  const text = [
    `\`npm run bench:logs -- --mb ${megabytes} --runs ${runs}\`: ${whole(made.bytes / 1e6)} MB in ${made.files} made-up logs (Claude Code 70 %, Codex 20 %, Gemini CLI 10 %), ${os.cpus().length} cores, Node ${process.versions.node}. Medians; the tools take turns. ccusage before 20 reads the logs of Claude Code alone.`,
    speed,
    'Totals on these logs:',
    markdown(['', 'Uncached input', 'Cache read', 'Cache written', 'Output', 'Cost'], compared),
  ].join('\n\n');
  console.log(text);
  if (!values.dry) {
    const file = path.join(root, 'docs/benchmarks.md');
    const page = fs.readFileSync(file, 'utf8');
    const [start, end] = ['<!-- bench-logs:start (made by npm run bench:logs) -->', '<!-- bench-logs:end -->'];
    const section = `${start}\n\n${text}\n\n${end}`;
    const known = page.includes(start);
    fs.writeFileSync(
      file,
      known
        ? page.slice(0, page.indexOf(start)) + section + page.slice(page.indexOf(end) + end.length)
        : `${page.trimEnd()}\n\n## Reading local logs\n\n${section}\n`,
    );
  }
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
