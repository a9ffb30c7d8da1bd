/**
 * Who may import whom. The picture is docs/architecture.md; this table is the law. An arrow that is not here fails: change the table only together with
 * the picture, and for a reason.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ts } from 'ts-morph';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Inside core each layer may import those above it; `also` are the exceptions within a layer. */
const layers: readonly (readonly string[])[] = [
  ['core/model.ts'],
  [
    'core/config.ts',
    'core/host.ts',
    'core/format.ts',
    'core/markdown.ts',
    'core/range.ts',
    'core/group-by.ts',
    'core/glob.ts',
    'core/comment-lines.ts',
    'core/fleeting-map.ts',
  ],
  ['core/assume.ts'],
  ['core/frontends', 'core/tokens', 'core/pricing', 'core/protocol', 'core/budget', 'core/suppress.ts', 'core/site-assumptions.ts'],
  ['core/program', 'core/wire'],
  ['core/sdks', 'core/cache', 'core/calls', 'core/logs'],
  ['core/observed'],
  ['core/estimate'],
  ['core/rules'],
  ['core/analyze.ts'],
  ['core/diff', 'core/reports'],
];
const also: Readonly<Record<string, readonly string[]>> = {
  'core/suppress.ts': ['core/frontends'],
  'core/site-assumptions.ts': ['core/frontends', 'core/suppress.ts'],
  'core/calls': ['core/sdks'],
};

/** Outside core. A room that is not here may not exist; tests, scripts and examples may import anything. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  workspace: ['core'],
  server: ['core', 'workspace'],
  gateway: ['core', 'workspace'],
  logs: ['core', 'workspace'],
  cli: ['core', 'workspace', 'server', 'gateway', 'logs'],
  client: ['core/protocol', 'core/model.ts', 'core/format.ts'],
  webview: ['core/protocol', 'core/model.ts', 'core/format.ts'],
};

/** Pure packages: text in, data out. Nothing of Node itself, so that core runs wherever JavaScript runs. */
const corePackages = ['gpt-tokenizer', 'jsonc-parser', 'picomatch', 'smol-toml', 'ts-morph', 'web-tree-sitter', 'yaml', 'zod'];

/** What core must be given instead of reaching for it: time, chance, the network, the process. */
const impure = /^(process|fetch|setTimeout|setInterval|setImmediate|performance|console|require|Date\.now|Math\.random|crypto\.\w+|new Date\(\))$/;

interface Source {
  readonly path: string;
  readonly text: string;
}

const underneath = (path: string, place: string) => path === place || path.startsWith(`${place}/`);

/** The place of core that a file belongs to, such as `core/pricing`. */
const coreRoom = (path: string) => layers.flat().find((room) => underneath(path, room));

/** Every import, export-from, import() and require of a file; relative ones as paths from the checkout's root that begin with `./`. */
function imports({ path, text }: Source): readonly string[] {
  const found = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  return found.map((name) => (name.startsWith('.') ? `./${posix.join(dirname(path), name)}` : name));
}

/** Why an import is not allowed, or undefined. */
function objection(from: string, name: string): string | undefined {
  const room = from.split('/')[0]!;
  const isLocal = name.startsWith('./');
  const to = isLocal ? name.slice(2) : name;
  if (room !== 'core') {
    if (!isLocal) return to === 'vscode' && room !== 'client' ? 'only the client knows VS Code' : undefined;
    if (underneath(to, room) || rooms[room]?.some((allowed) => underneath(to, allowed))) return undefined;
    return `${room} may import ${rooms[room]?.join(', ')}`;
  }
  if (!isLocal) return corePackages.some((name) => underneath(to, name)) ? undefined : 'core is pure: this package is not on the list';
  const [mine, theirs] = [coreRoom(from), coreRoom(to)];
  if (!mine) return `${from} has no place in the layers`;
  if (!theirs) return 'core imports only core';
  const height = (place: string) => layers.findIndex((layer) => layer.includes(place));
  if (mine === theirs || height(theirs) < height(mine) || also[mine]?.includes(theirs)) return undefined;
  return `${theirs} does not stand below ${mine}`;
}

/** Names in an expression position that reach outside, with their line. */
function reachesOut({ path, text }: Source): readonly string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    const name = outsideName(node);
    if (name && impure.test(name)) found.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${name}`);
    ts.forEachChild(node, look);
  };
  look(file);
  return found;
}

/** `Date.now`, `new Date()` without arguments, or a free name that is used, not declared and not a property. */
function outsideName(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node)) return (node.arguments?.length ?? 0) === 0 ? `new ${node.expression.getText()}()` : undefined;
  if (ts.isPropertyAccessExpression(node)) return node.getText();
  if (!ts.isIdentifier(node)) return undefined;
  const { parent } = node;
  if (ts.isCallExpression(parent) && parent.expression === node) return node.text;
  return ts.isPropertyAccessExpression(parent) && parent.expression === node ? node.text : undefined;
}

const sources: readonly Source[] = [...Object.keys(rooms), 'core']
  .filter((room) => existsSync(join(root, room)))
  .flatMap((room) => readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((path) => `${room}/${path}`))
  .filter((path) => /\.m?[jt]sx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

describe('the architecture', () => {
  test('has no arrow that is not in the table', () => {
    assert.ok(sources.length > 0);
    const wrong = sources.flatMap((source) =>
      imports(source).flatMap((to) => {
        const why = objection(source.path, to);
        return why ? [`${source.path} imports ${to}: ${why}`] : [];
      }),
    );
    assert.deepEqual(wrong, []);
  });

  test('keeps core away from clock, chance, network and process', () => {
    assert.deepEqual(sources.filter(({ path }) => path.startsWith('core/')).flatMap(reachesOut), []);
  });

  test('objects to what the rules forbid', () => {
    const forbidden = [
      ['core/rules/a.ts', 'node:fs'],
      ['core/model.ts', 'vscode'],
      ['core/program/a.ts', 'undici'],
      ['core/pricing/a.ts', './core/estimate/index.ts'],
      ['core/model.ts', './core/config.ts'],
      ['core/tokens/a.ts', './core/pricing/index.ts'],
      ['core/calls/a.ts', './server/server.ts'],
      ['server/a.ts', './gateway/main.ts'],
      ['gateway/a.ts', './server/main.ts'],
      ['server/a.ts', 'vscode'],
      ['client/extension.ts', './core/pricing/index.ts'],
      ['client/extension.ts', './server/main.ts'],
      ['webview/main.ts', './client/extension.ts'],
    ] as const;
    for (const [from, to] of forbidden) assert.ok(objection(from, to), `${from} → ${to}`);
  });

  test('sees every way to import and every way to reach out', () => {
    const text =
      "import './a.ts'; export * from './b.ts'; const c = import('./c.ts'); import type { D } from './d.ts'; const p = process.env.X ?? Date.now();";
    assert.deepEqual(imports({ path: 'core/x.ts', text }), ['./core/a.ts', './core/b.ts', './core/c.ts', './core/d.ts']);
    assert.deepEqual(reachesOut({ path: 'core/x.ts', text }), ['core/x.ts:1 process', 'core/x.ts:1 Date.now']);
    assert.deepEqual(reachesOut({ path: 'core/x.ts', text: "const a = new Date('2026-01-01'); const b = { process: 1 }.process; 'fetch()'" }), []);
  });
});
