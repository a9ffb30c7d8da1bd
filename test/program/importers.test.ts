/** Which files may import a file: who calls its functions is looked for in these alone, and a large workspace has many files of one name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importKeys, importsOf } from '../../core/program/import-names.ts';

const mayImport = (from: string, text: string, path: string): boolean => {
  const imports = importsOf(from, text, from.endsWith('.py'));
  return importKeys(path).some((key) => imports.has(key));
};

const rows: readonly (readonly [from: string, text: string, imported: readonly string[], not: readonly string[]])[] = [
  [
    '/w/app/main.py',
    'from app.llm.client import ask',
    ['/w/app/llm/client.py', '/w/src/app/llm/client.py'],
    ['/w/other/client.py', '/w/llm/client.py'],
  ],
  [
    '/w/app/main.py',
    'from .llm import client',
    ['/w/app/llm/client.py', '/w/app/llm/__init__.py', '/w/app/llm.py'],
    ['/w/llm/client.py', '/w/x/client.py'],
  ],
  ['/w/app/a/b.py', 'from ..llm import ask', ['/w/app/llm.py'], ['/w/app/a/llm.py', '/w/llm.py']],
  ['/w/app/a/b.py', 'from . import ask', ['/w/app/a/__init__.py', '/w/app/a/ask.py'], ['/w/app/__init__.py', '/w/ask.py']],
  [
    '/w/app/b.py',
    'from utils import (\n    ask,  # of the model, not of people\n    tell,\n)',
    ['/w/utils/tell.py', '/w/lib/utils.py'],
    ['/w/people.py', '/w/model.py'],
  ],
  ['/w/app/b.py', 'import llm.client as c, numpy', ['/w/llm/client.py'], ['/w/c.py']],
  ['/w/src/a/main.ts', "import { ask } from '../llm/index.js';", ['/w/src/llm/index.ts', '/w/src/llm.ts'], ['/w/llm/index.ts', '/w/src/a/index.ts']],
  ['/w/src/tests/a.ts', "import { ask } from '../index.js';", ['/w/src/index.ts'], ['/w/src/tests/index.ts', '/w/index.ts']],
  ['/w/src/a.ts', "export * from '.';", ['/w/src/index.ts'], ['/w/index.ts']],
  ['/w/src/a.ts', "const x = require('./utils');", ['/w/src/utils.js', '/w/src/utils/index.ts'], ['/w/lib/utils.js']],
  ['/w/src/a.ts', "import { ask } from '@/lib/llm';", ['/w/src/lib/llm.ts', '/w/lib/llm/index.ts'], ['/w/src/lib/other.ts']],
  ['/w/app/a.ts', "import { ask } from '@team/llm';", ['/w/packages/llm/src/index.ts', '/w/packages/llm/index.ts'], ['/w/packages/llm/src/other.ts']],
];

for (const [from, text, imported, not] of rows) {
  test(`${text.replace(/\s+/g, ' ')} in ${from}`, () => {
    for (const path of imported) assert.ok(mayImport(from, text, path), `may import ${path}`);
    for (const path of not) assert.ok(!mayImport(from, text, path), `does not import ${path}`);
  });
}
