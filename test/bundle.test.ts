/** What `npm run build` made: it loads what it needs when it needs it, and nothing from outside. `npm test` builds first. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import module, { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { folder } from './workspace/folder.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

interface Output {
  readonly bytes: number;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
}
const { outputs }: { outputs: Record<string, Output> } = JSON.parse(readFileSync(join(root, 'out/build.json'), 'utf8'));

/** A file with everything that it loads at once; what import() loads later does not count. */
function loadedWith(path: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { path: other, kind, external } of outputs[path]?.imports ?? []) if (!external && kind !== 'dynamic-import') loadedWith(other, seen);
  return seen;
}

const version: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

/** What `costlint --version` says, with a folder for what can be made again. */
function start(home: string, env: NodeJS.ProcessEnv = {}): string {
  const { NODE_DISABLE_COMPILE_CACHE: _, NODE_COMPILE_CACHE: __, ...inherited } = process.env;
  const options = { encoding: 'utf8', env: { ...inherited, XDG_CACHE_HOME: home, LOCALAPPDATA: home, ...env } } as const;
  return execFileSync(process.execPath, [join(root, 'dist/cli.js'), '--version'], options).trim();
}

const kilobytes = (paths: Iterable<string>) => [...paths].reduce((sum, path) => sum + outputs[path]!.bytes, 0) / 1024;

describe('the built files', () => {
  test('costlint --version loads neither parser nor token tables', (t) => {
    const loaded = new Set(['dist/cli.js', ...outputs['dist/cli.js']!.imports.map(({ path }) => path)].flatMap((path) => [...loadedWith(path)]));
    assert.ok(kilobytes(loaded) < 100, [...loaded].join(', '));
    assert.equal(start(folder(t, {})), version);
  });

  test('costlint logs loads no schemas; its thread, which lies where it is looked for, not even prices', () => {
    const command = Object.keys(outputs).find((path) => /^dist\/logs-(?!worker)\w+\.js$/.test(path))!;
    assert.ok(kilobytes(loadedWith(command)) < 150, [...loadedWith(command)].join(', '));
    assert.ok(kilobytes(loadedWith('dist/logs-worker.js')) < 30);
    assert.ok([...loadedWith(command)].some((path) => readFileSync(join(root, path), 'utf8').includes('"./logs-worker.js"')));
  });

  test('the command starts by itself', () => {
    assert.ok(readFileSync(join(root, 'dist/cli.js'), 'utf8').startsWith('#!/usr/bin/env node\n'));
  });

  // macOS has one place for it, whatever the environment says.
  const keeps = 'enableCompileCache' in module && process.platform !== 'darwin';

  test('what Node compiles is kept for the next start, and of versions that nobody starts any more it is thrown away', { skip: !keeps }, (t) => {
    const home = folder(t, { 'costlint/code/0.0.1/old': '', 'costlint/code/0.0.2/new': '' });
    const code = join(home, 'costlint/code');
    utimesSync(join(code, '0.0.1'), new Date(0), new Date(0));
    start(home);
    assert.deepEqual(readdirSync(code).sort(), ['0.0.2', version].sort());
    assert.ok(readdirSync(join(code, version), { recursive: true }).length > 2);
  });

  test('it starts where nothing can be kept, or is not to be', (t) => {
    const home = folder(t, { 'costlint/code': 'a file where the folder would be' });
    assert.equal(start(home), version);
    const empty = folder(t, {});
    assert.equal(start(empty, { NODE_DISABLE_COMPILE_CACHE: '1' }), version);
    assert.deepEqual(readdirSync(empty), []);
  });

  test('everything is inside: only Node modules and vscode are imported', () => {
    // The TypeScript compiler and the Redis client ask for these and go on without.
    const tried = ['source-map-support', '@node-rs/xxhash'];
    const outside = Object.values(outputs).flatMap(({ imports }) => imports.filter(({ path, external }) => external && !isBuiltin(path)));
    assert.deepEqual(
      [...new Set(outside.map(({ path }) => path))].filter((name) => !tried.includes(name)),
      ['vscode'],
    );
  });

  test('the extension itself is small: VS Code loads it at start', () => {
    assert.ok(kilobytes(['dist/extension.cjs']) < 650);
  });
});
