/**
 * Prompt files: .prompty, dotprompt (.prompt), Jinja, Handlebars and mustache templates, and the Markdown and text files of a `prompts`
 * folder. Front matter gives model and output cap; the body is a list of messages of text and variables. There are no statements.
 *
 * Roles come from marks: `{{role "system"}}` (dotprompt), `{{#message role="system"}}` or `<message role="system">` (Semantic Kernel),
 * `{% chat role="system" %}` (Banks), and lines `system:` (Prompty). Such lines count only in a .prompty file or when the body begins
 * with one, since prose has lines like `User:` too. Text without a mark is a system message when the file's name says so
 * (`system`, `instructions`, `persona`), else a user message.
 */
import type { Span } from '../model.ts';
import { readFrontMatter } from './prompt-front-matter.ts';
import { type Piece, templatePieces } from './prompt-template.ts';
import type { Comment, Expr, Frontend, PromptDocument, SourceUnit } from './source-unit.ts';

type Message = PromptDocument['messages'][number];
type Role = Message['role'];

const EXTENSIONS = ['.prompt', '.prompty', '.jinja', '.jinja2', '.j2', '.hbs', '.handlebars', '.mustache'] as const;

/** What may stand between the name and the template's own ending: `page.html.j2` is no prompt. */
const INNER_EXTENSION = /\.(prompt|prompty|system|user|assistant|md|markdown|txt|text|tmpl|tpl|xml)$/;

/** Files that lie in prompt folders without being prompts. */
const NO_PROMPT = /^(readme|changelog|contributing|license|notice|code_of_conduct|security)\b/;

/** Whether a file is a prompt by its path: by its ending, as `x.prompt.md`, or as Markdown or text below a folder `prompts` or `prompt`. */
export function isPromptPath(path: string): boolean {
  const [name = '', ...folders] = path.toLowerCase().split(/[/\\]/).reverse();
  const extension = /\.[^.]*$/.exec(name)?.[0] ?? '';
  if (extension === '.prompt' || extension === '.prompty') return true;
  const stem = name.slice(0, -extension.length);
  if ((EXTENSIONS as readonly string[]).includes(extension)) return !/\.\w+$/.test(stem) || INNER_EXTENSION.test(stem);
  if (extension !== '.md' && extension !== '.txt') return false;
  if (stem.endsWith('.prompt')) return true;
  return folders.some((folder) => folder === 'prompts' || folder === 'prompt') && !NO_PROMPT.test(name);
}

function parse(path: string, text: string): SourceUnit {
  const front = readFrontMatter(text);
  const name = path.toLowerCase();
  const dialect = /\.(hbs|handlebars|mustache)$/.test(name) ? 'handlebars' : 'any';
  const { pieces, damage } = templatePieces(text, front.bodyStart, dialect);
  const headings = name.endsWith('.prompty') || ROLE_LINE.test(text.slice(front.bodyStart).trimStart());
  const messages = toMessages(text, pieces, defaultRole(path), headings);
  const prompt: PromptDocument = {
    messages,
    ...(front.model && { model: front.model }),
    ...(front.maxOutputTokens && { maxOutputTokens: front.maxOutputTokens }),
    ...(front.span && { frontMatter: front.span }),
  };
  const comments = text.includes('costlint') ? directives(text, pieces, front.comments) : [];
  const body = { start: 0, end: text.length, statements: [] };
  return { path, language: 'prompt', text, body, comments, damage: [...front.damage, ...damage], prompt };
}

const defaultRole = (path: string): Role =>
  /(^|[^a-z])(system|instructions?|persona)([^a-z]|$)/i.test(path.split(/[/\\]/).at(-1) ?? '') ? 'system' : 'user';

const ROLES: Readonly<Record<string, Role>> = { system: 'system', developer: 'system', assistant: 'assistant', model: 'assistant', ai: 'assistant' };

/** Tool results and functions reach the model as input, as a user's words do. */
const roleOf = (name: string): Role => ROLES[name.toLowerCase()] ?? 'user';

