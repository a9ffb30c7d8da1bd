import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { parseIgnore } from '../../workspace/gitignore.ts';
import { folder } from './folder.ts';

const PATTERNS = `
# a comment
*.log
!keep.log
/top.py
deep/only.py
tmp/
**/generated/*.ts
src/**/fixtures
docs/**
a?c.py
[b-d]at.py
[!x]og.py
weird\\#name.py
\\!bang.py
trailing.py   
logs/*
!logs/a.py
*/one-level.py
foo**bar.py
`;

const PATHS = [
  'x.log',
  'keep.log',
  'a/keep.log',
  'a/b.log',
  'top.py',
  'a/top.py',
  'deep/only.py',
  'a/deep/only.py',
  'tmp',
  'generated/a.ts',
  'x/generated/a.ts',
  'x/generated/y/a.ts',
  'src/fixtures',
  'src/a/b/fixtures',
  'other/src/fixtures',
  'docs/a.md',
  'docs/a/b.md',
  'docs',
  'abc.py',
  'ac.py',
  'x/abc.py',
  'cat.py',
  'eat.py',
  'dog.py',
  'xog.py',
  'weird#name.py',
  '!bang.py',
  'trailing.py',
  'logs/a.py',
  'logs/b.py',
  'x/one-level.py',
  'x/y/one-level.py',
  'fooxbar.py',
  'foo/x/bar.py',
  'comment',
  'plain.py',
];

test('patterns match what git itself says they match', (t) => {
  const root = folder(t, { '.gitignore': PATTERNS });
  assert.equal(spawnSync('git', ['init', '-q'], { cwd: root }).status, 0, 'git is needed for this test');
  const ours = parseIgnore(PATTERNS);
  const git = spawnSync('git', ['check-ignore', '--no-index', '--stdin', '--verbose', '--non-matching'], {
    cwd: root,
    input: PATHS.join('\n'),
    encoding: 'utf8',
  });
  const verdicts = git.stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [rule = '', path = ''] = line.split('\t');
      const pattern = rule.split(':').slice(2).join(':');
      return [path.replace(/^"|"$/g, ''), pattern === '' ? undefined : !pattern.startsWith('!')] as const;
    });
  assert.equal(verdicts.length, PATHS.length);
  for (const [path, expected] of verdicts) assert.equal(ours.verdict(path, false), expected, `${path}: git says ${expected}`);
});

test('a pattern that ends in a slash is for directories alone', () => {
  const file = parseIgnore('tmp/\n');
  assert.equal(file.verdict('tmp', false), undefined);
  assert.equal(file.verdict('a/tmp', true), true);
});
