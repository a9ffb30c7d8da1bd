import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallExpr, Fn, SourceUnit, Stmt } from '../../core/frontends/source-unit.ts';
import { changeBetween, javascript, typescript } from '../../core/frontends/typescript.ts';
import { printUnit } from './typescript-print.ts';

const lower = (text: string, path = 'a.tsx'): string => printUnit(typescript.parse(path, text));
const slices = (unit: SourceUnit, spans: readonly { start: number; end: number }[]): string[] => spans.map((s) => unit.text.slice(s.start, s.end));

/** Checks a table of source → neutral form. */
function table(rows: Readonly<Record<string, string>>): void {
  for (const [source, expected] of Object.entries(rows)) it(source, () => assert.equal(lower(source), expected));
}

describe('expressions', () => {
  table({
    '(x as any)!.b satisfies C': 'x.b',
    'a?.b?.[c]?.(d, ...e)': 'a.b[c](d, *e)',
    'f(undefined, null, true, 0x10, 1_000n, -1)': 'f(null, null, true, 16, 1000, (- 1))',
    "f('a\\n', `b`)": 'f("a\\n", "b")',
    'f(`a ${b.c} d ${e}`)': 'f(`a ${b.c} d ${e}`)',
    'f({ model, system: s, "max-x": 2, ["k"]: 3, [k + 1]: 4, ...rest })': 'f({model: model, system: s, max-x: 2, k: 3, [(k + 1)]: 4, ...rest})',
    'f({ run(x) { return 1 }, get y() { return 2 } })': 'f({run: fn run(x) { return 1 }, y: fn y() { return 2 }})',
    'f([a, , ...b])': 'f([a, <>, ...b])',
    'f(x => x, async () => ({ a }), function g() {})': 'f(fn (x) { return x }, fn async () { return {a: a} }, fn g() {})',
    'a === b && !c || d ?? (e !== f)': '((((a == b) and (not c)) or d) ?? (e != f))',
    'f(a ? b : c, typeof x, void 0, i++)': 'f((a ? b : c), (typeof x), (void 0), (++ i))',
    'f(x = 1, y += 2, z ||= 3)': 'f((x = 1), (y = (y + 2)), (z = (z or 3)))',
    'f(g().x += 1)': 'f((g().x = <1>))',
    'f((a, b, c), /re/g)': 'f(<a, b, c>, <>)',
    'new Client; new a.Client({ k })': 'new Client(); new a.Client({k: k})',
    'f(import.meta.url, this.x, super.y, o.#p)': 'f(import.meta.url, this.x, super.y, o.#p)',
    'f(class extends B { x = g(); m() { h() } })': 'f(<B, g(), fn m() { h() }>)',
    'f(<A p="x" q={g()} {...r}>text {h()}<B s={() => i()} />{/* no */}</A>)': 'f(<"x", g(), r, h(), <fn () { return i() }>, <>>)',
    'f(<></>)': 'f(<>)',
  });
});

describe('tagged templates', () => {
  table({
    'f(dedent`a ${b} c`)': 'f(`a ${b} c`)',
    'f(String.raw`a\\n${b}`)': 'f(`a\\n${b}`)',
    'f(markdown`# a`)': 'f("# a")',
    'f(sql`select ${a}`)': 'f(<sql, `select ${a}`>)',
  });
});

