/** The files that every tool gets to see: copied into one place, so that none of them can look at more or less than the others. */
import fs from 'node:fs';
import path from 'node:path';
import { defaultConfig } from '../../core/config.ts';
import { discover } from '../../workspace/discover.ts';
import { normalise } from '../../workspace/paths.ts';
import { type BenchLanguage, generatedFile } from './generated.ts';

export interface Corpus {
  readonly language: BenchLanguage;
  readonly directory: string;
  readonly files: number;
  readonly bytes: number;
  /** What it is made of, for the report. */
  readonly source: string;
}

const ENDINGS: Readonly<Record<BenchLanguage, RegExp>> = { typescript: /\.(ts|tsx|js|jsx|mjs)$/, python: /\.py$/ };
/** Where files are not taken from a corpus. */
const GENERATED_FILES = 200;
const GENERATED_LINES = 250;
/** One in so many generated files calls a model; in real agent projects it is fewer. */
const FILES_PER_CALLER = 5;

export interface CorpusOptions {
  readonly from: string | undefined;
  readonly into: string;
  readonly limit: number;
}

export function makeCorpus(language: BenchLanguage, { from, into, limit }: CorpusOptions): Corpus {
  const directory = path.join(into, language);
  fs.rmSync(directory, { recursive: true, force: true });
  fs.mkdirSync(directory, { recursive: true });
  const texts = from === undefined ? generated(language, Math.min(limit, GENERATED_FILES)) : taken(language, normalise(from), limit);
  let bytes = 0;
  for (const [name, text] of texts) {
    const file = path.join(directory, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    bytes += Buffer.byteLength(text);
  }
  const source =
    from === undefined
      ? `generated, ${GENERATED_LINES} lines each, one in ${FILES_PER_CALLER} with model calls`
      : fs
          .readdirSync(from)
          .filter((name) => !name.startsWith('.'))
          .map((name) => name.replace('+', '/'))
          .join(', ');
  return { language, directory, files: texts.length, bytes, source };
}

const generated = (language: BenchLanguage, count: number): [string, string][] =>
  Array.from({ length: count }, (_, n) => [
    `m${n % 10}/file${n}.${language === 'typescript' ? 'ts' : 'py'}`,
    generatedFile(language, GENERATED_LINES, n),
  ]);

/** An even sample of at most `limit` files, the same on every run. */
function taken(language: BenchLanguage, from: string, limit: number): [string, string][] {
  const all = fs
    .readdirSync(from)
    .sort()
    .flatMap((name) => discover(`${from}/${name}`, defaultConfig, (file) => ENDINGS[language].test(file)).files);
  const step = Math.max(1, all.length / limit);
  const chosen = Array.from({ length: Math.min(limit, all.length) }, (_, n) => all[Math.floor(n * step)] ?? '');
  return chosen.map((file) => [file.slice(from.length + 1), fs.readFileSync(file, 'utf8')]);
}
