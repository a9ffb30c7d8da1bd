/** Fan-out, histories, budget guards, and the bounds of framework loops. */
import { PY, type Row, TS, table } from '../analyze/workspace.ts';

const opus = 'claude-opus-4-8';
const one = `client.messages.create({ model: '${opus}', max_tokens: 9, messages: [{ role: 'user', content: x }] })`;
const pyOne = `client.messages.create(model="${opus}", max_tokens=9, messages=[{"role": "user", "content": x}])`;
const ask = `client.messages.create({ model: '${opus}', max_tokens: 9, messages })`;
const APY = 'import asyncio\nimport anthropic\nclient = anthropic.AsyncAnthropic()\n';

const fanouts: Row[] = [
  {
    name: 'all at once over a list that is not known',
    want: { fanout: 'none of ?' },
    ts: `${TS}export const f = (xs: string[]) => Promise.all(xs.map((x) => ${one}));`,
    py: `${APY}async def f(xs):\n    return await asyncio.gather(*[${pyOne} for x in xs])\n`,
  },
  {
    name: 'through a function',
    want: { fanout: 'none of ?' },
    ts: `${TS}const work = async (x: string) => ${one};\nexport const f = (xs: string[]) => Promise.all(xs.map((x) => work(x)));`,
    py: `${APY}async def work(x):\n    return await ${pyOne}\nasync def f(xs):\n    return await asyncio.gather(*(work(x) for x in xs))\n`,
  },
  {
    name: 'the function itself handed to map',
    want: { fanout: 'none of ?' },
    ts: `${TS}const work = async (x: string) => ${one};\nexport const f = (xs: string[]) => Promise.all(xs.map(work));`,
    py: `${APY}async def work(x):\n    return await ${pyOne}\nasync def f(xs):\n    return await asyncio.gather(*map(work, xs))\n`,
  },
  {
    name: 'tasks are collected first',
    want: { fanout: 'none of ?' },
    ts: `${TS}export async function f(xs: string[]) { const tasks = xs.map((x) => ${one}); return Promise.all(tasks); }`,
    py: `${APY}async def work(x):\n    return await ${pyOne}\nasync def f(xs):\n    tasks = [work(x) for x in xs]\n    return await asyncio.gather(*tasks)\n`,
  },
  {
    name: 'tasks are collected in a loop',
    want: { fanout: 'none of ?' },
    ts: `${TS}export async function f(xs: string[]) { const tasks: Promise<any>[] = []; for (const x of xs) { tasks.push(${one}); } return Promise.all(tasks); }`,
    py: `${APY}async def work(x):\n    return await ${pyOne}\nasync def f(xs):\n    tasks = []\n    for x in xs:\n        tasks.append(asyncio.create_task(work(x)))\n    return await asyncio.gather(*tasks)\n`,
  },
  {
    name: 'a task group',
    want: { fanout: 'none of ?' },
    py: `${APY}async def work(x):\n    return await ${pyOne}\nasync def f(xs):\n    async with asyncio.TaskGroup() as group:\n        for x in xs:\n            group.create_task(work(x))\n`,
  },
  {
    name: 'a thread pool',
    want: { fanout: '? of ?' },
    py: `from concurrent.futures import ThreadPoolExecutor\n${PY}def work(x):\n    return ${pyOne}\ndef f(xs):\n    with ThreadPoolExecutor(max_workers=8) as pool:\n        return list(pool.map(work, xs))\n`,
  },
  {
    name: 'a list of constants',
    want: { fanout: '3 of 3' },
    ts: `${TS}export const f = () => Promise.all(['a', 'b', 'c'].map((x) => ${one}));`,
    py: `${APY}async def f():\n    return await asyncio.gather(*[${pyOne} for x in ["a", "b", "c"]])\n`,
  },
  {
    name: 'a few calls side by side are no fan-out',
    want: [{ fanout: '-' }, { fanout: '-' }],
    ts: `${TS}export const f = (x: string) => Promise.all([${one}, ${one}]);`,
    py: `${APY}async def f(x):\n    return await asyncio.gather(${pyOne}, ${pyOne})\n`,
  },
  {
    name: 'the first few only',
    want: { fanout: '5 of 5' },
    ts: `${TS}export const f = (xs: string[]) => Promise.all(xs.slice(0, 5).map((x) => ${one}));`,
    py: `${APY}async def f(xs):\n    return await asyncio.gather(*[${pyOne} for x in xs[:5]])\n`,
    wantTs: { fanout: '? of 5' },
    wantPy: { fanout: '? of 5' },
  },
  {
    name: 'with a semaphore or p-limit',
    want: { fanout: '? of ?' },
    ts: `import pLimit from 'p-limit';\nconst limit = pLimit(4);\n${TS}export const f = (xs: string[]) => Promise.all(xs.map((x) => limit(() => ${one})));`,
    py: `${APY}sem = asyncio.Semaphore(4)\nasync def work(x):\n    async with sem:\n        return await ${pyOne}\nasync def f(xs):\n    return await asyncio.gather(*[work(x) for x in xs])\n`,
  },
  {
    name: 'a semaphore in an attribute',
    want: { fanout: '? of ?' },
    py: `${APY}class A:\n    def __init__(self):\n        self._semaphore = asyncio.Semaphore(4)\n    async def work(self, x):\n        async with self._semaphore:\n            return await ${pyOne}\n    async def f(self, xs):\n        return await asyncio.gather(*[self.work(x) for x in xs])\n`,
  },
  {
    name: 'a semaphore or p-limit whose name does not say it',
    want: { fanout: '? of ?' },
    ts: `import pLimit from 'p-limit';\nconst run = pLimit(4);\n${TS}export const f = (xs: string[]) => Promise.all(xs.map((x) => run(() => ${one})));`,
    py: `${APY}class A:\n    def __init__(self):\n        self.gate = asyncio.Semaphore(4)\n    async def work(self, x):\n        async with self.gate:\n            return await ${pyOne}\n    async def f(self, xs):\n        return await asyncio.gather(*[self.work(x) for x in xs])\n`,
  },
  {
    name: 'in chunks',
    want: { fanout: '? of ?' },
    ts: `${TS}export async function f(xs: string[]) { for (let i = 0; i < xs.length; i += 10) { const chunk = xs.slice(i, i + 10); await Promise.all(chunk.map((x) => ${one})); } }`,
    py: `${APY}async def f(xs):\n    for i in range(0, len(xs), 10):\n        chunk = xs[i:i + 10]\n        await asyncio.gather(*[${pyOne} for x in chunk])\n`,
  },
  {
    name: 'one after the other is no fan-out',
    want: { fanout: '-' },
    ts: `${TS}export async function f(xs: string[]) { const out: any[] = []; for (const x of xs) { out.push(await ${one}); } return out; }`,
    py: `${APY}async def f(xs):\n    out = []\n    for x in xs:\n        out.append(await ${pyOne})\n    return out\n`,
  },
  {
    name: 'for await is no fan-out',
    want: { fanout: '-' },
    ts: `${TS}export async function f(xs: AsyncIterable<string>) { for await (const x of xs) { await ${one}; } }`,
    py: `${APY}async def f(xs):\n    async for x in xs:\n        await ${pyOne}\n`,
  },
  { name: 'a sequential comprehension is no fan-out', want: { fanout: '-' }, py: `${PY}def f(xs):\n    return [${pyOne} for x in xs]\n` },
  {
    name: 'other work in Promise.all beside a call',
    want: { fanout: '-' },
    ts: `${TS}export async function f(x: string, us: string[]) { const pages = await Promise.all(us.map((u) => fetch(u))); return ${one}; }`,
    py: `${APY}async def f(x, us):\n    pages = await asyncio.gather(*[get(u) for u in us])\n    return await ${pyOne}\n`,
  },
];

