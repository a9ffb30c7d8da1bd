/**
 * How near the estimates are to what providers counted, on rows that were not used for the fit, beside other counters; and how fast.
 *
 *   npm run bench:tokens -- --data DIR [--reference texts.jsonl counts.jsonl gemini.jsonl] [--rivals FOLDER] [--write]
 *
 * The files are those of scripts/fit-tokens.ts; FOLDER has ai-tokenizer in its node_modules. Without --data only the speed is measured.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CLAUDE_WORD_COSTS } from '../core/tokens/claude-words.ts';
import { readData, requestTexts } from './fit/data.ts';
import { crossValidate, loadTokenizers } from './fit/model.ts';
import { accuracyLines, remainingLines } from './fit/report.ts';
import { aiTokenizerRival, charactersRival, type Rival, tiktokenRival } from './fit/rivals.ts';
import type { ReferenceCount } from './fit/rows.ts';
import { loadLines, speedLines } from './fit/speed.ts';

const { values, positionals } = parseArgs({
  options: { data: { type: 'string' }, reference: { type: 'boolean' }, rivals: { type: 'string' }, write: { type: 'boolean' } },
  allowPositionals: true,
});

const lines: string[] = [];
let samples: Record<string, readonly string[]> = {
  'own prose': [readFileSync(new URL('../docs/decisions/tokens.md', import.meta.url), 'utf8').repeat(20)],
};

if (values.data) {
  const data = readData(values.data);
  const [texts = [], counts = [], gemini = []] = positionals.map((path) =>
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  if (texts.length === 0)
    console.error(
      'without --reference TEXTS COUNTS GEMINI the fit has fewer texts to learn from: the figures are a little worse than those of the shipped table',
    );
  const reference = new Map<string, ReferenceCount>(texts.map(({ text }: { text: string }, at: number) => [text, { ...counts[at], ...gemini[at] }]));
  const rivals: Rival[] = [tiktokenRival(), ...(values.rivals ? [await aiTokenizerRival(values.rivals)] : []), charactersRival];
  const validation = crossValidate(data, reference, await loadTokenizers(CLAUDE_WORD_COSTS));
  lines.push(...accuracyLines(validation, rivals), '', ...remainingLines(validation));
  const counted = (wanted: boolean): string[] => data.texts.filter(({ set }) => (set === 'udhr') === wanted).map(({ text }) => text);
  samples = { 'prompts and tools of calls': requestTexts(data.calls).map(({ text }) => text), code: counted(false), '315 languages': counted(true) };
} else lines.push('The counted calls are not here (--data): accuracy is left out, speed is measured on this project’s own prose.');

lines.push(
  '',
  '## Speed',
  '',
  'MB of UTF-8 a second in one process, median of five rounds; “again”: texts that were counted before come from the memory of the counter.',
  '',
);
lines.push(...(await speedLines(samples)), '', ...loadLines());
console.log(lines.join('\n'));
if (values.write) {
  const page = new URL('../docs/benchmarks.md', import.meta.url);
  const marked = /(<!-- tokens:start[^>]*-->)[\s\S]*?(<!-- tokens:end -->)/;
  const body = lines.join('\n').replace(/^## /gm, '### ').trim();
  writeFileSync(
    page,
    readFileSync(page, 'utf8').replace(marked, (_, start: string, end: string) => `${start}\n\n${body}\n\n${end}`),
  );
}
