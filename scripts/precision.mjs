/**
 * Precision and recall on code that nobody here wrote.
 *
 *   node scripts/precision.mjs draw --corpus DIR [--n 220] [--seed 20261123] > sample.json     findings drawn at random from every repository below DIR
 *   node scripts/precision.mjs score                                                           docs/precision/*.jsonl → the tables of docs/benchmarks.md
 *
 * DIR holds one folder a repository, named owner+name. A verdict is a line {"repository", "path", "line", "rule", "verdict": "right"|"wrong", "why"}: no code.
 * For recall, whole files are read before anything is run: {"sample", "repository", "path", "line", "rule", "found": true|false, "why"} is a finding that should
 * be there, and a line with a verdict instead of "found" is one that was reported without being expected.
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

const read = (name) =>
  readFileSync(join(root, 'docs/precision', name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** A row for each group and one for all, the largest first. */
function rows(lines, group, isGood) {
  const row = (name, of) => {
    const good = of.filter(isGood).length;
    return `| ${name} | ${of.length} | ${good} | ${((100 * good) / of.length).toFixed(0)} % | ${interval(good, of.length)} |`;
  };
  const names = [...new Set(lines.map(group))];
  const groups = names.map((name) => [name, lines.filter((line) => group(line) === name)]).sort(([, a], [, b]) => b.length - a.length);
  return [...groups.map(([name, of]) => row(name, of)), row('**all**', lines)];
}

const byRule = ({ rule }) => `\`${rule}\``;

const precisionTable = () => [
  '| rule | findings read | right | precision | 95 % interval |',
  '|---|---|---|---|---|',
  ...rows(read('verdicts.jsonl'), byRule, ({ verdict }) => verdict === 'right'),
];

function recallTable() {
  const lines = read('recall.jsonl');
  const expected = lines.filter(({ found }) => found !== undefined);
  const reported = lines.filter(({ found }) => found !== false);
  const samples = [...new Set(lines.map(({ sample }) => sample))].sort();
  return [
    ...samples.flatMap((sample) => [
      `| ${sample}: rule | expected | found | recall | 95 % interval |`,
      '|---|---|---|---|---|',
      ...rows(
        expected.filter((line) => line.sample === sample),
        byRule,
        ({ found }) => found,
      ),
      '',
    ]),
    '| what was reported in the same files | findings | right | precision | 95 % interval |',
    '|---|---|---|---|---|',
    ...rows(
      reported,
      ({ sample }) => sample,
      ({ found, verdict }) => found === true || verdict === 'right',
    ),
  ];
}

function score() {
  const path = join(root, 'docs/benchmarks.md');
  let text = readFileSync(path, 'utf8');
  const tables = { precision: precisionTable().join('\n'), recall: recallTable().join('\n') };
  for (const [name, table] of Object.entries(tables)) {
    const marked = new RegExp(`(<!-- ${name}:start[^>]*-->)[\\s\\S]*?(<!-- ${name}:end -->)`);
    if (!marked.test(text)) throw new Error(`docs/benchmarks.md has no markers for ${name}`);
    text = text.replace(marked, (_, start, end) => `${start}\n\n${table}\n\n${end}`);
  }
  writeFileSync(path, text);
  return Object.values(tables).join('\n\n');
}

const [command] = positionals;
if (command === 'draw') process.stdout.write(`${JSON.stringify(draw(), null, 1)}\n`);
else if (command === 'score') console.log(score());
else {
  console.error('precision: draw or score; see the head of scripts/precision.mjs');
  process.exit(2);
}