const chatTs = (trim: string) =>
  `${TS}export class Chat { private messages: any[] = []; async say(q: string) { this.messages.push({ role: 'user', content: q }); ${trim} const r = await client.messages.create({ model: '${opus}', max_tokens: 9, messages: this.messages }); this.messages.push({ role: 'assistant', content: r.content }); return r; } }`;
const chatPy = (trim: string) =>
  `${PY}class Chat:\n    def __init__(self):\n        self.messages = []\n    def say(self, q):\n        self.messages.append({"role": "user", "content": q})\n        ${trim}\n        r = client.messages.create(model="${opus}", max_tokens=9, messages=self.messages)\n        self.messages.append({"role": "assistant", "content": r.content})\n        return r\n`;
const repl = (body: string) =>
  `import readline from 'node:readline/promises';\n${TS}const rl = readline.createInterface(process.stdin);\nasync function main() { const messages: any[] = []; while (true) { messages.push({ role: 'user', content: await rl.question('> ') }); ${body} const r = await ${ask}; messages.push({ role: 'assistant', content: r.content }); } }\nmain();`;
const pyRepl = (body: string) =>
  `${PY}def main():\n    messages = []\n    while True:\n        messages.append({"role": "user", "content": input("> ")})\n        ${body}\n        r = client.messages.create(model="${opus}", max_tokens=9, messages=messages)\n        messages.append({"role": "assistant", "content": r.content})\nmain()\n`;
