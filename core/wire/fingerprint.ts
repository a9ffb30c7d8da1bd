/**
 * A fingerprint of what is new in a request, by which near-identical ones are recognised: a 64-bit similarity hash (Charikar 2002) over its words, salted, so that
 * nobody can look up what a text was. Texts that differ in a word or a number differ in few bits.
 */
import type { RequestFacts, WireSegment } from './types.ts';

/** Characters that are looked at; the end of a text says more about a loop than its beginning. */
const MAX_CHARACTERS = 4000;

/** The segments since the last answer of the assistant: what this request asks beyond the one before. */
export function newSegments({ segments }: Pick<RequestFacts, 'segments'>): readonly WireSegment[] {
  const last = segments.map(({ role }) => role).lastIndexOf('assistant');
  const fresh = segments.slice(last + 1).filter(({ role }) => role === 'user' || role === 'tool-result');
  return fresh.length > 0 ? fresh : segments.slice(-1);
}

/** FNV-1a in two halves of 32 bits. */
function hash(text: string, salt: number): readonly [number, number] {
  let [a, b] = [0x811c9dc5 ^ salt, 0x01000193 ^ (salt >>> 1)];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return [mixed(a), mixed(b)];
}

function mixed(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** 16 hexadecimal digits. `salt`: any number that stays the same while fingerprints are compared. Undefined where there is no text. */
export function fingerprint(facts: Pick<RequestFacts, 'segments' | 'model'>, salt: number): string | undefined {
  const text = newSegments(facts)
    .map((segment) => segment.text)
    .join('\n')
    .slice(-MAX_CHARACTERS);
  // Digits are one class: counters, times and ids do not make a request another one.
  const words = text
    .toLowerCase()
    .replace(/\d+/g, '0')
    .match(/[\p{L}\p{N}_]+/gu);
  if (!words) return undefined;
  const weights = new Int32Array(64);
  for (let i = 0; i < words.length; i++) {
    const [high, low] = hash(`${words[i - 1] ?? ''} ${words[i]}`, salt);
    for (let bit = 0; bit < 32; bit++) {
      weights[bit]! += (high >>> bit) & 1 ? 1 : -1;
      weights[32 + bit]! += (low >>> bit) & 1 ? 1 : -1;
    }
  }
  return halfOf(weights.subarray(0, 32)) + halfOf(weights.subarray(32));
}

function halfOf(weights: Int32Array): string {
  let value = 0;
  weights.forEach((weight, bit) => {
    if (weight > 0) value |= 1 << bit;
  });
  return (value >>> 0).toString(16).padStart(8, '0');
}