describe('statements', () => {
  table({
    "const a = 'x', b = a; let c; var d = 1": 'const a = "x"; const b = a; let c; var d = 1',
    'x = y; x += 1; x |= 2; x -= 3; x ??= 4; a.b = c': 'x = y; x += 1; x |= 2; x other 3; x = (x ?? 4); a.b = c',
    '[a, b] = f(); ({ c, d: e = 1 } = g())': '[a, b] = f(); {c: c, d: (e = 1)} = g()',
    'const { a, b: { c = 1 }, ...d } = f(); const [e, , ...g] = h()': 'const {a: a, b: {c: (c = 1)}, ...d} = f(); const [e, <>, ...g] = h()',
    'if (a) f(); else if (b) { g() } else h()': 'if a { f() } if b { g() } else { h() }',
    'for await (const m of s) f(m)': 'async each m of s { f(m) }',
    'for (const k in o) f(k)': 'each k of o { f(k) }',
    'for (x.y of o) f()': 'each x.y of o { f() }',
    'for (;;) { break }': 'count (;;) { break }',
    'for (let i = 0, n = 2; i < n; i++) f(i)': 'count (let i = 0; let n = 2; (i < n); (++ i)) { f(i) }',
    'for (i = 0; ; ) continue': 'count (i = 0;;) { continue }',
    'while (true) f(); do { g() } while (x)': 'while true { f() }; while x { g() }',
    'outer: for (const x of xs) { break outer }': 'each x of xs { break }',
    'try { f() } catch (e) { throw e } finally { g() }': 'try { f() } catch { raise e } finally { g() }',
    'using a = f(); await using b = g()': 'with f() as a {}; async with g() as b {}',
    '{ f() }; debugger': '{ f() }',
    'function* g(a: A) { yield f(); return await a }': 'def *g(a: A) { <f()>; return await a }',
    'declare function f(): void; type T = 1; interface I extends J { a: string; f(): void }': 'type T = 1; type I = ({a: string} & J)',
    'namespace N.M { export const x = 1 }': '{ const x = 1; export [x] }',
  });
});

describe('switch', () => {
  table({
    "switch (k) { case 'a': case 'b': f(); break; default: g(); case 'c': h() }":
      'if ((k == "a") or (k == "b")) { f() } if (k == "c") { h() } else { g() }',
    'switch (await f()) { case 1: g() }': 'await f(); if (<> == 1) { g() }',
    'while (true) { switch (k) { case 1: { if (x) break; g(); break } } }': 'while true { if (k == 1) { { if x {}; g() } } }',
    'switch (k) { case 1: while (true) { break } }': 'if (k == 1) { while true { break } }',
    'switch (k) { case 1: f(() => { while (x) break }) }': 'if (k == 1) { f(fn () { while x { break } }) }',
  });
});

describe('classes and enums', () => {
  table({
    "class A extends B.C implements D { static x: T = 'a'; #p = 1; y?: Z }": 'class A(B.C) { field x: T = "a"; field #p = 1; field y: Z }',
    'class A { constructor(private client: OpenAI, readonly n = 1, z) { f() } }':
      'class A { field client: OpenAI = client; field n = n; def constructor(client: OpenAI, n = 1, z) { f() } }',
    'class A { get m() { return 1 } set m(v) {} static async run(this: A, ...xs: string[]) {} static { f() } }':
      'class A { get def m() { return 1 }; set def m(v) {}; static def async run(*xs: Array[string]) {}; { f() } }',
    'abstract class A { abstract m(): void; m(a: string): void; m(a) {} }': 'class A { def m(a) {} }',
    '@Injectable({ k: 1 }) class A { @tool() m() {} }': '@Injectable({k: 1}) class A { def @tool() m() {} }',
    'const A = class extends B { m() {} }': 'class A(B) { def m() {} }',
    "enum E { A, B = 5, C, D = 'd', F }": 'class E { field A = 0; field B = 5; field C = 6; field D = "d"; field F }',
  });
});

describe('types', () => {
  table({
    'function f(a: string | undefined, b: A.B, c: Promise<X>, d: Map<K, V>, e: Y[]): void {}':
      'def f(a: (string | null), b: A.B, c: Promise[X], d: Map[[K, V]], e: Array[Y]) -> void {}',
    "let m: 'a' | 3 | true | null": 'let m: ((("a" | 3) | true) | null)',
    "let m: readonly X[]; let n: typeof y; let o: T['k']; let p: [A, n?: B]; let q: A & B; let r: () => void":
      'let m: Array[X]; let n: (typeof y); let o: T["k"]; let p: [A, B]; let q: (A & B); let r: <>',
  });
});

