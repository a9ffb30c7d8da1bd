import type { ModelFamily, RequestCount, RequestPart } from './types.ts';

/** An unrounded estimate. `spread`: the truth lies within expected ± spread in about nine cases of ten. */
export interface Measure {
  readonly expected: number;
  readonly spread: number;
  readonly exact: boolean;
}

export type MeasureText = (family: ModelFamily, text: string) => Measure;

export const EXACT_ZERO: Measure = { expected: 0, spread: 0, exact: true };
export const exactly = (tokens: number): Measure => ({ expected: tokens, spread: 0, exact: true });
export const about = (tokens: number, spread: number): Measure => ({ expected: tokens, spread, exact: false });

/** Adds estimates of one kind of text: errors lean the same way within a request, so that spreads add up half-way between fully and not at all. */
export function sum(measures: readonly Measure[]): Measure {
  let expected = 0;
  let linear = 0;
  let squares = 0;
  let exact = true;
  for (const measure of measures) {
    expected += measure.expected;
    linear += measure.spread;
    squares += measure.spread ** 2;
    exact &&= measure.exact;
  }
  return { expected, spread: (linear + Math.sqrt(squares)) / 2, exact };
}

/** Collects the parts of one request. */
export class PartList {
  readonly notes: string[] = [];
  /** Tokens that the truth may lie below the parts for a reason that none of them knows. */
  private mayMiss = 0;
  private sure = true;
  private readonly parts: { readonly name: string; readonly kind: RequestPart['kind']; readonly measure: Measure }[] = [];

  add(kind: RequestPart['kind'], name: string, ...measures: readonly Measure[]): void {
    const measure = sum(measures);
    if (measure.expected !== 0 || measure.spread !== 0) this.parts.push({ name, kind, measure });
  }

  note(...words: readonly string[]): void {
    for (const word of words) if (word && !this.notes.includes(word)) this.notes.push(word);
  }

  get expected(): number {
    return sum(this.parts.map((part) => part.measure)).expected;
  }

  /** The whole may also be as few as `tokens`. */
  downTo(tokens: number): void {
    this.mayMiss = Math.max(this.mayMiss, this.expected - tokens);
  }

  /** The provider adds what the body does not show: the count is a lower bound. */
  unseen(what: string): void {
    this.inexact(`${what} is not in the body: at least this much`);
  }

  /** The count is right for what the body shows, but the provider may change that. */
  inexact(why: string): void {
    this.sure = false;
    this.note(why);
  }

  /** `widen` stretches the range below and above, as fitted on rows that were held back. */
  done(widen: readonly [number, number]): RequestCount {
    const total = sum(this.parts.map((part) => part.measure));
    const expected = Math.round(total.expected);
    const exact = this.sure && total.exact && total.spread === 0;
    return {
      low: exact ? expected : Math.max(0, Math.min(expected, Math.floor(total.expected - this.mayMiss - total.spread * widen[0]))),
      expected,
      high: exact ? expected : Math.max(expected, Math.ceil(total.expected + total.spread * widen[1])),
      exact,
      parts: this.rounded(expected),
      notes: this.notes,
    };
  }

  /** Whole tokens per part that add up to the whole: the rest of each rounding is carried on. */
  private rounded(expected: number): RequestPart[] {
    let carried = 0;
    let given = 0;
    return this.parts.map(({ name, kind, measure }, at) => {
      carried += measure.expected;
      const whole = at === this.parts.length - 1 ? expected - given : Math.round(carried) - given;
      given += whole;
      const low = Math.min(whole, Math.max(0, Math.floor(measure.expected - measure.spread)));
      return { name, kind, low, expected: whole, high: Math.max(whole, Math.ceil(measure.expected + measure.spread)) };
    });
  }
}
