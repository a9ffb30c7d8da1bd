/**
 * The character classes that the pre-tokenizers of o200k_base and cl100k_base tell apart. One bit each, so that a run can be tested with a mask.
 * Upper: Lu, Lt · Lower: Ll · Letter: Lm, Lo (both cases' runs take them) · Mark: M · Digit: N · Newline: CR, LF · Space: other White_Space · Other: the rest.
 */
export const Upper = 1;
export const Lower = 2;
export const Letter = 4;
export const Mark = 8;
export const Digit = 16;
export const Newline = 32;
export const Space = 64;
export const Other = 128;

/** Filled as characters are met: classifying all 1.1 million code points up front would cost more than most runs need. */
const classes = new Uint8Array(0x110000);

const TESTS: readonly (readonly [RegExp, number])[] = [
  [/^[\r\n]$/u, Newline],
  [/^\p{White_Space}$/u, Space],
  [/^\p{Ll}$/u, Lower],
  [/^[\p{Lu}\p{Lt}]$/u, Upper],
  [/^[\p{Lm}\p{Lo}]$/u, Letter],
  [/^\p{M}$/u, Mark],
  [/^\p{N}$/u, Digit],
];

function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  const found = TESTS.find(([pattern]) => pattern.test(character))?.[1] ?? Other;
  classes[codePoint] = found;
  return found;
}

/** The class of a code point; a lone surrogate is Other, as is the replacement character that it is encoded as. */
export function classOf(codePoint: number): number {
  return classes[codePoint] || classify(codePoint);
}
