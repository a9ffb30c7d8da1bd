/** What a model has produced so far, as seen in the stream: the base of an estimate when the stream ends without usage. */
import type { Range } from '../model.ts';

/** Characters of Latin text per output token and tokens per other character: between the byte-pair tables' averages for prose (4.3) and JSON (3). */
const LATIN_PER_TOKEN = 3.6;
const TOKENS_PER_OTHER = 0.75;
/** An estimate from characters is seldom further off than this, as factors. */
const LOW = 0.6;
const HIGH = 1.7;

export class Tally {
  #latin = 0;
  #other = 0;
  /** Deltas that carried text. */
  deltas = 0;

  add(text: unknown): void {
    if (typeof text !== 'string' || text === '') return;
    this.deltas++;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
    const latin = /^[\u0000-\u024f]*$/.test(text) ? text.length : (text.match(/[\u0000-\u024f]/g)?.length ?? 0);
    this.#latin += latin;
    this.#other += text.length - latin;
  }

  /** Adds the size of a value that is produced as JSON. */
  addJson(value: unknown): void {
    if (value !== undefined) this.add(typeof value === 'string' ? value : JSON.stringify(value));
  }

  get empty(): boolean {
    return this.deltas === 0;
  }

  get tokens(): Range {
    const expected = Math.ceil(this.#latin / LATIN_PER_TOKEN + this.#other * TOKENS_PER_OTHER);
    return { low: Math.floor(expected * LOW), expected, high: Math.ceil(expected * HIGH) };
  }
}
