/** How often a call repeats in one run, and what ends it; what looks like an agent loop and is none. */
import { PY, type Row, TS, table } from '../analyze/workspace.ts';

const opus = 'claude-opus-4-8';
const ask = `await client.messages.create({ model: '${opus}', max_tokens: 9, messages, tools })`;
const pyAsk = `client.messages.create(model="${opus}", max_tokens=9, messages=messages, tools=tools)`;
const one = `await client.messages.create({ model: '${opus}', max_tokens: 9, messages: [{ role: 'user', content: x }] })`;
const pyOne = `client.messages.create(model="${opus}", max_tokens=9, messages=[{"role": "user", "content": x}])`;
const tsAgent = (head: string, body = '', before = '') =>
  `${TS}export async function run(messages: any[], tools: any[]) { ${before} ${head} { const r = ${ask}; messages.push({ role: 'assistant', content: r.content }); ${body} if (r.stop_reason !== 'tool_use') break; } }`;
const pyAgent = (head: string, body = '', before = '') =>
  `${PY}def run(messages, tools):\n    ${before || 'pass'}\n    ${head}:\n        r = ${pyAsk}\n        messages.append({"role": "assistant", "content": r.content})\n        ${body || 'pass'}\n        if r.stop_reason != "tool_use":\n            break\n`;