const pyStepped = (start: string) =>
  `${PY}class Agent:\n    def __init__(self):\n        self.messages = []\n    def step(self):\n        r = client.messages.create(model="${opus}", max_tokens=9, messages=self.messages)\n        self.messages.append(r)\n        return r.stop_reason\n    def run(self, task):\n        ${start}\n        while True:\n            if self.step() != "tool_use":\n                return\n`;

const histories: Row[] = [
  {
    name: 'messages of an object that are pushed across turns',
    want: { history: 'this.messages session' },
    ts: chatTs(''),
    py: chatPy('pass'),
    wantPy: { history: 'self.messages session' },
  },
  {
    name: 'trimmed by a slice',
    want: { history: 'this.messages session trimmed' },
    ts: chatTs('this.messages = this.messages.slice(-20);'),
    py: chatPy('self.messages = self.messages[-20:]'),
    wantPy: { history: 'self.messages session trimmed' },
  },
  {
    name: 'trimmed by a slice whose length stands elsewhere',
    want: { history: 'self.messages session trimmed' },
    py: chatPy('recent = self.messages[-self.keep * 2:]'),
  },
  {
    name: 'a copy of the whole list trims nothing',
    want: { history: 'self.messages session' },
    py: chatPy('copy = self.messages[:]'),
  },
  {
    name: 'trimmed by a function',
    want: { history: 'this.messages session trimmed' },
    ts: chatTs('this.messages = await compact(this.messages);'),
    py: chatPy('self.messages = trim_messages(self.messages)'),
    wantPy: { history: 'self.messages session trimmed' },
  },
  {
    name: 'trimmed by a method',
    want: { history: 'this.messages session trimmed' },
    ts: chatTs('this.trimHistory();'),
    py: chatPy('self._truncate_history()'),
    wantPy: { history: 'self.messages session trimmed' },
  },
  {
    name: 'trimmed by shift and pop',
    want: { history: 'this.messages session trimmed' },
    ts: chatTs('while (this.messages.length > 20) this.messages.shift();'),
    py: chatPy('while len(self.messages) > 20: self.messages.pop(0)'),
    wantPy: { history: 'self.messages session trimmed' },
  },
  {
    name: 'only the last ones are sent',
    want: { history: 'this.messages session trimmed' },
    ts: `${TS}export class Chat { private messages: any[] = []; async say(q: string) { this.messages.push(q); return client.messages.create({ model: '${opus}', max_tokens: 9, messages: this.messages.slice(-10) }); } }`,
    py: `${PY}class Chat:\n    def __init__(self):\n        self.messages = []\n    def say(self, q):\n        self.messages.append(q)\n        return client.messages.create(model="${opus}", max_tokens=9, messages=self.messages[-10:])\n`,
    wantPy: { history: 'self.messages session trimmed' },
  },
  {
    name: 'a deque with a maximum',
    want: { history: 'self.messages session trimmed' },
    py: `from collections import deque\n${PY}class Chat:\n    def __init__(self):\n        self.messages = deque(maxlen=20)\n    def say(self, q):\n        self.messages.append(q)\n        return client.messages.create(model="${opus}", max_tokens=9, messages=list(self.messages))\n`,
  },
  {
    name: 'a list of the module',
    want: { history: 'messages session' },
    ts: `${TS}const messages: any[] = [];\nexport async function say(q: string) { messages.push({ role: 'user', content: q }); return ${ask}; }`,
    py: `${PY}messages = []\ndef say(q):\n    messages.append({"role": "user", "content": q})\n    return client.messages.create(model="${opus}", max_tokens=9, messages=messages)\n`,
  },
  { name: 'a local list in a REPL', want: { history: 'messages session' }, ts: repl(''), py: pyRepl('pass') },
  {
    name: 'a local list in a REPL, trimmed',
    want: { history: 'messages session trimmed' },
    ts: repl('if (messages.length > 20) messages.splice(0, 2);'),
    py: pyRepl('del messages[:-20]'),
  },
  {
    name: 'a local list that is filled once is no history',
    want: { history: '-' },
    ts: `${TS}export async function f(q: string) { const messages: any[] = []; messages.push({ role: 'user', content: q }); return ${ask}; }`,
    py: `${PY}def f(q):\n    messages = []\n    messages.append({"role": "user", "content": q})\n    return client.messages.create(model="${opus}", max_tokens=9, messages=messages)\n`,
  },
  {
    name: 'the list of an agent loop grows within the run',
    want: { history: 'messages run' },
    ts: `${TS}export async function f(q: string) { const messages: any[] = [{ role: 'user', content: q }]; while (true) { const r = await ${ask}; messages.push({ role: 'assistant', content: r.content }); if (r.stop_reason === 'end_turn') return r; } }`,
    py: `${PY}def f(q):\n    messages = [{"role": "user", "content": q}]\n    while True:\n        r = client.messages.create(model="${opus}", max_tokens=9, messages=messages)\n        messages.append({"role": "assistant", "content": r.content})\n        if r.stop_reason == "end_turn":\n            return r\n`,
  },
  {
    name: 'an attribute that the constructor fills once is no history',
    want: { history: '-' },
    ts: `${TS}export class A { private examples: any[] = []; constructor(rows: string[]) { for (const r of rows) this.examples.push({ role: 'user', content: r }); } ask(q: string) { return client.messages.create({ model: '${opus}', max_tokens: 9, messages: [...this.examples, { role: 'user', content: q }] }); } }`,
    py: `${PY}class A:\n    def __init__(self, rows):\n        self.examples = []\n        for r in rows:\n            self.examples.append({"role": "user", "content": r})\n    def ask(self, q):\n        return client.messages.create(model="${opus}", max_tokens=9, messages=[*self.examples, {"role": "user", "content": q}])\n`,
  },
  {
    name: 'a module list that only the module fills is no history',
    want: { history: '-' },
    ts: `${TS}const examples: any[] = [];\nfor (const r of ['a', 'b']) examples.push({ role: 'user', content: r });\nexport const f = (q: string) => client.messages.create({ model: '${opus}', max_tokens: 9, messages: [...examples, { role: 'user', content: q }] });`,
    py: `${PY}examples = []\nfor r in ["a", "b"]:\n    examples.append({"role": "user", "content": r})\ndef f(q):\n    return client.messages.create(model="${opus}", max_tokens=9, messages=[*examples, {"role": "user", "content": q}])\n`,
  },
  {
    name: 'a list that each turn starts anew is no history',
    want: { history: '-' },
    ts: `${TS}export class A { private messages: any[] = []; async say(q: string) { this.messages = []; this.messages.push({ role: 'user', content: q }); return client.messages.create({ model: '${opus}', max_tokens: 9, messages: this.messages }); } }`,
    py: `${PY}class A:\n    def say(self, q):\n        self.messages = []\n        self.messages.append({"role": "user", "content": q})\n        return client.messages.create(model="${opus}", max_tokens=9, messages=self.messages)\n`,
  },
  {
    name: 'a list of the object that each run makes anew, before the steps that send it',
    want: { history: 'self.messages run' },
    py: pyStepped('self.messages = [task]'),
  },
  {
    name: 'a list of the object to which each run adds',
    want: { history: 'self.messages session' },
    py: pyStepped('self.messages.append(task)'),
  },
];