describe('imports', () => {
  table({
    "import D, { a as b, type C } from 'x'": 'import [default as D, a as b, C] from x',
    "import * as ns from './y'; import type { T } from 'z'; import 'side'": 'import [* as ns] from ./y; import type [T] from z; import [] from side',
    "import a = require('a'); import c = A.B": 'import [* as a] from a; const c = A.B',
    "const { OpenAI, a: b } = require('openai')": 'import [OpenAI, a as b] from openai',
    "const fs = require('fs'), join = require('path').join; require('dotenv')":
      'import [* as fs] from fs; import [join] from path; import [] from dotenv',
    "const m = await import('m'); const { d } = await import('n'); const e = (await import('o')).default":
      'import [* as m] from m; import [d] from n; import [default as e] from o',
    "const p = import('m'); const { z = 1 } = require('zod'); const q = require('x')()":
      'const p = import("m"); const {z: (z = 1)} = require("zod"); const q = require("x")()',
  });
});

describe('exports', () => {
  table({
    'export const a = 1, { b, c: [d] } = o': 'const a = 1; const {b: b, c: [d]} = o; export [a, b, d]',
    'export function f() {} export class C {} export enum E { A }':
      'def f() {}; export [f]; class C {}; export [C]; class E { field A = 0 }; export [E]',
    'export default function f() {}': 'def f() {}; export [f as default]',
    'export default function () { return 1 }': 'export [] = fn () { return 1 }',
    'export default class {}': 'class default {}; export [default]',
    'export default agent': 'export [agent as default] = agent',
    'export default create({})': 'export [] = create({})',
    'export = foo': 'export [foo as default] = foo',
    "export { a as b, c }; export { d } from './m'; export * from 'n'; export * as ns from 'o'":
      'export [a as b, c]; export [d] from ./m; export [*] from n; export [* as ns] from o',
    'module.exports = { a, b: c, d: 1 }': 'export [a, c as b] = {a: a, b: c, d: 1}',
    'module.exports = f; exports.x = y; module.exports.z = g()': 'export [f as default] = f; export [y as x]; exports.z = g()',
  });
});

describe('spans', () => {
  /** What the source says at the places that fixes and hints use. */
  const call = (text: string): { unit: SourceUnit; call: CallExpr } => {
    const unit = typescript.parse('a.ts', text);
    const stmt = unit.body.statements[0] as Extract<Stmt, { kind: 'expr' }>;
    return { unit, call: stmt.value as CallExpr };
  };

  it('of arguments are what stands between the parentheses', () => {
    const { unit, call: c } = call('/* a */ client.create( { a: 1 }, /* b */ x, );');
    assert.deepEqual(slices(unit, [c, c.callee, c.argsSpan, ...c.args]), [
      'client.create( { a: 1 }, /* b */ x, )',
      'client.create',
      ' { a: 1 }, /* b */ x, ',
      '{ a: 1 }',
      'x',
    ]);
  });

  it('of the arguments of an unclosed call end with the last one', () => {
    const { unit, call: c } = call('foo(bar()');
    assert.deepEqual(slices(unit, [c.argsSpan]), ['bar()']);
  });

  it('of `new X` without parentheses are empty at the end', () => assert.deepEqual(call('new X').call.argsSpan, { start: 5, end: 5 }));

  it('of template pieces leave out quotes and holes', () => {
    const unit = typescript.parse('a.ts', 'f(`one ${x} two ${y} three`)');
    const { args } = (unit.body.statements[0] as Extract<Stmt, { kind: 'expr' }>).value as CallExpr;
    const template = args[0]?.value;
    assert.deepEqual(template?.kind === 'template' && slices(unit, template.parts), ['one ', 'x', ' two ', 'y', ' three']);
  });

  it('of declarations in one list follow each other', () => {
    const unit = typescript.parse('a.ts', 'const a = 1, b = 2;');
    assert.deepEqual(slices(unit, unit.body.statements), ['const a = 1', 'b = 2;']);
  });

  it('of loop heads reach to the body', () => {
    const unit = typescript.parse('a.ts', 'for (const x of xs) { f() }');
    const [loop] = unit.body.statements;
    assert.deepEqual(loop?.kind === 'loop' && slices(unit, [loop.head]), ['for (const x of xs)']);
  });
});

