import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { Parser } from 'web-tree-sitter';
import { createPython } from '../../core/frontends/python.ts';
import { grammarTables } from '../../core/frontends/python-kinds.ts';
import { memoryReader } from '../../core/frontends/python-memory.ts';
import { cursorReader, Rows, sameRows } from '../../core/frontends/python-rows.ts';
import type { CallExpr, Fn, SourceUnit } from '../../core/frontends/source-unit.ts';
import { initTreeSitter, parserMemory } from '../../core/frontends/tree-sitter.ts';
import { printUnit } from './python-print.ts';

const require = createRequire(import.meta.url);
const language = await initTreeSitter({
  runtimeWasm: readFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm')),
  pythonWasm: readFileSync(require.resolve('tree-sitter-python/tree-sitter-python.wasm')),
});
const python = createPython(language);

const parse = (text: string, previous?: SourceUnit): SourceUnit => python.parse('a.py', text, previous);
const lower = (text: string): string => printUnit(parse(text));
const slices = (unit: SourceUnit, spans: readonly { start: number; end: number }[]): string[] => spans.map((s) => unit.text.slice(s.start, s.end));

/** Every node of a unit that has a `kind`, and every function. */
function nodes(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(nodes);
  return 'kind' in value || 'params' in value ? [value as Record<string, unknown>, ...inside] : inside;
}
const calls = (unit: SourceUnit): CallExpr[] => nodes(unit.body).filter((n) => n.kind === 'call') as unknown as CallExpr[];
const functions = (unit: SourceUnit): Fn[] => nodes(unit.body).filter((n) => 'params' in n) as unknown as Fn[];

/** Checks a table of source → neutral form. */
function table(rows: Readonly<Record<string, string>>): void {
  for (const [source, expected] of Object.entries(rows)) it(source, () => assert.equal(lower(source), expected));
}

describe('literals', () => {
  table({
    '"a\\n\\x41\\u00e9\\U0001F600\\101\\q"': '"a\\nAé😀A\\\\q"',
    "r'a\\n' ; b'\\xe9\\u0041' ; Rb'\\x'": '"a\\\\n"; "é\\\\u0041"; "\\\\x"',
    '"""a\nb\\\nc"""': '"a\\nbc"',
    '"""a\r\nb"""': '"a\\nb"',
    '"\\N{BULLET}" ; "" ; """"""': '"\uFFFD"; ""; ""',
    'x = ("a" \'b\'\n  r"\\c")': 'x = "ab\\\\c"',
    'f"a {b.c!r} {{d}} {e:>{w}} {g=} h"': '`a ${b.c} {d} ${e} ${g} h`',
    'f"a\\n" ; f"" ; f"{x}"': '"a\\n"; ""; `${x}`',
    'x = ("a {b} " f"c {d} " "e")': 'x = `a {b} c ${d} e`',
    'f"{f(\'x\')} {[i for i in y]}"': '`${f("x")} ${<i for i in y>}`',
    'f"""{a,\n b}"""': '`${[a, b]}`',
    '1_000 ; 0xFF ; 0b11 ; 0o17 ; 1e5 ; .5 ; 10. ; 2j ; 5L ; 017': '1000; 255; 3; 15; 100000; 0.5; 10; <>; 5; 15',
    'True ; False ; None ; ...': 'true; false; null; <>',
    '[1, *a] ; (1,) ; {1, 2} ; ()': '[1, *a]; [1]; [1, 2]; []',
    '{"a": 1, **b, c: 2, 3: d}': '{"a": 1, **b, [c]: 2, "3": d}',
  });

  it('gives the pieces of an f-string the spans between the quotes', () => {
    const unit = parse('x = f"a {b} c" "d"');
    const parts = nodes(unit.body).find((n) => n.kind === 'template')?.parts as { start: number; end: number }[];
    assert.deepEqual(slices(unit, parts), ['a ', 'b', ' c', 'd']);
  });
});

