import { writeFileSync } from 'node:fs';
import type { Fitted } from '../../core/tokens/counter.ts';
import { packWordCost } from '../../core/tokens/words.ts';
import type { ReferenceCount } from './rows.ts';

const folder = new URL('../../core/tokens/', import.meta.url);
const WIDTH = 140;

/** One character a word: what it costs in both generations (core/tokens/words.ts). */
export function packWords(words: readonly string[], reference: ReadonlyMap<string, ReferenceCount>, probes: (word: string) => string[]): string {
  const counted = (text: string | undefined): ReferenceCount => {
    const counts = reference.get(text ?? '');
    if (!counts) throw new Error(`no reference count of ${text}: run --list and reference_counts.py again`);
    return counts;
  };
  return words
    .map((word) => {
      const [plain, title] = probes(word).map(counted);
      // The probe is "a word": its first word is one token in both generations.
      return packWordCost(word, { v3: (plain?.v3 ?? 0) - 1, v47: (plain?.v47 ?? 0) - 1, title: (title?.v3 ?? 0) - (plain?.v3 ?? 0) });
    })
    .join('');
}

function wordsFile(packed: string): string {
  const lines = packed.match(new RegExp(`.{1,${WIDTH}}`, 'g')) ?? [];
  return `// Written by scripts/fit-tokens.ts. What each covered word costs in Claude's two tokenizers, one character a word (words.ts): counts given by
// sanderland/ctok (MIT), which reproduces Anthropic's count_tokens, for words of o200k_base.
export const CLAUDE_WORD_COSTS = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;
}

const key = (name: string): string => (/^[a-z]\w*$/i.test(name) ? name : `'${name.replaceAll("'", "\\'")}'`);

function object(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
  const inner = Object.entries(value).map(([name, item]) => `${indent}  ${key(name)}: ${object(item, `${indent}  `)},\n`);
  return inner.length ? `{\n${inner.join('')}${indent}}` : '{}';
}

export function writeFitted(packed: string, fitted: Fitted): void {
  writeFileSync(new URL('claude-words.ts', folder), wordsFile(packed));
  writeFileSync(
    new URL('fitted.ts', folder),
    `// Written by scripts/fit-tokens.ts from counted texts and recorded calls; only numbers. docs/decisions/tokens.md says what each is.
import type { Fitted } from './counter.ts';

export const FITTED: Fitted = ${object(fitted, '')};
`,
  );
}