describe('doc', () => {
  const docs = (text: string): string[] => {
    const found: string[] = [];
    JSON.stringify(typescript.parse('a.ts', text), (_key, value) => {
      const fn = value as Partial<Fn> | undefined;
      if (typeof fn?.doc === 'string' && fn.params) found.push(fn.doc);
      return value as unknown;
    });
    return found;
  };
  const cases: Record<string, string[]> = {
    '/** One. */ function f() {}': ['One.'],
    '/**\n * One\n * two.\n * @param x three\n */\nexport const f = async () => {}': ['One\ntwo.\n@param x three'],
    'const o = { /** One. */ f() {}, /** Two. */ g: () => {} }': ['One.', 'Two.'],
    'class C { /** One, a/** glob. */ m() {} /** Two. */ f = () => {} }': ['One, a/** glob.', 'Two.'],
    '/* no */ function f() {}': [''],
    '/** far */\nconst x = 1; function f() {}': [''],
    '/** other */ // near\nfunction f() {}': [''],
  };
  for (const [source, expected] of Object.entries(cases)) it(source, () => assert.deepEqual(docs(source), expected));
});

describe('comments to costlint', () => {
  const comments = (text: string): string[] => typescript.parse('a.tsx', text).comments.map((comment) => comment.text);
  const cases: Record<string, string[]> = {
    '// costlint-disable-next-line a -- b\nf()': ['costlint-disable-next-line a -- b'],
    'f(/* costlint-disable-line */ x) // costlint two': ['costlint-disable-line', 'costlint two'],
    "f('// costlint', `// costlint ${x} // costlint`, /costlint/)": [],
    'f(`${x /* costlint a */} // costlint ${/* costlint b */ y}`)': ['costlint a', 'costlint b'],
    'f({ a: 1, // costlint a\n b: [ // costlint b\n] })\n// costlint c': ['costlint a', 'costlint b', 'costlint c'],
    'f(<A b="// costlint">// costlint {/* costlint a */}</A>)': ['costlint a'],
    'if (x) { // costlint a\n} else { /* costlint b */ }': ['costlint a', 'costlint b'],
    'const costlint = 1 // other': [],
    '/** costlint a, costlint b */ f()': ['* costlint a, costlint b'],
  };
  for (const [source, expected] of Object.entries(cases)) it(source, () => assert.deepEqual(comments(source), expected));

  it('keep their places', () => {
    const unit = typescript.parse('a.ts', 'f(); /* costlint a */ g()');
    assert.deepEqual(slices(unit, unit.comments), ['/* costlint a */']);
  });
});