describe('expressions', () => {
  table({
    'a.b[0].c["k"](d)': 'a.b[0].c["k"](d)',
    'a[1:2] ; a[::n] ; a[1, 2]': 'a[<1, 2>]; a[<n>]; a[[1, 2]]',
    'f(a, b=1, *c, **d)': 'f(a, b=1, *c, **d)',
    'f(x for x in y if x)': 'f(<x for x in y if x>)',
    '[a for b in c for d in e if f if g]': '<a for b in c for d in e if f if g>',
    '{k: v for k, v in d.items()}': '<[k, v] for [k, v] in d.items()>',
    '(a + b) * -c // d % e ** f': '((((a + b) * (- c)) // d) % (e ** f))',
    'a and not b or c': '((a and (not b)) or c)',
    'a is None ; a is not b ; a not in b ; a <> b ; a  not  in b': '(a == null); (a != b); (not (a in b)); (a != b); (not (a in b))',
    '0 < n <= 10': '((0 < n) and (n <= 10))',
    'a < f() < b': '((a < f()) and (<> < b))',
    'x if y else z': '(y ? x : z)',
    '(n := f())': '(n = f())',
    'lambda a, *b, c=1, **d: a': 'lambda (a, *b, c = 1, **d) { return a }',
    'lambda: (yield)': 'lambda *() { return <> }',
    'await f()': 'await f()',
    'float("inf")': 'float("inf")',
    'print(a, file=b)': 'print(a, file=b)',
  });

  it('knows what stands between the parentheses of a call', () => {
    const unit = parse('f( a, b ) + g(x for x in y) + h()');
    assert.deepEqual(
      calls(unit).map((c) => slices(unit, [c.argsSpan])[0]),
      [' a, b ', 'x for x in y', ''],
    );
  });
});

describe('statements', () => {
  table({
    'a = b = f()': 'b = f(); a = b',
    'a, (b, *c) = d': '[a, [b, *c]] = d',
    'a.b[c] = d, e': 'a.b[c] = [d, e]',
    'a: int ; b: list[str] = []': 'a: int; b: list[str] = []',
    'a += 1 ; b |= c ; d -= 2': 'a += 1; b |= c; d other 2',
    'x = yield y': 'x = <y>',
    'pass ; break ; continue ; global g, h ; nonlocal n': 'break; continue; global g, h; nonlocal n',
    'assert f(), g() ; del a[0], b': '<f(), g()>; <[a[0], b]>',
    'raise E("x") from e ; raise': 'raise E("x"); raise',
    'if a:\n  b()\nelif c: d()\nelse:\n  e()': 'if a { b() } if c { d() } else { e() }',
    'while a < 3:\n  b()\nelse:\n  c()': 'while (a < 3) { b() }; { c() }',
    'while True: f()': 'while true { f() }',
    'for i, x in enumerate(y): f()': 'each [i, x] in enumerate(y) { f() }',
    'async def f():\n  async for x in y: g()\n  async with a() as b, c(): pass':
      'def async f() { async each x in y { g() }; async with a() as b, c() {} }',
    'with (open(a) as f, open(b)):\n  g()': 'with open(a) as f, open(b) { g() }',
    'try:\n  a()\nexcept (A, B) as e:\n  b()\nexcept C:\n  c()\nelse:\n  d()\nfinally:\n  e()':
      'try { a(); { d() } } except [A, B] { b() } except C { c() } finally { e() }',
    'try:\n  a()\nexcept* E:\n  b()': 'try { a() } except E { b() }',
    'match a.b:\n  case "x": f()\n  case 1 | 2 if c(): g()\n  case P(q=r): h()\n  case -1: j()\n  case _: i()':
      'if (a.b == "x") { f() } if <1, 2, c()> { g() } if <P, q, r> { h() } if <1> { j() } else { i() }',
    'match f():\n  case {"k": v}: g()': 'f(); if <"k", v> { g() }',
    'type A[T] = list[T]': 'A = list[T]',
    'if a:\n  pass\nx = 1': 'if a {}; x = 1',
  });
});

