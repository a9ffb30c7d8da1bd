/** `costlint count`: tokens of texts, and of whole requests a line at a time. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { formatTokenRange, formatUsd, plural } from '../core/format.ts';
import { costOf, modelIdOf, providerOf, quote } from '../core/pricing/index.ts';
import { createCounter, type TokenCount, type TokenCounter } from '../core/tokens/index.ts';
import { systemProblem } from '../workspace/system-error.ts';
import { decode } from '../workspace/text-file.ts';
import { type ParsedArgs, UsageError } from './args.ts';
import { coloursFor } from './colours.ts';
import type { ExitCode } from './commands.ts';
import { usd } from './formats/usd.ts';
import { linesOf, readAll } from './input.ts';
import type { Terminal } from './terminal.ts';

export async function count(args: ParsedArgs, terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = args;
  if (values.flag('jsonl')) {
    if (positionals.length > 0) throw new UsageError('--jsonl reads standard input: give no file');
    return countLines(terminal);
  }
  const model = values.text('model');
  if (positionals.length === 0) throw new UsageError('give a file, or - for standard input');
  if (model === undefined) throw new UsageError('--model is needed: each family counts differently, as --model claude-sonnet-4-6');
  // Only models of 2023 are counted with the older table: it is loaded for them alone.
  const counter = await createCounter({ cl100k: /^(.*\/)?gpt-(4|3\.5)(?![.o\d])/.test(model) });
  const rows: CountRow[] = [];
  for (const file of positionals) rows.push(countText(file, await textOf(file, terminal), model, counter));
  if (values.text('format') === 'json') terminal.out.write(`${JSON.stringify(rows.map(toJson), null, 2)}\n`);
  else terminal.out.write(asText(rows, terminal));
  return 0;
}

interface CountRow {
  readonly file: string;
  readonly model: string;
  readonly tokens: TokenCount;
  /** How the family counts, for people. */
  readonly note: string;
  /** Nano-dollars as uncached input and as cache read; undefined where the price is unknown. */
  readonly input: number | undefined;
  readonly cacheRead: number | undefined;
  /** Why there is no price. */
  readonly unpriced: string | undefined;
}

async function textOf(file: string, terminal: Terminal): Promise<string> {
  const bytes = file === '-' ? await readAll(terminal.input()) : readNamed(file, terminal);
  const decoded = decode(bytes);
  if ('problem' in decoded) throw new UsageError(`${file}: ${decoded.problem}`);
  return decoded.text;
}

function readNamed(file: string, terminal: Terminal): Uint8Array {
  try {
    return readFileSync(path.resolve(terminal.cwd, file));
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${systemProblem(error)}`);
  }
}

function countText(file: string, text: string, written: string, counter: TokenCounter): CountRow {
  const { provider, candidates } = modelIdOf(written, providerOf(written));
  const family = counter.family(provider, candidates[0] ?? written);
  const tokens = counter.countText(family, text);
  const price = quote({ provider: providerOf(written) ?? 'unknown', model: written, at: new Date() });
  const costAs = (kind: 'uncachedInput' | 'cacheRead'): number | undefined => {
    if (price.kind !== 'quote') return undefined;
    const cost = costOf(price, { [kind]: tokens.expected });
    return cost.kind === 'known' ? cost.nanoUsd : undefined;
  };
  const unpriced = price.kind === 'unknown' ? price.message : undefined;
  return { file, model: written, tokens, note: family.note, input: costAs('uncachedInput'), cacheRead: costAs('cacheRead'), unpriced };
}

const toJson = ({ file, model, tokens, input, cacheRead, unpriced }: CountRow): object => ({
  path: file,
  model,
  low: tokens.low,
  expected: tokens.expected,
  high: tokens.high,
  exact: tokens.exact,
  cost: input === undefined ? null : { input: usd(input), cacheRead: cacheRead === undefined ? null : usd(cacheRead) },
  ...(unpriced !== undefined && { unpriced }),
});

function asText(rows: readonly CountRow[], terminal: Terminal): string {
  const colours = coloursFor(terminal, terminal.out);
  const lines = rows.map((row) => {
    const tokens = row.tokens.exact ? plural(row.tokens.expected, 'token') : `${formatTokenRange(row.tokens)} tokens`;
    const read = row.cacheRead === undefined ? '' : `, ${formatUsd(row.cacheRead)} read from the cache`;
    const price = row.input === undefined ? (row.unpriced ?? 'price unknown') : `${formatUsd(row.input)} as input${read}`;
    return `${row.file}: ${colours.bold(tokens)} ${colours.dim(`(${row.model})`)}; ${price}\n`;
  });
  const notes = [...new Set(rows.filter(({ tokens }) => !tokens.exact).map(({ note }) => note))];
  return [...lines, ...notes.map((note) => colours.dim(`${note}\n`))].join('');
}

/** One answer a line, in order; a line that cannot be read gets an error and the rest goes on. */
async function countLines(terminal: Terminal): Promise<ExitCode> {
  const { createJsonlCounter } = await import('../core/tokens/jsonl.ts');
  const answer = await createJsonlCounter();
  for await (const line of linesOf(terminal.input())) if (line.trim() !== '') terminal.out.write(`${answer(line)}\n`);
  return 0;
}
