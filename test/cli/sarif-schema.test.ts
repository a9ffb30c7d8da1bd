/** What `check` and `diff` write, held against the official JSON schema of SARIF 2.1.0. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { costlint, repository } from '../diff/repository.ts';

const require = createRequire(import.meta.url);
const schemaFile = process.env.COSTLINT_SARIF_SCHEMA ?? require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
/** Formats (`uri`, `date-time`) need another package; what we put there is checked in sarif.test.ts. */
const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true });
// It is written in draft 4, but uses nothing that later drafts read otherwise.
const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(schemaFile, 'utf8'));
const validate = ajv.compile(schema);

function assertValid(text: string, atLeast: number): void {
  const log = JSON.parse(text);
  assert.ok(log.runs[0].results.length >= atLeast, 'there is something to validate');
  assert.ok(validate(log), ajv.errorsText(validate.errors, { separator: '\n' }));
}

/** Findings with fixes, related places and savings; a file that cannot be read; a name that needs escaping. */
const AGENT = `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
export async function answer(question: string) {
  const messages = [{ role: 'user', content: question }];
  while (true) {
    const reply = await client.messages.create({
      model: 'claude-opus-4-6',
      max_tokens: 1000,
      system: \`Now: \${new Date().toISOString()}. ${'Say what you know and where you know it from. '.repeat(150)}\`,
      messages,
    });
    messages.push({ role: 'assistant', content: reply.content[0].text });
  }
}
`;

test('the findings of a project are valid SARIF', async (t) => {
  const { root } = repository(t, {
    'src/a #1?.ts': AGENT,
    'b.ts': AGENT.replace('Now: ${new Date().toISOString()}. ', ''),
    'src/binary.ts': Uint8Array.from([0, 1]),
  });
  const { out } = await costlint(root, ['check', '--format', 'sarif']);
  assertValid(out, 3);
  assert.match(out, /"fixes"/);
  assert.match(out, /"relatedLocations"/);
});

test('the new findings of a change are valid SARIF, and so is a change without any', async (t) => {
  const { root, write } = repository(t, { 'a.ts': 'export {};\n' });
  assertValid((await costlint(root, ['diff', '--format', 'sarif'])).out, 0);
  write({ 'a.ts': AGENT });
  assertValid((await costlint(root, ['diff', '--format', 'sarif'])).out, 3);
});

test('the validation sees what is wrong', () => {
  const broken = { version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{ message: { text: 'x' }, level: 'hint' }] }] };
  assert.equal(validate(broken), false);
});
