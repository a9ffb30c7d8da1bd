/** The template language of prompt files, as far as Jinja, Handlebars and mustache agree: text, variables, comments, tags. */
import type { Span } from '../model.ts';
import type { Expr } from './source-unit.ts';

/** `text` keeps its offsets; `hole` is a variable or another value; `role` switches the role of the message; tags leave nothing. */
export type Piece = Span &
  (
    | { readonly kind: 'text' }
    | { readonly kind: 'hole'; readonly expr: Expr }
    | { readonly kind: 'role'; readonly role: string }
    | { readonly kind: 'comment'; readonly text: string }
  );

/** `handlebars`: `{%` and `{#` are text. */
export type Dialect = 'any' | 'handlebars';

interface Pieces {
  readonly pieces: readonly Piece[];
  /** Tags that are opened and not closed. */
  readonly damage: readonly Span[];
}

/** Opening marks, longest first, and what closes them. */
const MARKS: readonly { readonly open: string; readonly close: string; readonly jinja: boolean }[] = [
  { open: '{{!--', close: '--}}', jinja: false },
  { open: '{{!', close: '}}', jinja: false },
  { open: '{{{', close: '}}}', jinja: false },
  { open: '{{', close: '}}', jinja: false },
  { open: '{%', close: '%}', jinja: true },
  { open: '{#', close: '#}', jinja: true },
];

export function templatePieces(text: string, from: number, dialect: Dialect): Pieces {
  const pieces: Piece[] = [];
  const damage: Span[] = [];
  /** Closing marks that do not come any more. */
  const unclosed = new Set<string>();
  let textStart = from;
  const flush = (end: number) => {
    if (end > textStart) pieces.push({ kind: 'text', start: textStart, end });
  };
  for (let at = text.indexOf('{', from); at >= 0; at = text.indexOf('{', at)) {
    const mark = MARKS.find(({ open, jinja }) => text.startsWith(open, at) && !(jinja && dialect === 'handlebars'));
    if (mark === undefined || text.charAt(at - 1) === '\\') {
      at += mark?.open.length ?? 1;
      continue;
    }
    const start = at;
    const close = unclosed.has(mark.close) ? -1 : text.indexOf(mark.close, start + mark.open.length);
    if (close < 0) {
      unclosed.add(mark.close);
      // Markdown has `{#id}`: an unclosed comment is text. A variable or tag that is not closed yet is being typed.
      const isNew = start >= (damage.at(-1)?.end ?? 0);
      if (isNew && mark.open !== '{#') damage.push({ start, end: lineEnd(text, start) });
      at = start + mark.open.length;
      continue;
    }
    const end = close + mark.close.length;
    flush(start);
    const verbatim = mark.open === '{%' ? verbatimBlock(text, start, end, unclosed) : undefined;
    const piece = verbatim ? verbatim.piece : pieceOf(text, mark.open, { start, end }, text.slice(start + mark.open.length, close));
    if (piece) pieces.push(piece);
    textStart = verbatim?.end ?? end;
    at = textStart;
  }
  flush(text.length);
  return { pieces, damage };
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** `{% raw %} … {% endraw %}` is text as it stands, `{% comment %} … {% endcomment %}` goes as a whole. `unclosed`: names of those that do not end any more. */
function verbatimBlock(text: string, start: number, end: number, unclosed: Set<string>): { piece: Piece | undefined; end: number } | undefined {
  const name = /^\{%[-~+]?\s*(raw|comment)\b/.exec(text.slice(start, end))?.[1];
  if (name === undefined || unclosed.has(name)) return undefined;
  const mark = new RegExp(`\\{%[-~+]?\\s*end${name}\\s*[-~+]?%\\}`, 'g');
  mark.lastIndex = end;
  const close = mark.exec(text);
  if (close === null) {
    unclosed.add(name);
    return undefined;
  }
  const inside = { start: end, end: close.index };
  return { piece: name === 'raw' && inside.end > end ? { kind: 'text', ...inside } : undefined, end: inside.end + close[0].length };
}

function pieceOf(text: string, open: string, span: Span, inside: string): Piece | undefined {
  // Whitespace control (`{{- x -}}`, `{{~ x ~}}`) changes blanks only.
  const content = inside
    .replace(/^[-~+]/, '')
    .replace(/[-~+]$/, '')
    .trim();
  if (open === '{#' || open.startsWith('{{!')) return { kind: 'comment', ...span, text: content };
  const role = /^(?:#?\s*(?:role|message|chat))\b.*?["'](\w+)["']/.exec(content)?.[1];
  if (role !== undefined) return { kind: 'role', ...span, role };
  if (open === '{%')
    return /^(include|import|from|extends)\b/.test(content) ? { kind: 'hole', ...span, expr: { kind: 'other', ...span, children: [] } } : undefined;
  if (/^([#/^]|else\b)/.test(content) && open === '{{') return undefined;
  return content === '' ? undefined : { kind: 'hole', ...span, expr: holeValue(text, span, content) };
}

const PATH = /[A-Za-z_@$][\w$@-]*(?:\.[\w$-]+)*/;
const WHOLE_PATH = new RegExp(`^(?:\\.\\.?/)*(${PATH.source})$`);
const CALL = new RegExp(`^(${PATH.source})\\([^]*\\)$`);
const STRING = /^"([^"]*)"$|^'([^']*)'$/;

/** `x`, `a.b`, `a | filter`, `now()`, `"text"`; anything else keeps the names that it mentions. */
function holeValue(text: string, span: Span, content: string): Expr {
  const start = text.indexOf(content, span.start);
  const bare = withoutFilters(content).replace(/^&\s*/, '');
  const at = start + Math.max(content.indexOf(bare), 0);
  const path = WHOLE_PATH.exec(bare)?.[1];
  if (path !== undefined) return dotted(path, at + bare.length - path.length);
  const callee = CALL.exec(bare)?.[1];
  const end = at + bare.length;
  if (callee !== undefined) {
    const argsSpan = { start: at + bare.indexOf('(') + 1, end: end - 1 };
    return { kind: 'call', start: at, end, callee: dotted(callee, at), args: [], argsSpan, isNew: false };
  }
  const literal = STRING.exec(bare);
  if (literal) return { kind: 'string', start: at, end, value: literal[1] ?? literal[2] ?? '' };
  const names = bare.replace(/"[^"]*"|'[^']*'/g, (quoted) => ' '.repeat(quoted.length)).matchAll(new RegExp(PATH, 'g'));
  return { kind: 'other', start: at, end, children: [...names].map((match) => dotted(match[0], at + match.index)) };
}

/** `x | upper` is x; `x || y` has no filter. */
function withoutFilters(content: string): string {
  const pipe = /(?<!\|)\|(?!\|)/.exec(content);
  return pipe ? content.slice(0, pipe.index).trimEnd() : content;
}

function dotted(path: string, start: number): Expr {
  const [first = '', ...rest] = path.split('.');
  let end = start + first.length;
  let expr: Expr = { kind: 'name', start, end, name: first };
  for (const name of rest) {
    const nameSpan = { start: end + 1, end: end + 1 + name.length };
    end = nameSpan.end;
    expr = { kind: 'member', start, end, object: expr, name, nameSpan };
  }
  return expr;
}