describe('half-typed code keeps the rest', () => {
  const cases: readonly { source: string; lowered: string; damage: string[] }[] = [
    {
      source: 'const a = f(1);\nconst b = client.create(\nconst c = g(2);\nh(3);',
      lowered: 'const a = f(1); const b = client.create(); const c = g(2); h(3)',
      damage: ['const b = client.create('],
    },
    {
      source: 'async function run() {\n  await f(1);\n  const b = await client.messages.\n  const c = await g(2);\n}',
      lowered: 'def async run() { await f(1); const b = await client.messages.; const c = await g(2) }',
      damage: ['const b = await client.messages.'],
    },
    {
      source: 'f(1);\ngenerateText({ model: m, prompt: })\ng(2)',
      lowered: 'f(1); generateText({model: m, prompt: <>}); g(2)',
      damage: ['generateText({ model: m, prompt: })'],
    },
    { source: "f(1);\nconst s = 'half;\ng(2);", lowered: 'f(1); const s = "half;"; g(2)', damage: ["const s = 'half;"] },
    {
      source: "f(1);\nwhile (await create({ model: 'm') {\n  g(2);\n}",
      lowered: 'f(1); while await create({model: "m"}) { g(2) }',
      damage: ["while (await create({ model: 'm')"],
    },
    { source: "f(1);\nimport { a, from 'x'\ng(2)", lowered: 'f(1); import [a] from x; g(2)', damage: ["import { a, from 'x'"] },
    { source: 'f(1)\nconst x =', lowered: 'f(1); const x = <>', damage: ['const x ='] },
    { source: 'f(1);\n}\ng(2)', lowered: 'f(1); g(2)', damage: ['}'] },
  ];
  for (const { source, lowered, damage } of cases) {
    it(JSON.stringify(source), () => {
      const unit = typescript.parse('a.ts', source);
      assert.equal(printUnit(unit), lowered);
      assert.deepEqual(slices(unit, unit.damage), damage);
    });
  }

  it('with the marks of a merge conflict', () => {
    const unit = typescript.parse('a.ts', 'f(1);\n<<<<<<< HEAD\ng(2);\n=======\nh(3);\n>>>>>>> b\ni(4);');
    assert.equal(printUnit(unit), 'f(1); g(2); i(4)');
    assert.notEqual(unit.damage.length, 0);
  });

  it('and sound code has no damage', () => assert.deepEqual(typescript.parse('a.ts', 'const a = f(<T>x, { b })').damage, []));
});

describe('JavaScript', () => {
  it('reads JSX in .js and no type errors', () =>
    assert.equal(
      printUnit(javascript.parse('a.js', 'const a = <A b={f()} />; function g(x) { return x }')),
      'const a = <f()>; def g(x) { return x }',
    ));
  it('reads CommonJS', () => {
    const unit = javascript.parse('a.cjs', "#!/usr/bin/env node\n'use strict';\nconst { OpenAI } = require('openai');");
    assert.equal(printUnit(unit), '"use strict"; import [OpenAI] from openai');
    assert.equal(unit.language, 'javascript');
  });
  it('in .ts, angle brackets are type assertions', () => assert.equal(lower('f(<T>x)', 'a.mts'), 'f(x)'));
});