const loopWith = (inside: string, before = '') =>
  `${TS}export async function f(messages: any[]) { ${before} while (true) { ${inside} const r = await ${ask}; messages.push(r); if (r.stop_reason === 'end_turn') return r; } }`;
const pyLoopWith = (inside: string, before = 'pass') =>
  `${PY}def f(messages):\n    ${before}\n    while True:\n        ${inside}\n        r = client.messages.create(model="${opus}", max_tokens=9, messages=messages)\n        messages.append(r)\n        if r.stop_reason == "end_turn":\n            return r\n`;
const guards: Row[] = [
  { name: 'none', want: { guards: [] }, ts: loopWith(''), py: pyLoopWith('pass') },
  {
    name: 'a cost that is compared',
    want: { guards: ['money'] },
    ts: loopWith("if (totalCost > 5) throw new Error('too dear');", 'let totalCost = 0;'),
    py: pyLoopWith('if total_cost > 5: break', 'total_cost = 0'),
  },
  {
    name: 'tokens that are compared',
    want: { guards: ['tokens'] },
    ts: loopWith('if (totalTokens > 100000) break;', 'let totalTokens = 0;'),
    py: pyLoopWith('if total_tokens > 100000: break', 'total_tokens = 0'),
  },
  { name: 'check_budget()', want: { guards: ['money'] }, ts: loopWith('checkBudget();'), py: pyLoopWith('check_budget()') },
  {
    name: 'in the caller',
    want: { guards: ['money'] },
    ts: `${TS}const step = (messages: any[]) => ${ask};\nexport async function f(messages: any[]) { let spent = 0; while (spent < 3) { const r = await step(messages); messages.push(r); spent += 1; } }`,
    py: `${PY}def step(messages):\n    return client.messages.create(model="${opus}", max_tokens=9, messages=messages)\ndef f(messages):\n    spent = 0\n    while spent < 3:\n        r = step(messages)\n        messages.append(r)\n        spent += 1\n`,
  },
  {
    name: 'a gateway as base URL',
    want: { guards: ['gateway'] },
    ts: `import Anthropic from '@anthropic-ai/sdk';\nconst client = new Anthropic({ baseURL: process.env.LITELLM_PROXY_URL });\nexport const f = (messages: any[]) => ${ask};`,
    py: `import os\nimport anthropic\nclient = anthropic.Anthropic(base_url=os.environ["LITELLM_PROXY_URL"])\ndef f(messages):\n    return client.messages.create(model="${opus}", max_tokens=9, messages=messages)\n`,
  },
  {
    name: 'a price comparison that has nothing to do with the calls',
    want: { guards: [] },
    ts: loopWith('', 'const products = [{ price: 5 }]; products.sort((a, b) => a.price - b.price);'),
    py: pyLoopWith('pass', 'products = sorted(items, key=lambda p: p.price)'),
  },
  {
    name: 'litellm.max_budget',
    want: { guards: ['money'], sdk: 'litellm' },
    py: 'import litellm\nlitellm.max_budget = 10\ndef f(messages):\n    return litellm.completion(model="gpt-5.4", messages=messages)\n',
  },
];

