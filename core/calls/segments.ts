/**
 * Prompts as segments: the values of the system, messages and tools options taken apart into pieces of text and holes, in the order of the
 * provider's cache key, each with its role, stability and cache mark. `tools.ts`, `messages.ts` and `content.ts` take them apart.
 */
import { assumedTokens } from '../assume.ts';
import type { Assumptions } from '../config.ts';
import {
  type CacheMark,
  type Cause,
  type Known,
  known,
  type Location,
  type PromptSegment,
  type Range,
  type SegmentRole,
  type Stability,
  unknown,
} from '../model.ts';
import type { Evaluator } from '../program/evaluate.ts';
import type { Value } from '../program/values.ts';
import type { ModelFamily, TokenCounter } from '../tokens/index.ts';
import { changing, guess, sourceText } from './changing.ts';

export interface SegmentContext {
  readonly evaluator: Evaluator;
  readonly counter: TokenCounter;
  readonly family: ModelFamily;
  readonly assumptions: Assumptions;
  /** Lowers the stability of a hole that is made outside the loop the call runs in. */
  readonly settle: (stability: Stability, at: Location) => Stability;
  /** The call. */
  readonly at: Location;
}

/** Where a piece of a prompt belongs. */
export interface Place {
  readonly role: SegmentRole;
  readonly item: number;
  readonly mark?: CacheMark;
}

export class SegmentReader {
  readonly context: SegmentContext;
  readonly segments: PromptSegment[] = [];
  /** Marks seen in the system prompt and the messages. */
  marks = 0;
  /** Pairs of role and text are filled as f-strings. */
  fString = true;
  private items = 0;

  constructor(context: SegmentContext) {
    this.context = context;
  }

  /** A number for the next block or message. */
  nextItem(): number {
    return this.items++;
  }

  /** Adds known text. */
  text(text: string, at: Location, place: Place, many: boolean): void {
    if (many) {
      const tokens = this.count(text);
      this.push({
        ...place,
        at,
        text: known(text, at),
        tokens: { low: 0, expected: tokens.expected, high: tokens.high * 10 },
        stability: 'per-call',
        many: true,
      });
      return;
    }
    const previous = this.segments.at(-1);
    // Adjacent pieces of the same item are one piece of text when they stand in one place.
    if (
      previous &&
      previous.role === place.role &&
      previous.item === place.item &&
      previous.text.kind === 'known' &&
      previous.stability === 'static' &&
      !previous.mark &&
      previous.at.path === at.path &&
      previous.at.start === at.start
    ) {
      const joined = previous.text.value + text;
      this.segments[this.segments.length - 1] = {
        ...previous,
        text: known(joined, at),
        tokens: this.count(joined),
        ...(place.mark && { mark: place.mark }),
      };
      return;
    }
    this.push({ ...place, at, text: known(text, at), tokens: this.count(text), stability: 'static' });
  }

  /** Adds what could not be followed, with the size that is assumed for it. */
  hole(value: Value, place: Place, many: boolean): void {
    const { evaluator } = this.context;
    const change = changing(evaluator, value);
    const found = change?.cause ?? guess(evaluator, value);
    const list = many && place.role !== 'tools' && place.role !== 'system';
    const cause: Cause | undefined =
      list && (!found || found.kind === 'loop' || !found.certain)
        ? {
            kind: found?.kind === 'retrieval' ? 'retrieval' : 'history',
            text: found?.text ?? sourceText(evaluator, value),
            at: found?.at ?? value.at,
            certain: false,
          }
        : found;
    // Several pieces that each stand for any number of messages are one conversation.
    if (list && this.segments.some((s) => s.many && s.role !== 'tools' && s.role !== 'system' && s.text.kind === 'unknown')) return;
    const fixed = value.kind === 'external' && (place.role === 'system' || place.role === 'tools') ? value.limit : undefined;
    const called = value.kind === 'external' || value.kind === 'unknown' ? value.through : undefined;
    const stability = this.context.settle(change?.stability ?? fixed ?? 'per-call', called ?? cause?.at ?? value.at);
    const text: Known<string> = unknown(value.kind === 'unknown' ? value.why : 'dynamic', value.at);
    this.push({
      ...place,
      at: value.at,
      text,
      tokens: assumedTokens(place.role, cause?.kind, many, this.context.assumptions),
      stability,
      ...(cause && { cause }),
      ...(many && { many: true }),
    });
  }

  push(segment: PromptSegment): void {
    if (segment.mark) this.marks++;
    this.segments.push(segment);
  }

  markLast(mark: CacheMark): void {
    const last = this.segments.at(-1);
    if (!last) return;
    this.marks++;
    this.segments[this.segments.length - 1] = { ...last, mark };
  }

  count(text: string): Range {
    const { low, expected, high } = this.context.counter.countText(this.context.family, text);
    return { low, expected, high };
  }
}