/** A small generator of numbers with a fixed seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

const SAMPLE = `import Anthropic, { type Message } from '@anthropic-ai/sdk';
import { z } from "zod";
/** Runs one turn. */
export class Agent<T extends object> extends Base implements Runner {
  private readonly client = new Anthropic({ apiKey: process.env.KEY ?? 'none', maxRetries: 2 });
  constructor(private model: string = 'claude', protected options?: Partial<Options>) { super(); }
  async *run(messages: Message[], { signal, depth = 0 }: { signal?: AbortSignal; depth?: number } = {}): AsyncGenerator<string> {
    for (let step = 0; step < 10 && !signal?.aborted; step++) {
      const response = await this.client.messages.create({
        model: this.model, // the model
        max_tokens: 1_024,
        system: [{ type: 'text', text: \`You are \${this.name}. Today is \${new Date().toISOString()}\`, cache_control: { type: "ephemeral" } }],
        messages: [...messages, { role: 'user', content: depth > 1 ? 'a' + 'b' : /re[/]x/.test('c') }] as const,
      });
      switch (response.stop_reason) {
        case 'tool_use': case 'pause': messages.push(response); break;
        default: yield* this.flush(response!); return;
      }
    }
    try { await Promise.all(messages.map(async (m) => { await m; })); } catch { /* none */ } finally { this.done = true; }
  }
}
export const enum Kind { A = 1, B }
const view = (props: Props) => <div className="x" {...props}>{props.items.map((i) => <Item key={i.id} on={() => send(i)} />)} text</div>;
await main((x, y) => ({ x, y }));
`;
const BITS = [
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  '`',
  '${',
  '"',
  "'",
  '/',
  '//',
  '/*',
  '*/',
  '<',
  '>',
  '\n',
  ';',
  ',',
  '.',
  ':',
  '=',
  '=>',
  ' await ',
  ' async ',
  ' const ',
  'x',
  '1',
];

describe('re-parsing after an edit', () => {
  it('gives what a fresh parse gives, over random edits', () => {
    const random = numbers(42);
    for (let round = 0; round < 40; round++) {
      let text = SAMPLE;
      let unit = typescript.parse('a.tsx', text, typescript.parse('a.tsx', text));
      for (let edit = 0; edit < 25; edit++) {
        const at = random(text.length + 1);
        const removed = random(3) === 0 ? random(40) : 0;
        const inserted = Array.from({ length: random(4) }, () => BITS[random(BITS.length)]).join('');
        text = text.slice(0, at) + inserted + text.slice(at + removed);
        unit = typescript.parse('a.tsx', text, unit);
        assert.deepEqual(unit, typescript.parse('a.tsx', text), `round ${round}, edit ${edit}: ${JSON.stringify({ at, removed, inserted })}`);
      }
    }
  });

  it('takes over what the edit does not touch: statements and members of classes', () => {
    const text = 'f(1);\nclass A {\n  a() { return g(2); }\n  b() { return 3; }\n}\nh(4);\n';
    const before = typescript.parse('a.ts', text, typescript.parse('a.ts', text));
    const after = typescript.parse('a.ts', text.replace('3', '33'), before);
    const members = (unit: SourceUnit) => unit.body.statements.flatMap((stmt) => (stmt.kind === 'class' ? stmt.body.statements : []));
    assert.equal(after.body.statements[0], before.body.statements[0]);
    assert.equal(members(after)[0], members(before)[0]);
    assert.notEqual(members(after)[1], members(before)[1]);
    assert.deepEqual(after, typescript.parse('a.ts', after.text));
  });

  it('takes over as much when the edit mends what the one before broke', () => {
    const text = 'f(1);\nf(2);\nf(3);\nfunction a(x: number) { return g(x); }\nh(4);\n';
    const sound = typescript.parse('a.ts', text, typescript.parse('a.ts', text));
    const broken = typescript.parse('a.ts', text.replace('function', 'functionx'), sound);
    assert.ok(broken.damage.length > 0);
    const mended = typescript.parse('a.ts', text, broken);
    assert.equal(mended.body.statements[0], broken.body.statements[0]);
    assert.deepEqual(mended, typescript.parse('a.ts', text));
  });

  it('keeps an error whose token the parser threw away', () => {
    const text = "import { Pop type over, B } from 'x';\nf(1);\ng(2);\n";
    const before = typescript.parse('a.ts', text, typescript.parse('a.ts', text));
    const edited = text.replace('g(2)', 'g(2, 3)');
    assert.deepEqual(typescript.parse('a.ts', edited, before).damage, typescript.parse('a.ts', edited).damage);
    assert.equal(before.damage.length, 1);
  });

  it('may start from the same unit twice, and from a unit of another path', () => {
    const first = typescript.parse('a.ts', 'f(1)', typescript.parse('a.ts', 'f(0)'));
    assert.equal(printUnit(typescript.parse('a.ts', 'f(1); g(2)', first)), 'f(1); g(2)');
    assert.equal(printUnit(typescript.parse('a.ts', 'h(); f(1)', first)), 'h(); f(1)');
    assert.equal(printUnit(typescript.parse('b.ts', 'f(<T>1)', first)), 'f(1)');
  });

  it('finds the smallest change', () => {
    assert.deepEqual(changeBetween('abcabc', 'abcXabc'), { span: { start: 3, length: 0 }, newLength: 1 });
    assert.deepEqual(changeBetween('aaa', 'aa'), { span: { start: 2, length: 1 }, newLength: 0 });
    assert.deepEqual(changeBetween('', 'x'), { span: { start: 0, length: 0 }, newLength: 1 });
  });
});

/** Levels of nesting of the neutral form, measured without recursion. */
function depthOf(unit: SourceUnit): number {
  let deepest = 0;
  const stack: [unknown, number][] = [[unit.body, 0]];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const [node, depth] = entry;
    deepest = Math.max(deepest, depth);
    if (typeof node === 'object' && node !== null) for (const child of Object.values(node)) stack.push([child, depth + 1]);
  }
  return deepest;
}

describe('hostile files', () => {
  const many = (text: string, count = 10_000): string => text.repeat(count);
  const random = numbers(7);
  const hostile: Record<string, string> = {
    'random characters': Array.from({ length: 50_000 }, () => String.fromCharCode(random(65_536))).join(''),
    'random bytes': Array.from({ length: 50_000 }, () => String.fromCharCode(random(256))).join(''),
    parentheses: `${many('(')}1${many(')')}`,
    'unclosed parentheses': many('('),
    arrays: `x = ${many('[')}${many(']')}`,
    objects: `x = ${many('{a:')}1${many('}')}`,
    calls: `${many('f(')}${many(')')}`,
    'call chains': `a${many('.b()', 20_000)}`,
    sums: `x = ${many('a + ', 20_000)}a`,
    commas: `${many('a = 1,', 20_000)}a`,
    negations: `${many('!')}a`,
    conditions: `x = ${many('a ? b : ')}c`,
    assignments: `${many('a = ')}1`,
    'else if': `if (a) {}${many(' else if (b) {}')}`,
    blocks: `${many('{')}f()${many('}')}`,
    functions: `${many('function f() {')}${many('}')}`,
    arrows: `${many('(() => ', 1000)}1${many(')', 1000)}`,
    templates: `x = ${many('`${')}1${many('}`')}`,
    elements: `x = ${many('<a>')}${many('</a>')}`,
    types: `let x: ${many('Array<')}1${many('>')}`,
    unions: `let x: ${many("'a' | ")}'b'`,
    patterns: `const ${many('[')}a${many(']')} = 1`,
    minified: `!function(e){${many('a.b(c,function(t){return t?"x"+t.y:{z:[1,2,3]}}),', 20_000)}0}(this);`,
    zeros: many('\0'),
    nothing: '',
  };
  for (const [name, text] of Object.entries(hostile)) {
    it(`${name}: read without an error, within bounds, and the next file is not affected`, () => {
      const unit = typescript.parse('a.tsx', text);
      assert.ok(depthOf(unit) < 5_000, 'the neutral form is too deep to be walked by recursion');
      for (const { start, end } of unit.damage) assert.ok(0 <= start && start <= end && end <= text.length);
      const edited = typescript.parse('a.tsx', `${text} `, typescript.parse('a.tsx', text, unit));
      assert.equal(edited.text, `${text} `);
      assert.equal(lower('const f = (a) => (b); f((a), (b) => c)'), 'const f = fn (a) { return b }; f(a, fn (b) { return c })');
    });
  }

  it('what the parser remembers of a file that it gave up does not reach the next one', () => {
    typescript.parse('a.ts', `const f = (a) + 1; if (a) {}${many(' else if (b) {}')}`);
    assert.equal(lower('const f = (a) => 1'), 'const f = fn (a) { return 1 }');
  });

  it('a sum of very many strings is one template', () => {
    const unit = typescript.parse('a.ts', `x = ${Array(20_000).fill("'ab'").join(' + ')}; f()`);
    const [assign, call] = unit.body.statements;
    assert.ok(assign?.kind === 'assign' && assign.value?.kind === 'template');
    assert.equal(assign.value.parts.length, 20_000);
    assert.equal(call?.kind, 'expr');
    assert.deepEqual(unit.damage, []);
  });

  it('what stands beside a part that is nested too deep is kept', () => {
    const unit = typescript.parse('a.ts', `f(1); x = ${many('[')}${many(']')}; g(2)`);
    const calls = printUnit(unit).match(/[fg]\(\d\)/g);
    assert.deepEqual(calls, ['f(1)', 'g(2)']);
    assert.equal(unit.damage.length, 1);
  });
});

describe('syntax of fixes', () => {
  it('writes options as properties', () => {
    assert.equal(typescript.syntax.option('maxTokens', '100', 'object'), 'maxTokens: 100');
    assert.equal(typescript.syntax.option('max-tokens', '100', 'object'), "'max-tokens': 100");
  });
});