describe('definitions', () => {
  table({
    'def f(a, b: int, c=1, d: str = "x", *args: T, e, **kw) -> R: return a':
      'def f(a, b: int, c = 1, d: str = "x", *args: T, e, **kw) -> R { return a }',
    'def f(a, /, b, *, c): pass': 'def f(a, b, c) {}',
    'def f[T: int](a: T) -> T: pass': 'def f(a: T) -> T {}',
    'def f():\n  def g(): yield 1\n  return g': 'def f() { def *g() { <1> }; return g }',
    '@tool("x")\n@a.b\nasync def f(): pass': 'def @tool("x") @a.b async f() {}',
    'class A(B, c.D, metaclass=M):\n  x: int = 1\n  y = 2\n  def __init__(self): self.z = 3':
      'class A(B, c.D) { field x: int = 1; field y = 2; def __init__(self) { self.z = 3 } }',
    'class A:\n  @staticmethod\n  def s(): pass\n  @property\n  def p(self): pass\n  @p.setter\n  def p(self, v): pass':
      'class A { static def @staticmethod s() {}; get def @property p(self) {}; set def @p.setter p(self, v) {} }',
    '@dataclass\nclass A[T](B[T]): pass': '@dataclass class A(B[T]) {}',
    'def f(a: "Agent", b: list["m.Agent"], c: Literal["x"], d: "A | B", e: int | "F" = None): pass':
      'def f(a: Agent, b: list[m.Agent], c: Literal["x"], d: (A | B), e: (int | F) = null) {}',
    'def f(*args: int, (a, b)=c): pass': 'def f(*args: int, [a, b] = c) {}',
  });

  it('cleans docstrings as Python does, and keeps them as statements', () => {
    const unit = parse('def f():\n    """Search the web.\n\n    Args:\n        q: what\n    """\n    return 1\n');
    assert.equal(functions(unit)[0]?.doc, 'Search the web.\n\nArgs:\n    q: what');
    assert.equal(functions(unit)[0]?.body.statements.length, 2);
    assert.equal(lower('class A:\n  "doc"'), 'class A "doc" { "doc" }');
  });

  it('starts a decorated statement at its first decorator', () => {
    const unit = parse('x\n@d\ndef f(): pass');
    assert.deepEqual(slices(unit, unit.body.statements), ['x', '@d\ndef f(): pass']);
    assert.deepEqual(slices(unit, functions(unit)), ['def f(): pass']);
  });

  it('ends the head of a loop at the colon', () => {
    const unit = parse('for x in f(a[1:2]): g()\nwhile a :\n  b()');
    const heads = nodes(unit.body)
      .filter((n) => n.kind === 'loop')
      .map((n) => n.head as { start: number; end: number });
    assert.deepEqual(slices(unit, heads), ['for x in f(a[1:2]):', 'while a :']);
  });
});

describe('imports', () => {
  table({
    'import openai': 'import [* as openai] from openai',
    'import a.b.c, d as e, f.g as h': 'import [* as a] from a; import [] from a.b.c; import [* as e] from d; import [* as h] from f.g',
    'from anthropic import Anthropic, types as t': 'import [Anthropic, types as t] from anthropic',
    'from . import a ; from ..b.c import (d,\n  e as f,)': 'import [a] from . up 1; import [d, e as f] from ..b.c up 2',
    'from m import *': 'import [*] from m',
    'from __future__ import annotations': 'import [annotations] from __future__',
  });
});

describe('Python 2', () => {
  table({
    'print "a", f(x)\ng()': '<"a", f(x)>; g()',
    'print >>err, "x"\ng()': '<<err>, "x">; g()',
    'exec code in ns\ng()': '<code, ns>; g()',
    'try:\n  f()\nexcept E, e:\n  g()': 'try { f() } except [E, e] { g() }',
    'raise E, "x"\ng()': 'raise [E, "x"]; g()',
  });
});

describe('comments', () => {
  it('keeps those that speak to costlint', () => {
    const unit = parse('# plain\n# costlint-disable-next-line no-output-cap -- why\nf()  #costlint: x\n"# costlint"');
    assert.deepEqual(
      unit.comments.map((c) => c.text),
      ['costlint-disable-next-line no-output-cap -- why', 'costlint: x'],
    );
    assert.equal(slices(unit, unit.comments)[1], '#costlint: x');
  });
});

