/** Long generated code costs work in proportion to its length: looks at the tree are counted, for a file and for one four times as long. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createProject } from '../../core/analyze.ts';
import { defaultConfig } from '../../core/config.ts';
import type { Frontend, SourceUnit } from '../../core/frontends/source-unit.ts';
import { counter, frontends, PY, TS } from '../analyze/workspace.ts';

const ask = (content: string) => `client.messages.create(model="claude-opus-4-8", max_tokens=9, messages=[{"role": "user", "content": ${content}}])`;
const tsAsk = (content: string) =>
  `await client.messages.create({ model: 'claude-opus-4-8', max_tokens: 9, messages: [{ role: 'user', content: ${content} }] });`;
const times = (n: number, line: (i: number) => string) => Array.from({ length: n }, (_, i) => line(i)).join('\n');
const put = (i: number) => `m.append({"role": "user", "content": "line ${i}"})`;
const send = 'client.messages.create(model="claude-opus-4-8", max_tokens=9, messages=m)';

const files: Readonly<Record<string, { readonly path: string; readonly text: (n: number) => string }>> = {
  'lines put into one list': { path: '/w/a.py', text: (n) => `${PY}def f():\n    m = []\n${times(n, (i) => `    ${put(i)}`)}\n    ${send}\n` },
  'methods that put into one list of the object': {
    path: '/w/a.py',
    text: (n) =>
      `${PY}class A:\n    def __init__(self):\n        self.m = []\n${times(n, (i) => `    def f${i}(self):\n        self.${put(i)}`)}\n    def g(self):\n        ${send.replace('=m)', '=self.m)')}\n`,
  },
  'calls in one function': { path: '/w/a.py', text: (n) => `${PY}def f(q):\n${times(n, (i) => `    ${ask(`"line ${i}"`)}`)}\n` },
  'calls in loops of one function': {
    path: '/w/a.py',
    text: (n) => `${PY}def f(q):\n${times(n, (i) => `    for i${i} in range(3):\n        ${ask('q')}`)}\n`,
  },
  'functions with a call each': { path: '/w/a.py', text: (n) => `${PY}${times(n, (i) => `def f${i}(q):\n    ${ask('q')}`)}\n` },
  'calls in one function, TypeScript': {
    path: '/w/a.ts',
    text: (n) => `${TS}export async function f(q: string) {\n${times(n, (i) => tsAsk(`'line ${i}'`))}\n}\n`,
  },
};

describe('work on long files', () => {
  for (const [name, { path, text }] of Object.entries(files))
    it(name, () => {
      const [short, long] = [looks(path, text(60)), looks(path, text(240))];
      assert.ok(long < short * 6, `${short} looks at the tree, ${long} for four times the code`);
    });

  it('a conversation that is sent at each turn: what each turn sends, no more', () => {
    const turns = (n: number) => `${PY}def f():\n    m = []\n${times(n, (i) => `    ${put(i)}\n    r = ${send}\n    m.append(r.content)`)}\n`;
    const [short, long] = [looks('/w/a.py', turns(15)), looks('/w/a.py', turns(60))];
    assert.ok(long < short * 20, `${short} looks at the tree, ${long} for four times the turns`);
  });
});

/** How often the analysis of a file reads a field of a node of its tree. */
function looks(path: string, text: string): number {
  let count = 0;
  const seen = new WeakMap<object, object>();
  const watched = <T extends object>(node: T): T => {
    const known = seen.get(node);
    if (known) return known as T;
    const proxy = new Proxy(node, {
      get(target, key) {
        count++;
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'object' && value !== null ? watched(value) : value;
      },
    });
    seen.set(node, proxy);
    return proxy;
  };
  const watching = frontends.map((frontend): Frontend => {
    const parse: Frontend['parse'] = (...args) => {
      const unit = frontend.parse(...args);
      return Object.assign(Object.create(Object.getPrototypeOf(unit)), unit, { body: watched(unit.body) }) as SourceUnit;
    };
    return { ...frontend, parse };
  });
  const host = { read: (p: string) => (p === path ? text : undefined), stat: (p: string) => (p === path ? ('file' as const) : undefined) };
  const project = createProject({ host, root: '/w', frontends: watching, counter, config: defaultConfig, today: '2026-11-23' });
  project.setFiles([path]);
  assert.notEqual(project.analyze(path).calls.length, 0);
  return count;
}
