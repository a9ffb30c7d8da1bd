/**
 * Runs the fixtures beside this file: `<rule>.md` has a TypeScript and a Python block per section, with `[|marks|]` around what the rule
 * must report, and `fixed` blocks with the code after the first fix of each finding. A block `json observed` says what the gateway saw at the calls of the section.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { RULE_IDS } from '../../core/config.ts';
import type { Finding } from '../../core/model.ts';
import { applyEdits } from './apply.ts';
import { type Block, type Section, sectionsOf, unmarked } from './markdown.ts';
import { analyzeCode, damageOf, expand, FILES, isReady, type Language } from './project.ts';

const folder = new URL('./', import.meta.url);
const fixtures = readdirSync(folder)
  .filter((name) => name.endsWith('.md'))
  .map((name) => name.slice(0, -3));

const found = async (rule: string, language: Language, code: string, observed: Section['observed']): Promise<readonly Finding[]> =>
  (await analyzeCode(language, code, observed)).findings.filter((finding) => finding.rule === rule);

/** Applies the first fix of each finding, of the last one first. */
function fixAll(code: string, findings: readonly Finding[], path: string): string {
  let fixed = code;
  for (const finding of [...findings].reverse()) {
    const edits = finding.fixes[0]?.edits ?? [];
    assert.ok(
      edits.every((edit) => edit.path === path),
      'edits stay in the file of the example',
    );
    fixed = applyEdits(fixed, edits);
  }
  return fixed;
}

async function check(rule: string, block: Block, fixed: Block | undefined, observed: Section['observed']): Promise<readonly Finding[]> {
  const { language } = block;
  const { code, spans } = unmarked(expand(block.code));
  assert.equal(await damageOf(language, code), 0, 'the example parses');
  const findings = await found(rule, language, code, observed);
  const text = ({ span }: Finding): string => code.slice(span.start, span.end);
  assert.deepEqual(
    findings.map(text),
    spans.map((span) => code.slice(span.start, span.end)),
    `${language}: what is reported`,
  );
  assert.deepEqual(
    findings.map(({ span }) => span.start),
    spans.map(({ start }) => start),
    `${language}: where it is reported`,
  );
  if (!fixed) return findings;
  const result = fixAll(code, findings, FILES[language]);
  assert.equal(result, expand(fixed.code), `${language}: the code after the fix`);
  assert.equal(await damageOf(language, result), 0, 'the fixed code parses');
  assert.deepEqual(
    (await found(rule, language, result, observed)).map(({ message }) => message),
    [],
    `${language}: the finding is gone, so a second run changes nothing`,
  );
  return findings;
}

const pick = ({ blocks }: Section, language: Language, kind: string): Block | undefined =>
  blocks.find((block) => block.language === language && block.kind === kind);

test('every rule has a fixture file, and no other file is one', () => {
  assert.deepEqual(fixtures.sort(), [...RULE_IDS].sort());
});

for (const rule of fixtures) {
  describe(rule, { skip: !isReady && 'the pipeline is not there yet' }, () => {
    for (const section of sectionsOf(readFileSync(new URL(`${rule}.md`, folder), 'utf8'))) {
      test(section.title, async () => {
        const [ts, py] = [pick(section, 'ts', ''), pick(section, 'py', '')];
        const inTs = ts && (await check(rule, ts, pick(section, 'ts', 'fixed'), section.observed));
        const inPy = py && (await check(rule, py, pick(section, 'py', 'fixed'), section.observed));
        if (!inTs || !inPy) return;
        assert.deepEqual(
          inTs.map(({ severity }) => severity),
          inPy.map(({ severity }) => severity),
          'both languages agree on the severity',
        );
        assert.deepEqual(
          inTs.map(({ fixes }) => fixes.length),
          inPy.map(({ fixes }) => fixes.length),
          'both languages offer the same fixes',
        );
      });
    }
  });
}