const agents: Row[] = [
  {
    name: 'while true with growing messages: only the model ends it',
    want: { loops: ['loop none grows'] },
    ts: tsAgent('while (true)'),
    py: pyAgent('while True'),
  },
  { name: 'for (;;) and while 1', want: { loops: ['loop none grows'] }, ts: tsAgent('for (;;)'), py: pyAgent('while 1') },
  {
    name: 'do while true',
    want: { loops: ['loop none grows'] },
    ts: `${TS}export async function run(messages: any[], tools: any[]) { let r: any; do { r = ${ask}; messages.push({ role: 'assistant', content: r.content }); } while (r.stop_reason === 'tool_use'); }`,
  },
  {
    name: 'a flag that the model sets',
    want: { loops: ['loop none grows'] },
    ts: `${TS}export async function run(messages: any[], tools: any[]) { let done = false; while (!done) { const r = ${ask}; messages.push({ role: 'assistant', content: r.content }); if (r.stop_reason === 'end_turn') done = true; } }`,
    py: `${PY}def run(messages, tools):\n    done = False\n    while not done:\n        r = ${pyAsk}\n        messages.append({"role": "assistant", "content": r.content})\n        if r.stop_reason == "end_turn":\n            done = True\n`,
  },
  {
    name: 'while the answer asks for tools',
    want: [{ loops: [] }, { loops: ['loop none grows'] }],
    ts: `${TS}export async function run(messages: any[], tools: any[]) { let r = ${ask}; while (r.stop_reason === 'tool_use') { messages.push({ role: 'assistant', content: r.content }); r = ${ask}; } }`,
    py: `${PY}def run(messages, tools):\n    r = ${pyAsk}\n    while r.stop_reason == "tool_use":\n        messages.append({"role": "assistant", "content": r.content})\n        r = ${pyAsk}\n`,
  },
  { name: 'a counted loop', want: { loops: ['loop 10 grows'] }, ts: tsAgent('for (let i = 0; i < 10; i++)'), py: pyAgent('for i in range(10)') },
  {
    name: 'counted by a constant',
    want: { loops: ['loop 12 grows'] },
    ts: `const MAX_STEPS = 12;\n${tsAgent('for (let step = 0; step < MAX_STEPS; step += 1)')}`,
    py: `MAX_STEPS = 12\n${pyAgent('for step in range(MAX_STEPS)')}`,
  },
  {
    name: 'counted by a constant of another file',
    want: { loops: ['loop 12 grows'] },
    ts: {
      'src/main.ts': `import { MAX } from './config';\n${tsAgent('for (let step = 0; step < MAX; step++)')}`,
      'src/config.ts': 'export const MAX = 12;',
    },
    py: { 'app/main.py': `from config import MAX\n${pyAgent('for step in range(MAX)')}`, 'app/config.py': 'MAX = 12\n' },
  },
  {
    name: 'counted by a parameter with a default',
    want: { loops: ['loop 8 grows'] },
    ts: `${TS}export async function run(messages: any[], tools: any[], maxSteps = 8) { for (let i = 0; i < maxSteps; i++) { const r = ${ask}; messages.push({ role: 'assistant', content: r.content }); } }`,
    py: `${PY}def run(messages, tools, max_steps=8):\n    for _ in range(max_steps):\n        r = ${pyAsk}\n        messages.append({"role": "assistant", "content": r.content})\n`,
  },
  {
    name: 'counted by an attribute',
    want: { loops: ['loop 8 grows'] },
    ts: `${TS}class A { maxSteps = 8; async run(messages: any[], tools: any[]) { for (let i = 0; i < this.maxSteps; i++) { const r = ${ask}; messages.push(r); } } }`,
    py: `${PY}class A:\n    def __init__(self, max_steps: int = 8):\n        self.max_steps = max_steps\n    def run(self, messages, tools):\n        for _ in range(self.max_steps):\n            r = ${pyAsk}\n            messages.append(r)\n`,
  },
  {
    name: 'counted by something not known',
    want: { loops: ['loop ? grows'] },
    ts: `${TS}export async function run(messages: any[], tools: any[], n: number) { for (let i = 0; i < n; i++) { const r = ${ask}; messages.push(r); } }`,
    py: `${PY}def run(messages, tools, n):\n    for _ in range(n):\n        r = ${pyAsk}\n        messages.append(r)\n`,
  },
  {
    name: 'while steps < max',
    want: { loops: ['loop 7 grows'] },
    ts: tsAgent('while (steps < 7)', 'steps++;', 'let steps = 0;'),
    py: pyAgent('while steps < 7', 'steps += 1', 'steps = 0'),
  },
  {
    name: 'while steps < max and not done',
    want: { loops: ['loop 7 grows'] },
    ts: tsAgent('while (!done && steps < MAX)', 'steps += 1;', 'const MAX = 7; let steps = 0; let done = false;'),
    py: pyAgent('while not done and steps < MAX', 'steps += 1', 'MAX = 7; steps = 0; done = False'),
  },
  {
    name: 'while counting down',
    want: { loops: ['loop 7 grows'] },
    ts: tsAgent('while (left > 0)', 'left--;', 'let left = 7;'),
    py: pyAgent('while left > 0', 'left -= 1', 'left = 7'),
  },
  {
    name: 'while n',
    want: { loops: ['loop 7 grows'] },
    ts: tsAgent('while (left--)', '', 'let left = 7;'),
    py: pyAgent('while left', 'left -= 1', 'left = 7'),
  },
  {
    name: 'a counter that is compared inside and breaks',
    want: { loops: ['loop 7 grows'] },
    ts: tsAgent('while (true)', 'if (++steps >= 7) break;', 'let steps = 0;'),
    py: pyAgent('while True', 'steps += 1\n        if steps >= 7:\n            break', 'steps = 0'),
  },
  {
    name: 'a counter that is compared inside and throws',
    want: { loops: ['loop 7 grows'] },
    ts: tsAgent('while (true)', "steps++; if (steps > 7) { throw new Error('too many'); }", 'let steps = 0;'),
    py: pyAgent('while True', 'steps += 1\n        if steps > 7:\n            raise RuntimeError("too many")', 'steps = 0'),
  },
  {
    name: 'the number of messages is compared',
    want: { loops: ['loop 30 grows'] },
    ts: tsAgent('while (true)', 'if (messages.length > 30) break;'),
    py: pyAgent('while len(messages) < 30'),
  },
  {
    name: 'a check in another method: not known, not endless',
    want: { loops: ['loop ? grows'] },
    ts: `${TS}class A { steps = 0; limit() { if (this.steps > 9) throw new Error('limit'); } async run(messages: any[], tools: any[]) { while (true) { this.limit(); this.steps++; const r = ${ask}; messages.push(r); if (r.stop_reason !== 'tool_use') break; } } }`,
    py: `${PY}class A:\n    def check_limit(self):\n        if 0 < self.step_limit <= self.n_calls:\n            raise RuntimeError()\n    def run(self, messages, tools):\n        while True:\n            self.check_limit()\n            self.n_calls += 1\n            r = ${pyAsk}\n            messages.append(r)\n            if r.stop_reason != "tool_use":\n                break\n`,
  },
  {
    name: 'a deadline: not known, not endless',
    want: { loops: ['loop ? grows'] },
    ts: tsAgent('while (Date.now() < deadline)', '', 'const deadline = Date.now() + 60000;'),
    py: pyAgent('while time.time() < deadline', '', 'deadline = time.time() + 60'),
  },
  {
    name: 'a token budget: not known, not endless',
    want: { loops: ['loop ? grows'] },
    ts: tsAgent('while (used < budget)', 'used += r.usage.output_tokens;', 'let used = 0; const budget = Number(process.env.BUDGET);'),
    py: pyAgent('while used < budget', 'used += r.usage.output_tokens', 'used = 0; budget = int(os.environ["B"])'),
  },
  { name: 'itertools.count', want: { loops: ['loop none grows'] }, py: `import itertools\n${pyAgent('for i in itertools.count()')}` },
  {
    name: 'a switch in the loop: its break does not leave it',
    want: { loops: ['loop none grows'] },
    ts: tsAgent('while (true)', 'switch (r.stop_reason) { case "x": if (r.n > 3) { break; } }'),
  },
  {
    name: 'the messages of the object grow',
    want: { loops: ['loop none grows'] },
    ts: `${TS}class A { messages: any[] = []; async run(tools: any[]) { while (true) { const r = await client.messages.create({ model: '${opus}', max_tokens: 9, messages: this.messages, tools }); this.messages.push({ role: 'assistant', content: r.content }); if (r.stop_reason !== 'tool_use') return; } } }`,
    py: `${PY}class A:\n    def __init__(self):\n        self.messages = []\n    def run(self, tools):\n        while True:\n            r = client.messages.create(model="${opus}", max_tokens=9, messages=self.messages, tools=tools)\n            self.messages.append({"role": "assistant", "content": r.content})\n            if r.stop_reason != "tool_use":\n                return\n`,
  },
  {
    name: 'messages replaced by a longer list',
    want: { loops: ['loop 5 grows'] },
    ts: `${TS}export async function run(messages: any[], tools: any[]) { for (let i = 0; i < 5; i++) { const r = ${ask}; messages = [...messages, { role: 'assistant', content: r.content }]; } }`,
    py: `${PY}def run(messages, tools):\n    for i in range(5):\n        r = ${pyAsk}\n        messages = messages + [{"role": "assistant", "content": r.content}]\n`,
  },
  {
    name: '+= and extend',
    want: { loops: ['loop 5 grows'] },
    ts: `${TS}export async function run(messages: any[], tools: any[]) { for (let i = 0; i < 5; i++) { const r = ${ask}; messages.push(...r.content); } }`,
    py: `${PY}def run(messages, tools):\n    for i in range(5):\n        r = ${pyAsk}\n        messages += [{"role": "assistant", "content": r.content}]\n`,
  },
  {
    name: 'a prompt text that grows',
    want: { loops: ['loop 5 grows'] },
    ts: `${TS}export async function run(x: string) { for (let i = 0; i < 5; i++) { const r = ${one}; x += r.content; } }`,
    py: `${PY}def run(x):\n    for i in range(5):\n        r = ${pyOne}\n        x += r.content\n`,
  },
  {
    name: 'a try around the body does not hide the loop',
    want: { loops: ['loop none grows'], retry: '-' },
    ts: `${TS}export async function run(messages: any[], tools: any[]) { while (true) { try { const r = ${ask}; messages.push({ role: 'assistant', content: r.content }); if (r.stop_reason === 'end_turn') return; } catch (e) { console.error(e); throw e; } } }`,
    py: `${PY}def run(messages, tools):\n    while True:\n        try:\n            r = ${pyAsk}\n            messages.append({"role": "assistant", "content": r.content})\n            if r.stop_reason == "end_turn":\n                return\n        except Exception as e:\n            print(e)\n            raise\n`,
  },
  {
    name: 'a limit that is infinite by default bounds nothing',
    want: { loops: ['loop none grows'] },
    py: `${PY}def run(messages, tools, max_turns=float("inf")):\n    start = len(messages)\n    while len(messages) - start < max_turns:\n        r = ${pyAsk}\n        messages.append(r)\n        if r.stop_reason != "tool_use":\n            return r\n`,
  },
];

