/** Tool results whose length the code shows: the estimate of a loop need not assume it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeFiles } from '../analyze/workspace.ts';

const py = (tool: string) => `import random, requests
from agents import Agent, Runner, function_tool
@function_tool
${tool}
Runner.run_sync(Agent(name="a", model="gpt-5.4", instructions="Help.", tools=[use]), "Hi", max_turns=20)
`;
const ts = (body: string) => `import { Agent, run, tool } from '@openai/agents';
const use = tool({ name: 'use', description: 'Uses.', parameters: {} as any, execute: async ({ city }: any) => ${body} });
await run(new Agent({ name: 'a', model: 'gpt-5.4', instructions: 'Help.', tools: [use] }), 'Hi', { maxTurns: 20 });
`;
const expected = (path: string, text: string) => {
  const [call] = analyzeFiles({ [path]: text }).analysis(path).calls;
  return { tokens: call?.site.toolResultTokens?.expected, notes: call?.estimate.assumptions.map((a) => a.setting) };
};

const short = [
  ['app/a.py', py('def use(sides: int) -> int:\n    return random.randint(1, sides)')],
  ['app/a.py', py('def use(city: str) -> str:\n    return f"It is sunny in {city}."')],
  ['src/a.ts', ts('{ if (city === "") throw new Error("none"); return `It is sunny in ${city}.`; }')],
] as const;
for (const [path, text] of short)
  test(`a short result needs no assumption: ${text.split('\n')[path.endsWith('py') ? 4 : 1]?.trim()}`, () => {
    const { tokens, notes } = expected(path, text);
    assert.ok(tokens !== undefined && tokens < 60);
    assert.ok(!notes?.includes('toolResultTokens'));
  });

const open = [
  ['app/a.py', py('def use(url: str) -> str:\n    return requests.get(url).text')],
  ['app/a.py', py('def use(text: str) -> str:\n    return text')],
  ['src/a.ts', ts('{ const page = await fetch(city); return page.text(); }')],
] as const;
for (const [path, text] of open)
  test(`a result of any length is assumed: ${text.split('\n')[path.endsWith('py') ? 4 : 1]?.trim()}`, () => {
    const { tokens, notes } = expected(path, text);
    assert.equal(tokens, undefined);
    assert.ok(notes?.includes('toolResultTokens'));
  });
