/** Every SDK description against code that uses it: each billed call is seen with its model, cap and loop, and nothing else is. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { sdks } from '../../core/sdks/index.ts';
import { actual, analyze, expected, fixturesOf, type Language } from './fixture.ts';

const folder = new URL('./', import.meta.url);
const pages = readdirSync(folder).filter((name) => name.endsWith('.md'));

/** What every SDK must show in each of its languages. */
const KINDS = ['Plain call', 'Alias', 'Wrapper', 'Spread', 'Another of the same name'];

test('every SDK has a page of fixtures, and no page is left over', () => {
  assert.deepEqual(pages.map((name) => name.replace(/\.md$/, '')).sort(), sdks.map((sdk) => sdk.id).sort());
});

for (const page of pages) {
  describe(page, () => {
    const fixtures = fixturesOf(readFileSync(new URL(page, folder), 'utf8'));
    for (const fixture of fixtures) {
      test(`${fixture.title} (${fixture.language}, line ${fixture.line})`, async () => {
        const analysis = await analyze(fixture);
        assert.deepEqual(actual(analysis, fixture.code), expected(fixture.code));
        assert.deepEqual(analysis.damage, [], 'the code of the fixture has a syntax error');
      });
    }

    test('shows each kind of code in each language of the SDK', () => {
      const sdk = sdks.find((s) => s.id === page.replace(/\.md$/, ''));
      const languages: Language[] = [...(sdk?.python ? (['py'] as const) : []), ...(sdk?.typescript ? (['ts'] as const) : [])];
      for (const language of languages) {
        for (const kind of KINDS) {
          const found = fixtures.filter((f) => f.title === kind && f.language === language);
          assert.ok(found.length > 0, `${page} has no '${kind}' in ${language}`);
          if (kind === 'Spread')
            assert.ok(
              found.some((f) => f.code.includes('?spread')),
              `the '${kind}' of ${page} in ${language} says nothing of the spread`,
            );
          assert.equal(
            found.every((f) => expected(f.code).length === 0),
            kind === 'Another of the same name',
            `'${kind}' of ${page} in ${language}`,
          );
        }
      }
    });
  });
}