const measured: Row[] = [
  {
    name: 'a ceiling in money is no number of steps',
    want: { loops: ['loop ? grows'] },
    ts: `${TS}export async function run(messages: any[], tools: any[]) { let spent = 0; while (spent < 2) { const r = await ${ask}; spent += costOf(r); messages.push(r); } }`,
    py: `${PY}def run(messages, tools):\n    spent = 0\n    while spent < 2:\n        r = ${pyAsk}\n        spent += cost_of(r)\n        messages.append(r)\n`,
  },
  {
    name: 'a counter that goes in twos',
    want: { loops: ['loop 5 grows'] },
    ts: `${TS}export async function run(messages: any[], tools: any[]) { let turn = 0; while (turn < 10) { messages.push(await ${ask}); turn += 2; } }`,
    py: `${PY}def run(messages, tools):\n    turn = 0\n    while turn < 10:\n        messages.append(${pyAsk})\n        turn = turn + 2\n`,
  },
];

const batches: Row[] = [
  {
    name: 'a loop over a list of constants',
    want: { loops: ['batch 3'] },
    ts: `${TS}for (const x of ['a', 'b', 'c']) { ${one}; }`,
    py: `${PY}for x in ["a", "b", "c"]:\n    ${pyOne}\n`,
  },
  {
    name: 'a loop over something not known',
    want: { loops: ['batch ?'] },
    ts: `${TS}export async function f(xs: string[]) { for (const x of xs) { ${one}; } }`,
    py: `${PY}def f(xs):\n    for x in xs:\n        ${pyOne}\n`,
  },
  {
    name: 'two lists side by side, one of a known length',
    want: { loops: ['batch 2'] },
    py: `${PY}def run(xs):\n    for x, y in zip(xs, ["a", "b"]):\n        ${pyOne}\n`,
  },
  {
    name: 'each row of a table of pandas',
    want: { loops: ['batch ?'] },
    py: `${PY}def label(x):\n    return ${pyOne}\ndef run(df):\n    df["label"] = df["text"].apply(label)\n`,
  },
  {
    name: 'each row, in place',
    want: { loops: ['batch ?'] },
    py: `${PY}def run(df):\n    df["label"] = df.progress_apply(lambda x: ${pyOne}, axis=1)\n`,
  },
  {
    name: 'enumerate, entries, tqdm',
    want: { loops: ['batch 2'] },
    ts: `${TS}const XS = ['a', 'b'];\nfor (const [i, x] of XS.entries()) { ${one}; }`,
    py: `from tqdm import tqdm\n${PY}XS = ["a", "b"]\nfor i, x in enumerate(tqdm(XS)):\n    ${pyOne}\n`,
  },
  {
    name: 'items of a dict',
    want: { loops: ['batch 2'] },
    ts: `${TS}const XS = { a: '1', b: '2' };\nfor (const [k, x] of Object.entries(XS)) { ${one}; }`,
    py: `${PY}XS = {"a": "1", "b": "2"}\nfor k, x in XS.items():\n    ${pyOne}\n`,
  },
  {
    name: 'a part of a list',
    want: { loops: ['batch 2'] },
    ts: `${TS}const XS = ['a', 'b', 'c'];\nfor (const x of XS.slice(0, 2)) { ${one}; }`,
    py: `${PY}XS = ["a", "b", "c"]\nfor x in XS[:2]:\n    ${pyOne}\n`,
  },
  {
    name: 'range with a start',
    want: { loops: ['batch 5'] },
    ts: `${TS}for (let x: any = 2; x < 7; x++) { ${one}; }`,
    py: `${PY}for x in range(2, 7):\n    ${pyOne}\n`,
  },
  { name: 'a comprehension', want: { loops: ['batch 3'] }, py: `${PY}XS = ["a", "b", "c"]\nr = [${pyOne} for x in XS]\n` },
  {
    name: 'a loop in a loop',
    want: { loops: ['batch 3', 'batch 2'] },
    ts: `${TS}for (const y of ['a', 'b']) { for (const x of ['a', 'b', 'c']) { ${one}; } }`,
    py: `${PY}for y in ["a", "b"]:\n    for x in ["a", "b", "c"]:\n        ${pyOne}\n`,
  },
  {
    name: 'forEach and map',
    want: { loops: ['batch 2'] },
    ts: `${TS}['a', 'b'].forEach(async (x) => { ${one}; });`,
    py: `${PY}list(map(lambda x: ${pyOne}, ["a", "b"]))\n`,
  },
  {
    name: 'an agent loop for each item of a list',
    want: { loops: ['loop 5 grows', 'batch 2'] },
    ts: `${TS}export async function run(tools: any[]) { for (const q of ['a', 'b']) { const messages: any[] = [q]; for (let i = 0; i < 5; i++) { const r = ${ask}; messages.push(r); } } }`,
    py: `${PY}def run(tools):\n    for q in ["a", "b"]:\n        messages = [q]\n        for i in range(5):\n            r = ${pyAsk}\n            messages.append(r)\n`,
  },
  {
    name: 'the list starts anew in each turn: no growth',
    want: { loops: ['batch ?'] },
    ts: `${TS}export async function run(qs: string[], tools: any[]) { for (const q of qs) { const messages: any[] = []; messages.push({ role: 'user', content: q }); const r = ${ask}; } }`,
    py: `${PY}def run(qs, tools):\n    for q in qs:\n        messages = []\n        messages.append({"role": "user", "content": q})\n        r = ${pyAsk}\n`,
  },
];

