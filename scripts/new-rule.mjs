// node scripts/new-rule.mjs <id>: starts a rule with its page and its fixtures.
import { existsSync, writeFileSync } from 'node:fs';

const id = process.argv[2] ?? '';
if (!/^[a-z]+(-[a-z]+)+$/.test(id)) {
  console.error('usage: node scripts/new-rule.mjs <id>, two words or more in kebab case');
  process.exit(2);
}
const root = new URL('../', import.meta.url);
const fence = '```';

const rule = `import { defineRule, fill } from './rule.ts';

const messages = {
  found: 'What is wrong. What it costs. What to do.',
};

export default defineRule({
  id: '${id}',
  meta: { category: 'limits', severity: 'hint', summary: 'One sentence: what the rule finds.' },
  messages,
  *call(site, context) {
    if (!context.quote) return;
    yield { message: fill(messages.found, {}), at: site.callee };
  },
});
`;

const example = {
  ts: `import OpenAI from 'openai';

const client = new OpenAI();

export const answer = (question: string) =>
  CALL({ model: 'gpt-5.4', max_completion_tokens: 500, messages: [{ role: 'user', content: question }] });`,
  py: `from openai import OpenAI

client = OpenAI()


def answer(question: str):
    return CALL(model="gpt-5.4", max_completion_tokens=500, messages=[{"role": "user", "content": question}])`,
};
const block = (language, kind, call) => `${fence}${language}${kind && ` ${kind}`}\n${example[language].replace('CALL', call)}\n${fence}`;
const call = 'client.chat.completions.create';

const page = `# ${id}

One sentence: what the rule finds.

Default severity: \`hint\` · Fix: none

## What it costs

In figures.

## Example

${block('ts', 'bad', call)}

${block('py', 'bad', call)}

## Better

${block('ts', 'good', call)}

${block('py', 'good', call)}

## When not to change it

- The cases in which the finding is right and the code is, too.
`;

const fixtures = `# ${id}

## What is reported

${block('ts', '', `[|${call}|]`)}

${block('py', '', `[|${call}|]`)}

## What is not

${block('ts', '', call)}

${block('py', '', call)}
`;

for (const [path, text] of [
  [`core/rules/${id}.ts`, rule],
  [`docs/rules/${id}.md`, page],
  [`test/rules/${id}.md`, fixtures],
]) {
  const file = new URL(path, root);
  if (existsSync(file)) {
    console.error(`${path} is already there`);
    process.exitCode = 1;
    continue;
  }
  writeFileSync(file, text);
  console.log(path);
}
console.log(`\nNext: add '${id}' to RULE_IDS in core/config.ts, run npm run generate and node scripts/rules-table.mjs, and write the fixtures.`);
