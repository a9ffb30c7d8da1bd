/** Tool definitions as the provider gets them: functions, models, schemas. */
import { type Row, table } from '../analyze/workspace.ts';

const agent = (tools: string, before = '') =>
  `from agents import Agent, Runner, function_tool\n${before}agent = Agent(name="a", instructions="x", model="gpt-5.4", tools=[${tools}])\nRunner.run_sync(agent, "q")\n`;
const AI = "import { generateText, tool } from 'ai';\nimport { openai } from '@ai-sdk/openai';\nimport { z } from 'zod';\n";
const schema = (properties: string) =>
  `tools"{"name":"t","description":"D.","inputSchema":{"type":"object","properties":${properties},"additionalProperties":false}}"`;
const zod = (fields: string, before = '') =>
  `${AI}${before}generateText({ model: openai('gpt-5.4'), messages: [], tools: { t: tool({ description: 'D.', inputSchema: z.object({ ${fields} }) }) } });`;

const functions: Row[] = [
  {
    name: 'a decorated function: its name, docstring and parameters',
    want: {
      tools: '1',
      segments: [
        'tools"{"name":"search","description":"Finds.","input_schema":{"type":"object","properties":{"q":{"title":"q","type":"string"},"n":{"title":"n","type":"integer"}},"required":["q"]}}"',
        'system"x"',
        'user"q"',
      ],
    },
    py: agent('search', '@function_tool\ndef search(q: str, n: int = 3) -> str:\n    """Finds."""\n    return q\n'),
  },
  {
    name: 'a decorator with options',
    want: {
      tools: '1',
      segments: [
        'tools"{"name":"search","description":"Finds.","input_schema":{"type":"object","properties":{"q":{"title":"q","type":"string"}},"required":["q"]}}"',
        'system"x"',
        'user"q"',
      ],
    },
    py: agent('search', '@function_tool(strict_mode=False)\ndef search(q: str) -> str:\n    """Finds."""\n    return q\n'),
  },
  {
    name: 'a function of another file',
    want: {
      tools: '1',
      segments: [
        'tools"{"name":"search","description":"Finds.","input_schema":{"type":"object","properties":{"q":{"title":"q","type":"string"}},"required":["q"]}}"',
        'system"x"',
        'user"q"',
      ],
    },
    py: {
      'app/main.py': agent('search', 'from tools import search\n'),
      'app/tools.py': 'def search(q: str) -> str:\n    """Finds."""\n    return q\n',
    },
  },
  { name: 'a function that cannot be seen counts as a tool', want: { tools: '1' }, py: agent('search', 'from somewhere import search\n') },
];

const schemas: Row[] = [
  {
    name: 'zod: text, numbers, lists',
    want: { segments: [schema('{"a":{"type":"string"},"b":{"type":"number"},"c":{"type":"array","items":{"type":"string"}}}')] },
    ts: zod('a: z.string(), b: z.number(), c: z.array(z.string())'),
  },
  {
    name: 'zod: optional, with a description',
    want: { segments: [schema('{"a":{"type":"string","description":"The A."}}')] },
    ts: zod("a: z.string().optional().describe('The A.')"),
  },
  { name: 'zod: one of several', want: { segments: [schema('{"a":{"type":"string","enum":["x","y"]}}')] }, ts: zod("a: z.enum(['x', 'y'])") },
  {
    name: 'zod: objects in objects',
    want: { segments: [schema('{"a":{"type":"object","properties":{"b":{"type":"boolean"}},"additionalProperties":false}}')] },
    ts: zod('a: z.object({ b: z.boolean() })'),
  },
  {
    name: 'zod: a schema in a constant',
    want: { segments: [schema('{"a":{"type":"object","properties":{"b":{"type":"boolean"}},"additionalProperties":false}}')] },
    ts: zod('a: B', 'const B = z.object({ b: z.boolean() });\n'),
  },
];

table([...functions, ...schemas]);