const notAgents: Row[] = [
  {
    name: 'a REPL',
    want: { loops: [] },
    ts: `import readline from 'node:readline/promises';\n${TS}const rl = readline.createInterface({ input: process.stdin });\nconst messages: any[] = []; const tools: any[] = [];\nwhile (true) { const q = await rl.question('> '); messages.push({ role: 'user', content: q }); const r = ${ask}; messages.push({ role: 'assistant', content: r.content }); }`,
    py: `${PY}messages = []\ntools = []\nwhile True:\n    q = input("> ")\n    messages.append({"role": "user", "content": q})\n    r = ${pyAsk}\n    messages.append({"role": "assistant", "content": r.content})\n`,
  },
  {
    name: 'a REPL whose question is a helper away',
    want: { loops: [] },
    ts: `import * as readline from 'node:readline/promises';\n${TS}const rl = readline.createInterface(process.stdin);\nconst next = () => rl.question('> ');\nexport async function main(tools: any[]) { const messages: any[] = []; for (;;) { const q = await next(); if (q === 'exit') break; messages.push(q); const r = ${ask}; messages.push(r); } }`,
    py: `${PY}def read_line():\n    return input("> ")\ndef main(tools):\n    messages = []\n    while True:\n        q = read_line()\n        if q == "exit":\n            break\n        messages.append(q)\n        r = ${pyAsk}\n        messages.append(r)\n`,
  },
  {
    name: 'an agent loop inside a REPL',
    want: { loops: ['loop none grows'] },
    ts: `import readline from 'node:readline/promises';\n${TS}const rl = readline.createInterface(process.stdin);\nexport async function main(tools: any[]) { const messages: any[] = []; while (true) { messages.push(await rl.question('> ')); while (true) { const r = ${ask}; messages.push(r); if (r.stop_reason !== 'tool_use') break; } } }`,
    py: `${PY}def main(tools):\n    messages = []\n    while True:\n        messages.append(input("> "))\n        while True:\n            r = ${pyAsk}\n            messages.append(r)\n            if r.stop_reason != "tool_use":\n                break\n`,
  },
  {
    name: 'messages of a web socket',
    want: { loops: [] },
    py: `from fastapi import WebSocket\n${PY}async def ws(websocket: WebSocket):\n    messages = []\n    tools = []\n    while True:\n        q = await websocket.receive_text()\n        messages.append(q)\n        r = ${pyAsk}\n        messages.append(r)\n`,
    ts: `import { WebSocketServer } from 'ws';\n${TS}export async function f(socket: any) { const messages: any[] = []; const tools: any[] = []; for await (const q of socket) { messages.push(q); const r = ${ask}; messages.push(r); } }`,
  },
  {
    name: 'iterating the stream of an answer',
    want: { loops: [] },
    ts: `${TS}export async function f(x: string) { const s = ${one.replace('max_tokens', 'stream: true, max_tokens')}; for await (const e of s as any) console.log(e); }`,
    py: `${PY}def f(x):\n    for event in ${pyOne.replace('max_tokens', 'stream=True, max_tokens')}:\n        print(event)\n`,
  },
  {
    name: 'polling around something else',
    want: { loops: [] },
    ts: `${TS}export async function f(x: string) { const r = ${one}; while (true) { const s = await fetch('x'); if (s.ok) break; } return r; }`,
    py: `import time\n${PY}def f(x):\n    r = ${pyOne}\n    while not ready():\n        time.sleep(1)\n    return r\n`,
  },
  {
    name: 'a worker on a queue',
    want: { loops: [] },
    ts: `${TS}export async function worker(queue: any) { while (true) { const x = await queue.get(); ${one}; } }`,
    py: `${PY}async def worker(queue):\n    while True:\n        x = await queue.get()\n        ${pyOne}\n`,
  },
  {
    name: 'a loop inside a function that is only defined in the loop',
    want: { loops: [] },
    ts: `${TS}export function f(xs: string[]) { const fs: any[] = []; for (const y of xs) { fs.push(y); } async function g(x: string) { return ${one}; } return g; }`,
    py: `${PY}def f(xs):\n    for y in xs:\n        print(y)\n    def g(x):\n        return ${pyOne}\n    return g\n`,
  },
  {
    name: 'a function in a function: the outer loop does not call it',
    want: { loops: [] },
    ts: `${TS}export function f(server: any) { while (server.more()) { server.on('x', async function handle(x: string) { ${one}; }); } }`,
    py: `${PY}def f(server):\n    while server.more():\n        def handle(x):\n            return ${pyOne}\n        server.on("x", handle)\n`,
  },
];