/** `system:` alone on its line; Prompty allows `# system:` and attributes in brackets. */
const ROLE_LINE = /^[ \t]*#?[ \t]*(system|developer|user|assistant|tool|function)[ \t]*(?:\[[^\]\n]*\])?[ \t]*:[ \t]*(?:\r?\n|$)/i;
const ROLE_MARKS = /<message\s+role=["'](\w+)["'][^>]*>|<\/message>/gi;
const ROLE_LINES = new RegExp(ROLE_LINE.source, 'gim');

/** A span of text, a hole, or a change of role, in order. */
type Part = { readonly kind: 'expr'; readonly expr: Expr } | { readonly kind: 'role'; readonly role: string };

function toMessages(text: string, pieces: readonly Piece[], initial: Role, headings: boolean): readonly Message[] {
  const messages: Message[] = [];
  let role = initial;
  let parts: Expr[] = [];
  const close = () => {
    const message = messageOf(role, parts);
    if (message) messages.push(message);
    parts = [];
  };
  for (const part of pieces.flatMap((piece) => partsOf(text, piece, headings))) {
    if (part.kind === 'expr') parts.push(part.expr);
    else {
      close();
      role = roleOf(part.role);
    }
  }
  close();
  return messages;
}

function partsOf(text: string, piece: Piece, headings: boolean): readonly Part[] {
  if (piece.kind === 'role') return [piece];
  if (piece.kind === 'hole') return [{ kind: 'expr', expr: piece.expr }];
  if (piece.kind !== 'text') return [];
  const parts: Part[] = [];
  let from = piece.start;
  const push = (end: number) => {
    if (end > from) parts.push({ kind: 'expr', expr: { kind: 'string', start: from, end, value: text.slice(from, end) } });
  };
  for (const mark of roleMarks(text, piece, headings)) {
    push(mark.start);
    if (mark.role !== undefined) parts.push({ kind: 'role', role: mark.role });
    from = mark.end;
  }
  push(piece.end);
  return parts;
}

function roleMarks(text: string, piece: Span, headings: boolean): readonly (Span & { readonly role: string | undefined })[] {
  const slice = text.slice(piece.start, piece.end);
  const matches = [...slice.matchAll(ROLE_MARKS), ...(headings ? lineMatches(text, piece, slice) : [])];
  return matches
    .map((match) => ({ start: piece.start + match.index, end: piece.start + match.index + match[0].length, role: match[1] }))
    .sort((a, b) => a.start - b.start);
}

/** A piece of text may begin or end in the middle of a line, behind or before a variable: that is no heading. */
const lineMatches = (text: string, piece: Span, slice: string): readonly RegExpExecArray[] =>
  [...slice.matchAll(ROLE_LINES)].filter((match) => {
    const start = piece.start + match.index;
    const end = start + match[0].length;
    return (start === 0 || text.charAt(start - 1) === '\n') && (match[0].endsWith('\n') || end === text.length);
  });

/** A message without the blanks around it, which every renderer takes off; undefined when nothing is left. */
function messageOf(role: Role, exprs: readonly Expr[]): Message | undefined {
  const parts = exprs.map((expr, i) => trimmed(expr, i === 0, i === exprs.length - 1)).filter((expr) => expr.kind !== 'string' || expr.value !== '');
  const [first] = parts;
  const last = parts.at(-1);
  return first && last && { role, parts, span: { start: first.start, end: last.end } };
}

function trimmed(expr: Expr, atStart: boolean, atEnd: boolean): Expr {
  if (expr.kind !== 'string' || !(atStart || atEnd)) return expr;
  const left = atStart ? expr.value.length - expr.value.trimStart().length : 0;
  const right = atEnd ? expr.value.trimEnd().length : expr.value.length;
  return { ...expr, start: expr.start + left, end: expr.start + Math.max(left, right), value: expr.value.slice(left, right) };
}

/** Template comments, HTML comments and the comments of the front matter that contain `costlint`. */
function directives(text: string, pieces: readonly Piece[], front: readonly Comment[]): readonly Comment[] {
  const comments = [...front];
  for (const piece of pieces) {
    if (piece.kind === 'comment') comments.push({ start: piece.start, end: piece.end, text: piece.text });
    if (piece.kind !== 'text') continue;
    for (const match of text.slice(piece.start, piece.end).matchAll(/<!--([\s\S]*?)-->/g)) {
      const start = piece.start + match.index;
      comments.push({ start, end: start + match[0].length, text: (match[1] ?? '').trim() });
    }
  }
  return comments.filter((comment) => comment.text.includes('costlint'));
}

export const promptFile: Frontend = {
  id: 'prompt',
  languageIds: ['prompt', 'prompty', 'jinja', 'handlebars', 'mustache'],
  extensions: EXTENSIONS,
  matches: isPromptPath,
  syntax: { lineComment: '#', option: (name, value) => `${name}: ${value}`, true: 'true', null: 'null' },
  parse,
};
