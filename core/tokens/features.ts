import type { Encoding } from './byte-pairs.ts';
import { classOf, Digit, Letter, Lower, Mark, Newline, Space, Upper } from './characters.ts';
import type { WordCosts } from './words.ts';

/**
 * What a text is made of, as counts that an editor can afford: words by case, script and how common they are (their rank in o200k_base), digits,
 * punctuation, white space, ideographs. A linear model over these counts estimates tokenizers that are not public. Runs are cut where such
 * tokenizers cut them: a letter run is a word whatever its case, one space between words is part of a word, digits go in groups of three
 * (how Claude's do it is described by Sander Land, "On the biology of Claude's tokenizer").
 */
export interface FeatureTable {
  readonly names: readonly string[];
  /** Calls `emit` for every feature met, possibly several times for one index. */
  each(text: string, emit: (index: number, amount: number) => void): void;
}

const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['latin', /\p{Script=Latin}/u],
  ['cyrillic', /\p{Script=Cyrillic}/u],
  ['greek', /\p{Script=Greek}/u],
  ['arabic', /\p{Script=Arabic}/u],
  ['hebrew', /\p{Script=Hebrew}/u],
  ['devanagari', /\p{Script=Devanagari}/u],
  ['bengali', /\p{Script=Bengali}/u],
  ['tamil', /\p{Script=Tamil}/u],
  ['indic', /[\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Oriya}\p{Script=Sinhala}]/u],
  ['thai', /\p{Script=Thai}/u],
  ['southeast', /[\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u],
  ['kana', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['georgian', /[\p{Script=Georgian}\p{Script=Armenian}]/u],
  ['ethiopic', /\p{Script=Ethiopic}/u],
];

const lengthClass = (length: number): number => (length <= 4 ? 0 : length <= 6 ? 1 : length <= 8 ? 2 : length <= 11 ? 3 : 4);
const runClass = (length: number): number => (length <= 4 ? length : length <= 8 ? 5 : length <= 16 ? 6 : 7);
const ASCII_SYMBOLS = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** Names on first use; the fit and the table of weights share the order of `NAMES`. */
class Names {
  readonly list: string[] = [];
  private readonly at = new Map<string, number>();

  add(name: string): number {
    const known = this.at.get(name);
    if (known !== undefined) return known;
    const made = this.list.length;
    this.list.push(name);
    this.at.set(name, made);
    return made;
  }

  range(name: string, count: number): number {
    const first = this.add(`${name} 0`);
    for (let at = 1; at < count; at++) this.add(`${name} ${at}`);
    return first;
  }
}

const names = new Names();
/** Words of the cost table: their tokens in either generation are the amount, so that their weight is about one. */
const known = {
  v3: names.add('known words, v3'),
  v47: names.add('known words, v47'),
  gemini: names.add('known words, gemini'),
  manyChars: names.add('known words of four tokens and more, v3, characters'),
};
const rare = {
  one: names.add('rare words of one token'),
  two: names.range('rare words of two tokens, length', 5),
  title: names.add('rare words, capital'),
};
const long = { words: names.add('long words'), tokens: names.add('long word tokens'), chars: names.add('long word characters') };
const caps = {
  lower3: names.add('capitals, v3'),
  short: names.range('capitals of letters', 4),
  words: names.add('capitals'),
  tokens: names.add('capitals, tokens'),
  chars: names.add('capitals, characters'),
};
const mixed = {
  words: names.add('mixed words'),
  humps: names.add('mixed humps'),
  tokens: names.add('mixed tokens'),
  chars: names.add('mixed characters'),
  v3: names.add('mixed parts, v3'),
  v47: names.add('mixed parts, v47'),
};
const wide = { v3: names.add('known wide words, v3'), v47: names.add('known wide words, v47'), gemini: names.add('known wide words, gemini') };
const scripts = new Map(
  [...SCRIPTS.map(([name]) => name), 'other'].map((name) => [
    name,
    {
      words: names.add(`${name} words`),
      tokens: names.add(`${name} tokens`),
      chars: names.add(`${name} characters`),
      upper: names.add(`${name} upper`),
    },
  ]),
);
const contractions = names.add('contractions');
const symbolOne = [names.range('symbol', 32), names.range('symbol behind space', 32)];
const symbolTwo = { known: names.add('two symbols, one token'), other: names.add('two symbols, two tokens') };
const symbolMore = {
  runs: names.add('symbol runs'),
  tokens: names.add('symbol tokens'),
  kinds: names.add('symbol changes'),
  chars: names.add('symbol characters'),
};
const symbolSpaceLeft = names.add('symbols behind space');
const symbolSpaceRight = names.add('symbols before space');
const symbolWide = { chars: names.add('wide symbols'), tokens: names.add('wide symbol tokens') };
const quotes = names.add('curly quotes');
const digitGroup = names.range('digit group', 4);
const wideDigits = names.add('other digits');
const spaceRun = names.range('space run', 8);
const spaceMore = names.add('spaces beyond 16');
const spaceBeside = names.range('single space beside', 4);
const newlineRun = names.range('newline run', 4);
const newlineMore = names.add('newlines beyond 3');
const tabRun = names.range('tab run', 4);
const tabMore = names.add('tabs beyond 3');
const wideSpace = names.add('other spaces');
const han = { runs: names.add('han runs'), chars: names.add('han characters'), tokens: names.add('han tokens') };
const hangul = { runs: names.add('hangul runs'), chars: names.add('hangul characters'), tokens: names.add('hangul tokens') };
const astral = { chars: names.add('astral characters'), tokens: names.add('astral tokens') };

/** In the order of the weights. */
export const FEATURE_NAMES: readonly string[] = names.list;

const isHan = (c: number): boolean =>
  (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x3005 && c <= 0x3006);
const isHangul = (c: number): boolean => c >= 0xac00 && c <= 0xd7a3;

// What a run of characters is, for cutting: a word, digits, symbols, spaces, newlines, tabs, Han, Hangul, beyond the basic plane.
const Word = 1;
const Digits = 2;
const Symbols = 3;
const Spaces = 4;
const Newlines = 5;
const Tabs = 6;
const Han = 7;
const Hangul = 8;
const Astral = 9;
type Kind = number;

function kindOf(code: number): Kind {
  if (code === 32) return Spaces;
  if (code === 10 || code === 13) return Newlines;
  if (code === 9) return Tabs;
  if (code > 0xffff) return Astral;
  if (isHan(code)) return Han;
  if (isHangul(code)) return Hangul;
  const kind = classOf(code);
  if (kind & (Upper | Lower | Letter | Mark)) return Word;
  if (kind === Digit) return Digits;
  if (kind & (Space | Newline)) return Spaces;
  return Symbols;
}

type Emitted = number[];
const ASCII = /^[\0-\x7f]*$/;
const CONTRACTED = /^(?:s|t|d|m|ll|re|ve)$/;

interface Words {
  readonly o200k: Encoding;
  readonly costs: WordCosts;
}

/** A lower-case or capitalised word that the cost table does not have. */
function rareWord(o200k: Encoding, lower: string, title: boolean): Emitted {
  const tokens = o200k.count(` ${lower}`).tokens;
  const out = title ? [rare.title, 1] : [];
  if (tokens === 1) return [...out, rare.one, 1];
  if (tokens === 2) return [...out, rare.two + lengthClass(lower.length), 1];
  return [...out, long.words, 1, long.tokens, tokens, long.chars, lower.length];
}

function capitals({ o200k, costs }: Words, word: string): Emitted {
  const literal = [caps.words, 1, caps.tokens, o200k.count(` ${word}`).tokens, caps.chars, word.length];
  if (word.length < 4) return [...literal, caps.short + word.length, 1];
  const lower = word.toLowerCase();
  return [...literal, caps.lower3, 1 + (costs.get(lower)?.v3 ?? o200k.count(` ${lower}`).tokens)];
}

/** `camelCase`, `HTTPServer`: one word to a tokenizer that cuts at letters only. */
function mixedCase({ o200k, costs }: Words, word: string): Emitted {
  const parts = word.match(/[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+/g) ?? [word];
  let v3 = 0;
  let v47 = 0;
  for (const part of parts) {
    const cost = costs.get(part.toLowerCase());
    v3 += cost?.v3 ?? 2;
    v47 += cost?.v47 ?? 3;
  }
  return [mixed.words, 1, mixed.humps, parts.length, mixed.tokens, o200k.count(word).tokens, mixed.chars, word.length, mixed.v3, v3, mixed.v47, v47];
}

function asciiWord(words: Words, word: string): Emitted {
  const lower = word.toLowerCase();
  const title = word !== lower;
  if (title && word.slice(1) !== lower.slice(1)) return word === word.toUpperCase() ? capitals(words, word) : mixedCase(words, word);
  const cost = words.costs.get(lower);
  if (!cost) return rareWord(words.o200k, lower, title);
  const out = [known.v3, cost.v3 + (title ? cost.title : 0), known.v47, cost.v47 + (title ? 1 : 0), known.gemini, 1];
  return cost.v3 < 4 ? out : [...out, known.manyChars, word.length];
}

function scriptOf(word: string): string {
  const middle = String.fromCodePoint(word.codePointAt(word.length >> 1) as number);
  return (SCRIPTS.find(([, pattern]) => pattern.test(middle)) ?? SCRIPTS.find(([, pattern]) => pattern.test(word)))?.[0] ?? 'other';
}

function wideWord({ o200k, costs }: Words, word: string): Emitted {
  const lower = word.toLowerCase();
  const cost = costs.get(lower);
  const title = lower === word ? 0 : 1;
  if (cost && word.slice(1) === lower.slice(1)) return [wide.v3, cost.v3 + title, wide.v47, cost.v47 + title, wide.gemini, 1];
  const script = scripts.get(scriptOf(word));
  if (!script) return [];
  return [script.words, 1, script.tokens, o200k.count(` ${word}`).tokens, script.chars, word.length, script.upper, title];
}

function symbols(o200k: Encoding, run: string, before: Kind, after: Kind): Emitted {
  const out: Emitted = [];
  let plain = '';
  for (const character of run) {
    if (character < '\x80') plain += character;
    else if ('‘’“”'.includes(character)) out.push(quotes, 1);
    else out.push(symbolWide.chars, 1, symbolWide.tokens, o200k.count(character).tokens);
  }
  const spaced = before === Spaces ? 1 : 0;
  if (plain.length === 1) {
    const at = ASCII_SYMBOLS.indexOf(plain);
    if (at >= 0) out.push((symbolOne[spaced] as number) + at, 1);
  } else if (plain.length === 2) {
    out.push(o200k.count(plain).tokens === 1 ? symbolTwo.known : symbolTwo.other, 1);
  } else if (plain.length > 2) {
    let changes = 1;
    for (let at = 1; at < plain.length; at++) if (plain[at] !== plain[at - 1]) changes += 1;
    out.push(symbolMore.runs, 1, symbolMore.tokens, o200k.count(plain).tokens, symbolMore.kinds, changes, symbolMore.chars, plain.length);
  }
  if (plain.length > 1 && spaced) out.push(symbolSpaceLeft, 1);
  if (after === Spaces) out.push(symbolSpaceRight, 1);
  return out;
}

function spaces(run: string, before: Kind, after: Kind): Emitted {
  if (/[^ ]/.test(run)) return [wideSpace, run.length];
  if (run.length > 1) return [spaceRun + runClass(run.length), 1, ...(run.length > 16 ? [spaceMore, run.length - 16] : [])];
  const marked = (kind: Kind): boolean => kind === Word || kind === Symbols;
  if (marked(before) && marked(after)) return [];
  return [spaceBeside + (marked(before) ? (after === Digits ? 0 : 1) : marked(after) ? 2 : 3), 1];
}

/** Runs beyond this are several tokens in every vocabulary: they count as that many runs. */
const LONGEST_RUN = 31;

function counted(first: number, more: number, length: number): Emitted {
  const full = Math.floor(length / LONGEST_RUN);
  const rest = length % LONGEST_RUN;
  const out = full > 0 ? [first + 3, full, more, full * (LONGEST_RUN - 3)] : [];
  if (rest > 0) out.push(first + Math.min(rest, 3), 1);
  return rest > 3 ? [...out, more, rest - 3] : out;
}

function runFeatures(words: Words, kind: Kind, run: string, before: Kind, after: Kind): Emitted {
  const { o200k } = words;
  switch (kind) {
    case Word:
      return ASCII.test(run) ? asciiWord(words, run) : wideWord(words, run);
    case Digits:
      return ASCII.test(run)
        ? [digitGroup + 3, Math.floor(run.length / 3), digitGroup + (run.length % 3), run.length % 3 ? 1 : 0]
        : [wideDigits, run.length];
    case Symbols:
      return symbols(o200k, run, before, after);
    case Spaces:
      return spaces(run, before, after);
    case Newlines:
      return counted(newlineRun, newlineMore, run.replaceAll('\r\n', '\n').length);
    case Tabs:
      return counted(tabRun, tabMore, run.length);
    case Han:
      return [han.runs, 1, han.chars, run.length, han.tokens, o200k.count(run).tokens];
    case Hangul:
      return [hangul.runs, 1, hangul.chars, run.length, hangul.tokens, o200k.count(run).tokens];
    default:
      return [astral.chars, run.length / 2, astral.tokens, o200k.count(run).tokens];
  }
}

const CACHED_RUNS = 50_000;
const CACHED_LENGTH = 32;

export function createFeatures(o200k: Encoding, costs: WordCosts): FeatureTable {
  const words: Words = { o200k, costs };
  const cache = new Map<string, Emitted>();
  const featuresOf = (kind: Kind, run: string, before: Kind, after: Kind): Emitted => {
    if (run.length > CACHED_LENGTH) return runFeatures(words, kind, run, before, after);
    const key = kind === Symbols || kind === Spaces ? `${before}${after}${run}` : run;
    let features = cache.get(key);
    if (!features) {
      features = runFeatures(words, kind, run, before, after);
      if (cache.size >= CACHED_RUNS) cache.clear();
      cache.set(key, features);
    }
    return features;
  };
  return {
    names: FEATURE_NAMES,
    each(text, emit) {
      let before: Kind = 0;
      let previous = '';
      let kind: Kind = text.length ? kindOf(text.codePointAt(0) as number) : 0;
      for (let start = 0; start < text.length; ) {
        let end = start;
        let after: Kind = 0;
        while (end < text.length) {
          const code = text.codePointAt(end) as number;
          after = kindOf(code);
          if (after !== kind) break;
          after = 0;
          end += code > 0xffff ? 2 : 1;
        }
        const run = text.slice(start, end);
        if (kind === Word && previous === "'" && CONTRACTED.test(run)) emit(contractions, 1);
        else {
          const features = featuresOf(kind, run, before, after);
          for (let at = 0; at < features.length; at += 2) emit(features[at] as number, features[at + 1] as number);
        }
        before = kind;
        previous = kind === Symbols ? run : '';
        kind = after;
        start = end;
      }
    },
  };
}
