/** What was worked out for long texts that come again with every call. */

/** Of texts that are remembered, UTF-16 units in all; of one an eighth at most. */
const REMEMBERED = 2_000_000;

/** So many of the latest are looked at first: a program asks with the same system prompt call after call, and every call looks it up more than once. */
const LATEST = 4;

interface Remembered<T> {
  readonly text: string;
  readonly value: T;
}

/** Found by a sample of the text and not by the text itself: a table of texts would read each of them whole to look it up, long prompts with every call. */
export class TextMemory<T> {
  readonly #known = new Map<number, Remembered<T>>();
  #latest: Remembered<T>[] = [];
  #turn = 0;
  #units = 0;

  of(text: string, make: (text: string) => T): T {
    // Texts of another length are unequal at once, and so are most that are as long.
    for (const one of this.#latest) if (one.text === text) return one.value;
    const key = sampled(text, 0);
    const known = this.#known.get(key);
    // Equal texts are as long, and compared as bytes.
    if (known?.text === text) return this.#asLatest(known).value;
    const value = make(text);
    if (text.length > REMEMBERED / 8) return value;
    if (this.#units + text.length > REMEMBERED) {
      this.#known.clear();
      this.#latest = [];
      this.#turn = 0;
      this.#units = 0;
    }
    // One with the same sample makes room: it is as long.
    if (!known) this.#units += text.length;
    this.#known.set(key, this.#asLatest({ text, value }));
    return value;
  }

  #asLatest(one: Remembered<T>): Remembered<T> {
    this.#latest[this.#turn++ % LATEST] = one;
    return one;
  }
}

const ENDS = 32;
const SAMPLES = 32;

/** 53 bits of a text: its length, its first and last characters, and some between. */
export function sampled(text: string, seed: number): number {
  let [a, b] = [(seed ^ text.length) | 0, (seed + text.length * 0x9e3779b1) | 0];
  const add = (at: number): void => {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
    b ^= b >>> 13;
  };
  const ends = Math.min(ENDS, text.length);
  for (let at = 0; at < ends; at++) add(at);
  for (let at = Math.max(ends, text.length - ENDS); at < text.length; at++) add(at);
  const step = (text.length - 2 * ENDS) / SAMPLES;
  if (step > 0) for (let i = 0; i < SAMPLES; i++) add(ENDS + Math.floor(i * step));
  return (a >>> 0) * 0x200000 + (b >>> 11);
}