describe('damage', () => {
  const survivors: Readonly<Record<string, string[]>> = {
    'a()\nb(c(), d=\n': ['a()', 'c()'],
    'def f(:\n  a()\n\nb()': ['a()', 'b()'],
    'f(a(), model=, max_tokens=b())': ['a()', 'b()'],
    'x = {"a": b(), "c": \ny = d()\n': ['b()', 'd()'],
    'class A\n  def f(self): a()\nb()': ['a()', 'b()'],
  };
  for (const [source, expected] of Object.entries(survivors)) {
    it(`keeps the calls in ${JSON.stringify(source)}`, () => {
      const unit = parse(source);
      assert.ok(unit.damage.length > 0);
      const found = slices(unit, calls(unit));
      for (const call of expected) assert.ok(found.includes(call), `${call} in ${found.join(' ')}`);
    });
  }

  it('lists only the outermost places, and none in good code', () => {
    const { damage } = parse('a = (((\nb = )) 1 2\n');
    assert.deepEqual(
      damage.filter((inner) => damage.some((outer) => outer !== inner && outer.start <= inner.start && inner.end <= outer.end)),
      [],
    );
    assert.deepEqual(parse('a = 1\n').damage, []);
  });

  it('notices a name that the line being typed takes from the next one', () => {
    const unit = parse('x = client.\nf(1)\ny = (a\n  .b())\n');
    assert.deepEqual(slices(unit, unit.damage), ['.\n']);
  });

  it('reports a missing token where it is missing', () => {
    const { damage } = parse('f(a)\ng(b\n');
    assert.ok(damage.length > 0 && damage.every((d) => d.start >= 5));
  });
});

