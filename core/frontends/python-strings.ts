/** What Python literals mean: escapes, docstrings, numbers. */

export interface StringForm {
  readonly raw: boolean;
  readonly bytes: boolean;
  readonly template: boolean;
  /** Length of prefix and opening quotes. */
  readonly open: number;
  /** Length of the closing quotes; 0 when the string is not closed. */
  readonly close: number;
}

/** Reads the prefix and quotes of the string literal at `start`. */
export function stringForm(text: string, start: number, end: number): StringForm {
  let raw = false;
  let bytes = false;
  let template = false;
  let at = start;
  for (; at < end; at++) {
    const letter = text[at] as string;
    if (letter === 'r' || letter === 'R') raw = true;
    else if (letter === 'b' || letter === 'B') bytes = true;
    else if (letter === 'f' || letter === 'F' || letter === 't' || letter === 'T') template = true;
    else if (letter === '"' || letter === "'") break;
  }
  const quote = text[at];
  const triple = end - at >= 6 && text[at + 1] === quote && text[at + 2] === quote;
  const length = triple ? 3 : 1;
  const closed = end - at >= 2 * length && text[end - 1] === quote;
  return { raw, bytes, template, open: at - start + length, close: closed ? length : 0 };
}

const ESCAPE = /\\(?:\r\n|\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[\\'"abfnrtv])/g;
const SIMPLE: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
  '\r\n': '',
};

/** The text that a literal's source stands for. A character named by `\N{…}` becomes U+FFFD: the names are not part of this program. */
export function cook(source: string, { raw, bytes, template }: StringForm): string {
  let text = source;
  if (template) text = text.replaceAll('{{', '{').replaceAll('}}', '}');
  if (!raw && text.includes('\\')) text = text.replace(ESCAPE, (escape) => unescape(escape, bytes));
  // Python reads every line end of its source as \n; an escaped \r has no \n of the source behind it.
  return source.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
}

function unescape(escape: string, bytes: boolean): string {
  const body = escape.slice(1);
  const simple = SIMPLE[body];
  if (simple !== undefined) return simple;
  const letter = body[0] as string;
  if (letter >= '0' && letter <= '7') return String.fromCharCode(Number.parseInt(body, 8));
  if (letter === 'x') return String.fromCharCode(Number.parseInt(body.slice(1), 16));
  if (bytes) return escape;
  if (letter === 'N') return '\uFFFD';
  const code = Number.parseInt(body.slice(1), 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : escape;
}

/** A docstring as `inspect.cleandoc` gives it: common indentation and outer empty lines removed. */
export function cleanDoc(doc: string): string {
  const lines = doc.split('\n').map(expandTabs);
  const rest = lines.slice(1).filter((line) => line.trim() !== '');
  const margin = rest.reduce((least, line) => Math.min(least, line.length - line.trimStart().length), Number.MAX_SAFE_INTEGER);
  return lines
    .map((line, i) => (i === 0 ? line.trimStart() : line.slice(rest.length === 0 ? 0 : margin)))
    .join('\n')
    .replace(/^\n+|\n+$/g, '');
}

/** Tabs reach to the next multiple of eight columns. */
function expandTabs(line: string): string {
  if (!line.includes('\t')) return line;
  return line.split('\t').reduce((left, right) => left + ' '.repeat(8 - (left.length % 8)) + right);
}

/** An integer or float literal; undefined for complex numbers. */
export function numberValue(literal: string): number | undefined {
  const digits = literal.replaceAll('_', '');
  if (/[jJ]$/.test(digits) && !/^0[xX]/.test(digits)) return undefined;
  const plain = digits.replace(/[lL]$/, '');
  const value = /^0[0-7]+$/.test(plain) ? Number.parseInt(plain, 8) : Number(plain);
  return Number.isNaN(value) ? undefined : value;
}
