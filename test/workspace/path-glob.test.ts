import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitsGlob } from '../../core/glob.ts';
import { matcher } from '../../workspace/discover.ts';
import { parseIgnore } from '../../workspace/gitignore.ts';

const taken = (glob: string, ...paths: readonly string[]): readonly string[] => paths.filter((path) => matcher([glob])?.(path));

test('globs of files: names at every depth, folders with all in them, stars, classes, braces', () => {
  const all = ['src/a.ts', 'src/deep/a.ts', 'src', 'a.ts', 'lib/src/b.py', 'src/a[1].ts', '.github/x.py', 'src/.b.ts'];
  assert.deepEqual(taken('src', ...all), ['src/a.ts', 'src/deep/a.ts', 'src', 'lib/src/b.py', 'src/a[1].ts', 'src/.b.ts']);
  assert.deepEqual(taken('./src/', ...all), ['src/a.ts', 'src/deep/a.ts', 'src', 'src/a[1].ts', 'src/.b.ts']);
  assert.deepEqual(taken('src/**', ...all), taken('/src', ...all));
  assert.deepEqual(taken('src/*.ts', ...all), ['src/a.ts', 'src/a[1].ts', 'src/.b.ts']);
  assert.deepEqual(taken('**/deep/**/*.ts', ...all), ['src/deep/a.ts']);
  assert.deepEqual(taken('{lib/src,.github}/*.{py,ts}', ...all), ['lib/src/b.py', '.github/x.py']);
  assert.deepEqual(taken('{a,{b,c}}.py', 'a.py', 'b.py', 'c.py', 'd.py'), ['a.py', 'b.py', 'c.py']);
  assert.deepEqual(taken('a\\[1\\].ts', ...all), ['src/a[1].ts']);
  assert.deepEqual(taken('[a-c]?[!x].py', 'abc.py', 'dbc.py', 'abx.py'), ['abc.py']);
  assert.deepEqual(taken('{a}', 'a', '{a}'), ['{a}'], 'a brace without a comma is one');
  assert.equal(matcher([]), undefined);
});

test('patterns of a hostile repository come to an end', () => {
  const name = 'a'.repeat(250);
  const deep = `${'a/'.repeat(2000)}x`;
  const stars = `${'*a'.repeat(60)}b`;
  const globs = [stars, `${'**/a/'.repeat(60)}b`, '{a,b}'.repeat(40), '{a,'.repeat(900), '['.repeat(4000), '{'.repeat(100_000), '+(a|aa)'.repeat(20)];
  for (const glob of globs) {
    assert.deepEqual(taken(glob, name, deep), [], glob.slice(0, 20));
    assert.equal(parseIgnore(`${glob}\n`).verdict(deep, false), undefined, glob.slice(0, 20));
  }
  assert.equal(fitsGlob(stars, 'a'.repeat(100_000)), false);
});

test('globs of names: a star stands for any text', () => {
  assert.deepEqual(
    ['gpt-5', 'gpt-5.4', 'my-gpt-5'].filter((name) => fitsGlob('gpt-5*', name)),
    ['gpt-5', 'gpt-5.4'],
  );
  assert.ok(fitsGlob('*claude*opus*', 'us.anthropic.claude-opus-4-6'));
  assert.ok(!fitsGlob('ab*ba', 'aba'), 'ends do not overlap');
  assert.ok(fitsGlob('*', ''));
  assert.ok(!fitsGlob('a.c', 'abc'));
});
