/** What one edit does to the spans of an analysis. */
import type { Span } from '../core/model.ts';

/** `text.slice(start, oldEnd)` became something that ends at `newEnd`. */
export interface Edit {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** The smallest single edit between two texts; undefined when they are the same. */
export function editBetween(before: string, after: string): Edit | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let tail = 0;
  while (tail < shorter - start && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) tail++;
  return { start, oldEnd: before.length - tail, newEnd: after.length - tail };
}

/** Whether the edit changed anything inside one of the spans; text put at either end of a span leaves it alone. */
export const touches = (edit: Edit, spans: readonly Span[]): boolean =>
  spans.some((span) =>
    edit.start === edit.oldEnd ? edit.start > span.start && edit.start < span.end : edit.start < span.end && edit.oldEnd > span.start,
  );

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** The analysis is plain data in which everything with a numeric `start` and `end` is a span, in the file that the nearest `path` names. */
const isSpan = (value: Json): boolean => typeof value.start === 'number' && typeof value.end === 'number';
const pathIn = (value: Json, around: string): string => (typeof value.path === 'string' ? value.path : around);

/** All spans of a piece of analysis that lie in `path`. */
export function spansIn(value: unknown, path: string): readonly Span[] {
  const found: Span[] = [];
  const visit = (node: unknown, around: string): void => {
    if (Array.isArray(node)) for (const each of node) visit(each, around);
    else if (isObject(node) && !(node instanceof Set)) {
      const here = pathIn(node, around);
      if (isSpan(node) && here === path) found.push({ start: Number(node.start), end: Number(node.end) });
      for (const each of Object.values(node)) if (isObject(each)) visit(each, here);
    }
  };
  visit(value, path);
  return found;
}

/** The same piece with every span in `path` moved by the edit. */
export function moveSpans<T>(value: T, path: string, edit: Edit): T {
  const shift = edit.newEnd - edit.oldEnd;
  const start = (offset: number): number => (offset >= edit.oldEnd ? offset + shift : Math.min(offset, edit.newEnd));
  /** What is typed right behind a span does not belong to it. */
  const end = (offset: number): number =>
    offset > edit.oldEnd || (offset === edit.oldEnd && edit.start < edit.oldEnd) ? offset + shift : Math.min(offset, edit.newEnd);
  const moved = (span: Json): Span => ({ start: start(Number(span.start)), end: Math.max(start(Number(span.start)), end(Number(span.end))) });
  const visit = (node: unknown, around: string): unknown => {
    if (Array.isArray(node)) return node.map((each) => visit(each, around));
    if (!isObject(node) || node instanceof Set) return node;
    const here = pathIn(node, around);
    const inner = Object.fromEntries(Object.entries(node).map(([key, each]) => [key, isObject(each) ? visit(each, here) : each]));
    return isSpan(node) && here === path ? { ...inner, ...moved(node) } : inner;
  };
  return visit(value, path) as T;
}
