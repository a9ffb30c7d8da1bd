import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LanguageSyntax } from '../../core/frontends/source-unit.ts';
import { type CallSite, known, type TextEdit } from '../../core/model.ts';
import { markAutomatically, markSystem, moveAfter, removeMark, setArg } from '../../core/rules/edits.ts';
import { hole, PATH, site, text } from '../call-site.ts';
import { applyEdits } from './apply.ts';
import { PYTHON } from './build.ts';

const TYPESCRIPT: LanguageSyntax = { lineComment: '//', option: (name, value) => `${name}: ${value}`, true: 'true', null: 'null' };

/** A call whose options are named in `names`, as `name=value` (Python) or `name: value`, found in the code by their text. */
function call(code: string, names: readonly string[], more: { open?: boolean; typescript?: boolean } = {}): CallSite {
  const start = code.indexOf('(', code.indexOf('create')) + 1;
  const end = code.lastIndexOf(')');
  const brace = more.typescript ? [code.indexOf('{', start) + 1, code.lastIndexOf('}')] : [start, end];
  const options = names.map((entry) => {
    const at = code.indexOf(entry, start);
    const [name = ''] = entry.split(/[=:,]/);
    const value = entry === name ? 0 : entry.indexOf(more.typescript ? ':' : '=') + (more.typescript ? 2 : 1);
    return { name, span: { start: at, end: at + entry.length }, value: { start: at + value, end: at + entry.length } };
  });
  return site({
    language: more.typescript ? 'typescript' : 'python',
    options: {
      path: PATH,
      form: more.typescript ? 'object' : 'keywords',
      span: { start: brace[0] ?? 0, end: brace[1] ?? 0 },
      options,
      open: more.open ?? false,
    },
  });
}

const context = (code: string, typescript = false) => ({ syntax: typescript ? TYPESCRIPT : PYTHON, textOf: () => code });
const edited = (code: string, edits: readonly TextEdit[] | undefined): string | undefined => edits && applyEdits(code, edits);

test('setArg adds an option where a comma must follow, on a line of its own where the others have one', () => {
  const flat = 'c.create(model=m, messages=x)';
  assert.equal(
    edited(flat, setArg(call(flat, ['model=m', 'messages=x']), 'max_tokens', '10', context(flat))),
    'c.create(model=m, max_tokens=10, messages=x)',
  );
  const tall = 'c.create(\n    model=m,\n    messages=x,  # all of it\n)';
  assert.equal(
    edited(tall, setArg(call(tall, ['model=m', 'messages=x']), 'max_tokens', '10', context(tall))),
    'c.create(\n    model=m,\n    max_tokens=10,\n    messages=x,  # all of it\n)',
  );
  const object = 'c.create({ model, messages })';
  assert.equal(
    edited(object, setArg(call(object, ['model', 'messages'], { typescript: true }), 'maxTokens', '10', context(object, true))),
    'c.create({ model, maxTokens: 10, messages })',
  );
});

test('setArg replaces an option that is there, and adds the first one', () => {
  const none = 'c.create(model=m, max_turns=None)';
  assert.equal(edited(none, setArg(call(none, ['model=m', 'max_turns=None']), 'max_turns', '20', context(none))), 'c.create(model=m, max_turns=20)');
  const empty = 'c.create()';
  assert.equal(edited(empty, setArg(call(empty, []), 'max_turns', '20', context(empty))), 'c.create(max_turns=20)');
  const positional = 'c.create(agent, task)';
  assert.equal(edited(positional, setArg(call(positional, []), 'max_turns', '20', context(positional))), 'c.create(agent, task, max_turns=20)');
});

test('setArg does nothing where a spread may set the option, or the place is not certain', () => {
  const spread = 'c.create(model=m, **options)';
  assert.equal(setArg(call(spread, ['model=m'], { open: true }), 'max_tokens', '10', context(spread)), undefined);
  const comment = 'c.create(agent  # the agent\n)';
  assert.equal(setArg(call(comment, []), 'max_turns', '20', context(comment)), undefined);
  assert.equal(setArg(call(spread, ['model=m']), 'config.max', '10', context(spread)), undefined);
});

test('removeMark removes the entry of a mark, and nothing that is not one', () => {
  const code = '[{"type": "text", "text": S, "cache_control": {"type": "ephemeral"}}]';
  const start = code.indexOf('"cache_control"');
  assert.equal(edited(code, removeMark({ path: PATH, start, end: code.length - 2 }, context(code))), '[{"type": "text", "text": S}]');
  assert.equal(removeMark({ path: PATH, start: 2, end: 8 }, context(code)), undefined);
});

