import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { resolveTargets, type Targets } from '../../workspace/roots.ts';
import { folder } from './folder.ts';

test('one directory: paths are relative to it, the project around it is the workspace', (t) => {
  const root = folder(t, { '.git/HEAD': '', 'src/a.py': '' });
  const targets = resolveTargets(['src'], root) as Targets;
  assert.deepEqual([targets.base, targets.root, targets.directories], [`${root}/src`, root, [`${root}/src`]]);
});

test('files and several directories: paths are relative to the working directory', (t) => {
  const root = folder(t, { 'a/x.py': '', 'b/y.py': '' });
  const targets = resolveTargets(['a/x.py', 'b'], root) as Targets;
  assert.deepEqual([targets.base, targets.root, targets.files], [root, root, [`${root}/a/x.py`]]);
});

test('a directory elsewhere is its own workspace; so is one that its repository ignores', (t) => {
  const root = folder(t, { 'here/x': '', 'there/y.py': '', 'repo/.git/HEAD': '', 'repo/.gitignore': 'cache\n', 'repo/cache/other/a.py': '' });
  assert.equal((resolveTargets([`${root}/there`], `${root}/here`) as Targets).root, `${root}/there`);
  assert.equal((resolveTargets(['cache/other'], `${root}/repo`) as Targets).root, `${root}/repo/cache/other`);
});

test('--root fixes both; a path that is not there is named as it was written', (t) => {
  const root = folder(t, { 'a/b/x.py': '' });
  const targets = resolveTargets(['a/b'], root, 'a') as Targets;
  assert.deepEqual([targets.root, targets.base], [`${root}/a`, `${root}/a`]);
  assert.deepEqual(resolveTargets(['nowhere/x.py'], root), { problem: 'no such file or directory: nowhere/x.py' });
});

test('what is neither a file nor a directory is said, and not waited for', { skip: process.platform === 'win32' }, (t) => {
  const root = folder(t, { 'x.py': '' });
  symlinkSync('loop.py', `${root}/loop.py`);
  execFileSync('mkfifo', [`${root}/pipe.py`]);
  assert.deepEqual(resolveTargets(['loop.py'], root), { problem: 'loop.py: is a symbolic link that leads back to itself' });
  assert.deepEqual(resolveTargets(['pipe.py'], root), { problem: 'pipe.py: is neither a file nor a directory' });
  assert.deepEqual(resolveTargets([], root, 'x.py'), { problem: 'x.py: is not a directory' });
});
