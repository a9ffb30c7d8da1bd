/** Which call of the earlier state is which call of the later one: by what is written, then by how alike they are, then across files. */
import { valueOf } from '../model.ts';
import { linesOf, type Pieces, shareOf, wordsOf } from './alike.ts';
import type { CallRef, DiffFile } from './types.ts';

export interface CallPair {
  readonly before: CallRef;
  readonly after: CallRef;
}

export interface Matching {
  readonly pairs: readonly CallPair[];
  readonly added: readonly CallRef[];
  readonly removed: readonly CallRef[];
}

/** Below this two calls of one file are different calls; the scale is that of `likeness`. */
const SAME_FILE = 3;
/** Share of lines that a renamed file keeps, as git has it. */
const RENAMED = 0.5;
/** Share of the prompt that a call keeps when it moves to another file. */
const MOVED = 0.8;
/** Characters of a prompt that are enough to know a call by. */
const TELLING = 40;

export function matchCalls(before: readonly DiffFile[], after: readonly DiffFile[]): Matching {
  const pairs: CallPair[] = [];
  const old = new Map(before.map((file) => [file.path, new Set(refsOf(file))] as const));
  const young = new Map(after.map((file) => [file.path, new Set(refsOf(file))] as const));
  const match = (left: Set<CallRef>, right: Set<CallRef>, matcher: Matcher): void => {
    for (const pair of matcher([...left], [...right])) {
      left.delete(pair.before);
      right.delete(pair.after);
      pairs.push(pair);
    }
  };
  const matchAll = (left: Set<CallRef>, right: Set<CallRef>): void => {
    for (const matcher of [sameCost, sameText, mostAlike]) match(left, right, matcher);
  };
  for (const [path, calls] of old) matchAll(calls, young.get(path) ?? new Set());
  for (const [from, to] of renames(leftOver(before, old), leftOver(after, young))) matchAll(old.get(from) ?? new Set(), young.get(to) ?? new Set());
  const [removed, added] = [new Set([...old.values()].flatMap((set) => [...set])), new Set([...young.values()].flatMap((set) => [...set]))];
  match(removed, added, sameText);
  match(removed, added, moved);
  return { pairs, added: [...added], removed: [...removed] };
}

const refsOf = (file: DiffFile): CallRef[] => file.calls.map((call, index) => ({ file, index, call }));

type Matcher = (before: readonly CallRef[], after: readonly CallRef[]) => readonly CallPair[];

/** The n-th of one key belongs to the n-th of the same key. */
const byKey =
  (keyOf: (ref: CallRef) => string): Matcher =>
  (before, after) => {
    const waiting = new Map<string, CallRef[]>();
    for (const ref of before) waiting.set(keyOf(ref), [...(waiting.get(keyOf(ref)) ?? []), ref]);
    return after.flatMap((ref): CallPair[] => {
      const found = waiting.get(keyOf(ref))?.shift();
      return found ? [{ before: found, after: ref }] : [];
    });
  };

const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim();
const textAt = ({ file, call }: CallRef): string => squeeze(file.text.slice(call.site.span.start, call.site.span.end));
export const calleeOf = ({ file, call }: CallRef): string => squeeze(file.text.slice(call.site.callee.start, call.site.callee.end));
const kindOf = ({ call }: CallRef): string => `${call.site.sdk}\0${call.site.api}`;
const modelOf = ({ call }: CallRef): string => valueOf(call.site.model) ?? '';

/** The text of the prompt that the code shows. */
export const promptOf = ({ call }: CallRef): string =>
  call.site.segments
    .map(({ text }) => valueOf(text) ?? '')
    .filter(Boolean)
    .join('\n');

const wordsOfPrompt = remembered((ref: CallRef) => wordsOf(promptOf(ref)));
const linesOfFile = remembered((file: DiffFile) => linesOf(file.text));

/** Each text is compared with many others. */
function remembered<T extends object>(make: (of: T) => Pieces): (of: T) => Pieces {
  const known = new WeakMap<T, Pieces>();
  return (of) => {
    const found = known.get(of) ?? make(of);
    known.set(of, found);
    return found;
  };
}

/** Nothing about these calls differs: which is which does not matter. */
const sameCost = byKey((ref) => {
  const { estimate } = ref.call;
  return [textAt(ref), kindOf(ref), modelOf(ref), promptOf(ref), JSON.stringify(estimate.cost), JSON.stringify(estimate.inputTokens)].join('\0');
});
const sameText = byKey((ref) =>
  [textAt(ref), squeeze(ref.file.text.slice(ref.call.site.statement.start, ref.call.site.statement.end)), kindOf(ref)].join('\0'),
);

/** The best pairs first; of equal ones those that stand nearest to each other in order. */
const bestPairs =
  (likenessOf: (before: CallRef, after: CallRef) => number, atLeast: number): Matcher =>
  (before, after) => {
    const candidates = before
      .flatMap((b) => after.map((a) => ({ before: b, after: a, score: likenessOf(b, a), apart: Math.abs(b.index - a.index) })))
      .filter(({ score }) => score >= atLeast)
      .sort((x, y) => y.score - x.score || x.apart - y.apart || x.after.index - y.after.index);
    const taken = new Set<CallRef>();
    return candidates.filter((pair) => {
      if (taken.has(pair.before) || taken.has(pair.after)) return false;
      taken.add(pair.before).add(pair.after);
      return true;
    });
  };

/** 0…10: what two calls of one file have in common. A new SDK with the old prompt is the same call, as is an edited prompt on the same callee. */
function likeness(before: CallRef, after: CallRef): number {
  const callee = calleeOf(before) === calleeOf(after) ? 3 : 0;
  const kind = kindOf(before) === kindOf(after) ? 1 : 0;
  const model = modelOf(before) === modelOf(after) ? 1 : 0;
  const [old, young] = [promptOf(before), promptOf(after)];
  const prompt = old.length + young.length < TELLING ? 0 : 4 * shareOf(wordsOfPrompt(before), wordsOfPrompt(after));
  const place = before.file.calls.length === after.file.calls.length && before.index === after.index ? 1 : 0;
  return callee + kind + model + prompt + place;
}

const mostAlike = bestPairs(likeness, SAME_FILE);

const moved = bestPairs((before, after) => {
  const [old, young] = [promptOf(before), promptOf(after)];
  if (kindOf(before) !== kindOf(after) || old.length < TELLING || young.length < TELLING) return 0;
  return shareOf(wordsOfPrompt(before), wordsOfPrompt(after));
}, MOVED);

const leftOver = (files: readonly DiffFile[], calls: ReadonlyMap<string, ReadonlySet<CallRef>>): readonly DiffFile[] =>
  files.filter(({ path }) => (calls.get(path)?.size ?? 0) > 0);

/** Files that go on under another name. */
function renames(before: readonly DiffFile[], after: readonly DiffFile[]): [from: string, to: string][] {
  const candidates = before
    .flatMap((b) => after.filter((a) => a.path !== b.path).map((a) => ({ from: b.path, to: a.path, share: shareOf(linesOfFile(b), linesOfFile(a)) })))
    .filter(({ share }) => share >= RENAMED)
    .sort((x, y) => y.share - x.share);
  const taken = new Set<string>();
  return candidates.flatMap(({ from, to }): [string, string][] => {
    if (taken.has(`<${from}`) || taken.has(`>${to}`)) return [];
    taken.add(`<${from}`).add(`>${to}`);
    return [[from, to]];
  });
}
