import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProject } from '../../core/analyze.ts';
import { configSchema } from '../../core/config.ts';
import { breachesOf, type CostDiff, compare, type DiffFile } from '../../core/diff/index.ts';
import { javascript, typescript } from '../../core/frontends/typescript.ts';
import { createCounter } from '../../core/tokens/index.ts';

const counter = await createCounter();

type Files = Readonly<Record<string, string>>;

function analysed(files: Files): DiffFile[] {
  const read = (path: string): string | undefined => files[path.slice('/w/'.length)];
  const host = { read, stat: (path: string) => (read(path) === undefined ? undefined : ('file' as const)) };
  const project = createProject({
    host,
    root: '/w',
    frontends: [typescript, javascript],
    counter,
    config: configSchema.parse({}),
    today: '2026-11-23',
  });
  const paths = Object.keys(files);
  project.setFiles(paths.map((path) => `/w/${path}`));
  return paths.map((path) => {
    const { calls, findings } = project.analyze(`/w/${path}`);
    return { path, text: files[path] ?? '', calls, findings };
  });
}

const diff = (before: Files, after: Files): CostDiff =>
  compare({ before: analysed(before), after: analysed(after), changed: new Set(), nameOf: (path) => path });

const call = (options: string): string => `await client.messages.create({ ${options} });\n`;
const file = (...calls: readonly string[]): string =>
  `import Anthropic from '@anthropic-ai/sdk';\nconst client = new Anthropic();\nexport async function run(text: string) {\n${calls.map((line) => `  ${line}`).join('')}}\n`;
const plain = (model: string, system: string, max = 100): string =>
  call(`model: '${model}', max_tokens: ${max}, system: '${system}', messages: [{ role: 'user', content: text }]`);

const HAIKU = 'claude-haiku-4-5';
const OPUS = 'claude-opus-4-6';
const what = ({ calls }: CostDiff): string[] => calls.map(({ kind, reasons }) => `${kind} ${reasons.join('; ')}`.trim());

test('a call that is put before others like it is the new one; the others stay what they are', () => {
  const [a, b] = [plain(HAIKU, 'Sort the tickets by urgency and topic.'), plain(HAIKU, 'Translate the answer to plain French.')];
  const fresh = plain(OPUS, 'Write a long report on the quarter.');
  const result = diff({ 'a.ts': file(a, b) }, { 'a.ts': file(fresh, a, b) });
  assert.deepEqual(what(result), ['added']);
  assert.equal(result.calls[0]?.after?.index, 0);
  assert.equal(result.unchanged, 2);
});

test('the same calls in another order are no change', () => {
  const calls = [plain(HAIKU, 'Sort the tickets.'), plain(OPUS, 'Judge the tickets.'), plain(HAIKU, 'Name the tickets.')];
  assert.deepEqual(what(diff({ 'a.ts': file(...calls) }, { 'a.ts': file(...calls.toReversed()) })), []);
});

test('each option that costs is named as the reason', () => {
  const base = plain(HAIKU, 'Be brief.');
  const cases: readonly (readonly [string, RegExp])[] = [
    [plain(OPUS, 'Be brief.'), /^changed model claude-haiku-4-5 → claude-opus-4-6$/],
    [plain(HAIKU, 'Be brief.', 4000), /^changed output cap 100 → 4,000$/],
    [plain(HAIKU, 'Be brief and say where you know it from.'), /^changed prompt [\d,]+ → [\d,]+ tokens$/],
    [`for (let i = 0; i < 7; i++) ${base}`, /^changed .*calls a run 1 → 7/],
  ];
  for (const [after, expected] of cases) assert.match(what(diff({ 'a.ts': file(base) }, { 'a.ts': file(after) })).join('|'), expected);
});

test('a move to another SDK with the same prompt is one change, not one call gone and one new', () => {
  const system = 'Read the ticket, name the product it is about, and say in one sentence what the customer wants from us.';
  const openai = `import OpenAI from 'openai';\nconst client = new OpenAI();\nexport async function run(text: string) {\n  await client.chat.completions.create({ model: 'gpt-5.4-mini', max_completion_tokens: 100, messages: [{ role: 'system', content: '${system}' }, { role: 'user', content: text }] });\n}\n`;
  const [only, ...more] = what(diff({ 'a.ts': file(plain(HAIKU, system)) }, { 'a.ts': openai }));
  assert.match(only ?? '', /^changed SDK anthropic messages → openai chat; model claude-haiku-4-5 → gpt-5\.4-mini/);
  assert.deepEqual(more, []);
});

test('totals are exact sums, and their difference is the sum of the differences', () => {
  const before = { 'a.ts': file(plain(HAIKU, 'One.'), plain(OPUS, 'Two.')), 'b.ts': file(plain(OPUS, 'Three.')) };
  const after = {
    'a.ts': file(plain(OPUS, 'One.')),
    'c.ts': file(plain(HAIKU, 'Four, and quite another thing.'), plain(HAIKU, 'Five.'), plain(HAIKU, 'Six.')),
  };
  const result = diff(before, after);
  for (const key of ['run', 'month'] as const) {
    const sum = result.calls.reduce((total, { cost }) => total + (cost?.[key].expected ?? 0), 0);
    assert.equal(result.change[key].expected, sum);
    assert.equal(result.after[key].expected - result.before[key].expected, sum);
  }
  const back = diff(after, before);
  assert.equal(back.change.month.expected, -result.change.month.expected);
});

test('a finding stays the same when its call moves or its figures change, and is new when the code is', () => {
  const loop = (system: string): string =>
    `const messages = [{ role: 'user', content: text }];\n  while (true) {\n    const reply = ${call(`model: '${OPUS}', max_tokens: 100, system: '${system}', messages`).trim()}\n    messages.push({ role: 'assistant', content: reply.content[0].text });\n  }\n`;
  const before = { 'a.ts': file(loop('Short.')) };
  const edited = diff(before, { 'a.ts': `// moved\n${file(loop('Say what you know. '.repeat(60)))}` });
  const rules = [...edited.newFindings, ...edited.goneFindings].map(({ finding }) => finding.rule);
  assert.ok(!rules.includes('unbounded-loop') && !rules.includes('no-budget-guard'), rules.join());
  assert.equal(edited.calls.length, 1);
  const fixed = diff(before, { 'a.ts': file(plain(OPUS, 'Short.')) });
  assert.ok(fixed.goneFindings.some(({ finding }) => finding.rule === 'unbounded-loop'));
  const worse = diff({ 'a.ts': file(plain(OPUS, 'Short.')) }, before);
  assert.ok(worse.newFindings.some(({ finding }) => finding.rule === 'unbounded-loop'));
});

test('of several globs the last that sets a ceiling wins; a call without a price exceeds nothing', () => {
  const result = diff({}, { 'src/a.ts': file(plain(OPUS, 'Short.'), plain(OPUS, 'Short.').replace(`'${OPUS}'`, 'text')) });
  const matches = (glob: string, path: string): boolean => path.startsWith(glob);
  const breaches = breachesOf(
    result,
    { perCall: 100, perMonth: 0.01, paths: { src: { perCall: 0.001, perMonth: 1e9 }, 'src/a': { perCall: 0 } } },
    matches,
  );
  assert.deepEqual(
    breaches.map(({ limit, glob, ceiling, isNew }) => ({ limit, glob, ceiling, isNew })),
    [{ limit: 'perCall', glob: 'src/a', ceiling: 0, isNew: true }],
  );
});
