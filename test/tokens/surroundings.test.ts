import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { CLAUDE_WORD_COSTS } from '../../core/tokens/claude-words.ts';
import { loadRanks, loadTokenizer } from '../../core/tokens/encodings.ts';
import { FEATURE_NAMES } from '../../core/tokens/features.ts';
import { FITTED } from '../../core/tokens/fitted.ts';
import { calibrated, createCounter, fileTable, hashText, jsonlCounter, narrowed } from '../../core/tokens/index.ts';
import { createMemo } from '../../core/tokens/memo.ts';
import { coveredWords, packWordCost, unpackWordCosts } from '../../core/tokens/words.ts';

describe('costlint count --jsonl', () => {
  it('answers each line, in order, and goes on after one that cannot be read', async () => {
    const answer = jsonlCounter(await createCounter());
    const good = JSON.stringify({ provider: 'openai', model: 'gpt-4o', request: { messages: [{ role: 'user', content: 'hello' }] } });
    const answers = [good, 'not json', '[]', '{"provider":"openai"}', '{"provider":"openai","request":{"messages":[]}}', good].map((line) =>
      JSON.parse(answer(line)),
    );
    assert.deepEqual(Object.keys(answers[0]), ['low', 'expected', 'high', 'exact', 'parts']);
    assert.equal(answers[0].expected, 8);
    for (const bad of answers.slice(1, 5)) assert.equal(typeof bad.error, 'string');
    assert.deepEqual(answers[5], answers[0]);
  });
});

describe('a prompt file', () => {
  it('is shown by its sections, and as a whole', async () => {
    const counter = await createCounter();
    const rows = fileTable(counter, counter.family('anthropic', 'claude-opus-5'), '# Role\nYou help.\n\n# Rules\nBe brief. Be kind.\n');
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['Role', 'Rules', 'whole file'],
    );
    assert.equal(fileTable(counter, counter.family('openai', 'gpt-5'), 'no headings').length, 1);
  });
});

describe('calibration', () => {
  it('a counted text is exact, and several move and narrow the others, marked as such', async () => {
    const counter = await createCounter();
    const family = counter.family('anthropic', 'claude-opus-5');
    const texts = Array.from({ length: 6 }, (_, at) =>
      `Rule ${at}: answer in the language of the question, cite the page, and never guess at numbers or names. `.repeat(3 + at),
    );
    const counts = texts.map((text) => ({
      family: family.id,
      generation: family.generation,
      hash: hashText(text),
      tokens: Math.round(counter.countText(family, text).expected * 1.05),
    }));
    const with6 = calibrated(counter, counts, texts);
    const first = with6.countText(family, texts[0] as string);
    assert.deepEqual([first.exact, first.source, first.expected], [true, 'counted', counts[0]?.tokens]);
    const other = 'Another instruction that nobody has counted so far, about as long as those before it, and no more unusual than they are.';
    const before = counter.countText(family, other);
    const after = with6.countText(family, other);
    assert.equal(after.source, 'calibrated');
    assert.ok(after.expected >= before.expected && after.high - after.low <= before.high - before.low + 1);
    assert.equal(with6.countText(counter.family('anthropic', 'claude-sonnet-4-5'), other).source, 'estimated');
    assert.equal(calibrated(counter, counts.slice(0, 2), texts).countText(family, other).source, 'estimated');
  });

  it('hashes tell texts apart and hide them', () => {
    const hashes = new Set(Array.from({ length: 5000 }, (_, at) => hashText(`text ${at}`)));
    assert.equal(hashes.size, 5000);
    assert.match(hashText('secret'), /^[0-9a-f]{32}$/);
  });

  it('observed usage narrows a hole to what the known rest leaves', () => {
    const assumed = { low: 100, expected: 1000, high: 8000 };
    const seen = { low: 1500, expected: 1800, high: 2600 };
    const known = { low: 480, expected: 500, high: 520 };
    assert.deepEqual(narrowed(assumed, seen, known, 50), { low: 980, expected: 1300, high: 2120, source: 'observed' });
    assert.deepEqual(narrowed(assumed, seen, known, 3), { low: 100, expected: 1300, high: 8000, source: 'observed' });
    assert.deepEqual(narrowed(assumed, undefined, known, 0), { ...assumed, source: 'assumed' });
  });
});

describe('memory', () => {
  it('remembers what was counted last, within its bound', () => {
    const memo = createMemo<number>(100);
    let made = 0;
    const make = (): number => ++made;
    memo('f', 'a'.repeat(20), make);
    memo('f', 'a'.repeat(20), make);
    assert.equal(made, 1);
    for (let at = 0; at < 10; at++) memo('f', String(at).repeat(20), make);
    memo('f', 'a'.repeat(20), make);
    assert.equal(made, 12);
    memo('g', '9'.repeat(20), make);
    assert.equal(made, 13);
  });

  it('texts that fit are all known when they are asked for again in the same order', () => {
    const memo = createMemo<number>(100);
    let made = 0;
    for (let round = 0; round < 3; round++) for (const letter of 'abcde') memo('f', letter.repeat(20), () => ++made);
    assert.equal(made, 5);
  });
});

describe('fitted tables', () => {
  it('speak of features that exist, and cover exactly the words that the vocabulary has', async () => {
    const names = new Set(FEATURE_NAMES);
    for (const [model, { weights }] of Object.entries(FITTED.texts)) {
      for (const name of Object.keys(weights)) assert.ok(names.has(name), `${model}: ${name}`);
      assert.ok(Object.keys(weights).length > 150, model);
    }
    const words = coveredWords(await loadRanks('o200k_base'));
    assert.equal(CLAUDE_WORD_COSTS.length, words.length);
  });

  it('words survive packing', async () => {
    const table = await loadRanks('o200k_base');
    const packed = coveredWords(table)
      .map((word, at) => packWordCost(word, { v3: 1 + (at % 3), title: at % 2, v47: 1 + (at % 8) }))
      .join('');
    const costs = unpackWordCosts(await loadTokenizer('o200k_base'), table, packed);
    coveredWords(table).forEach((word, at) => {
      const cost = costs.get(word);
      assert.equal(cost?.v3, 1 + (at % 3), word);
      assert.equal(cost?.v47, 1 + (at % 8), word);
    });
    assert.equal(costs.get('qqzzqq'), undefined);
  });
});

describe('loading', () => {
  it('does not touch the vocabulary until a counter is made', () => {
    const script = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ resolve(name, context, next) { if (name.startsWith('gpt-tokenizer')) seen.push(name); return next(name, context); } });
      const { createCounter } = await import(${JSON.stringify(new URL('../../core/tokens/index.ts', import.meta.url).href)});
      const before = seen.length;
      await createCounter();
      console.log(JSON.stringify([before, seen]));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const [before, loaded] = JSON.parse(output) as [number, string[]];
    assert.equal(before, 0);
    assert.deepEqual([...new Set(loaded)], ['gpt-tokenizer/bpeRanks/o200k_base']);
  });
});