describe('hostile input', () => {
  const inputs: Readonly<Record<string, string>> = {
    'nothing at all': '',
    'zero bytes': '\0\0\0',
    'lone surrogates': 'x = "\ud800"\n\udc00 = f("\ud83d")',
    'a byte order mark': '\ufefff()',
    '5,000 open brackets': '['.repeat(5000),
    '5,000 nested lists': `x = ${'['.repeat(5000)}${']'.repeat(5000)}`,
    '5,000 nested calls': 'f('.repeat(5000) + ')'.repeat(5000),
    '5,000 chained calls': `a${'.b(c())'.repeat(5000)}`,
    '5,000 added terms': `x = ${'a() + '.repeat(5000)}a`,
    '5,000 compared terms': `x = ${'a < '.repeat(5000)}a`,
    '5,000 negations': `x = ${'not '.repeat(5000)}a`,
    '5,000 lambdas': `x = ${'lambda: '.repeat(5000)}a`,
    '5,000 targets': `${'a = '.repeat(5000)}1`,
    '5,000 type arguments': `x: ${'List['.repeat(5000)}int${']'.repeat(5000)}`,
    '1,000 nested blocks': Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}if a:\n`).join(''),
    '5,000 branches': `if a:\n  b()\n${'elif c:\n  d()\n'.repeat(5000)}`,
    'a long line of code in another language': '!function(e,t){var n=e.a||{};return t&&(n.b=function(){return 1}),n}(this,{});'.repeat(300),
  };
  for (const [name, source] of Object.entries(inputs)) {
    it(`survives ${name}`, () => {
      const unit = parse(source);
      assert.equal(unit.text, source);
      // Whoever walks the result recurses: it must not be deeper than it reads.
      assert.doesNotThrow(() => JSON.stringify(unit.body));
      const spans = nodes(unit.body) as unknown as { start: number; end: number }[];
      assert.ok(spans.every((s) => s.start >= 0 && s.start <= s.end && s.end <= source.length));
    });
  }

  it('survives random bytes', () => {
    const random = randomNumbers(1);
    const noise = (range: number) => Array.from({ length: 3000 }, () => String.fromCharCode(random(range))).join('');
    for (const range of [128, 256, 65536]) assert.doesNotThrow(() => parse(noise(range)));
  });

  it('says that what is nested too deeply was not followed', () => {
    assert.ok(parse(`${'['.repeat(500)}${']'.repeat(500)}`).damage.length > 0);
    assert.deepEqual(parse(`x = ${'a.b() + '.repeat(900)}c`).damage, []);
  });

  it('keeps every call of a chain that is too long to nest', () => {
    assert.equal(calls(parse(`x = ${'a() + '.repeat(3000)}b()`)).length, 3001);
  });
});

/** A small linear congruential generator: the same edits on every machine. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

const AGENT = `"""An agent that answers questions."""
from __future__ import annotations

import os
from anthropic import Anthropic  # costlint: entry

MODEL = os.getenv("MODEL", "claude-haiku-4-5")
SYSTEM = f"""You answer questions.
Today is {today()}."""


class Agent(Base):
    """Answers questions."""

    limit: int = 10

    def __init__(self, client: "Anthropic", *, tools=()):
        self.client = client
        self.tools = [t.schema for t in tools if t.enabled]

    # costlint-disable-next-line unbounded-loop -- the budget ends it
    async def run(self, question: str) -> str | None:
        messages = [{"role": "user", "content": question}]
        while True:
            reply = await self.client.messages.create(
                model=MODEL, max_tokens=1024, system=SYSTEM, messages=messages, **self.options
            )
            if reply.stop_reason != "tool_use":
                return reply.content[0].text
            messages += [{"role": "assistant", "content": reply.content}]
            for block in reply.content:
                messages.append(self.call(block))

    @staticmethod
    def call(block):
        try:
            return {"role": "user", "content": TOOLS[block.name](**block.input)}
        except KeyError as error:
            return {"error": f"{error!r}"}

    class Config:
        strict = True
        def check(self): yield self


@tool
def search(query: str, top: int = 3) -> list[str]:
    """Search the web.

    Args:
        query: what to look for
    """
    return [hit.text for hit in index.search(query)[:top]]


if __name__ == "__main__":
    Agent(Anthropic(), tools=[search]).run(input("? "))
`;

describe('an edit', () => {
  const SNIPPETS = [...'x(")[]{}:,=.#\\\n', '    ', '"""', 'f"{a}"', 'def f(a):\n    return a\n', '\nclass C:\n    def m(self): g()\n'];
  SNIPPETS.push('# costlint-disable x\n', 'foo(bar)', 'if x:\n    ', '\r\n', 'é', '\u{1F600}', 'await ', 'lambda: 0', '@d\n');

  /** Random edits, one after the other; `check` gets the unit that was edited, the result, and what parsing afresh gives. */
  function edits(
    seeds: number,
    start: string,
    check: (before: SourceUnit, edited: SourceUnit, fresh: SourceUnit, where: string) => SourceUnit,
  ): void {
    for (let seed = 1; seed <= seeds; seed++) {
      const random = randomNumbers(seed);
      let unit = parse(start);
      for (let step = 0; step < 60; step++) {
        const at = random(unit.text.length + 1);
        const removed = random(3) > 0 ? 0 : random(random(4) === 0 ? 150 : 4);
        const inserted = random(4) === 0 ? '' : (SNIPPETS[random(SNIPPETS.length)] as string);
        const text = unit.text.slice(0, at) + inserted + unit.text.slice(at + removed);
        const next = check(unit, parse(text, unit), parse(text), `seed ${seed}, step ${step}`);
        unit = random(3) === 0 ? parse(start, next) : next;
      }
    }
  }

  it('gives what parsing afresh gives, and says when something is broken', () => {
    edits(6, AGENT, (_, edited, fresh, where) => {
      if (fresh.damage.length === 0) assert.deepEqual(edited, fresh, where);
      assert.equal(edited.damage.length > 0, fresh.damage.length > 0, where);
      return edited;
    });
  });

  it('gives what parsing afresh gives in code that was broken when it was opened', () => {
    edits(4, `${AGENT}\ndef half(a, b=:\n  c(\n`, (before, edited, fresh, where) => {
      if (before.damage.length > 0 || fresh.damage.length === 0) assert.deepEqual(edited, fresh, where);
      return fresh;
    });
  });

  it('keeps what stands around half-typed code as it was', () => {
    const before = parse(AGENT);
    for (const typed of ['client.create(', 'client.create(model="', 'f([{"a": ', '"""', 'f"{x', 'def g(a', 'x = {', 'if x']) {
      const at = AGENT.indexOf('    return [hit.text');
      const unit = parse(`${AGENT.slice(0, at)}    ${typed}\n${AGENT.slice(at)}`, before);
      assert.ok(unit.damage.length > 0, typed);
      assert.ok(Math.min(...unit.damage.map((d) => d.start)) > AGENT.indexOf('class Agent'), typed);
      const run = (u: SourceUnit) => functions(u).find((f) => f.name === 'run');
      assert.deepEqual({ ...run(unit) }, { ...run(before) }, typed);
      const mended = parse(AGENT, unit);
      assert.deepEqual(mended, before, typed);
    }
  });

  it('keeps the other methods of a class as they were while one is half-typed', () => {
    const before = parse(AGENT);
    const at = AGENT.indexOf('        messages = [{"role"');
    const unit = parse(`${AGENT.slice(0, at)}        reply = self.client.create(\n${AGENT.slice(at)}`, before);
    assert.ok(unit.damage.length > 0);
    assert.ok(unit.damage.every((d) => d.start >= AGENT.indexOf('def __init__') && d.end < unit.text.indexOf('class Config')));
    const find = (u: SourceUnit, name: string) => functions(u).find((f) => f.name === name);
    assert.equal(find(unit, '__init__')?.body.statements.length, 2);
    assert.equal(slices(unit, [find(unit, 'search') ?? { start: 0, end: 0 }])[0]?.slice(0, 11), 'def search(');
    const config = nodes(unit.body).find((n) => n.kind === 'class' && n.name === 'Config') as unknown as { start: number; end: number };
    assert.match(unit.text.slice(config.start, config.end), /^class Config:[\s\S]*yield self$/);
  });

  it('takes over what stands before it, and the other methods of its class', () => {
    const before = parse(AGENT);
    const after = parse(AGENT.replace('"tool_use"', '"tool_uses"'), before);
    assert.equal(after.body.statements[0], before.body.statements[0]);
    const init = (unit: SourceUnit) => functions(unit).find((f) => f.name === '__init__');
    assert.equal(init(after), init(before));
  });

  it('does not need the unit that it starts from to be the latest', () => {
    const first = parse(AGENT);
    parse(`${AGENT}\nf()`, first);
    assert.deepEqual(parse(`g()\n${AGENT}`, first), parse(`g()\n${AGENT}`));
  });

  it('leaves an unchanged text alone', () => {
    const unit = parse(AGENT);
    assert.equal(parse(AGENT, unit), unit);
    assert.notEqual(python.parse('b.py', AGENT, unit), unit);
  });

  it('leaves the earlier unit as it was', () => {
    const before = parse(AGENT);
    const copy = structuredClone(before);
    parse(`import x\n${AGENT}`, before);
    assert.deepEqual(before, copy);
  });
});

describe('reading the tree from memory', () => {
  const tables = grammarTables(language);
  const memory = parserMemory();
  assert.ok(memory);
  const direct = memoryReader(memory, tables);
  const cursor = cursorReader(tables);
  const parser = new Parser().setLanguage(language);

  it('gives the rows that the cursor gives, also in broken code', () => {
    const random = randomNumbers(7);
    for (let i = 0; i < 200; i++) {
      const at = random(AGENT.length);
      const text = AGENT.slice(0, at) + '(")]:\n\\é'.charAt(random(8)) + AGENT.slice(at + random(30));
      const tree = parser.parse(i === 0 ? AGENT : text);
      assert.ok(tree);
      const expected = new Rows();
      const found = new Rows();
      cursor.read(tree, expected);
      direct.read(tree, found);
      tree.delete();
      assert.ok(sameRows(expected, found), text);
      assert.ok(i > 0 || found.count > 300);
    }
  });
});
