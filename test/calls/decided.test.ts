/** Values that the code settles by itself: branches that a constant takes, variables that another function sets, defaults that may be overridden. */
import { PY, type Row, TS, table } from '../analyze/workspace.ts';

const opus = 'claude-opus-4-8';
const haiku = 'claude-haiku-4-5';
const call = (model: string) => `client.messages.create({ model: ${model}, max_tokens: 9, messages: [] })`;

const pyCall = (model: string) => `client.messages.create(model=${model}, max_tokens=9, messages=[])`;

const rows: Row[] = [
  {
    name: 'a switch over a constant argument',
    want: { model: `${haiku} literal`, alternatives: [] },
    ts: `${TS}function modelOf(tier: string) {\n  switch (tier) {\n    case 'large': return '${opus}';\n    case 'small': return '${haiku}';\n    default: throw new Error(tier);\n  }\n}\n${call("modelOf('small')")};`,
  },
  {
    name: 'a flag that is set once',
    want: { model: `${haiku} literal`, alternatives: [] },
    ts: `${TS}const LARGE = false;\n${call(`LARGE ? '${opus}' : '${haiku}'`)};`,
    py: `${PY}LARGE = False\nclient.messages.create(model="${opus}" if LARGE else "${haiku}", max_tokens=9, messages=[])`,
  },
  {
    name: 'a flag that something changes later decides nothing',
    want: { model: `${opus} literal`, alternatives: [`${haiku} literal`] },
    ts: `${TS}let first = true;\nwhile (more()) {\n  ${call(`first ? '${opus}' : '${haiku}'`)};\n  first = false;\n}`,
  },
  {
    name: 'an option that is not given',
    want: { model: `${haiku} literal`, alternatives: [] },
    ts: `${TS}const modelOf = (o: { large?: boolean }) => { if (o.large) return '${opus}'; return '${haiku}'; };\n${call('modelOf({})')};`,
  },
  {
    name: 'a model that another function may change',
    want: { model: `${opus} constant`, alternatives: [`${haiku} constant`] },
    ts: `${TS}let model = '${opus}';\nexport function useSmall() { model = '${haiku}'; }\nexport const ask = () => ${call('model')};`,
    py: `${PY}MODEL = "${opus}"\ndef use_small():\n    global MODEL\n    MODEL = "${haiku}"\ndef ask():\n    return ${pyCall('MODEL')}`,
  },
  {
    name: 'a client that another function makes',
    want: { model: `${opus} literal` },
    ts: `import Anthropic from '@anthropic-ai/sdk';\nlet client;\nexport function init() { client = new Anthropic(); }\nexport const ask = () => ${call(`'${opus}'`)};`,
    py: `from anthropic import Anthropic\nclient = None\ndef init():\n    global client\n    client = Anthropic()\ndef ask():\n    return ${pyCall(`"${opus}"`)}`,
  },
  {
    name: 'a client that is made before the variable is declared',
    want: { model: `${opus} literal` },
    ts: `import Anthropic from '@anthropic-ai/sdk';\nfunction init() { client = new Anthropic(); }\nlet client = null;\ninit();\nexport async function ask() { return ${call(`'${opus}'`)}; }`,
    py: `from anthropic import Anthropic\ndef init():\n    global client, other\n    client, other = Anthropic(), 1\ndef ask():\n    return ${pyCall(`"${opus}"`)}`,
  },
  {
    name: 'a client that is made when it is first asked for',
    want: { model: 'gpt-5.4 literal', cap: '9 literal' },
    ts: `import { ChatOpenAI } from '@langchain/openai';\nlet judge: ChatOpenAI | null = null;\nfunction getJudge() {\n  if (judge === null) judge = new ChatOpenAI({ model: 'gpt-5.4', maxTokens: 9 });\n  return judge;\n}\nexport const ask = () => getJudge().invoke('x');`,
    py: `from langchain_openai import ChatOpenAI\njudge = None\ndef get_judge():\n    global judge\n    if judge is None:\n        judge = ChatOpenAI(model="gpt-5.4", max_tokens=9)\n    return judge\ndef ask():\n    return get_judge().invoke("x")`,
  },
  {
    name: 'a variable of a function that a callback sets',
    want: { model: `${opus} constant`, alternatives: [`${haiku} constant`] },
    ts: `${TS}export async function ask() {\n  let model = '${opus}';\n  await load((small) => { if (small) model = '${haiku}'; });\n  return ${call('model')};\n}`,
    py: `${PY}def ask():\n    model = "${opus}"\n    def small():\n        nonlocal model\n        model = "${haiku}"\n    load(small)\n    return ${pyCall('model')}`,
  },
  {
    name: 'a variable of the same name in a function is another one',
    want: { model: `${opus} constant`, alternatives: [] },
    ts: `${TS}let model = '${opus}';\nexport function other() { let model; model = '${haiku}'; return model; }\nexport const ask = () => ${call('model')};`,
    py: `${PY}model = "${opus}"\ndef other():\n    model = "${haiku}"\n    return model\ndef ask():\n    return ${pyCall('model')}`,
  },
  {
    name: 'settings over defaults',
    want: { model: `${opus} default`, cap: '50 default' },
    ts: `${TS}const DEFAULTS = { model: '${opus}', cap: 50 };\nclass Plugin {\n  settings: any;\n  async load() { this.settings = Object.assign({}, DEFAULTS, await this.loadData()); }\n  ask() { return client.messages.create({ model: this.settings.model, max_tokens: this.settings.cap, messages: [] }); }\n}`,
  },
  {
    name: 'an options object with a default for the whole of it',
    want: { model: `${opus} default` },
    ts: `${TS}class Agent {\n  private model: string;\n  constructor({ model }: { model?: string } = {}) { this.model = model ?? '${opus}'; }\n  ask() { return ${call('this.model')}; }\n}`,
  },
  {
    name: 'a setting that is looked up in several places, the last of which has a default',
    want: { model: `${opus} default` },
    ts: `import { createAnthropic } from '@ai-sdk/anthropic';\nimport { generateText } from 'ai';\nimport type { Runtime } from 'somewhere';\nconst setting = (r: Runtime, key: string, standard?: string) => r.get(key) ?? process.env[key] ?? standard;\nconst name = (r: Runtime) => setting(r, 'A') ?? (setting(r, 'B', '${opus}') as string);\nexport const f = (r: Runtime) => generateText({ model: createAnthropic({}).languageModel(name(r)), prompt: 'x', maxOutputTokens: 5 });`,
  },
  {
    name: 'one setting for the clients of several vendors: each gets what it can ask for',
    want: [
      { model: '? dynamic', provider: 'anthropic' },
      { model: 'gpt-5.4 default', provider: 'openai' },
    ],
    ts: `import Anthropic from '@anthropic-ai/sdk';\nimport OpenAI from 'openai';\nexport class Clerk {\n  private model: string;\n  constructor(model?: string) { this.model = model ?? 'gpt-5.4'; }\n  a() { return new Anthropic().messages.create({ model: this.model, max_tokens: 9, messages: [] }); }\n  b() { return new OpenAI().chat.completions.create({ model: this.model, max_tokens: 9, messages: [] }); }\n}`,
  },
];

table(rows);
