/**
 * Comments that say what a call really takes, in place of what is assumed everywhere:
 *
 *     // costlint-assume outputTokens=1200, stepsPerRun=14 -- seen in 1,204 calls
 *
 * `#` in Python. It stands above the statement of the call or on its line, and takes the settings of `assumptions`.
 */
import { assumedTokens } from './assume.ts';
import { lineOf, lineStarts, nextCodeLine } from './comment-lines.ts';
import { type Assumptions, assumptionsSchema } from './config.ts';
import type { SourceUnit } from './frontends/source-unit.ts';
import type { CallSite, Finding, PromptSegment, Range, Span } from './model.ts';
import { DIRECTIVE_RULE } from './suppress.ts';

const ASSUME = 'costlint-assume';
const PATTERN = new RegExp(`\\b${ASSUME}\\b([^\\n]*)`);

interface Assume {
  readonly settings: Partial<Assumptions>;
  readonly problems: readonly string[];
  readonly span: Span;
  /** Lines of code that it speaks of: its own, and the next. */
  readonly lines: readonly number[];
}

/** `a=1, b=2 -- why` → settings, and what cannot be read. */
function parseAssume(text: string): Pick<Assume, 'settings' | 'problems'> | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [given = ''] = (match[1] ?? '').replace(/(?:\*\/|#\}|--\}\}|-->)\s*$/, '').split(/\s--(?:\s|$)/);
  const settings: Record<string, number> = {};
  const problems: string[] = [];
  for (const word of given.split(/[\s,]+/).filter((each) => each !== '')) {
    const [name = '', value = ''] = word.split('=');
    const shape = Object.hasOwn(assumptionsSchema.shape, name) ? assumptionsSchema.shape[name as keyof Assumptions] : undefined;
    const parsed = shape?.safeParse(value === '' ? Number.NaN : Number(value.replaceAll('_', '')));
    if (!shape) problems.push(`There is no assumption "${name}". There are ${Object.keys(assumptionsSchema.shape).join(', ')}.`);
    else if (!parsed?.success)
      problems.push(`"${word}": a number is wanted, as in ${name}=${assumptionsSchema.parse({})[name as keyof Assumptions]}.`);
    else settings[name] = parsed.data;
  }
  if (Object.keys(settings).length === 0 && problems.length === 0) problems.push('This directive sets nothing: outputTokens=1200, for example.');
  return { settings, problems };
}

/** The directives of one file. */
export class SiteAssumptions {
  readonly #unit: Pick<SourceUnit, 'path' | 'text' | 'comments' | 'damage'>;
  readonly #starts: readonly number[];
  readonly #directives: readonly Assume[];
  readonly #used = new Set<Assume>();

  constructor(unit: Pick<SourceUnit, 'path' | 'text' | 'comments' | 'damage'>) {
    this.#unit = unit;
    const found = unit.comments.flatMap((comment) => {
      const parsed = parseAssume(comment.text);
      return parsed ? [{ comment, parsed }] : [];
    });
    this.#starts = found.length > 0 ? lineStarts(unit.text) : [];
    this.#directives = found.map(({ comment, parsed }) => {
      const { start, end } = comment;
      const last = lineOf(this.#starts, Math.max(start, end - 1));
      return { ...parsed, span: { start, end }, lines: [lineOf(this.#starts, start), nextCodeLine(unit.text, this.#starts, last)] };
    });
  }

  /** What is assumed at a call; `general` itself where nothing is said of it. */
  at(site: Pick<CallSite, 'statement' | 'callee'>, general: Assumptions): Assumptions {
    if (this.#directives.length === 0) return general;
    const lines = [site.statement.start, site.callee.start].map((offset) => lineOf(this.#starts, offset));
    const own = this.#directives.filter((directive) => directive.lines.some((line) => lines.includes(line)));
    for (const directive of own) this.#used.add(directive);
    return own.length === 0 ? general : Object.assign({ ...general }, ...own.map(({ settings }) => settings));
  }

  /** Directives that cannot be read, or belong to no call. Ask once all calls were asked for. */
  problems(): Finding[] {
    const { path, damage } = this.#unit;
    return this.#directives.flatMap((directive) => {
      const unused = damage.length === 0 && !this.#used.has(directive) ? ['No call of a model follows: this directive sets nothing.'] : [];
      return [...directive.problems, ...unused].map(
        (message): Finding => ({ rule: DIRECTIVE_RULE, severity: 'hint', path, span: directive.span, message, fixes: [], related: [] }),
      );
    });
  }
}

const same = (a: Range, b: Range): boolean => a.low === b.low && a.expected === b.expected && a.high === b.high;

/** The call with its holes as large as `to` says, where they were as large as `from` says. */
export function reassumed(site: CallSite, from: Assumptions, to: Assumptions): CallSite {
  if (from === to) return site;
  const tokensOf = (segment: PromptSegment, assumptions: Assumptions): Range =>
    assumedTokens(segment.role, segment.cause?.kind, segment.many === true, assumptions);
  const segments = site.segments.map((segment) =>
    segment.text.kind === 'unknown' && same(segment.tokens, tokensOf(segment, from)) ? { ...segment, tokens: tokensOf(segment, to) } : segment,
  );
  return { ...site, segments };
}

/** The comment that sets assumptions for the statement at `statement`, as an edit: a new line above it, or in place of the one that is there. */
export function assumeComment(
  text: string,
  statement: Span,
  settings: Partial<Assumptions>,
  lineComment: string,
  why: string,
): { readonly start: number; readonly end: number; readonly text: string } {
  const lineStart = text.lastIndexOf('\n', statement.start - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, statement.start))?.[0] ?? '';
  const above = text.lastIndexOf('\n', lineStart - 2) + 1;
  const old = lineStart > 0 ? parseAssume(text.slice(above, lineStart)) : undefined;
  const all = { ...old?.settings, ...settings };
  const words = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  return { start: old ? above : lineStart, end: lineStart, text: `${indent}${lineComment} ${ASSUME} ${words.join(', ')} -- ${why}\n` };
}
