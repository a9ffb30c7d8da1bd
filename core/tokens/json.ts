/** Reading request bodies that nobody has checked, and writing JSON the way providers put it into prompts. */

export type Dict = Readonly<Record<string, unknown>>;

export const isDict = (value: unknown): value is Dict => typeof value === 'object' && value !== null && !Array.isArray(value);
export const dict = (value: unknown): Dict => (isDict(value) ? value : {});
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
/** The first of several spellings that is set: `first(body, 'inputSchema', 'input_schema')`. */
export function first(from: Dict, ...names: readonly string[]): unknown {
  for (const name of names) if (from[name] !== undefined && from[name] !== null) return from[name];
  return undefined;
}

/** How deep a body is followed; real schemas stay far below, and a hostile one must not overflow the stack. */
export const DEEPEST = 200;

/** JSON as JSON.stringify(value, null, 2) writes it, safe against depth. */
export function indentedJson(value: unknown): string {
  return JSON.stringify(shallower(value, 0), null, 2) ?? '';
}

/** JSON as JSON.stringify(value) writes it, safe against depth. */
export const compactJson = (value: unknown): string => JSON.stringify(shallower(value, 0)) ?? '';

function shallower(value: unknown, depth: number): unknown {
  if (depth > DEEPEST) return null;
  if (Array.isArray(value)) return value.map((item) => shallower(item, depth + 1));
  return isDict(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shallower(item, depth + 1)])) : value;
}

/** JSON with `, ` and `: ` between items, as Python's json.dumps writes it. */
export function spacedJson(value: unknown, depth = 0): string {
  if (depth > DEEPEST) return '…';
  if (Array.isArray(value)) return `[${value.map((item) => spacedJson(item, depth + 1)).join(', ')}]`;
  if (!isDict(value)) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${spacedJson(item, depth + 1)}`).join(', ')}}`;
}

const [TAB, LINE_FEED, RETURN, SPACE, QUOTE, COMMA, COLON, BACKSLASH] = [9, 10, 13, 32, 34, 44, 58, 92];

/** JSON text with one space behind commas and colons and none elsewhere, numbers as they were written; undefined where it is no JSON. */
export function respacedJson(json: string): string | undefined {
  try {
    JSON.parse(json);
  } catch {
    return undefined;
  }
  const pieces: string[] = [];
  let from = 0;
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(json, at);
        break;
      case COMMA:
      case COLON:
        pieces.push(json.slice(from, at + 1), ' ');
        from = at + 1;
        break;
      case SPACE:
      case TAB:
      case LINE_FEED:
      case RETURN:
        if (at > from) pieces.push(json.slice(from, at));
        from = at + 1;
    }
  }
  return pieces.join('') + json.slice(from);
}

/** Where the string that opens at `at` closes. */
function endOfString(json: string, at: number): number {
  let end = at + 1;
  while (end < json.length && json.charCodeAt(end) !== QUOTE) end += json.charCodeAt(end) === BACKSLASH ? 2 : 1;
  return end;
}
