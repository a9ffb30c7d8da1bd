import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { type Config, configSchema } from '../../core/config.ts';
import { discover, isWanted } from '../../workspace/discover.ts';
import { folder } from './folder.ts';

const code = (path: string): boolean => /\.(ts|py)$/.test(path);
const config = (part: Partial<Config> = {}): Config => ({ ...configSchema.parse({}), ...part });
const found = (root: string, settings = config(), start = root): string[] =>
  discover(root, settings, code, { start }).files.map((file) => file.slice(root.length + 1));

test('other people’s code, build output, hidden folders and generated files are left out', (t) => {
  const root = folder(t, {
    'src/agent.ts': '',
    'agent.py': '',
    'src/types.d.ts': '',
    'node_modules/openai/index.ts': '',
    '.venv/lib/a.py': '',
    'myenv/pyvenv.cfg': '',
    'myenv/lib/a.py': '',
    'web/dist/app.ts': '',
    '.next/a.ts': '',
    'pkg/__pycache__/a.py': '',
    'proto/a_pb2.py': '',
    'notes.md': '',
  });
  assert.deepEqual(found(root), ['agent.py', 'src/agent.ts']);
});

test('folders of React Router and Remix for one side are code, though their names begin with a dot', (t) => {
  const root = folder(t, { 'app/lib/.server/llm.ts': '', 'app/.client/view.ts': '', 'app/.cache/a.ts': '' });
  assert.deepEqual(found(root), ['app/.client/view.ts', 'app/lib/.server/llm.ts']);
});

test('nested .gitignore files are honoured, a deeper one wins, and .git/info/exclude counts', (t) => {
  const root = folder(t, {
    '.git/info/exclude': 'private.py\n',
    '.gitignore': '*.gen.ts\n/sandbox\n',
    'a.gen.ts': '',
    'private.py': '',
    'sandbox/a.py': '',
    'pkg/.gitignore': '!*.gen.ts\nlocal/\n',
    'pkg/b.gen.ts': '',
    'pkg/local/c.py': '',
    'pkg/d.py': '',
  });
  assert.deepEqual(found(root), ['pkg/b.gen.ts', 'pkg/d.py']);
});

test('a folder that somebody names is walked although its repository ignores it, by the rules above it', (t) => {
  const root = folder(t, { '.git/HEAD': '', '.gitignore': 'cache/\n*.skip.py\n', 'cache/repo/a.py': '', 'cache/repo/b.skip.py': '' });
  assert.deepEqual(found(root), []);
  assert.deepEqual(found(root, config(), `${root}/cache/repo`), ['cache/repo/a.py']);
});

test('include and exclude globs of the configuration', (t) => {
  const root = folder(t, { 'src/a.py': '', 'src/eval/b.py': '', 'tests/c.py': '', 'x_test.py': '' });
  assert.deepEqual(found(root, config({ include: ['src'] })), ['src/a.py', 'src/eval/b.py']);
  assert.deepEqual(found(root, config({ exclude: ['**/eval/**', 'tests/', '*_test.py'] })), ['src/a.py']);
  assert.equal(isWanted(root, config({ exclude: ['tests/'] }), `${root}/tests/c.py`), false);
  assert.equal(isWanted(root, config(), `${root}/tests/c.py`), true);
  assert.equal(isWanted(root, config(), `${root}/node_modules/a/c.ts`), false);
});

test('symbolic links are not followed, so a loop ends and nothing outside is read', (t) => {
  const root = folder(t, { 'repo/a.py': '', 'outside/b.py': '' });
  fs.symlinkSync('..', `${root}/repo/loop`);
  fs.symlinkSync('../outside', `${root}/repo/out`);
  fs.symlinkSync('a.py', `${root}/repo/again.py`);
  assert.deepEqual(found(`${root}/repo`), ['a.py']);
});