const retries: Row[] = [
  {
    name: 'a counted retry',
    want: { loops: [], retry: '3' },
    ts: `${TS}export async function f(x: string) { for (let attempt = 0; attempt < 3; attempt++) { try { return ${one}; } catch (e) { console.log(e); } } }`,
    py: `${PY}def f(x):\n    for attempt in range(3):\n        try:\n            return ${pyOne}\n        except Exception as e:\n            print(e)\n`,
  },
  {
    name: 'with a pause',
    want: { loops: [], retry: '3 backoff' },
    ts: `${TS}export async function f(x: string) { for (let i = 0; i < 3; i++) { try { return ${one}; } catch (e) { await sleep(2 ** i); } } }`,
    py: `import time\n${PY}def f(x):\n    for i in range(3):\n        try:\n            return ${pyOne}\n        except Exception:\n            time.sleep(2 ** i)\n`,
  },
  {
    name: 'an endless retry',
    want: { loops: [], retry: 'none' },
    ts: `${TS}export async function f(x: string) { while (true) { try { return ${one}; } catch { continue; } } }`,
    py: `${PY}def f(x):\n    while True:\n        try:\n            return ${pyOne}\n        except Exception:\n            continue\n`,
  },
  {
    name: 'the result is returned behind the try',
    want: { loops: [], retry: '3' },
    ts: `${TS}export async function f(x: string) { let r: any; for (let attempt = 0; attempt < 3; attempt++) { try { r = ${one}; break; } catch (e) { if (attempt === 2) throw e; } } return r; }`,
    py: `${PY}def f(x):\n    attempts = 0\n    while attempts < 3:\n        try:\n            r = ${pyOne}\n            break\n        except Exception:\n            attempts += 1\n    return r\n`,
  },
  {
    name: 'asking again while the answer is not valid is no retry of a failed call',
    want: { loops: ['batch 3'], retry: '-' },
    py: `import json\n${PY}def f(x):\n    for attempt in range(3):\n        r = ${pyOne}\n        try:\n            return json.loads(r)\n        except ValueError:\n            continue\n`,
    ts: `${TS}export async function f(x: string) { for (let attempt = 0; attempt < 3; attempt++) { const r: any = ${one}; try { return JSON.parse(r); } catch { continue; } } }`,
  },
  {
    name: 'a retry in the caller',
    want: { loops: [], retry: '4' },
    ts: `${TS}const ask = async (x: string) => ${one};\nexport async function f() { for (let attempt = 0; attempt < 4; attempt++) { try { return await ask('a'); } catch {} } }`,
    py: `${PY}def ask(x):\n    return ${pyOne}\ndef f():\n    for attempt in range(4):\n        try:\n            return ask("a")\n        except Exception:\n            pass\n`,
  },
  {
    name: 'a batch with an error handler is no retry',
    want: { loops: ['batch ?'], retry: '-' },
    ts: `${TS}export async function f(xs: string[]) { for (const x of xs) { try { const r = ${one}; console.log(r); } catch (e) { console.error(e); } } }`,
    py: `${PY}def f(xs):\n    for x in xs:\n        try:\n            r = ${pyOne}\n            print(r)\n        except Exception as e:\n            print(e)\n`,
  },
  {
    name: 'a fallback over models is no agent loop',
    want: { loops: ['batch 2'], retry: '-', model: `${opus} constant` },
    ts: `${TS}export async function f(x: string) { for (const model of ['${opus}', 'claude-haiku-4-5']) { try { return await client.messages.create({ model, max_tokens: 9, messages: [{ role: 'user', content: x }] }); } catch {} } }`,
    py: `${PY}def f(x):\n    for model in ["${opus}", "claude-haiku-4-5"]:\n        try:\n            return client.messages.create(model=model, max_tokens=9, messages=[{"role": "user", "content": x}])\n        except Exception:\n            pass\n`,
    wantTs: { loops: [], retry: '2', model: `${opus} constant` },
    wantPy: { loops: [], retry: '2', model: `${opus} constant` },
  },
];

