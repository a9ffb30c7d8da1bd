/** What a hostile repository puts into names and models must not reach the terminal or the log of a CI as a command. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { run } from '../../cli/run.ts';
import { streamOutput, type Terminal } from '../../cli/terminal.ts';
import { folder } from '../workspace/folder.ts';

const NAME = 'x\n::error::pwned';
const MODEL = 'gpt\\x1b]0;owned\\x07\\n::warning::owned\\u202e';
const CODE = `from openai import OpenAI\nc = OpenAI()\ndef f(q):\n    while True:\n        c.chat.completions.create(model="${MODEL}", messages=q)\n`;

/** A stream, and what was written to it. */
function recorder(isTTY: boolean) {
  const chunks: string[] = [];
  const write = (chunk: string | Uint8Array): boolean => chunks.push(String(chunk)) > 0;
  return { stream: streamOutput({ isTTY, columns: 80, write }), text: () => chunks.join('') };
}

async function outputOf(cwd: string, ...args: readonly string[]): Promise<string> {
  const { stream, text } = recorder(false);
  const terminal: Terminal = { cwd, env: { NO_COLOR: '1' }, out: stream, err: stream, input: async function* () {} };
  await run(args, terminal);
  return text();
}

test('control characters and lines of their own stay inside of what is printed, in every format', async (t) => {
  const root = folder(t, { [`${NAME}/a.py`]: CODE, [`${NAME}/bad.ipynb`]: '{"cells": [' });
  const named = [`${root}/${NAME}/a.py`, `${root}/${NAME}/bad.ipynb`];
  const all = await Promise.all([
    outputOf(root, 'check', '.'),
    outputOf(root, 'check', ...named),
    outputOf(root, 'check', '.', '--format', 'markdown'),
    outputOf(root, 'report', '.'),
    outputOf(root, 'report', 'lifecycle', '.', '--format', 'markdown'),
  ]);
  fs.writeFileSync(`${root}/costlint.json`, '{ "exclude": ["*.py"] }');
  all.push(await outputOf(root, 'check', ...named));
  for (const text of all) {
    assert.match(text, /pwned|owned|LLM call/);
    assert.doesNotMatch(text, /^\s*::/m);
    assert.doesNotMatch(text, /(?![\n\t])\p{Cc}|\u202e/u);
  }
});

test('colours, cleared lines and line ends of Windows get out as they are', () => {
  const { stream, text } = recorder(true);
  stream.write('\u001b[31mred\u001b[39m \r\u001b[2Kagain\r\n\u001b[8mhidden');
  assert.equal(text(), '\u001b[31mred\u001b[39m \r\u001b[2Kagain\r\n\ufffd[8mhidden');
});
