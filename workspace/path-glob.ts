/**
 * Globs over paths: `*`, `**`, `?`, `[a-z]`, `[!x]` and, where they are expanded first, `{a,b}`. Not by regular expressions: they come from a repository
 * that nobody need trust, and an expression with many `*` takes time without measure on a long name. This takes a path's length times the pattern's at most.
 */

const STAR = Symbol('any number');

/** Longest pattern that is read, characters: no path that an operating system opens is longer. */
const MAX_LENGTH = 4096;
/** Most patterns that braces may stand for. */
const MAX_PATTERNS = 1000;

type Pattern<Element> = readonly (Element | typeof STAR)[];
/** One character: exactly this one, or one of a class. */
type Character = string | { readonly negated: boolean; readonly ranges: readonly (readonly [first: string, last: string])[] };
/** A name as it stands, or a pattern of characters. */
type Segment = string | Pattern<Character>;

const ANY: Character = { negated: true, ranges: [] };
const ANY_NAME: Segment = [ANY, STAR];

/** Compiles a pattern for paths that are split at `/`. A last `**` stands for at least one name, any other for any number of folders. */
export function pathPattern(pattern: string): (names: readonly string[]) => boolean {
  if (pattern.length > MAX_LENGTH) return () => false;
  const parts = pattern.split('/');
  const segments = parts.flatMap(
    (part, i): Pattern<Segment> => (part !== '**' ? [segmentOf(part)] : i < parts.length - 1 ? [STAR] : [ANY_NAME, STAR]),
  );
  return (names) => covers<Segment>(segments, names.length, (segment, i) => fitsName(segment, names[i] ?? ''));
}

/** `{a,b}` as a pattern each; a brace without a comma stays what it is, and so does a pattern that would become too many. */
export function expandBraces(glob: string): readonly string[] {
  if (glob.length > MAX_LENGTH) return [glob];
  let all = [''];
  for (let i = 0; i < glob.length; i++) {
    const end = glob[i] === '{' ? closing(glob, i) : -1;
    const options = end < 0 ? [] : splitOptions(glob.slice(i + 1, end));
    const pieces = options.length > 1 ? options.flatMap(expandBraces) : [glob[i] ?? ''];
    if (all.length * pieces.length > MAX_PATTERNS) return [glob];
    all = all.flatMap((start) => pieces.map((piece) => start + piece));
    if (options.length > 1) i = end;
  }
  return all;
}

function closing(glob: string, from: number): number {
  for (let depth = 0, i = from; i < glob.length; i++) {
    if (glob[i] === '{') depth++;
    else if (glob[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

function splitOptions(inside: string): string[] {
  const options: string[] = [];
  let start = 0;
  for (let depth = 0, i = 0; i <= inside.length; i++) {
    if (inside[i] === '{') depth++;
    if (inside[i] === '}') depth--;
    if (i < inside.length && (inside[i] !== ',' || depth > 0)) continue;
    options.push(inside.slice(start, i));
    start = i + 1;
  }
  return options;
}

/** Whether a pattern covers all of `count` things. Of several stars only the last needs another try: what an earlier one left, that one takes as well. */
function covers<Element>(pattern: Pattern<Element>, count: number, fits: (element: Element, index: number) => boolean): boolean {
  let [at, index, star, taken] = [0, 0, -1, 0];
  while (index < count) {
    const element = pattern[at];
    if (element === STAR) [star, taken, at] = [at, index, at + 1];
    else if (element !== undefined && fits(element, index)) [at, index] = [at + 1, index + 1];
    else if (star >= 0) [at, taken, index] = [star + 1, taken + 1, taken + 1];
    else return false;
  }
  while (pattern[at] === STAR) at++;
  return at === pattern.length;
}

const fitsName = (segment: Segment, name: string): boolean =>
  typeof segment === 'string' ? segment === name : covers<Character>(segment, name.length, (character, i) => fitsCharacter(character, name[i] ?? ''));

const fitsCharacter = (character: Character, one: string): boolean =>
  typeof character === 'string' ? character === one : character.ranges.some(([first, last]) => one >= first && one <= last) !== character.negated;

function segmentOf(part: string): Segment {
  const found: (Character | typeof STAR)[] = [];
  for (let i = 0; i < part.length; i++) {
    const set = part[i] === '[' ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(part.slice(i)) : null;
    if (set) found.push({ negated: set[1] !== '', ranges: rangesOf(set[2] ?? '') });
    else if (part[i] === '*') found.push(STAR);
    else if (part[i] === '?') found.push(ANY);
    else found.push((part[i] === '\\' ? part[++i] : part[i]) ?? '\\');
    if (set) i += set[0].length - 1;
  }
  return found.every((one) => typeof one === 'string') ? found.join('') : found;
}

function rangesOf(inside: string): (readonly [string, string])[] {
  const ranges: (readonly [string, string])[] = [];
  for (let i = 0; i < inside.length; i++) {
    const first = inside[i] ?? '';
    const last = inside[i + 1] === '-' ? inside[i + 2] : undefined;
    ranges.push([first, last ?? first]);
    if (last !== undefined) i += 2;
  }
  return ranges;
}
