/**
 * The verbs with which rules change code: they work on the spans of a call site and on the syntax of its language, so one rule serves
 * all languages. Each returns nothing where the result would not be certain.
 */
import type { LanguageSyntax } from '../frontends/source-unit.ts';
import type { CallSite, Location, OptionsSite, PromptSegment, TextEdit, Written } from '../model.ts';

export interface EditContext {
  readonly syntax: LanguageSyntax;
  readonly textOf: (path: string) => string | undefined;
}

/** The white space at the start of the line that `offset` is on, if nothing but white space stands before it. */
function indentBefore(text: string, offset: number): string | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*$/.test(line) ? line : undefined;
}

/** Where the last option may be pushed to the right without a comma being missed: options are put before it, where a comma must follow. */
function insertOption(options: OptionsSite, text: string, option: string): TextEdit | undefined {
  const { path } = options;
  const last = options.options.at(-1);
  if (last) {
    const indent = indentBefore(text, last.span.start);
    const separator = indent === undefined ? ' ' : `\n${indent}`;
    return { path, start: last.span.start, end: last.span.start, text: `${option},${separator}` };
  }
  const inside = text.slice(options.span.start, options.span.end);
  if (inside.trim() === '') return { path, ...options.span, text: options.form === 'keywords' ? option : ` ${option} ` };
  // Only positional arguments: behind them, where that is certainly not a comment.
  if (options.form !== 'keywords' || /[#\n]/.test(inside)) return undefined;
  const end = options.span.start + inside.replace(/,?\s*$/, '').length;
  return { path, start: end, end: options.span.end, text: `, ${option}` };
}

/** Sets an option of the call: replaces its value, or adds it. Nothing where a spread may set it too. */
export function setArg(site: CallSite, name: string, value: string, { syntax, textOf }: EditContext): readonly TextEdit[] | undefined {
  const { options } = site;
  if (!options || !/^[\w$]+$/.test(name)) return undefined;
  const text = textOf(options.path);
  if (text === undefined) return undefined;
  const present = options.options.find((option) => option.name === name);
  if (present) return [{ path: options.path, ...present.span, text: syntax.option(name, value, options.form) }];
  if (options.open) return undefined;
  const edit = insertOption(options, text, syntax.option(name, value, options.form));
  return edit && [edit];
}

/** Removes an entry of a list of options or an object, with the comma before it, or else the one after it. */
function removeEntry(text: string, entry: Location): TextEdit | undefined {
  const before = /,\s*$/.exec(text.slice(0, entry.start));
  if (before) return { path: entry.path, start: before.index, end: entry.end, text: '' };
  const after = /^\s*,[ \t]*\n?/.exec(text.slice(entry.end));
  return after ? { path: entry.path, start: entry.start, end: entry.end + after[0].length, text: '' } : undefined;
}

/** The whole entry of a cache mark, `"cache_control": {…}`, when `mark` is the entry or its value. */
export function markEntry(mark: Location, { textOf }: Pick<EditContext, 'textOf'>): Location | undefined {
  const text = textOf(mark.path);
  if (text === undefined) return undefined;
  const key = /["']?(?:cache_control|cacheControl)["']?\s*:\s*/;
  if (new RegExp(`^${key.source}`).test(text.slice(mark.start, mark.end))) return mark;
  const before = new RegExp(`${key.source}$`).exec(text.slice(Math.max(0, mark.start - 40), mark.start));
  return before ? { ...mark, start: mark.start - before[0].length } : undefined;
}

/** Removes a cache mark. */
export function removeMark(mark: Location, context: EditContext): readonly TextEdit[] | undefined {
  const entry = markEntry(mark, context);
  const edit = entry && removeEntry(context.textOf(mark.path) ?? '', entry);
  return edit && [edit];
}

const PYTHON = 'python';
/** `{"a": 1}` in Python, `{ a: 1 }` elsewhere. */
const record = (site: CallSite, syntax: LanguageSyntax, entries: readonly (readonly [string, string])[]): string => {
  const python = site.language === PYTHON;
  const body = entries.map(([name, value]) => syntax.option(name, value, python ? 'dict' : 'object')).join(', ');
  return python ? `{${body}}` : `{ ${body} }`;
};
const quoted = (site: CallSite, text: string): string => (site.language === PYTHON ? `"${text}"` : `'${text}'`);

/** `{"type": "ephemeral"}`, with the one-hour life where that is asked for. */
const ephemeral = (site: CallSite, syntax: LanguageSyntax, hour: boolean): string =>
  record(site, syntax, [['type', quoted(site, 'ephemeral')], ...(hour ? ([['ttl', quoted(site, '1h')]] as const) : [])]);

/** Whether what stands at `place` is certainly one string: a literal, or a name that the system prompt's text was assigned to. */
function isString(site: CallSite, value: string, { textOf }: EditContext): boolean {
  if (/^[rRbBuUfF]{0,2}(["'`])/.test(value)) return true;
  const pieces = site.segments.filter((segment) => segment.role === 'system');
  const first = pieces[0];
  if (!/^[A-Za-z_$][\w$]*$/.test(value) || !first || pieces.some((piece) => piece.item !== first.item)) return false;
  const before = textOf(first.at.path)?.slice(0, first.at.start);
  // The first piece is the literal that the name was given: `NAME = "…` with or without a type, brackets and a call of dedent.
  return (
    before !== undefined &&
    new RegExp(
      `\\b${value.replaceAll('$', '\\$')}\\b(\\s*:\\s*\\w+)?\\s*=\\s*\\(?\\s*(?:textwrap\\.dedent\\(|dedent\\(|dedent)?\\s*[rRfFuU]{0,2}(?:"""|'''|["'\`])?\\\\?\\s*$`,
    ).test(before)
  );
}

/** `value` as this language writes it. */
function written(value: Written, site: CallSite, syntax: LanguageSyntax, given: Readonly<Record<string, string>>): string {
  if (typeof value === 'string') return given[value] ?? quoted(site, value);
  if (isList(value)) return `[${value.map((v) => written(v, site, syntax, given)).join(', ')}]`;
  return record(
    site,
    syntax,
    Object.entries(value).map(([name, v]) => [name, written(v, site, syntax, given)]),
  );
}

const isList = (value: Written): value is readonly Written[] => Array.isArray(value);

/** Puts a mark behind the system prompt: the string becomes what the SDK takes marks on, with the same text. */
export function markSystem(site: CallSite, hour: boolean, context: EditContext): readonly TextEdit[] | undefined {
  const { options, marks } = site;
  const system = options?.options.find((option) => marks?.system?.options.includes(option.name));
  const text = options && context.textOf(options.path);
  if (!options || !marks?.system || !system || text === undefined) return undefined;
  const value = text.slice(system.value.start, system.value.end);
  if (!isString(site, value, context)) return undefined;
  const block = written(marks.system.value, site, context.syntax, { $text: value, $mark: ephemeral(site, context.syntax, hour) });
  return [{ path: options.path, ...system.span, text: context.syntax.option(system.name, block, options.form) }];
}

/** Asks for automatic marking: the last block of each request is marked, so that the next step of a loop finds the whole conversation. */
export function markAutomatically(site: CallSite, hour: boolean, context: EditContext): readonly TextEdit[] | undefined {
  const automatic = site.marks?.automatic;
  if (!automatic || site.options?.options.some(({ name }) => name === automatic.option)) return undefined;
  const mark = written(automatic.value, site, context.syntax, { $mark: ephemeral(site, context.syntax, hour) });
  return setArg(site, automatic.option, mark, context);
}

/** The start of the hole that ends right before `end`, by counting braces. */
function holeStart(text: string, end: number): number | undefined {
  if (text[end - 1] !== '}') return undefined;
  let depth = 0;
  for (let i = end - 1; i >= Math.max(0, end - 400); i--) {
    if (text[i] === '}') depth++;
    if (text[i] === '{' && --depth === 0) return text[i - 1] === '$' ? i - 1 : i;
  }
  return undefined;
}

/** Whether `next` is the literal piece that follows `piece` in one template, with nothing between but a hole. */
function follows(piece: PromptSegment, next: PromptSegment, text: string): boolean {
  return (
    next.at.path === piece.at.path &&
    next.at.start >= piece.at.end &&
    (next.at.start === piece.at.end || holeStart(text, next.at.start) === piece.at.end)
  );
}

const NEWLINE = /\\n|\r?\n/g;
/** The last line break in a text, and the first. */
const lastBreak = (text: string): number => [...text.matchAll(NEWLINE)].reduce((_, match) => match.index + match[0].length, -1);

/**
 * Moves the line of a template that holds a changing value behind all that follows it in the same template, so that the text before it
 * is the same on every call. Only where value and text stand in one literal of the code, on lines of their own.
 */
export function moveAfter(site: CallSite, index: number, { textOf }: EditContext): readonly TextEdit[] | undefined {
  const [before, hole, after] = [site.segments[index - 1], site.segments[index], site.segments[index + 1]];
  if (!hole || !after || after.text.kind !== 'known' || after.item !== hole.item || after.role !== hole.role) return undefined;
  const { path } = after.at;
  const text = textOf(path);
  const start = text === undefined ? undefined : holeStart(text, after.at.start);
  if (text === undefined || start === undefined) return undefined;
  const end = endOfTemplate(site, index + 1, text);
  if (end === undefined) return undefined;
  const inTemplate = before !== undefined && before.at.path === path && before.at.end === start && before.text.kind === 'known';
  const head = inTemplate ? text.slice(before.at.start, start) : '';
  if (inTemplate ? lastBreak(head) < 0 && head.length > 80 : !/["'`]$/.test(text.slice(0, start))) return undefined;
  const lineStart = start - head.length + Math.max(0, lastBreak(head));
  const tail = text.slice(after.at.start, after.at.end);
  const brk = /\\n|\r?\n/.exec(tail);
  if (!brk) return undefined;
  const lineEnd = after.at.start + brk.index;
  // A blank line behind the moved one goes with it.
  const gap = /^(?:\\n|\r?\n){1,2}/.exec(tail.slice(brk.index))?.[0] ?? brk[0];
  const line = text.slice(lineStart, lineEnd);
  const endsOpen = !/(?:\\n|\n)[ \t]*$/.test(text.slice(after.at.start, end));
  return [
    { path, start: lineStart, end: lineEnd + gap.length, text: '' },
    { path, start: end, end, text: endsOpen ? `${brk[0]}${brk[0]}${line}` : `${line}${brk[0]}` },
  ];
}

/** The end of the template that the literal piece `index` belongs to, when it is certain. */
function endOfTemplate(site: CallSite, index: number, text: string): number | undefined {
  let last = site.segments[index];
  for (let i = index + 1; i < site.segments.length && last; i++) {
    const next = site.segments[i];
    if (!next || next.item !== last.item || next.role !== last.role) break;
    if (next.text.kind === 'known' && follows(last, next, text)) last = next;
  }
  return last && /["'`]/.test(text[last.at.end] ?? '') ? last.at.end : undefined;
}
