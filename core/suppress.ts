/**
 * Comments that switch findings off:
 *
 *     // costlint-disable-next-line no-output-cap, unbounded-loop -- reason
 *     // costlint-disable-line -- reason
 *     // costlint-disable-file cache-missing-breakpoint -- reason
 *
 * `#` in Python. Without a rule, all are meant. `next-line` is the next line of code (comments and blank lines do not count) and covers
 * every finding in a statement that starts there, so that a directive need not stand within a call. A name that is no rule and a
 * directive that switches nothing off are reported as hints.
 */
import { lineOf, lineStarts, nextCodeLine } from './comment-lines.ts';
import { RULE_IDS } from './config.ts';
import type { SourceUnit } from './frontends/source-unit.ts';
import type { Finding, Span } from './model.ts';

/** The id under which problems of directives are reported. */
export const DIRECTIVE_RULE = 'costlint-directive';

export interface Directive {
  readonly kind: 'next-line' | 'line' | 'file';
  /** Empty: all rules. */
  readonly rules: readonly string[];
  readonly unknown: readonly string[];
  readonly reason: string;
  readonly span: Span;
}

const PATTERN = /costlint-disable-(next-line|line|file)\b([^\n]*)/;
const KNOWN: ReadonlySet<string> = new Set([...RULE_IDS, DIRECTIVE_RULE]);

/** What a comment says, or nothing when it is no directive. */
export function parseDirective(comment: Span & { readonly text: string }): Directive | undefined {
  const match = PATTERN.exec(comment.text);
  if (!match) return undefined;
  const [names = '', ...rest] = (match[2] ?? '').split(/\s--(?:\s|$)/);
  const words = names
    .replace(/(?:\*\/|#\}|--\}\}|-->)\s*$/, '')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  return {
    kind: match[1] as Directive['kind'],
    rules: words.filter((word) => KNOWN.has(word)),
    unknown: words.filter((word) => !KNOWN.has(word)),
    reason: rest.join(' -- ').trim(),
    span: { start: comment.start, end: comment.end },
  };
}

const directivesOf = (unit: Pick<SourceUnit, 'comments'>): readonly Directive[] => unit.comments.flatMap((comment) => parseDirective(comment) ?? []);

export interface Suppressed {
  /** What is left, problems of directives included, in the order given. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly { readonly finding: Finding; readonly reason: string }[];
}

/**
 * Applies the directives of a file. `statementOf` gives the statement around a finding's call. `isActive` tells whether a rule could have
 * reported here: a directive for a rule that is off is not called unused. In a damaged file nothing is called unused.
 */
export function applyDirectives(
  findings: readonly Finding[],
  unit: Pick<SourceUnit, 'path' | 'text' | 'comments' | 'damage'>,
  statementOf: (finding: Finding) => Span | undefined = () => undefined,
  isActive: (rule: string) => boolean = () => true,
): Suppressed {
  const directives = directivesOf(unit);
  if (directives.length === 0) return { findings, suppressed: [] };
  const starts = lineStarts(unit.text);
  const used = new Set<string>();
  const lines = directives.map((directive) => {
    const end = lineOf(starts, Math.max(directive.span.start, directive.span.end - 1));
    return directive.kind === 'line' ? lineOf(starts, directive.span.start) : nextCodeLine(unit.text, starts, end);
  });

  const covers = (directive: Directive, index: number, finding: Finding): boolean => {
    const name =
      directive.rules.length > 0 ? directive.rules.find((rule) => rule === finding.rule) : directive.unknown.length === 0 ? '*' : undefined;
    if (name === undefined) return false;
    if (directive.kind !== 'file') {
      const statement = statementOf(finding);
      const places = [
        finding.span.start,
        ...(statement ? [statement.start] : []),
        ...(statement && directive.kind === 'line' ? [Math.max(statement.start, statement.end - 1)] : []),
      ];
      if (!places.some((place) => lineOf(starts, place) === lines[index])) return false;
    }
    used.add(`${index}:${name}`);
    return true;
  };

  const left: Finding[] = [];
  const suppressed: { finding: Finding; reason: string }[] = [];
  for (const finding of findings) {
    const by = directives.filter((directive, index) => covers(directive, index, finding))[0];
    if (by) suppressed.push({ finding, reason: by.reason });
    else left.push(finding);
  }
  const problems = directives.flatMap((directive, index) => problemsOf(directive, (name) => used.has(`${index}:${name}`), unit, isActive));
  return { findings: [...left, ...problems], suppressed };
}

function problemsOf(
  directive: Directive,
  isUsed: (name: string) => boolean,
  unit: Pick<SourceUnit, 'path' | 'damage'>,
  isActive: (rule: string) => boolean,
): Finding[] {
  const hint = (message: string): Finding => ({
    rule: DIRECTIVE_RULE,
    severity: 'hint',
    path: unit.path,
    span: directive.span,
    message,
    fixes: [],
    related: [],
  });
  const problems = directive.unknown.length > 0 ? [hint(noSuchRule(directive.unknown))] : [];
  if (unit.damage.length > 0) return problems;
  if (directive.rules.length === 0 && directive.unknown.length === 0) {
    return isUsed('*') ? problems : [...problems, hint('This directive switches nothing off: remove it.')];
  }
  for (const rule of directive.rules) {
    if (!isUsed(rule) && isActive(rule)) problems.push(hint(`${rule} reports nothing here: remove it from this directive.`));
  }
  return problems;
}

/** How many names that are no rules are repeated. */
const NAMED = 3;

/** Several words that are no rules are most likely a reason without its dashes. */
function noSuchRule(names: readonly string[]): string {
  const [first = ''] = names;
  if (names.length === 1) return `There is no rule "${first}".${resembling(first)}`;
  const shown = names.slice(0, NAMED).map((name) => `"${name}"`);
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `There are no rules ${shown.join(', ')}${more}. A reason stands behind two dashes: rule -- reason.`;
}

/** A rule that shares a word with an unknown name. */
function resembling(name: string): string {
  const words = new Set(name.split('-'));
  const best = RULE_IDS.map((id) => ({ id, shared: id.split('-').filter((word) => words.has(word)).length })).sort((a, b) => b.shared - a.shared)[0];
  return best && best.shared > 0 ? ` Is ${best.id} meant?` : '';
}

/** The line that switches a rule off for the statement at `statement`, ready to be inserted at its line start. */
export function disableComment(
  text: string,
  statement: Span,
  rule: string,
  lineComment: string,
  reason: string,
): { readonly at: number; readonly text: string } {
  const lineStart = text.lastIndexOf('\n', statement.start - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, statement.start))?.[0] ?? '';
  return { at: lineStart, text: `${indent}${lineComment} costlint-disable-next-line ${rule} -- ${reason}\n` };
}