const callers: Row[] = [
  {
    name: 'the loop is in the caller',
    want: { loops: ['caller 6 grows'] },
    ts: `${TS}async function step(messages: any[], tools: any[]) { return ${ask}; }\nexport async function run(messages: any[], tools: any[]) { for (let i = 0; i < 6; i++) { const r = await step(messages, tools); messages.push(r); } }`,
    py: `${PY}def step(messages, tools):\n    return ${pyAsk}\ndef run(messages, tools):\n    for i in range(6):\n        r = step(messages, tools)\n        messages.append(r)\n`,
  },
  {
    name: 'two levels up',
    want: { loops: ['caller 6 grows'] },
    ts: `${TS}async function ask(messages: any[], tools: any[]) { return ${ask}; }\nconst step = (messages: any[], tools: any[]) => ask(messages, tools);\nexport async function run(history: any[], tools: any[]) { for (let i = 0; i < 6; i++) { const r = await step(history, tools); history.push(r); } }`,
    py: `${PY}def ask(messages, tools):\n    return ${pyAsk}\ndef step(messages, tools):\n    return ask(messages, tools)\ndef run(history, tools):\n    for i in range(6):\n        r = step(history, tools)\n        history.append(r)\n`,
  },
  {
    name: 'in another file',
    want: { loops: ['caller none grows'] },
    ts: {
      'src/main.ts': `${TS}export async function ask(messages: any[], tools: any[]) { return ${ask}; }`,
      'src/run.ts': `import { ask } from './main';\nexport async function run(messages: any[], tools: any[]) { while (true) { const r = await ask(messages, tools); messages.push(r); if (r.stop_reason !== 'tool_use') break; } }`,
    },
    py: {
      'app/main.py': `${PY}def ask(messages, tools):\n    return ${pyAsk}`,
      'app/run.py':
        'from main import ask\ndef run(messages, tools):\n    while True:\n        r = ask(messages, tools)\n        messages.append(r)\n        if r.stop_reason != "tool_use":\n            break\n',
    },
  },
  {
    name: 'in another method of the class',
    want: { loops: ['caller 9 grows'] },
    ts: `${TS}class A { messages: any[] = []; tools: any[] = []; async step() { const r = await client.messages.create({ model: '${opus}', max_tokens: 9, messages: this.messages }); this.messages.push(r); return r; } async run() { for (let i = 0; i < 9; i++) { await this.step(); } } }`,
    py: `${PY}class A:\n    def __init__(self):\n        self.messages = []\n    def step(self):\n        r = client.messages.create(model="${opus}", max_tokens=9, messages=self.messages)\n        self.messages.append(r)\n        return r\n    def run(self):\n        for i in range(9):\n            self.step()\n`,
  },
  {
    name: 'a wrapper class used in a loop of another file',
    want: { loops: ['batch 2'] },
    ts: {
      'src/main.ts': `import Anthropic from '@anthropic-ai/sdk';\nexport class LLM { client = new Anthropic(); complete(x: string) { return this.client.messages.create({ model: '${opus}', max_tokens: 9, messages: [{ role: 'user', content: x }] }); } }`,
      'src/run.ts': "import { LLM } from './main';\nconst llm = new LLM();\nfor (const q of ['a', 'b']) { await llm.complete(q); }",
    },
    py: {
      'app/main.py': `import anthropic\nclass LLM:\n    def __init__(self):\n        self.client = anthropic.Anthropic()\n    def complete(self, x):\n        return self.${pyOne}\n`,
      'app/run.py': 'from main import LLM\nllm = LLM()\nfor q in ["a", "b"]:\n    llm.complete(q)\n',
    },
  },
  {
    name: 'a method that the caller knows from the class it extends',
    want: { loops: ['caller none grows'] },
    ts: {
      'src/main.ts': `${TS}import { LLM } from './llm';\nexport class Claude extends LLM { ask(messages: any[], tools: any[]) { return ${ask}; } }`,
      'src/llm.ts': 'export class LLM { ask(messages: any[], tools: any[]): Promise<any> { throw new Error(); } }',
      'src/run.ts':
        "import { LLM } from './llm';\nexport async function run(llm: LLM, messages: any[], tools: any[]) { while (true) { const r = await llm.ask(messages, tools); messages.push(r); if (r.stop_reason !== 'tool_use') break; } }",
    },
    py: {
      'app/main.py': `${PY}from llm import LLM\nclass Claude(LLM):\n    def ask(self, messages, tools):\n        return ${pyAsk}`,
      'app/llm.py': 'class LLM:\n    def ask(self, messages, tools):\n        raise NotImplementedError\n',
      'app/run.py':
        'from llm import LLM\ndef run(llm: LLM, messages, tools):\n    while True:\n        r = llm.ask(messages, tools)\n        messages.append(r)\n        if r.stop_reason != "tool_use":\n            break\n',
    },
  },
  {
    name: 'a method that the caller knows from a protocol, on one of several objects',
    want: { loops: ['batch ?'] },
    py: `${PY}from typing import Protocol\nclass Model(Protocol):\n    def ask(self, x): ...\nclass Claude:\n    def ask(self, x):\n        return ${pyOne}\ndef run(model: Model, xs):\n    return [model.ask(x) for x in xs]\n`,
  },
  {
    name: 'an object that is called',
    want: { loops: ['caller 5 grows'] },
    py: {
      'app/main.py': `${PY}class Agent:\n    def __init__(self):\n        self.messages = []\n    def __call__(self, text):\n        self.messages.append(text)\n        return self.ask()\n    def ask(self):\n        return client.messages.create(model="${opus}", max_tokens=9, messages=self.messages)\n`,
      'app/run.py': 'from main import Agent\ndef run(text):\n    agent = Agent()\n    for i in range(5):\n        text = agent(text)\n',
    },
  },
  {
    name: 'two callers with a loop each: the longer one counts, not both together',
    want: { loops: ['batch 3'] },
    ts: `${TS}const ask = async (x: string) => ${one};\nexport async function f() { for (const x of ['a', 'b']) await ask(x); }\nexport async function g() { for (const x of ['a', 'b', 'c']) await ask(x); }`,
    py: `${PY}def ask(x):\n    return ${pyOne}\ndef f():\n    for x in ["a", "b"]:\n        ask(x)\ndef g():\n    for x in ["a", "b", "c"]:\n        ask(x)\n`,
  },
  {
    name: 'a callback of a loop helper',
    want: { loops: ['batch ?'] },
    ts: `${TS}const ask = async (x: string) => { return ${one}; };\nexport async function f(xs: string[]) { for (const x of xs) { await ask(x); } }`,
    py: `${PY}async def ask(x):\n    return await ${pyOne}\nasync def f(xs):\n    for x in xs:\n        await ask(x)\n`,
  },
  {
    name: 'a REPL in the caller',
    want: { loops: [] },
    ts: `import readline from 'node:readline/promises';\n${TS}const rl = readline.createInterface(process.stdin);\nconst messages: any[] = []; const tools: any[] = [];\nconst chat = async () => ${ask};\nwhile (true) { messages.push(await rl.question('> ')); messages.push(await chat()); }`,
    py: `${PY}messages = []\ntools = []\ndef chat():\n    return ${pyAsk}\nwhile True:\n    messages.append(input("> "))\n    messages.append(chat())\n`,
  },
];