test('markSystem makes one marked block of a string, in both languages', () => {
  const python = 'c.create(model=m, system="Be brief.", messages=x)';
  assert.equal(
    edited(python, markSystem(call(python, ['model=m', 'system="Be brief."', 'messages=x']), false, context(python))),
    'c.create(model=m, system=[{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}], messages=x)',
  );
  const typescript = 'c.create({ model, system: `Be brief.`, messages })';
  assert.equal(
    edited(
      typescript,
      markSystem(call(typescript, ['model', 'system: `Be brief.`', 'messages'], { typescript: true }), true, context(typescript, true)),
    ),
    "c.create({ model, system: [{ type: 'text', text: `Be brief.`, cache_control: { type: 'ephemeral', ttl: '1h' } }], messages })",
  );
});

test('markSystem follows a name to the string it was given, and leaves a list of blocks alone', () => {
  const code = 'S = "Be brief."\nc.create(model=m, system=S, messages=x)';
  const named = (prompt: string, source: string) => ({
    ...call(source, ['model=m', 'system=S', 'messages=x']),
    segments: [text('system', 3000, { at: { path: PATH, start: source.indexOf(prompt), end: source.indexOf(prompt) + prompt.length } })],
  });
  assert.match(edited(code, markSystem(named('"Be brief."', code), false, context(code))) ?? '', /system=\[\{"type": "text", "text": S, /);
  const blocks = 'S = [{"type": "text", "text": "Be brief."}]\nc.create(model=m, system=S, messages=x)';
  assert.equal(markSystem(named('"Be brief."', blocks), false, context(blocks)), undefined);
});

test('markAutomatically asks for automatic marking', () => {
  const code = 'c.create(model=m, messages=x)';
  assert.equal(
    edited(code, markAutomatically(call(code, ['model=m', 'messages=x']), false, context(code))),
    'c.create(model=m, cache_control={"type": "ephemeral"}, messages=x)',
  );
  const other = { ...call(code, ['model=m', 'messages=x']), marks: {} };
  assert.equal(markAutomatically(other, false, context(code)), undefined);
});

/** A template in code: pieces of literal text around holes, by their text. */
function template(code: string, pieces: readonly string[]): CallSite {
  let from = 0;
  const segments = pieces.map((piece) => {
    const start = code.indexOf(piece, from);
    const at = { path: PATH, start, end: start + piece.length };
    from = at.end;
    return piece.startsWith('{') || piece.startsWith('$')
      ? hole('system', 12, 'per-call', 'clock', { at })
      : text('system', 3000, { at, text: known(piece, at) });
  });
  return site({ segments });
}

test('moveAfter moves the line with the changing value to the end of its template', () => {
  const python = 'S = f"""You help.\nNow: {now()}\n\nRules:\n- one\n"""';
  assert.equal(
    edited(python, moveAfter(template(python, ['You help.\nNow: ', '{now()}', '\n\nRules:\n- one\n']), 1, context(python))),
    'S = f"""You help.\nRules:\n- one\nNow: {now()}\n"""',
  );
  const typescript = 'const s = `Now: ${now()}\nRules: one`;';
  assert.equal(
    edited(typescript, moveAfter(template(typescript, ['Now: ', '${now()}', '\nRules: one']), 1, context(typescript, true))),
    'const s = `Rules: one\n\nNow: ${now()}`;',
  );
  const escaped = 'S = f"{now()}\\nRules: one"';
  assert.equal(edited(escaped, moveAfter(template(escaped, ['{now()}', '\\nRules: one']), 0, context(escaped))), 'S = f"Rules: one\\n\\n{now()}"');
});

test('moveAfter does nothing when the value shares its line with other text, or stands outside the template', () => {
  const shared = 'S = f"""Now {now()} you help with rules."""';
  assert.equal(moveAfter(template(shared, ['Now ', '{now()}', ' you help with rules.']), 1, context(shared)), undefined);
  const outside = 'T = now()\nS = T + "\\nRules: one"';
  const pieces = site({ segments: [hole('system', 12, 'per-call', 'clock'), text('system', 3000, { at: { path: PATH, start: 19, end: 30 } })] });
  assert.equal(moveAfter(pieces, 0, context(outside)), undefined);
});