const tool = 'tools: { a: tool({ description: "d", inputSchema: z.object({}) }) }';
const AI = "import { generateText, stepCountIs, hasToolCall, tool } from 'ai';\nimport { openai } from '@ai-sdk/openai';\nimport { z } from 'zod';\n";
const ai = (stop: string) => `${AI}generateText({ model: openai('gpt-5.4'), prompt: 'x', ${tool}${stop} });`;
const frameworks: Row[] = [
  { name: 'the AI SDK without stopWhen makes one step', want: { loops: [] }, ts: ai('') },
  { name: 'stepCountIs', want: { loops: ['framework 7 grows'] }, ts: ai(', stopWhen: stepCountIs(7)') },
  {
    name: 'stepCountIs of a constant',
    want: { loops: ['framework 7 grows'] },
    ts: ai(', stopWhen: stepCountIs(MAX)').replace('generateText({', 'const MAX = 7;\ngenerateText({'),
  },
  { name: 'one of several conditions counts', want: { loops: ['framework 7 grows'] }, ts: ai(", stopWhen: [hasToolCall('a'), stepCountIs(7)]") },
  { name: 'hasToolCall alone is no bound', want: { loops: ['framework none grows'] }, ts: ai(", stopWhen: hasToolCall('a')") },
  { name: 'a function of our own', want: { loops: ['framework ? grows'] }, ts: ai(', stopWhen: ({ steps }) => steps.length > 3') },
  {
    name: 'a loop around a framework loop',
    want: { loops: ['framework 7 grows', 'batch 2'] },
    ts: ai(', stopWhen: stepCountIs(7)').replace('generateText({', "for (const x of ['a', 'b']) generateText({"),
  },
  {
    name: 'max_turns of the Agents SDK',
    want: { loops: ['framework 4 grows'] },
    py: 'from agents import Agent, Runner\nfrom mine import search\nagent = Agent(name="a", instructions="x", model="gpt-5.4", tools=[search])\nRunner.run_sync(agent, "q", max_turns=4)\n',
    ts: "import { Agent, run } from '@openai/agents';\nimport { search } from './mine';\nconst agent = new Agent({ name: 'a', instructions: 'x', model: 'gpt-5.4', tools: [search] });\nrun(agent, 'q', { maxTurns: 4 });",
  },
  {
    name: 'its default',
    want: { loops: ['framework 10 grows'] },
    py: 'from agents import Agent, Runner\nfrom mine import search\nagent = Agent(name="a", instructions="x", model="gpt-5.4", tools=[search])\nRunner.run_sync(agent, "q")\n',
    ts: "import { Agent, run } from '@openai/agents';\nimport { search } from './mine';\nconst agent = new Agent({ name: 'a', instructions: 'x', model: 'gpt-5.4', tools: [search] });\nrun(agent, 'q');",
  },
  {
    name: 'None and null mean no limit',
    want: { loops: ['framework none grows'] },
    py: 'from agents import Agent, Runner\nfrom mine import search\nagent = Agent(name="a", instructions="x", model="gpt-5.4", tools=[search])\nRunner.run_sync(agent, "q", max_turns=None)\n',
    ts: "import { Agent, run } from '@openai/agents';\nimport { search } from './mine';\nconst agent = new Agent({ name: 'a', instructions: 'x', model: 'gpt-5.4', tools: [search] });\nrun(agent, 'q', { maxTurns: null });",
  },
  {
    name: 'infinity means no limit',
    want: { loops: ['framework none grows'] },
    py: 'from agents import Agent, Runner\nfrom mine import search\nagent = Agent(name="a", instructions="x", model="gpt-5.4", tools=[search])\nRunner.run_sync(agent, "q", max_turns=float("inf"))\n',
    ts: "import { Agent, run } from '@openai/agents';\nimport { search } from './mine';\nconst agent = new Agent({ name: 'a', instructions: 'x', model: 'gpt-5.4', tools: [search] });\nrun(agent, 'q', { maxTurns: Infinity });",
  },
  {
    name: 'math.inf and Number.POSITIVE_INFINITY',
    want: { loops: ['framework none grows'] },
    py: 'import math\nfrom agents import Agent, Runner\nfrom mine import search\nagent = Agent(name="a", instructions="x", model="gpt-5.4", tools=[search])\nRunner.run_sync(agent, "q", max_turns=math.inf)\n',
    ts: "import { Agent, run } from '@openai/agents';\nimport { search } from './mine';\nconst agent = new Agent({ name: 'a', instructions: 'x', model: 'gpt-5.4', tools: [search] });\nrun(agent, 'q', { maxTurns: Number.POSITIVE_INFINITY });",
  },
  {
    name: 'a very large number is a bound as it stands',
    want: { loops: ['framework 1000000 grows'] },
    py: 'import sys\nfrom agents import Agent, Runner\nfrom mine import search\nagent = Agent(name="a", instructions="x", model="gpt-5.4", tools=[search])\nRunner.run_sync(agent, "q", max_turns=10**6)\n',
  },
  {
    name: 'a bound that a parameter gives',
    want: { loops: ['framework ? grows'] },
    py: 'from agents import Agent, Runner\nfrom mine import search\nagent = Agent(name="a", instructions="x", model="gpt-5.4", tools=[search])\ndef f(n):\n    return Runner.run_sync(agent, "q", max_turns=n)\n',
  },
  {
    name: 'a bound that a spread may give',
    want: { loops: ['framework ? grows'] },
    py: 'from agents import Agent, Runner\nfrom mine import search\nagent = Agent(name="a", instructions="x", model="gpt-5.4", tools=[search])\ndef f(**kw):\n    return Runner.run_sync(agent, "q", **kw)\n',
  },
];

