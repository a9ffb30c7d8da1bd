import { classOf, Digit, Letter, Lower, Mark, Newline, Other, Space, Upper } from './characters.ts';

/**
 * The pre-tokenizers of OpenAI's encodings, written out: tiktoken's patterns (openai/tiktoken, tiktoken_ext/openai_public.py) give the same pieces. A
 * hand-written scanner is several times faster than the pattern, and cannot overflow the pattern engine's stack on a megabyte without spaces.
 */
export type Scanner = (text: string, start: number) => number;

const UPPER_RUN = Upper | Letter | Mark;
const LOWER_RUN = Lower | Letter | Mark;
const BOTH_RUN = Letter | Mark;
const LETTERS = Upper | Lower | Letter;
const NOT_PREFIX = LETTERS | Digit | Newline;
const SYMBOL = Other | Mark;
const WHITE = Space | Newline;

const width = (codePoint: number): number => (codePoint > 0xffff ? 2 : 1);

/** The class at an offset; 0 behind the end. */
function classAt(text: string, at: number): number {
  return at < text.length ? classOf(text.codePointAt(at) as number) : 0;
}

/** The end of the run of characters whose class is in the mask. */
function run(text: string, start: number, mask: number): number {
  let at = start;
  while (at < text.length) {
    const codePoint = text.codePointAt(at) as number;
    if ((classOf(codePoint) & mask) === 0) break;
    at += width(codePoint);
  }
  return at;
}

/** `'s 't 're 've 'm 'll 'd` in any case (the long s counts as an s); the end behind it, or `start`. */
function contraction(text: string, start: number): number {
  if (text.charCodeAt(start) !== 39) return start;
  const first = text.charCodeAt(start + 1);
  if (first === 0x17f) return start + 2;
  const letter = first | 32;
  if (first > 127) return start;
  if (letter === 115 || letter === 116 || letter === 109 || letter === 100) return start + 2;
  const second = text.charCodeAt(start + 2);
  if (second > 127) return start;
  const pair = String.fromCharCode(letter, second | 32);
  return pair === 're' || pair === 've' || pair === 'll' ? start + 3 : start;
}

/** `[upper]*[lower]+`, or `start`. Walks the upper run back to the last letter that may also stand in the lower run, as the pattern does. */
function cased(text: string, start: number): number {
  let at = start;
  let lastBoth = start;
  while (at < text.length) {
    const codePoint = text.codePointAt(at) as number;
    const kind = classOf(codePoint);
    if ((kind & UPPER_RUN) === 0) break;
    at += width(codePoint);
    if (kind & BOTH_RUN) lastBoth = at;
  }
  const end = run(text, at, LOWER_RUN);
  return end > at ? end : lastBoth;
}

function word(text: string, start: number, first: number, body: (text: string, start: number) => number): number {
  if ((first & NOT_PREFIX) === 0) {
    const inner = start + width(text.codePointAt(start) as number);
    const end = body(text, inner);
    if (end > inner) return end;
  }
  return body(text, start);
}

const upperRun = (text: string, start: number): number => run(text, start, UPPER_RUN);
const letterRun = (text: string, start: number): number => run(text, start, LETTERS);

function digits(text: string, start: number): number {
  let at = start;
  for (let count = 0; count < 3 && classAt(text, at) === Digit; count++) at += width(text.codePointAt(at) as number);
  return at;
}

/** White space: up to the last newline of the run; else all but the last character, which belongs to the word behind it. */
function white(text: string, start: number): number {
  let at = start;
  let previous = start;
  let newline = start;
  while (at < text.length) {
    const codePoint = text.charCodeAt(at);
    const kind = classOf(codePoint);
    if ((kind & WHITE) === 0) break;
    previous = at;
    at += 1;
    if (kind === Newline) newline = at;
  }
  if (newline > start) return newline;
  return at === text.length || previous === start ? at : previous;
}

/** ` ?[symbols]+` and what may follow it, or `start`. */
function symbols(text: string, start: number, slash: boolean): number {
  const from = text.charCodeAt(start) === 32 ? start + 1 : start;
  let at = run(text, from, SYMBOL);
  if (at === from) return start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 10 && code !== 13 && !(slash && code === 47)) break;
  }
  return at;
}

/** The end of the piece of o200k_base that starts at `start`. */
export const scanO200k: Scanner = (text, start) => {
  const first = classAt(text, start);
  if (first === Digit) return digits(text, start);
  if (first !== Newline) {
    let end = word(text, start, first, cased);
    if (end === start) end = word(text, start, first, upperRun);
    if (end > start) return contraction(text, end);
    end = symbols(text, start, true);
    if (end > start) return end;
  }
  return white(text, start);
};

/** The end of the piece of cl100k_base that starts at `start`. */
export const scanCl100k: Scanner = (text, start) => {
  const short = contraction(text, start);
  if (short > start) return short;
  const first = classAt(text, start);
  if (first === Digit) return digits(text, start);
  if (first !== Newline) {
    let end = word(text, start, first, letterRun);
    if (end > start) return end;
    end = symbols(text, start, false);
    if (end > start) return end;
  }
  if (first & WHITE && run(text, start, WHITE) === text.length) return text.length;
  return white(text, start);
};
