/** What `npm run build` made: it loads what it needs when it needs it, and nothing from outside. `npm test` builds first. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

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

const kilobytes = (paths: Iterable<string>) => [...paths].reduce((sum, path) => sum + outputs[path]!.bytes, 0) / 1024;

describe('the built files', () => {
  test('costlint --version loads neither parser nor token tables', () => {
    const loaded = loadedWith('dist/cli.js');
    assert.ok(kilobytes(loaded) < 100, [...loaded].join(', '));
    const answer = execFileSync(process.execPath, [join(root, 'dist/cli.js'), '--version'], { encoding: 'utf8' });
    assert.equal(answer.trim(), JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
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
