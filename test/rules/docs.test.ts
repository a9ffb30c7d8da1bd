/** Lints every example in docs/rules: a `bad` block has the finding that the page is about, a `good` block has none of that rule. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { RULE_IDS } from '../../core/config.ts';
import { rules } from '../../core/rules/index.ts';
import { sectionsOf } from './markdown.ts';
import { analyzeCode, damageOf, isReady } from './project.ts';

const folder = new URL('../../docs/rules/', import.meta.url);
const page = (rule: string): string => readFileSync(new URL(`${rule}.md`, folder), 'utf8');

test('every rule has a page, and every page a rule', () => {
  const pages = readdirSync(folder)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => name.slice(0, -3));
  assert.deepEqual(pages.sort(), [...RULE_IDS].sort());
});

test('a page says what the rule costs, shows bad and good code, and when not to change it', () => {
  for (const { id, meta } of rules) {
    const text = page(id);
    assert.ok(text.startsWith(`# ${id}\n`), id);
    for (const heading of ['## What it costs', '## Example', '## Better', '## When not to change it'])
      assert.ok(text.includes(`${heading}\n`), `${id}: ${heading}`);
    assert.ok(text.includes(`Default severity: \`${meta.severity}\``), `${id}: default severity`);
    for (const language of ['ts', 'py'])
      for (const kind of ['bad', 'good']) assert.ok(text.includes(`\`\`\`${language} ${kind}\n`), `${id}: ${language} ${kind}`);
  }
});

test('the list of rules names every rule with its summary and severity', () => {
  const list = page('README');
  for (const { id, meta } of rules) assert.ok(list.includes(`| [${id}](${id}.md) | ${meta.category} | ${meta.severity} | ${meta.summary} |`), id);
});

for (const rule of RULE_IDS) {
  describe(rule, { skip: !isReady && 'the pipeline is not there yet' }, () => {
    for (const section of sectionsOf(page(rule))) {
      for (const { language, kind, code, line } of section.blocks) {
        test(`${section.title}, ${language} ${kind} (line ${line})`, async () => {
          assert.equal(await damageOf(language, code), 0);
          const { findings, calls } = await analyzeCode(language, code, section.observed);
          assert.ok(calls.length > 0, 'the example calls a model');
          assert.equal(
            findings.some((finding) => finding.rule === rule),
            kind === 'bad',
            findings.map(({ message }) => message).join('\n'),
          );
        });
      }
    }
  });
}
