/**
 * Precision on code that nobody here wrote.
 *
 *   node scripts/precision.mjs draw --corpus DIR [--n 220] [--seed 20261123] > sample.json     findings drawn at random from every repository below DIR
 *   node scripts/precision.mjs score                                                           docs/precision/verdicts.jsonl → the table of docs/benchmarks.md
 *
 * DIR holds one folder a repository, named owner+name. A verdict is a line {"repository", "path", "line", "rule", "verdict": "right"|"wrong", "why"}: no code.
 * Run it after `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './lib/paths.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { corpus: { type: 'string' }, n: { type: 'string', default: '220' }, seed: { type: 'string', default: '20261123' } },
});

/** Mulberry32: the same numbers from the same seed on every machine. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function check(directory) {
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'dist/cli.js'), 'check', directory, '--format', 'json', '--fail-on', 'never'],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    },
  );
  if (status !== 0) throw new Error(`${directory}: exit ${status}: ${stderr.slice(0, 500)}`);
  return JSON.parse(stdout);
}

function draw() {
  if (!values.corpus) throw new Error('--corpus DIR is missing');
  const all = [];
  const known = {};
  const repositories = readdirSync(values.corpus).sort();
  for (const name of repositories) {
    const { calls, findings } = check(join(values.corpus, name));
    for (const call of calls) {
      known[call.language] ??= { calls: 0, model: 0, tokens: 0, cost: 0 };
      const row = known[call.language];
      row.calls++;
      if (call.model.value !== null) row.model++;
      if (call.inputTokens.static > 0) row.tokens++;
      if (call.cost !== null) row.cost++;
    }
    for (const { rule, path, line, severity, message } of findings)
      all.push({ repository: name.replace('+', '/'), path, line, rule, severity, message });
  }
  const next = random(Number(values.seed));
  const sample = all
    .map((finding) => ({ finding, at: next() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, Number(values.n))
    .map(({ finding }) => finding);
  return { drawn: sample.length, of: all.length, seed: Number(values.seed), repositories: repositories.length, known, sample };
}

/** Wilson's interval at 95 %: honest for shares near 1. */
function interval(right, n) {
  const z = 1.96;
  const p = right / n;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return `${(100 * (middle - half)).toFixed(0)}–${Math.min(100, 100 * (middle + half)).toFixed(0)} %`;
}

function score() {
  const lines = readFileSync(join(root, 'docs/precision/verdicts.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const rules = new Map();
  for (const { rule, verdict } of lines) {
    const row = rules.get(rule) ?? { right: 0, n: 0 };
    row.n++;
    if (verdict === 'right') row.right++;
    rules.set(rule, row);
  }
  const right = lines.filter((l) => l.verdict === 'right').length;
  const row = (name, r) => `| ${name} | ${r.n} | ${r.right} | ${((100 * r.right) / r.n).toFixed(0)} % | ${interval(r.right, r.n)} |`;
  const table = [
    '| rule | findings read | right | precision | 95 % interval |',
    '|---|---|---|---|---|',
    ...[...rules].sort(([, a], [, b]) => b.n - a.n).map(([name, r]) => row(`\`${name}\``, r)),
    row('**all**', { right, n: lines.length }),
  ].join('\n');
  const path = join(root, 'docs/benchmarks.md');
  const text = readFileSync(path, 'utf8');
  const marked = /(<!-- precision:start[^>]*-->)[\s\S]*?(<!-- precision:end -->)/;
  if (!marked.test(text)) throw new Error('docs/benchmarks.md has no precision markers');
  writeFileSync(path, text.replace(marked, `$1\n\n${table}\n\n$2`));
  return table;
}

const [command] = positionals;
if (command === 'draw') process.stdout.write(`${JSON.stringify(draw(), null, 1)}\n`);
else if (command === 'score') console.log(score());
else {
  console.error('precision: draw or score; see the head of scripts/precision.mjs');
  process.exit(2);
}
