/** A model that is one of a list or table of constants, chosen when the program runs: the first is priced, the others are named. */
import { PY, type Row, TS, table } from '../analyze/workspace.ts';

const want = { model: 'claude-opus-4-8 constant', alternatives: ['claude-haiku-4-5 constant'] };
const list = `['claude-opus-4-8', 'claude-haiku-4-5']`;
const records = `[{ id: 'a', name: 'claude-opus-4-8' }, { id: 'b', name: 'claude-haiku-4-5' }]`;
const models = `{ a: 'claude-opus-4-8', b: 'claude-haiku-4-5' }`;
const ts = (model: string) => `client.messages.create({ model: ${model}, max_tokens: 9, messages: [] })`;
const py = (model: string) => `client.messages.create(model=${model}, max_tokens=9, messages=[])`;
const pyModels = '{"a": "claude-opus-4-8", "b": "claude-haiku-4-5"}';

const chosen: Row[] = [
  {
    name: 'a record of a list that is looked for',
    want,
    ts: `${TS}const MODELS = ${records};\nexport const f = (id: string) => { const found = MODELS.find((m) => m.id === id)!; return ${ts('found.name')}; };`,
  },
  {
    name: 'an item at a place that is not known',
    want,
    ts: `${TS}const MODELS = ${list};\nexport const f = (n: number) => ${ts('MODELS[n % 2]')};`,
    py: `${PY}MODELS = ["claude-opus-4-8", "claude-haiku-4-5"]\ndef f(n):\n    return ${py('MODELS[n % 2]')}`,
  },
  {
    name: 'an entry of a Map',
    want,
    ts: `${TS}const MODELS = new Map([['a', 'claude-opus-4-8'], ['b', 'claude-haiku-4-5']]);\nexport const f = (id: string) => ${ts('MODELS.get(id)!')};`,
  },
  {
    name: 'an entry of a Map by its key',
    want: { model: 'claude-haiku-4-5 literal', alternatives: [] },
    ts: `${TS}const MODELS = new Map([['a', 'claude-opus-4-8'], ['b', 'claude-haiku-4-5']]);\n${ts("MODELS.get('b')")};`,
  },
  {
    name: 'a list that grows: anything may be in it',
    want: { model: '? dynamic', alternatives: [] },
    ts: `${TS}const MODELS = ${list};\nexport const f = (n: number, more: string[]) => { for (const m of more) MODELS.push(m); return ${ts('MODELS[n]')}; };`,
  },
];

const each: Row[] = [
  {
    name: 'items that a function is called with',
    want: { ...want, loops: ['batch 2'] },
    ts: `${TS}const MODELS = ${list};\nexport const f = () => Promise.all(MODELS.map((m) => ${ts('m')}));`,
  },
  {
    name: 'records taken apart by the function',
    want,
    ts: `${TS}const MODELS = ${records};\nexport const f = () => Promise.all(MODELS.map(async ({ name }) => ${ts('name')}));`,
  },
  {
    name: 'a helper that maps',
    want,
    ts: `import pMap from 'p-map';\n${TS}const MODELS = ${list};\nexport const f = () => pMap(MODELS, (m) => ${ts('m')}, { concurrency: 2 });`,
  },
  {
    name: 'values of a table',
    want,
    ts: `${TS}const MODELS = ${models};\nfor (const m of Object.values(MODELS)) ${ts('m')};`,
    py: `${PY}MODELS = ${pyModels}\nfor m in MODELS.values():\n    ${py('m')}`,
  },
  {
    name: 'keys and values of a table',
    want,
    ts: `${TS}const MODELS = ${models};\nfor (const [, m] of Object.entries(MODELS)) ${ts('m')};`,
    py: `${PY}MODELS = ${pyModels}\nfor name, m in MODELS.items():\n    ${py('m')}`,
  },
  {
    name: 'keys of a table',
    want,
    ts: `${TS}const LIMITS = { 'claude-opus-4-8': 1, 'claude-haiku-4-5': 2 };\nfor (const m of Object.keys(LIMITS)) ${ts('m')};`,
  },
];

const handedIn: Row[] = [
  {
    name: 'a client that the only caller makes: its host, not that of its type',
    want: { model: 'gpt-5.4 literal', provider: 'openrouter' },
    ts: `import OpenAI from 'openai';\nexport class Writer { constructor(private readonly client: OpenAI) {} write() { return this.client.chat.completions.create({ model: 'gpt-5.4', messages: [] }); } }\nnew Writer(new OpenAI({ baseURL: 'https://openrouter.ai/api/v1' })).write();`,
    py: `from openai import OpenAI\nclass Writer:\n    def __init__(self, client: OpenAI):\n        self.client = client\n    def write(self):\n        return self.client.chat.completions.create(model="gpt-5.4", messages=[])\nWriter(OpenAI(base_url="https://openrouter.ai/api/v1")).write()`,
  },
  {
    name: 'a client that nobody is seen to hand in: its type',
    want: { model: 'gpt-5.4 literal', provider: 'openai' },
    ts: `import OpenAI from 'openai';\nexport const write = (client: OpenAI) => client.chat.completions.create({ model: 'gpt-5.4', messages: [] });`,
    py: `from openai import OpenAI\ndef write(client: OpenAI):\n    return client.chat.completions.create(model="gpt-5.4", messages=[])`,
  },
  {
    name: 'models that several callers make',
    want: { model: 'gpt-5.4 literal', alternatives: ['gpt-5.4-mini literal'] },
    ts: `import { ChatOpenAI } from '@langchain/openai';\nconst ask = (llm: ChatOpenAI) => llm.invoke('Hello');\nask(new ChatOpenAI({ model: 'gpt-5.4' }));\nask(new ChatOpenAI({ model: 'gpt-5.4-mini' }));`,
    py: `from langchain_openai import ChatOpenAI\ndef ask(llm: ChatOpenAI):\n    return llm.invoke("Hello")\nask(ChatOpenAI(model="gpt-5.4"))\nask(ChatOpenAI(model="gpt-5.4-mini"))`,
  },
];

table([...chosen, ...each, ...handedIn]);
