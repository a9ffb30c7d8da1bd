import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createCounter } from '../../core/tokens/index.ts';
import { FRAME, readData, scored } from '../../scripts/fit/data.ts';
import { inputOf } from '../../scripts/fit/fitting.ts';
import { quantile } from '../../scripts/fit/regression.ts';

// The counted calls are no part of the project: they lie beside a checkout, or where the variable says.
const folder = process.env.COSTLINT_TOKEN_DATA ?? new URL('../../../shared/data', import.meta.url).pathname;
const here = existsSync(`${folder}/recorded-calls.jsonl.gz`);
const without = here ? false : 'without the counted calls (COSTLINT_TOKEN_DATA): only the tests on own data run';

/** A guard against breakage, on calls that the shipped table was fitted on; how good it is on others is what `npm run bench:tokens` says. p90 in percent. */
const BOUNDS: readonly (readonly [string, RegExp, boolean, number])[] = [
  ['openai-chat', /./, true, 5],
  ['openai-responses', /./, true, 6],
  ['anthropic', /claude-(3|.*4-[0-6])/, false, 5],
  ['anthropic', /claude-(3|.*4-[0-6])/, true, 5],
  ['anthropic', /opus-4-[78]|-5/, true, 8],
  ['gemini', /./, false, 6],
  ['gemini', /./, true, 15],
];

describe('recorded calls', () => {
  for (const [provider, model, tools, bound] of BOUNDS) {
    it(`${provider} ${model.source}${tools ? ' with tools' : ''}: p90 within ${bound} %`, { skip: without }, async () => {
      const counter = await createCounter({ cl100k: true });
      const rows = readData(folder).calls.filter(
        (call) => scored(call) && call.provider === provider && model.test(call.model) && call.n_tools > 0 === tools,
      );
      const errors = rows.map((call) => Math.abs(counter.countRequest(inputOf(call)).expected / call.true_input - 1) * 100);
      assert.ok(rows.length >= 20, String(rows.length));
      assert.ok(quantile(errors, 0.9) <= bound, quantile(errors, 0.9).toFixed(1));
    });
  }

  it('counted texts: nine of ten inside the range, in both generations of Claude', { skip: without }, async () => {
    const counter = await createCounter();
    const { texts } = readData(folder);
    for (const [model, truth] of [
      ['claude-sonnet-4-5', 'v3'],
      ['claude-opus-4-7', 'v47'],
    ] as const) {
      const family = counter.family('anthropic', model);
      const inside = texts.filter((text) => {
        const { low, high } = counter.countText(family, text.text);
        const tokens = text[truth] - FRAME[truth];
        return low <= tokens && tokens <= high;
      });
      assert.ok(inside.length / texts.length > 0.87, `${model} ${inside.length / texts.length}`);
    }
  });
});