const graph =
  'from langgraph.prebuilt import create_react_agent\nfrom langchain_openai import ChatOpenAI\ndef search(q: str) -> str:\n    """Finds."""\n    return q\nagent = create_react_agent(ChatOpenAI(model="gpt-5.4"), [search])\nagent.invoke({"messages": [("user", "x")]})\n';
const versions: Row[] = [
  {
    name: 'LangGraph 0.x by requirements.txt',
    want: { loops: ['framework 13 grows'] },
    py: { 'app/main.py': graph, 'requirements.txt': 'langgraph==0.6.1\n' },
  },
  {
    name: 'LangGraph 0.x by pyproject.toml',
    want: { loops: ['framework 13 grows'] },
    py: { 'app/main.py': graph, 'pyproject.toml': '[project]\ndependencies = ["langgraph>=0.2.3"]\n' },
  },
  {
    name: 'LangGraph 0.x by uv.lock',
    want: { loops: ['framework 13 grows'] },
    py: { 'app/main.py': graph, 'uv.lock': '[[package]]\nname = "langgraph"\nversion = "0.6.1"\n' },
  },
  {
    name: 'the lock file wins over the requirements',
    want: { loops: ['framework 13 grows'] },
    py: { 'app/main.py': graph, 'uv.lock': '[[package]]\nname = "langgraph"\nversion = "0.6.1"\n', 'requirements.txt': 'langgraph>=1.2\n' },
  },
  {
    name: 'LangGraph 1.x',
    want: { loops: ['framework 5004 grows'] },
    py: { 'app/main.py': graph, 'uv.lock': '[[package]]\nname = "langgraph"\nversion = "1.2.11"\n' },
  },
];

table([...fanouts, ...histories, ...guards, ...frameworks, ...versions]);
