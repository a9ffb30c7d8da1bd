import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseEnv } from 'node:util';
import { baseUrls } from '../../client/gateway/base-urls.ts';
import { editEnv } from '../../client/gateway/env-file.ts';
import { isGitIgnored } from '../../client/gateway/git-ignored.ts';

const urls = baseUrls('http://127.0.0.1:4747');

describe('writing .env', () => {
  test('adds what is missing at the end and touches nothing else', () => {
    const before = '# keys\nANTHROPIC_API_KEY=sk-1\n\nDEBUG=1';
    const { text, changes } = editEnv(before, urls);
    assert.ok(text.startsWith(`${before}\n`));
    assert.equal(changes.length, 3);
    assert.ok(changes.every((change) => change.before === undefined));
    assert.deepEqual(parseEnv(text), {
      ANTHROPIC_API_KEY: 'sk-1',
      DEBUG: '1',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:4747',
      OPENAI_BASE_URL: 'http://127.0.0.1:4747/v1',
      GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:4747',
    });
    assert.deepEqual(editEnv(text, urls), { text, changes: [] }, 'a second time changes nothing');
    assert.equal(editEnv('', urls.slice(0, 1)).text, 'ANTHROPIC_BASE_URL=http://127.0.0.1:4747\n');
  });

  test('changes the value alone: export, spaces, quotes and comments stay', () => {
    const before = [
      'export ANTHROPIC_BASE_URL="https://old.example" # company gateway',
      '# OPENAI_BASE_URL=http://not.this.one',
      "  OPENAI_BASE_URL = 'https://api.openai.com/v1'",
      'GOOGLE_GEMINI_BASE_URL=',
      'MY_OPENAI_BASE_URL=x',
    ].join('\r\n');
    const { text, changes } = editEnv(before, urls);
    assert.deepEqual(text.split('\r\n'), [
      'export ANTHROPIC_BASE_URL="http://127.0.0.1:4747" # company gateway',
      '# OPENAI_BASE_URL=http://not.this.one',
      "  OPENAI_BASE_URL = 'http://127.0.0.1:4747/v1'",
      'GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:4747',
      'MY_OPENAI_BASE_URL=x',
    ]);
    assert.deepEqual(
      changes.map(({ before }) => before?.trim().slice(0, 12)),
      ['export ANTHR', 'OPENAI_BASE_', 'GOOGLE_GEMIN'],
    );
  });

  test('changes each of several lines for the same variable, since loaders differ in which counts', () => {
    const { text } = editEnv('OPENAI_BASE_URL=a\nX=1\nOPENAI_BASE_URL=b\n', urls.slice(1, 2));
    assert.equal(text, 'OPENAI_BASE_URL=http://127.0.0.1:4747/v1\nX=1\nOPENAI_BASE_URL=http://127.0.0.1:4747/v1\n');
  });

  test('knows whether git leaves the file out', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'costlint-env-'));
    assert.equal(await isGitIgnored(folder, '.env'), undefined, 'no repository');
    execFileSync('git', ['init', '--quiet'], { cwd: folder });
    assert.equal(await isGitIgnored(folder, '.env'), false);
    writeFileSync(join(folder, '.gitignore'), '.env\n');
    assert.equal(await isGitIgnored(folder, '.env'), true);
    rmSync(folder, { recursive: true, force: true });
  });
});
