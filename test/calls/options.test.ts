/** Options of a call: keywords, bodies in variables, unpacked dicts and spreads, what later statements add, and tools. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeFiles, PY, type Row, TS, table } from '../analyze/workspace.ts';

const opus = 'claude-opus-4-8';

const bodies: Row[] = [
  {
    name: 'a body in a variable',
    want: { model: `${opus} literal`, cap: '9 literal' },
    ts: `${TS}const body = { model: '${opus}', max_tokens: 9, messages: [] };\nclient.messages.create(body);`,
    py: `${PY}params = {"model": "${opus}", "max_tokens": 9, "messages": []}\nclient.messages.create(**params)`,
  },
  {
    name: 'a typed body',
    want: { model: `${opus} literal`, cap: '9 literal' },
    ts: `${TS}const body: Anthropic.MessageCreateParams = { model: '${opus}', max_tokens: 9, messages: [] };\nclient.messages.create(body);`,
    py: `${PY}params: dict = dict(model="${opus}", max_tokens=9, messages=[])\nclient.messages.create(**params)`,
  },
  {
    name: 'an option set afterwards',
    want: { model: `${opus} literal`, cap: '50 literal' },
    ts: `${TS}const body: any = { model: '${opus}', messages: [] };\nbody.max_tokens = 50;\nclient.messages.create(body);`,
    py: `${PY}params = {"model": "${opus}", "messages": []}\nparams["max_tokens"] = 50\nclient.messages.create(**params)`,
  },
  {
    name: 'by index and by update',
    want: { cap: '50 literal' },
    ts: `${TS}const body: any = { model: '${opus}', messages: [] };\nbody['max_tokens'] = 50;\nclient.messages.create(body);`,
    py: `${PY}params = {"model": "${opus}", "messages": []}\nparams.update({"max_tokens": 50})\nclient.messages.create(**params)`,
  },
  {
    name: 'update by keyword, and Object.assign',
    want: { cap: '50 literal' },
    ts: `${TS}const body: any = { model: '${opus}', messages: [] };\nObject.assign(body, { max_tokens: 50 });\nclient.messages.create(body);`,
    py: `${PY}params = {"model": "${opus}", "messages": []}\nparams.update(max_tokens=50)\nclient.messages.create(**params)`,
  },
  {
    name: 'update with something unknown: it may be set',
    want: { cap: '? spread', model: `${opus} literal` },
    ts: `${TS}export function f(more: any) { const body: any = { model: '${opus}', messages: [] }; Object.assign(body, more); return client.messages.create(body); }`,
    py: `${PY}def f(more):\n    params = {"model": "${opus}", "messages": []}\n    params.update(more)\n    return client.messages.create(**params)`,
  },
  {
    name: 'set in a branch only',
    want: { cap: '50 literal' },
    ts: `${TS}export function f(x: boolean) { const body: any = { model: '${opus}', messages: [] }; if (x) { body.max_tokens = 50; } return client.messages.create(body); }`,
    py: `${PY}def f(x):\n    params = {"model": "${opus}", "messages": []}\n    if x:\n        params["max_tokens"] = 50\n    return client.messages.create(**params)`,
  },
  {
    name: 'set in a branch over another value',
    want: { cap: '90 literal' },
    ts: `${TS}export function f(x: boolean) { const body: any = { model: '${opus}', max_tokens: 20, messages: [] }; if (x) body.max_tokens = 90; return client.messages.create(body); }`,
    py: `${PY}def f(x):\n    params = {"model": "${opus}", "max_tokens": 20, "messages": []}\n    if x:\n        params["max_tokens"] = 90\n    return client.messages.create(**params)`,
  },
  {
    name: 'a spread that is followed',
    want: { model: `${opus} literal`, cap: '9 literal' },
    ts: `${TS}const base = { model: '${opus}', max_tokens: 9 };\nclient.messages.create({ ...base, messages: [] });`,
    py: `${PY}base = {"model": "${opus}", "max_tokens": 9}\nclient.messages.create(**base, messages=[])`,
  },
  {
    name: 'a spread in a body',
    want: { model: `${opus} literal`, cap: '9 literal' },
    ts: `${TS}const base = { model: '${opus}' };\nconst body = { ...base, max_tokens: 9, messages: [] };\nclient.messages.create(body);`,
    py: `${PY}base = {"model": "${opus}"}\nparams = {**base, "max_tokens": 9, "messages": []}\nclient.messages.create(**params)`,
  },
  {
    name: 'the later entry wins',
    want: { cap: '9 literal' },
    ts: `${TS}const base = { model: '${opus}', max_tokens: 5000 };\nclient.messages.create({ ...base, max_tokens: 9, messages: [] });`,
    py: `${PY}base = {"model": "${opus}", "max_tokens": 5000}\nclient.messages.create(**{**base, "max_tokens": 9}, messages=[])`,
  },
  {
    name: 'dicts merged with |',
    want: { model: `${opus} literal`, cap: '9 literal' },
    py: `${PY}base = {"model": "${opus}", "max_tokens": 5000}\nparams = base | {"max_tokens": 9, "messages": []}\nclient.messages.create(**params)`,
  },
  {
    name: 'a spread of another file',
    want: { model: `${opus} import`, cap: '9 import' },
    ts: {
      'src/main.ts': `import { base } from './base';\n${TS}client.messages.create({ ...base, messages: [] });`,
      'src/base.ts': `export const base = { model: '${opus}', max_tokens: 9 };`,
    },
    py: {
      'app/main.py': `from base import BASE\n${PY}client.messages.create(**BASE, messages=[])`,
      'app/base.py': `BASE = dict(model="${opus}", max_tokens=9)\n`,
    },
  },
  {
    name: 'a spread of a helper',
    want: { model: `${opus} literal`, cap: '9 literal' },
    ts: `${TS}const base = () => ({ model: '${opus}', max_tokens: 9 });\nclient.messages.create({ ...base(), messages: [] });`,
    py: `${PY}def base():\n    return {"model": "${opus}", "max_tokens": 9}\nclient.messages.create(**base(), messages=[])`,
  },
  {
    name: 'a conditional spread may set the option',
    want: { cap: '? dynamic' },
    ts: `${TS}export const f = (x: boolean) => client.messages.create({ model: '${opus}', ...(x ? { max_tokens: 50 } : {}), messages: [] });`,
    py: `${PY}def f(x):\n    return client.messages.create(model="${opus}", messages=[], **({"max_tokens": 50} if x else {}))`,
  },
  {
    name: 'a conditional spread with &&',
    want: { cap: '? spread' },
    ts: `${TS}export const f = (n?: number) => client.messages.create({ model: '${opus}', ...(n && { max_tokens: n }), messages: [] });`,
  },
  {
    name: 'a spread of a parameter: it may set everything that is not set behind it',
    want: { model: `${opus} literal`, cap: '? spread' },
    ts: `${TS}export const f = (o: any) => client.messages.create({ ...o, model: '${opus}', messages: [] });`,
    py: `${PY}def f(**o):\n    return client.messages.create(model="${opus}", messages=[], **o)`,
  },
  {
    name: 'in TypeScript a spread behind an option may override it: what is written holds where it does not',
    want: { model: `${opus} default` },
    ts: `${TS}export const f = (o: any) => client.messages.create({ model: '${opus}', max_tokens: 1, messages: [], ...o });`,
  },
  {
    name: 'a whole body of a parameter',
    want: { model: '? spread', cap: '? spread' },
    ts: `${TS}export const f = (body: any) => client.messages.create(body);`,
    py: `${PY}def f(params):\n    return client.messages.create(**params)`,
  },
  {
    name: 'the body of a helper with a result that is not known',
    want: { model: '? spread', cap: '? spread' },
    ts: `import { build } from 'somewhere';\n${TS}client.messages.create(build());`,
    py: `from somewhere import build\n${PY}client.messages.create(**build())`,
  },
  {
    name: 'a computed key may be the option',
    want: { model: `${opus} literal`, cap: '? spread' },
    ts: `${TS}export const f = (k: string) => client.messages.create({ [k]: 50, model: '${opus}', messages: [] });`,
    py: `${PY}def f(k):\n    params = {"model": "${opus}", "messages": []}\n    params[k] = 50\n    return client.messages.create(**params)`,
  },
  {
    name: 'a helper that changes the body: it may be set',
    want: { model: `${opus} literal`, cap: '? spread' },
    ts: `import { addCap } from 'somewhere';\n${TS}export function f() { const body: any = { model: '${opus}', messages: [] }; addCap(body); return client.messages.create(body); }`,
    py: `from somewhere import add_cap\n${PY}def f():\n    params = {"model": "${opus}", "messages": []}\n    add_cap(params)\n    return client.messages.create(**params)`,
  },
  {
    name: 'not set at all',
    want: { cap: '? absent', model: 'gpt-5.4 literal' },
    ts: `import OpenAI from 'openai';\nnew OpenAI().chat.completions.create({ model: 'gpt-5.4', messages: [] });`,
    py: `from openai import OpenAI\nOpenAI().chat.completions.create(model="gpt-5.4", messages=[])`,
  },
  {
    name: 'None is not set',
    want: { cap: '? absent' },
    ts: `import OpenAI from 'openai';\nnew OpenAI().chat.completions.create({ model: 'gpt-5.4', max_tokens: undefined, messages: [] });`,
    py: `from openai import OpenAI\nOpenAI().chat.completions.create(model="gpt-5.4", max_tokens=None, messages=[])`,
  },
  {
    name: 'request options are not the body',
    want: { cap: '9 literal', model: `${opus} literal` },
    ts: `${TS}client.messages.create({ model: '${opus}', max_tokens: 9, messages: [] }, { timeout: 5, headers: {} });`,
  },
  {
    name: 'shorthand entries',
    want: { cap: '9 constant', model: `${opus} constant` },
    ts: `${TS}const model = '${opus}';\nconst max_tokens = 9;\nclient.messages.create({ model, max_tokens, messages: [] });`,
  },
  {
    name: 'this.params',
    want: { model: `${opus} constant`, cap: '9 constant' },
    ts: `${TS}class A { params = { model: '${opus}', max_tokens: 9 }; run() { return client.messages.create({ ...this.params, messages: [] }); } }`,
    py: `${PY}class A:\n    def __init__(self):\n        self.params = {"model": "${opus}", "max_tokens": 9}\n    def run(self):\n        return client.messages.create(**self.params, messages=[])`,
    wantTs: { model: `${opus} literal`, cap: '9 literal' },
    wantPy: { model: `${opus} literal`, cap: '9 literal' },
  },
  {
    name: 'self.kwargs',
    want: { model: `${opus} literal`, cap: '? spread' },
    ts: `${TS}class A { constructor(private options: Record<string, unknown>) {} run() { return client.messages.create({ ...this.options, model: '${opus}', messages: [] } as any); } }`,
    py: `${PY}class A:\n    def __init__(self, **kwargs):\n        self.kwargs = kwargs\n    def run(self):\n        return client.messages.create(model="${opus}", messages=[], **self.kwargs)`,
  },
];

const messages: Row[] = [
  {
    name: 'messages in order, with roles',
    want: { segments: ['system"S"', 'user"Hi"', 'assistant"Yes"', 'user<input per-call>'] },
    ts: `${TS}export const f = (q: string) => client.messages.create({ model: '${opus}', max_tokens: 9, system: 'S', messages: [{ role: 'user', content: 'Hi' }, { role: 'assistant', content: 'Yes' }, { role: 'user', content: q }] });`,
    py: `${PY}def f(q):\n    return client.messages.create(model="${opus}", max_tokens=9, system="S", messages=[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes"}, {"role": "user", "content": q}])`,
  },
  {
    name: 'a list that is filled before the call',
    want: { user: ['"A"', '"B"'] },
    ts: `${TS}const messages: any[] = [{ role: 'user', content: 'A' }];\nmessages.push({ role: 'user', content: 'B' });\nclient.messages.create({ model: '${opus}', max_tokens: 9, messages });`,
    py: `${PY}messages = [{"role": "user", "content": "A"}]\nmessages.append({"role": "user", "content": "B"})\nclient.messages.create(model="${opus}", max_tokens=9, messages=messages)`,
  },
  {
    name: 'what a loop adds after the call is not in its first step',
    want: { user: ['<input per-run>'] },
    ts: `${TS}export async function f(q: string) { const messages: any[] = [{ role: 'user', content: q }]; for (let i = 0; i < 5; i++) { const r = await client.messages.create({ model: '${opus}', max_tokens: 9, messages }); messages.push({ role: 'assistant', content: r.content }); } }`,
    py: `${PY}def f(q):\n    messages = [{"role": "user", "content": q}]\n    for i in range(5):\n        r = client.messages.create(model="${opus}", max_tokens=9, messages=messages)\n        messages.append({"role": "assistant", "content": r.content})`,
  },
  {
    name: 'a history spread between fixed messages',
    want: { segments: ['user"A"', 'user<history per-call>*', 'user<input per-call>'] },
    ts: `${TS}export const f = (history: any[], q: string) => client.messages.create({ model: '${opus}', max_tokens: 9, messages: [{ role: 'user', content: 'A' }, ...history, { role: 'user', content: q }] });`,
    py: `${PY}def f(history, q):\n    return client.messages.create(model="${opus}", max_tokens=9, messages=[{"role": "user", "content": "A"}, *history, {"role": "user", "content": q}])`,
  },
  {
    name: 'a history with + and concat',
    want: { segments: ['user"A"', 'user<history per-call>*'] },
    ts: `${TS}export const f = (history: any[]) => client.messages.create({ model: '${opus}', max_tokens: 9, messages: [{ role: 'user', content: 'A' } as any].concat(history) });`,
    py: `${PY}def f(history):\n    return client.messages.create(model="${opus}", max_tokens=9, messages=[{"role": "user", "content": "A"}] + history)`,
  },
  {
    name: 'a helper that makes messages',
    want: { segments: ['user"A"', 'user<input per-call>'] },
    ts: `${TS}const build = (q: string) => [{ role: 'user' as const, content: 'A' }, { role: 'user' as const, content: q }];\nexport const f = (q: string) => client.messages.create({ model: '${opus}', max_tokens: 9, messages: build(q) });`,
    py: `${PY}def build(q):\n    return [{"role": "user", "content": "A"}, {"role": "user", "content": q}]\ndef f(q):\n    return client.messages.create(model="${opus}", max_tokens=9, messages=build(q))`,
  },
  {
    name: 'blocks with a cache mark',
    want: { segments: ['user"Long"!', 'user<input per-call>'] },
    ts: `${TS}export const f = (q: string) => client.messages.create({ model: '${opus}', max_tokens: 9, messages: [{ role: 'user', content: [{ type: 'text', text: 'Long', cache_control: { type: 'ephemeral' } }, { type: 'text', text: q }] }] });`,
    py: `${PY}def f(q):\n    return client.messages.create(model="${opus}", max_tokens=9, messages=[{"role": "user", "content": [{"type": "text", "text": "Long", "cache_control": {"type": "ephemeral"}}, {"type": "text", "text": q}]}])`,
  },
  {
    name: 'a list made by map or a comprehension is any number of messages',
    want: { segments: ['user<history per-call>*'] },
    ts: `${TS}export const f = (xs: string[]) => client.messages.create({ model: '${opus}', max_tokens: 9, messages: xs.map((x) => ({ role: 'user' as const, content: x })) });`,
    py: `${PY}def f(xs):\n    return client.messages.create(model="${opus}", max_tokens=9, messages=[{"role": "user", "content": x} for x in xs])`,
  },
];

const TOOL_TS = "{ name: 'search', description: 'Finds.', input_schema: { type: 'object', properties: { q: { type: 'string' } } } }";
const TOOL_PY = '{"name": "search", "description": "Finds.", "input_schema": {"type": "object", "properties": {"q": {"type": "string"}}}}';
const TOOL_TEXT = 'tools"{"name":"search","description":"Finds.","input_schema":{"type":"object","properties":{"q":{"type":"string"}}}}"';
const tools: Row[] = [
  {
    name: 'tools as literals',
    want: { segments: [TOOL_TEXT], tools: '1' },
    ts: `${TS}client.messages.create({ model: '${opus}', max_tokens: 9, tools: [${TOOL_TS}], messages: [] });`,
    py: `${PY}client.messages.create(model="${opus}", max_tokens=9, tools=[${TOOL_PY}], messages=[])`,
  },
  {
    name: 'tools of another file',
    want: { segments: [TOOL_TEXT], tools: '1' },
    ts: {
      'src/main.ts': `import { TOOLS } from './tools';\n${TS}client.messages.create({ model: '${opus}', max_tokens: 9, tools: TOOLS, messages: [] });`,
      'src/tools.ts': `const search = ${TOOL_TS};\nexport const TOOLS = [search];`,
    },
    py: {
      'app/main.py': `from tools import TOOLS\n${PY}client.messages.create(model="${opus}", max_tokens=9, tools=TOOLS, messages=[])`,
      'app/tools.py': `SEARCH = ${TOOL_PY}\nTOOLS = [SEARCH]\n`,
    },
  },
  {
    name: 'no tools',
    want: { tools: '0' },
    ts: `${TS}client.messages.create({ model: '${opus}', max_tokens: 9, messages: [] });`,
    py: `${PY}client.messages.create(model="${opus}", max_tokens=9, messages=[])`,
  },
  {
    name: 'tools of a parameter',
    want: { tools: '?' },
    ts: `${TS}export const f = (tools: any[]) => client.messages.create({ model: '${opus}', max_tokens: 9, tools, messages: [] });`,
    py: `${PY}def f(tools):\n    return client.messages.create(model="${opus}", max_tokens=9, tools=tools, messages=[])`,
  },
  {
    name: 'two lists of tools',
    want: { tools: '2' },
    ts: `${TS}const A = [${TOOL_TS}];\nconst B = [${TOOL_TS}];\nclient.messages.create({ model: '${opus}', max_tokens: 9, tools: [...A, ...B], messages: [] });`,
    py: `${PY}A = [${TOOL_PY}]\nB = [${TOOL_PY}]\nclient.messages.create(model="${opus}", max_tokens=9, tools=A + B, messages=[])`,
  },
  {
    name: 'a zod schema is written as JSON schema',
    want: {
      tools: '1',
      segments: [
        'tools"{"name":"weather","description":"Weather.","inputSchema":{"type":"object","properties":{"city":{"type":"string","description":"City"}},"additionalProperties":false}}"',
        'user"x"',
      ],
    },
    ts: "import { generateText, tool } from 'ai';\nimport { openai } from '@ai-sdk/openai';\nimport { z } from 'zod';\ngenerateText({ model: openai('gpt-5.4'), prompt: 'x', tools: { weather: tool({ description: 'Weather.', inputSchema: z.object({ city: z.string().describe('City') }), execute: async ({ city }) => city }) } });",
  },
  {
    name: 'a tool with a date in it changes',
    want: { tools: '1', segments: ['tools<clock per-call>'] },
    ts: `${TS}export const f = () => client.messages.create({ model: '${opus}', max_tokens: 9, tools: [{ name: 'a', description: \`Now: \${new Date()}\`, input_schema: { type: 'object' } }], messages: [] });`,
    py: `${PY}from datetime import datetime\ndef f():\n    return client.messages.create(model="${opus}", max_tokens=9, tools=[{"name": "a", "description": f"Now: {datetime.now()}", "input_schema": {"type": "object"}}], messages=[])`,
  },
];

table([...bodies, ...messages, ...tools]);

test('the AI SDK takes marks in a system prompt from version 6 on, and an agent takes none at the call', () => {
  const code =
    "import { generateText, ToolLoopAgent } from 'ai';\nimport { anthropic } from '@ai-sdk/anthropic';\nconst model = anthropic('claude-sonnet-5');\ngenerateText({ model, system: 'Be brief.', prompt: 'x' });\nnew ToolLoopAgent({ model }).generate({ prompt: 'x' });";
  const offered = (version: string) =>
    analyzeFiles({ 'a.ts': code, 'package.json': `{"dependencies":{"ai":"${version}"}}` }).calls.map(({ marks }) => Object.keys(marks ?? {}));
  assert.deepEqual(offered('^5.0.100'), [['automatic'], []]);
  assert.deepEqual(offered('^6.0.1'), [['system', 'automatic'], []]);
});

test('a fix names the cap as the SDK does, and not where it is a part of another option', () => {
  const named = (code: string) => analyzeFiles({ 'a.py': code }).calls.map(({ names }) => names.cap);
  assert.deepEqual(named('from perplexity import Perplexity\nPerplexity().chat.completions.create(model="sonar", messages=[])'), ['max_tokens']);
  assert.deepEqual(named('from agent_framework.openai import OpenAIChatClient\nOpenAIChatClient(model="gpt-5.4").get_response("Hello")'), [
    undefined,
  ]);
  assert.deepEqual(named('from mirascope import llm\n@llm.call(provider="openai", model="gpt-5.4")\ndef ask(): ...'), [undefined]);
  assert.deepEqual(named('from mirascope import llm\n@llm.call("openai/gpt-5.4")\ndef ask(): ...'), ['max_tokens']);
});
