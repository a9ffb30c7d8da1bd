import { execFileSync } from 'node:child_process';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { get_encoding } from 'tiktoken';
import { loadTokenizer } from '../../core/tokens/encodings.ts';
import { createCounter } from '../../core/tokens/index.ts';
import { median } from './regression.ts';

const ROUNDS = 5;

/** Megabytes of UTF-8 a second, the median of some rounds after one to warm up; every counter on the same texts in one run. */
export async function speedLines(samples: Readonly<Record<string, readonly string[]>>): Promise<string[]> {
  const o200k = await loadTokenizer('o200k_base');
  const tiktoken = get_encoding('o200k_base');
  const counters: Record<string, (text: string) => unknown> = {
    'Costlint, OpenAI': (text) => o200k.count(text),
    'gpt-tokenizer 4': (text) => countTokens(text, { disallowedSpecial: new Set() }),
    tiktoken: (text) => tiktoken.encode(text, [], []).length,
  };
  const lines = [
    `| texts | MB | ${Object.keys(counters).join(' | ')} | Costlint, Claude, first time | again |`,
    `|---|---|${'---|'.repeat(Object.keys(counters).length + 2)}`,
  ];
  for (const [name, texts] of Object.entries(samples)) {
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const rate = (count: (text: string) => unknown): number => {
      const start = performance.now();
      for (const text of texts) count(text);
      return bytes / 1000 / (performance.now() - start);
    };
    const rates = Object.values(counters).map((count) => {
      rate(count);
      return median(Array.from({ length: ROUNDS }, () => rate(count)));
    });
    const counter = await createCounter();
    const family = counter.family('anthropic', 'claude-sonnet-4-5');
    const claude = (text: string): unknown => counter.countText(family, text);
    const shown = [...rates, rate(claude), rate(claude)].map((value) => value.toFixed(1));
    lines.push(`| ${name} | ${(bytes / 1e6).toFixed(1)} | ${shown.join(' | ')} |`);
  }
  return lines;
}

/** Milliseconds from a fresh process's import to the first count, the median of five. */
export function loadLines(): string[] {
  const root = new URL('../../', import.meta.url);
  const scripts: Record<string, string> = {
    'Costlint, createCounter': `const { createCounter } = await import(${JSON.stringify(new URL('core/tokens/index.ts', root).href)}); const c = await createCounter(); c.countText(c.family('anthropic', 'claude-sonnet-4-5'), 'one two');`,
    'Costlint, OpenAI only': `const { loadTokenizer } = await import(${JSON.stringify(new URL('core/tokens/encodings.ts', root).href)}); (await loadTokenizer('o200k_base')).count('one two');`,
    'gpt-tokenizer 4': `const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base'); countTokens('one two');`,
    tiktoken: `const { get_encoding } = await import('tiktoken'); get_encoding('o200k_base').encode('one two');`,
  };
  const rows = Object.entries(scripts).map(([name, script]) => {
    const timed = `const start = performance.now(); ${script} console.log(performance.now() - start);`;
    const times = Array.from({ length: 5 }, () =>
      Number(execFileSync(process.execPath, ['--input-type=module', '-e', timed], { cwd: root, encoding: 'utf8' })),
    );
    return `| ${name} | ${median(times).toFixed(0)} |`;
  });
  return ['| load and first count | ms |', '|---|---|', ...rows];
}
