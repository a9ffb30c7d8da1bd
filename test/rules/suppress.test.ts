import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comment } from '../../core/frontends/source-unit.ts';
import type { Finding, Span } from '../../core/model.ts';
import { applyDirectives, DIRECTIVE_RULE, disableComment, parseDirective } from '../../core/suppress.ts';

/** A file whose comments are the lines (or line ends) that start with `#` or `//`. */
function unit(text: string, damage: readonly Span[] = []) {
  const comments: Comment[] = [...text.matchAll(/(?:#|\/\/) ?(.*costlint.*)/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[1] ?? '',
  }));
  return { path: '/a.py', text, comments, damage };
}

function finding(text: string, place: string, rule = 'no-output-cap'): Finding {
  const start = text.indexOf(place);
  return { rule, severity: 'hint', path: '/a.py', span: { start, end: start + place.length }, message: '', fixes: [], related: [] };
}

const left = (text: string, findings: readonly Finding[], statement?: Span): string[] =>
  applyDirectives(findings, unit(text), () => statement).findings.map((f) => f.rule);

test('a directive names rules and a reason', () => {
  const parsed = parseDirective({ start: 0, end: 1, text: 'costlint-disable-next-line no-output-cap, unbounded-loop -- short answers -- by design' });
  assert.deepEqual(parsed?.rules, ['no-output-cap', 'unbounded-loop']);
  assert.equal(parsed.reason, 'short answers -- by design');
  assert.equal(parseDirective({ start: 0, end: 1, text: 'see costlint docs' }), undefined);
  assert.deepEqual(parseDirective({ start: 0, end: 1, text: 'costlint-disable-file #}' })?.rules, []);
});

test('next-line covers the next line of code, comments and blank lines between do not count', () => {
  const text = '# costlint-disable-next-line no-output-cap -- ok\n\n# the model call\nclient.create()\nother.create()';
  assert.deepEqual(left(text, [finding(text, 'client')]), []);
  assert.deepEqual(left(text, [finding(text, 'client'), finding(text, 'other')]), ['no-output-cap']);
  assert.deepEqual(left(text, [finding(text, 'client', 'unbounded-loop')]), ['unbounded-loop', DIRECTIVE_RULE]);
});

test('next-line above a statement covers what stands within it', () => {
  const text = '# costlint-disable-next-line no-output-cap\nx = client.create(\n  model=m,\n)';
  const statement = { start: text.indexOf('x ='), end: text.length };
  assert.deepEqual(left(text, [finding(text, 'model=m')], statement), []);
  assert.deepEqual(left(text, [finding(text, 'model=m')]), ['no-output-cap', DIRECTIVE_RULE]);
});

test('line covers its own line, also at the end of a statement; file covers everything', () => {
  const line = 'client.create()  # costlint-disable-line -- ok\nother.create()';
  assert.deepEqual(left(line, [finding(line, 'client'), finding(line, 'other')]), ['no-output-cap']);
  const end = 'client.create(\n  a,\n)  // costlint-disable-line no-output-cap';
  assert.deepEqual(left(end, [finding(end, 'client')], { start: 0, end: end.indexOf(')') + 1 }), []);
  const file = 'client.create()\nother.create()\n# costlint-disable-file no-output-cap -- a demo';
  assert.deepEqual(left(file, [finding(file, 'client'), finding(file, 'other')]), []);
});

test('a reason without its dashes is one problem, not one a word', () => {
  const text = '# costlint-disable-next-line no-output-cap since answers are short\nclient.create()';
  const { findings, suppressed } = applyDirectives([finding(text, 'client')], unit(text));
  assert.equal(suppressed.length, 1);
  assert.deepEqual(
    findings.map(({ message }) => message),
    ['There are no rules "since", "answers", "are" and 1 more. A reason stands behind two dashes: rule -- reason.'],
  );
});

test('an unknown name is reported with the rule that may be meant, and switches nothing off', () => {
  const text = '# costlint-disable-next-line output-cap\nclient.create()';
  const { findings } = applyDirectives([finding(text, 'client')], unit(text));
  assert.deepEqual(
    findings.map((f) => f.rule),
    ['no-output-cap', DIRECTIVE_RULE],
  );
  assert.match(findings[1]?.message ?? '', /Is no-output-cap meant\?/);
});

test('what switches nothing off is reported, unless its rule is off or the file is damaged', () => {
  const text = '# costlint-disable-next-line no-output-cap\nclient.create()';
  assert.deepEqual(
    applyDirectives([], unit(text)).findings.map((f) => f.rule),
    [DIRECTIVE_RULE],
  );
  assert.deepEqual(applyDirectives([], unit(text), undefined, () => false).findings, []);
  assert.deepEqual(applyDirectives([], unit(text, [{ start: 0, end: 1 }])).findings, []);
  const some = '# costlint-disable-next-line no-output-cap, unbounded-loop\nclient.create()';
  const { findings, suppressed } = applyDirectives([finding(some, 'client')], unit(some));
  assert.equal(suppressed.length, 1);
  assert.match(findings[0]?.message ?? '', /^unbounded-loop reports nothing here/);
});

test('the comment that is offered stands above the statement, with its indentation', () => {
  const text = 'def f():\n    return client.create()\n';
  const comment = disableComment(text, { start: text.indexOf('return'), end: text.length }, 'no-output-cap', '#', 'reason');
  assert.deepEqual(comment, { at: 9, text: '    # costlint-disable-next-line no-output-cap -- reason\n' });
});
