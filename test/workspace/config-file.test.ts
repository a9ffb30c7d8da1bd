import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeProblem, loadConfig, parseConfigText } from '../../workspace/config-file.ts';
import { folder } from './folder.ts';

const problems = (text: string): string[] => parseConfigText('costlint.json', text).problems.map(describeProblem);

test('comments and trailing commas are allowed, defaults fill what is left out', () => {
  const { config, problems } = parseConfigText(
    'costlint.json',
    '{\n  // ours\n  "rules": { "no-output-cap": "off", },\n  "assumptions": { "runsPerDay": 5 },\n}',
  );
  assert.deepEqual(problems, []);
  assert.equal(config.rules['no-output-cap'], 'off');
  assert.equal(config.assumptions.runsPerDay, 5);
  assert.equal(config.assumptions.outputTokens, 500);
});

test('an error names file, line, column, key and what was probably meant', () => {
  assert.deepEqual(problems('{\n  "rule": {}\n}'), ['costlint.json:2:3: rule: unknown key, did you mean "rules"?']);
  assert.deepEqual(problems('{\n  "rules": {\n    "no-ouput-cap": "off"\n  }\n}'), [
    'costlint.json:3:5: rules.no-ouput-cap: unknown key, did you mean "no-output-cap"?',
  ]);
  assert.deepEqual(problems('{ "rules": { "no-output-cap": "loud" } }'), [
    'costlint.json:1:31: rules.no-output-cap: must be one of "off", "hint", "info", "warning", "error"',
  ]);
  assert.match(
    problems('{\n "assumptions": { "runsPerDay": "many" } }')[0] ?? '',
    /^costlint\.json:2:33: assumptions\.runsPerDay: must be a number$/,
  );
  assert.match(problems('{ "assumptions": { "outputTokens": -1 } }')[0] ?? '', /assumptions\.outputTokens: must be at least 0$/);
  assert.match(problems('{ "assumptions": { "fanoutItems": 1.5 } }')[0] ?? '', /assumptions\.fanoutItems: must be a whole number$/);
  assert.match(problems('{ "prices": { "m": { "input": 1 } } }')[0] ?? '', /prices\.m\.output: is missing$/);
  assert.match(problems('{ "tests": "yes", "include": "src" }').join('\n'), /include: must be a list\n.*tests: must be true or false$/);
  assert.match(problems('{ "budgets": { "paths": { "src": { "perRun": -1 } } } }')[0] ?? '', /budgets\.paths\.src\.perRun: must be at least 0$/);
});

test('broken JSON names the place', () => {
  assert.match(
    problems('{\n  "rules": {\n    "no-output-cap" "off"\n  }\n}')[0] ?? '',
    /^costlint\.json:3:21: rules\.no-output-cap: not valid JSON: colon expected$/,
  );
  assert.match(problems('')[0] ?? '', /^costlint\.json:1:1: not valid JSON/);
});

test('the file is found upwards, up to the top of the checkout', (t) => {
  const root = folder(t, { 'costlint.json': '{"minSaving": 1}', 'repo/.git/HEAD': '', 'repo/pkg/a.py': '', 'other/pkg/a.py': '' });
  assert.equal(loadConfig(`${root}/other/pkg`).config.minSaving, 1);
  assert.equal(loadConfig(`${root}/repo/pkg`).path, undefined);
});
