/**
 * Fits the token estimates that core/tokens ships: weights per feature, overheads, error sizes. Reads counted requests and texts that are not part
 * of the project, and writes numbers only (docs/decisions/tokens.md says which and why).
 *
 *   node scripts/fit-tokens.ts --data DIR --list > texts.jsonl        words and texts that need the reference's counts
 *   PYTHONPATH=CTOK python scripts/fit/reference_counts.py < texts.jsonl > counts.jsonl
 *   node scripts/fit/reference_gemini.ts FOLDER < texts.jsonl > gemini.jsonl
 *   node scripts/fit-tokens.ts --data DIR --reference texts.jsonl counts.jsonl gemini.jsonl --write
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadRanks } from '../core/tokens/encodings.ts';
import { coveredWords } from '../core/tokens/words.ts';
import { readData, requestTexts } from './fit/data.ts';
import { crossValidate, fitAll, loadTokenizers } from './fit/model.ts';
import type { ReferenceCount } from './fit/rows.ts';
import { packWords, writeFitted } from './fit/write.ts';

const { values, positionals } = parseArgs({
  options: { data: { type: 'string' }, list: { type: 'boolean' }, reference: { type: 'boolean' }, write: { type: 'boolean' } },
  allowPositionals: true,
});
if (!values.data) throw new Error('--data DIR: where recorded-calls.jsonl.gz and claude-count-tokens.jsonl.gz are');

const capital = (word: string): string => (word[0] as string).toUpperCase() + word.slice(1);
const probes = (word: string): string[] => [`a ${word}`, `a ${capital(word)}`];

const data = readData(values.data);
const words = coveredWords(await loadRanks('o200k_base'));

if (values.list) {
  const texts = [...words.flatMap(probes), ...requestTexts(data.calls).map(({ text }) => text), ...data.texts.map(({ text }) => text)];
  process.stdout.write(texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
} else {
  const [texts, counts, gemini] = positionals.map((path) =>
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  if (!texts || !counts || !gemini) throw new Error('--reference TEXTS COUNTS GEMINI: the output of --list and of the two reference scripts');
  const reference = new Map<string, ReferenceCount>(
    texts.map(({ text }: { text: string }, at: number) => [text, { ...counts[at], ...gemini[at] } as ReferenceCount]),
  );
  const packed = packWords(words, reference, probes);
  const tokenizers = await loadTokenizers(packed);
  const folds = crossValidate(data, reference, tokenizers);
  const fitted = { ...fitAll(data, reference, tokenizers), widen: folds.widen };
  if (values.write) writeFitted(packed, fitted);
  for (const line of folds.summary) console.log(line);
}
