/** What a change makes stale, unsaved text, and code that is hostile or half typed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProject } from '../../core/analyze.ts';
import { defaultConfig } from '../../core/config.ts';
import type { Host } from '../../core/host.ts';
import { analyzeFiles, counter, factsOf, frontends, PY, ROOT, TS, type Workspace } from './workspace.ts';

const opus = 'claude-opus-4-8';
const model = (w: Workspace, path: string) => w.analysis(path).calls.map((c) => factsOf(c.site).model);
const call = (m: string) => `client.messages.create({ model: ${m}, max_tokens: 9, messages: [] });\n`;
const pyCall = (m: string) => `client.messages.create(model=${m}, max_tokens=9, messages=[])\n`;

// ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

test('a change in a file makes exactly the files stale that read it', () => {
  const w = analyzeFiles({
    'src/a.ts': `import { MODEL } from './config';\n${TS}${call('MODEL')}`,
    'src/b.ts': `${TS}${call("'x'")}`,
    'src/c.ts': `import { other } from './lib';\n${TS}${call('other')}`,
    'src/config.ts': `export const MODEL = '${opus}';`,
    'src/lib.ts': "import { MODEL } from './config';\nexport const other = MODEL;",
  });
  for (const path of ['src/a.ts', 'src/b.ts', 'src/c.ts']) w.analysis(path);
  const stale = w.write('src/config.ts', "export const MODEL = 'claude-haiku-4-5';");
  assert.deepEqual(new Set(stale), new Set(['src/config.ts', 'src/a.ts', 'src/c.ts']));
  assert.deepEqual(model(w, 'src/a.ts'), ['claude-haiku-4-5 import']);
  assert.deepEqual(model(w, 'src/c.ts'), ['claude-haiku-4-5 import']);
});

test('the same in Python, over a package', () => {
  const w = analyzeFiles({
    'app/__init__.py': '',
    'app/a.py': `from app.config import MODEL\n${PY}${pyCall('MODEL')}`,
    'app/b.py': `${PY}${pyCall('"x"')}`,
    'app/config.py': `MODEL = "${opus}"\n`,
  });
  w.analysis('app/a.py');
  w.analysis('app/b.py');
  assert.deepEqual(w.write('app/config.py', 'MODEL = "claude-haiku-4-5"\n'), ['app/config.py', 'app/a.py']);
  assert.deepEqual(model(w, 'app/a.py'), ['claude-haiku-4-5 import']);
});

test('a prompt file that a call reads', () => {
  const w = analyzeFiles({
    'app/a.py': `${PY}S = open("prompt.md").read()\nclient.messages.create(model="${opus}", max_tokens=9, system=S, messages=[])\n`,
    'prompt.md': 'One.',
  });
  assert.deepEqual(factsOf(w.analysis('app/a.py').calls[0]!.site).system, ['"One."']);
  assert.deepEqual(w.write('prompt.md', 'Two.'), ['prompt.md', 'app/a.py']);
  assert.deepEqual(factsOf(w.analysis('app/a.py').calls[0]!.site).system, ['"Two."']);
});

test('a new file that calls a function changes what is known of its loops', () => {
  const w = analyzeFiles({
    'src/ask.ts': `${TS}export const ask = (x: string) => client.messages.create({ model: '${opus}', max_tokens: 9, messages: [{ role: 'user', content: x }] });`,
  });
  assert.deepEqual(factsOf(w.analysis('src/ask.ts').calls[0]!.site).loops, []);
  const stale = w.write('src/run.ts', "import { ask } from './ask';\nfor (const q of ['a', 'b']) await ask(q);");
  assert.ok(stale.includes('src/ask.ts'), stale.join());
  assert.deepEqual(factsOf(w.analysis('src/ask.ts').calls[0]!.site).loops, ['batch 2']);
  assert.ok(w.write('src/run.ts').includes('src/ask.ts'));
  assert.deepEqual(factsOf(w.analysis('src/ask.ts').calls[0]!.site).loops, []);
});

test('a caller that changes without changing its imports', () => {
  const w = analyzeFiles({
    'app/ask.py': `${PY}def ask(x):\n    return ${pyCall(`"${opus}"`)}`,
    'app/run.py': 'from ask import ask\nask("a")\n',
  });
  assert.deepEqual(factsOf(w.analysis('app/ask.py').calls[0]!.site).loops, []);
  assert.ok(w.write('app/run.py', 'from ask import ask\nfor q in ["a", "b", "c"]:\n    ask(q)\n').includes('app/ask.py'));
  assert.deepEqual(factsOf(w.analysis('app/ask.py').calls[0]!.site).loops, ['batch 3']);
});

test('a file that was missing appears, and a file goes', () => {
  const w = analyzeFiles({ 'src/a.ts': `import { MODEL } from './config';\n${TS}${call('MODEL')}` });
  assert.deepEqual(model(w, 'src/a.ts'), ['? dynamic']);
  assert.deepEqual(w.write('src/config.ts', `export const MODEL = '${opus}';`), ['src/config.ts', 'src/a.ts']);
  assert.deepEqual(model(w, 'src/a.ts'), [`${opus} import`]);
  assert.deepEqual(w.write('src/config.ts'), ['src/config.ts', 'src/a.ts']);
  assert.deepEqual(model(w, 'src/a.ts'), ['? dynamic']);
});

test('a module of Python that was missing appears', () => {
  const w = analyzeFiles({ 'app/a.py': `from config import MODEL\n${PY}${pyCall('MODEL')}` });
  assert.deepEqual(model(w, 'app/a.py'), ['? dynamic']);
  assert.ok(w.write('app/config.py', `MODEL = "${opus}"\n`).includes('app/a.py'));
  assert.deepEqual(model(w, 'app/a.py'), [`${opus} import`]);
});

test('a module appears together with the folders it lies in', () => {
  const w = analyzeFiles({ 'app/a.py': `from settings.llm.names import MODEL\n${PY}${pyCall('MODEL')}` });
  assert.deepEqual(model(w, 'app/a.py'), ['? dynamic']);
  assert.ok(w.write('app/settings/llm/names.py', `MODEL = "${opus}"\n`).includes('app/a.py'));
  assert.deepEqual(model(w, 'app/a.py'), [`${opus} import`]);
});

test('of the files in a folder that is not there, none is asked for', () => {
  const asked: string[] = [];
  const text = `from settings.llm.names import MODEL\nfrom settings.llm.keys import KEY\n${PY}${pyCall('MODEL')}`;
  const host: Host = {
    read: (path) => (path === `${ROOT}/a.py` ? text : undefined),
    stat: (path) => {
      asked.push(path.slice(ROOT.length + 1));
      return undefined;
    },
  };
  const project = createProject({ host, root: ROOT, frontends, counter, config: defaultConfig, today: '2026-11-23' });
  project.setFiles([`${ROOT}/a.py`]);
  assert.equal(project.analyze(`${ROOT}/a.py`).calls.length, 1);
  assert.deepEqual(
    asked.filter((path) => path.startsWith('settings')),
    ['settings'],
  );
});

test('tsconfig and package.json count as read', () => {
  const w = analyzeFiles({
    'src/a.ts': `import { MODEL } from '@/config';\n${TS}${call('MODEL')}`,
    'lib/config.ts': `export const MODEL = '${opus}';`,
  });
  assert.deepEqual(model(w, 'src/a.ts'), ['? dynamic']);
  assert.ok(w.write('tsconfig.json', '{"compilerOptions":{"paths":{"@/*":["lib/*"]}}}').includes('src/a.ts'));
  assert.deepEqual(model(w, 'src/a.ts'), [`${opus} import`]);
});

test('a lock file that changes a default', () => {
  const graph =
    'from langgraph.prebuilt import create_react_agent\nfrom langchain_openai import ChatOpenAI\nfrom mine import search\nagent = create_react_agent(ChatOpenAI(model="gpt-5.4"), [search])\nagent.invoke({"messages": [("user", "x")]})\n';
  const w = analyzeFiles({ 'app/a.py': graph, 'requirements.txt': 'langgraph==1.2.11\n' });
  const before = factsOf(w.analysis('app/a.py').calls[0]!.site).loops;
  assert.ok(w.write('requirements.txt', 'langgraph==0.6.0\n').includes('app/a.py'));
  assert.notDeepEqual(factsOf(w.analysis('app/a.py').calls[0]!.site).loops, before);
});

test('a file becomes the home of a client: who uses it has calls now', () => {
  const w = analyzeFiles({
    'src/client.ts': 'export const client = { messages: { create(o: any) { return o; } } };',
    'src/use.ts': `import { client } from './client';\n${call(`'${opus}'`)}`,
  });
  assert.deepEqual(model(w, 'src/use.ts'), []);
  assert.ok(w.write('src/client.ts', "import Anthropic from '@anthropic-ai/sdk';\nexport const client = new Anthropic();").includes('src/use.ts'));
  assert.deepEqual(model(w, 'src/use.ts'), [`${opus} literal`]);
  assert.ok(w.write('src/client.ts', 'export const client = { messages: { create(o: any) { return o; } } };').includes('src/use.ts'));
  assert.deepEqual(model(w, 'src/use.ts'), []);
});

test('an analysis is kept until something it read changes', () => {
  const w = analyzeFiles({ 'src/a.ts': `${TS}${call(`'${opus}'`)}`, 'src/b.ts': 'export const x = 1;' });
  const first = w.analysis('src/a.ts');
  w.write('src/b.ts', 'export const x = 2;');
  assert.equal(w.analysis('src/a.ts'), first);
  w.write('src/a.ts', `${TS}${call("'x'")}`);
  assert.notEqual(w.analysis('src/a.ts'), first);
});

test('the outcome of a chain of edits is that of a fresh project', () => {
  const files: Record<string, string> = {
    'src/a.ts': `import { MODEL } from './config';\n${TS}${call('MODEL')}`,
    'src/config.ts': `export const MODEL = '${opus}';`,
    'src/run.ts': '',
  };
  const w = analyzeFiles(files);
  const steps: readonly (readonly [string, string])[] = [
    ['src/config.ts', "export { MODEL } from './deep';"],
    ['src/deep.ts', "export const MODEL = 'claude-haiku-4-5';"],
    ['src/a.ts', `import { MODEL } from './config';\n${TS}export const ask = (x: string) => ${call('MODEL')}`],
    ['src/run.ts', "import { ask } from './a';\nfor (const x of ['a', 'b']) ask(x);"],
    ['src/deep.ts', 'export const MODEL = process.env.M;'],
  ];
  for (const [path, text] of steps) {
    files[path] = text;
    w.write(path, text);
    assert.deepEqual(w.calls.map(factsOf), analyzeFiles(files).calls.map(factsOf), path);
  }
});

// ── half-typed code ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

test('half-typed code keeps the calls outside the damage', () => {
  const good = `${TS}export const f = () => ${call(`'${opus}'`)}`;
  for (const tail of ['export function g( {', 'const x = {', 'if (', 'class A {', 'client.messages.', 'const s = `abc ${', "const t = 'abc"]) {
    const w = analyzeFiles({ 'src/a.ts': `${good}\n${tail}` });
    assert.deepEqual(model(w, 'src/a.ts'), [`${opus} literal`], tail);
  }
  const pyGood = `${PY}def f():\n    return ${pyCall(`"${opus}"`)}`;
  for (const tail of ['def g(', 'x = {', 'if ', 'class A', 'client.messages.', 'x = "abc', 'x = f"{', 'for x in']) {
    const w = analyzeFiles({ 'app/a.py': `${pyGood}\n${tail}` });
    assert.deepEqual(model(w, 'app/a.py'), [`${opus} literal`], tail);
  }
});

test('a call that is being typed does not throw', () => {
  const text = `${TS}client.messages.create({ model: '${opus}', max_tokens: 9, system: \`You \${x}\`, messages: [...a, { role: 'user', content: b ?? 'c' }] });`;
  const w = analyzeFiles({ 'src/a.ts': '' });
  for (let end = 0; end <= text.length; end += 3) {
    w.write('src/a.ts', text.slice(0, end));
    w.analysis('src/a.ts');
  }
  const py = `${PY}client.messages.create(model="${opus}", max_tokens=9, system=f"You {x:%Y} {y!r}", messages=[*a, {"role": "user", "content": b or "c"}])`;
  const v = analyzeFiles({ 'app/a.py': '' });
  for (let end = 0; end <= py.length; end += 3) {
    v.write('app/a.py', py.slice(0, end));
    v.analysis('app/a.py');
  }
});

// ── hostile code ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

const only = (files: Record<string, string>) => {
  const { calls } = analyzeFiles(files);
  assert.equal(calls.length, 1);
  return factsOf(calls[0]!);
};

test('imports in a circle', () => {
  assert.equal(
    only({
      'src/a.ts': `import { M } from './b';\n${TS}export const N = M;\n${call('M')}`,
      'src/b.ts': "import { N } from './a';\nexport const M = N;",
    }).model,
    '? dynamic',
  );
  assert.equal(only({ 'app/a.py': `from b import M\n${PY}N = M\n${pyCall('M')}`, 'app/b.py': 'from a import N\nM = N\n' }).model, '? dynamic');
  only({ 'src/a.ts': `export * from './b';\nimport { X } from './b';\n${TS}${call('X')}`, 'src/b.ts': "export * from './a';" });
  only({ 'app/a.py': `from b import *\n${PY}${pyCall('X')}`, 'app/b.py': 'from a import *\n' });
});

test('values that are made of themselves', () => {
  only({ 'src/a.ts': `${TS}export function f() { let s = 'a'; while (s.length < 9) { s = s + 'b'; } ${call('s')} }` });
  only({ 'app/a.py': `${PY}def f():\n    s = "a"\n    while len(s) < 9:\n        s = s + "b"\n    return ${pyCall('s')}` });
  only({
    'src/a.ts': `${TS}let o: any = {}; o = { ...o, a: o }; o.self = o;\nclient.messages.create({ ...o, messages: o.messages, model: o.a.a.a.model });`,
  });
  only({ 'app/a.py': `${PY}o = {}\no = {**o, "a": o}\no["self"] = o\nclient.messages.create(**o, messages=o["self"]["messages"])\n` });
  only({
    'src/a.ts': `${TS}const messages: any[] = []; messages.push(...messages, messages);\nclient.messages.create({ model: 'x', max_tokens: 1, messages });`,
  });
});

test('functions that call each other without an end', () => {
  only({ 'src/a.ts': `${TS}const f = (x: string): string => g(x);\nconst g = (x: string): string => f(x);\n${call("f('a')")}` });
  only({ 'app/a.py': `${PY}def f(x):\n    return g(x)\ndef g(x):\n    return f(x)\n${pyCall('f("a")')}` });
  only({ 'app/a.py': `${PY}class A(B):\n    pass\nclass B(A):\n    def __init__(self):\n        self.m = self.m\n${pyCall('A().m')}` });
  only({ 'src/a.ts': `${TS}class A extends A { m = this.m; constructor() { super(new A().m); } }\n${call('new A().m')}` });
});

test('200 wrappers in one another', () => {
  const wrappers = Array.from({ length: 200 }, (_, i) => `const f${i + 1} = (x: string) => f${i}(x);`).join('\n');
  only({ 'src/a.ts': `${TS}const f0 = (x: string) => x;\n${wrappers}\n${call("f200('a')")}` });
  const py = Array.from({ length: 200 }, (_, i) => `def f${i + 1}(x):\n    return f${i}(x)\n`).join('');
  only({ 'app/a.py': `${PY}def f0(x):\n    return x\n${py}${pyCall('f200("a")')}` });
  const twice = Array.from({ length: 40 }, (_, i) => `const g${i + 1} = (x: string) => g${i}(x) + g${i}(x);`).join('\n');
  only({
    'src/a.ts': `${TS}const g0 = (x: string) => x;\n${twice}\nclient.messages.create({ model: 'x', max_tokens: 1, system: g40('a'), messages: [] });`,
  });
});

test('a function with 2,000 callers', () => {
  const callers = Array.from({ length: 2000 }, (_, i) => `export const c${i} = (x: string) => ask(x + ${i});`).join('\n');
  only({
    'src/a.ts': `${TS}export const ask = (x: string) => client.messages.create({ model: '${opus}', max_tokens: 9, messages: [{ role: 'user', content: x }] });\n${callers}`,
  });
});

test('2,000 files that import the one with the call', () => {
  const files: Record<string, string> = { 'app/ask.py': `${PY}def ask(x):\n    return ${pyCall('x')}` };
  for (let i = 0; i < 2000; i++) files[`app/c${i}.py`] = `from ask import ask\ndef c${i}(x):\n    return ask(x)\n`;
  const w = analyzeFiles(files);
  assert.equal(w.analysis('app/ask.py').calls.length, 1);
});

test('a list of 5,000 items', () => {
  const items = Array.from({ length: 5000 }, (_, i) => `'item ${i}'`).join(', ');
  const facts = only({
    'src/a.ts': `${TS}const XS = [${items}];\nfor (const x of XS) client.messages.create({ model: '${opus}', max_tokens: 9, system: XS.join(), messages: [{ role: 'user', content: x }] });`,
  });
  assert.deepEqual(facts.loops, ['batch 5000']);
  only({ 'app/a.py': `${PY}XS = [${items}]\n${pyCall('XS[7]').replace('messages=[]', 'messages=[{"role": "user", "content": x} for x in XS]')}` });
});

test('an expression that is 3,000 deep', () => {
  const sum = Array.from({ length: 3000 }, (_, i) => `'${i}'`).join(' + ');
  only({ 'src/a.ts': `${TS}client.messages.create({ model: '${opus}', max_tokens: 9, system: ${sum}, messages: [] });` });
  only({ 'app/a.py': `${PY}client.messages.create(model="${opus}", max_tokens=9, system=${sum}, messages=[])\n` });
  const nested = `${'['.repeat(1500)}1${']'.repeat(1500)}`;
  only({ 'src/a.ts': `${TS}client.messages.create({ model: '${opus}', max_tokens: 9, messages: ${nested} as any });` });
  const chain = `x${'.a()'.repeat(1500)}`;
  only({ 'src/a.ts': `${TS}client.messages.create({ model: '${opus}', max_tokens: 9, system: ${chain}, messages: [] });` });
});

test('names that objects of JavaScript have by themselves', () => {
  only({
    'src/a.ts': `${TS}const constructor = 'a'; const toString = () => 'b'; const __proto__ = { model: '${opus}' };\n${call('__proto__.model')}`,
  });
  only({
    'app/a.py': `${PY}class toString:\n    constructor = "${opus}"\n    def hasOwnProperty(self):\n        return self.constructor\n${pyCall('toString().hasOwnProperty()')}`,
  });
});

test('files that cannot be analysed say why', () => {
  const w = analyzeFiles({ 'src/a.ts': `${TS}${' '.repeat(2_100_000)}` });
  assert.match(w.analysis('src/a.ts').skipped ?? '', /too large/);
  assert.match(w.analysis('src/nowhere.ts').skipped ?? '', /cannot be read/);
  assert.match(w.analysis('src/a.rs').skipped ?? '', /no supported language/);
});