const others: Row[] = [
  {
    name: 'recursion while tools are called',
    want: { loops: ['recursion none grows'] },
    ts: `${TS}export async function run(messages: any[], tools: any[]): Promise<any> { const r = ${ask}; if (r.stop_reason !== 'tool_use') return r; return run([...messages, r], tools); }`,
    py: `${PY}def run(messages, tools):\n    r = ${pyAsk}\n    if r.stop_reason != "tool_use":\n        return r\n    return run(messages + [r], tools)\n`,
  },
  {
    name: 'a caller that calls itself with what tools answered, over a history that the object keeps',
    want: { loops: ['recursion none grows'] },
    ts: `${TS}class Task {\n  history: any[] = [];\n  async *request() { yield* await client.messages.create({ model: 'claude-opus-4-8', max_tokens: 9, messages: this.history, stream: true }); }\n  async turn(content: any) {\n    this.history.push({ role: 'user', content });\n    let text = '';\n    for await (const chunk of this.request()) text += chunk;\n    this.history.push({ role: 'assistant', content: text });\n    const results = await useTools(text);\n    return results.length === 0 ? text : this.turn(results);\n  }\n}`,
  },
  {
    name: 'a caller that goes down a tree',
    want: { loops: ['recursion ?'] },
    ts: `${TS}const describe = (text: string) => client.messages.create({ model: 'claude-opus-4-8', max_tokens: 9, messages: [{ role: 'user', content: text }] });\nasync function walk(node: any) { const own = await describe(node.text); if (node.left) await walk(node.left); return own; }`,
  },
  {
    name: 'while the answer holds calls of tools',
    want: [{ loops: [] }, { loops: ['loop none grows'] }],
    ts: `import { GoogleGenAI } from '@google/genai';\nconst chat = new GoogleGenAI({}).chats.create({ model: 'gemini-2.5-pro' });\nlet r = await chat.sendMessage({ message: 'Hello' });\nwhile (r.functionCalls && r.functionCalls.length > 0) { r = await chat.sendMessage({ message: await useTools(r.functionCalls) }); }`,
  },
  {
    name: 'while the answer holds calls of tools, a few times at most',
    want: [{ loops: [] }, { loops: ['loop 5 grows'] }],
    ts: `import { GoogleGenAI } from '@google/genai';\nconst chat = new GoogleGenAI({}).chats.create({ model: 'gemini-2.5-pro' });\nlet r = await chat.sendMessage({ message: 'Hello' });\nlet n = 0;\nwhile (r.functionCalls.length > 0 && n < 5) { n++; r = await chat.sendMessage({ message: await useTools(r.functionCalls) }); }`,
  },
  {
    name: 'the parts of one answer are few',
    want: [{ loops: [] }, { loops: ['batch ?'] }],
    ts: `${TS}const messages: any[] = [];\nconst answer = await client.messages.create({ model: 'claude-opus-4-8', max_tokens: 9, messages });\nfor (const part of answer.content) {\n  messages.push({ role: 'user', content: await useTool(part) });\n  await client.messages.create({ model: 'claude-opus-4-8', max_tokens: 9, messages });\n}`,
  },
  {
    name: 'the same once more, counted down, is no loop of the agent',
    want: { loops: [] },
    ts: `${TS}async function ask(text: string, retries = 2): Promise<any> {\n  const r: any = await client.messages.create({ model: 'claude-opus-4-8', max_tokens: 9, messages: [{ role: 'user', content: text }] });\n  return isValid(r) || retries === 0 ? r : ask(text, retries - 1);\n}`,
  },
  {
    name: 'recursion of a method',
    want: { loops: ['recursion none grows'] },
    ts: `${TS}class A { async run(messages: any[], tools: any[]): Promise<any> { const r = ${ask}; if (r.stop_reason === 'tool_use') { messages.push(r); return this.run(messages, tools); } return r; } }`,
    py: `${PY}class A:\n    def run(self, messages, tools):\n        r = ${pyAsk}\n        if r.stop_reason == "tool_use":\n            messages.append(r)\n            return self.run(messages, tools)\n        return r\n`,
  },
  {
    name: 'recursion with a depth',
    want: { loops: ['recursion ? grows'] },
    ts: `${TS}export async function run(messages: any[], tools: any[], depth = 0): Promise<any> { if (depth > 5) return; const r = ${ask}; return run([...messages, r], tools, depth + 1); }`,
    py: `${PY}def run(messages, tools, depth=0):\n    if depth > 5:\n        return None\n    r = ${pyAsk}\n    return run(messages + [r], tools, depth + 1)\n`,
  },
  {
    name: 'a recursion over data is not endless',
    want: { loops: ['recursion ?'] },
    ts: `${TS}export async function run(node: any): Promise<any> { const x = node.text; const r = ${one}; for (const child of node.children) await run(child); return r; }`,
    py: `${PY}def run(node):\n    x = node.text\n    r = ${pyOne}\n    for child in node.children:\n        run(child)\n    return r\n`,
  },
  {
    name: 'a retry by recursion in the error handler is no loop',
    want: { loops: [] },
    ts: `${TS}export async function f(x: string): Promise<any> { try { return ${one}; } catch { return f(x); } }`,
    py: `${PY}def f(x):\n    try:\n        return ${pyOne}\n    except Exception:\n        return f(x)\n`,
  },
  {
    name: 'a function that schedules itself',
    want: { loops: ['schedule ?'] },
    ts: `${TS}export async function tick(x: string) { ${one}; setTimeout(() => tick(x), 1000); }`,
    py: `import asyncio\n${PY}def tick(x):\n    ${pyOne}\n    asyncio.get_event_loop().call_later(1, tick, x)\n`,
  },
  {
    name: 'mutual recursion',
    want: { loops: ['recursion ? grows'] },
    ts: `${TS}export async function think(messages: any[], tools: any[]): Promise<any> { const r = ${ask}; return act(messages, r, tools); }\nasync function act(messages: any[], r: any, tools: any[]): Promise<any> { messages.push(r); return think(messages, tools); }`,
    wantTs: { loops: ['recursion none grows'] },
    py: `${PY}def think(messages, tools):\n    r = ${pyAsk}\n    return act(messages, r, tools)\ndef act(messages, r, tools):\n    messages.append(r)\n    return think(messages, tools)\n`,
    wantPy: { loops: ['recursion none grows'] },
  },
];

table([...agents, ...measured, ...batches, ...notAgents, ...retries, ...callers, ...others]);
