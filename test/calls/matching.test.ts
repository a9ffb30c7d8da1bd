/** Which calls are billed calls: through aliases and wrappers, counted once, and never a namesake. */
import { PY, type Row, TS, table } from '../analyze/workspace.ts';

const opus = 'claude-opus-4-8';
const ai = { sdk: 'vercel-ai', model: 'gpt-5.4 literal' };
const chat = { sdk: 'openai', model: 'gpt-5.4 literal' };
const call = "{ model: 'gpt-5.4', messages: [] }";
const AI = "import { openai } from '@ai-sdk/openai';\n";
const use = "{ model: openai('gpt-5.4'), prompt: 'x' }";

const aliases: Row[] = [
  { name: 'an import under another name', want: ai, ts: `${AI}import { streamText as _streamText } from 'ai';\n_streamText(${use});` },
  { name: 'a namespace', want: ai, ts: `${AI}import * as ai from 'ai';\nai.generateText(${use});` },
  { name: 'a dynamic import', want: ai, ts: `${AI}async function f() { const { generateText } = await import('ai'); return generateText(${use}); }` },
  {
    name: 'a dynamic import of the whole',
    want: ai,
    ts: `${AI}async function f() { const ai = await import('ai'); return ai.generateText(${use}); }`,
  },
  {
    name: 'require of one name',
    want: chat,
    ts: { 'src/main.js': `const { OpenAI } = require('openai');\nnew OpenAI().chat.completions.create(${call});` },
  },
  {
    name: 're-exported by a file of the workspace',
    want: ai,
    ts: { 'src/main.ts': `${AI}import { generateText } from './ai';\ngenerateText(${use});`, 'src/ai.ts': "export { generateText } from 'ai';" },
  },
  {
    name: 're-exported with a star',
    want: ai,
    ts: { 'src/main.ts': `${AI}import { generateText } from './ai';\ngenerateText(${use});`, 'src/ai.ts': "export * from 'ai';" },
  },
  {
    name: 'imported and exported under another name',
    want: chat,
    ts: {
      'src/main.ts': `import { Client } from './llm';\nnew Client().chat.completions.create(${call});`,
      'src/llm.ts': "import OpenAI from 'openai';\nexport { OpenAI as Client };",
    },
    py: {
      'app/main.py': 'from llm import Client\nClient().chat.completions.create(model="gpt-5.4", messages=[])\n',
      'app/llm.py': 'from openai import OpenAI as Client\n',
    },
  },
  {
    name: 'the default import and the named one',
    want: [chat, chat],
    ts: `import OpenAI, { OpenAI as Named } from 'openai';\nnew OpenAI().chat.completions.create(${call});\nnew Named().chat.completions.create(${call});`,
    py: 'import openai\nfrom openai import OpenAI as O\nopenai.OpenAI().chat.completions.create(model="gpt-5.4", messages=[])\nO().chat.completions.create(model="gpt-5.4", messages=[])\n',
  },
  {
    name: 'import *',
    want: { sdk: 'anthropic', model: `${opus} literal` },
    py: `from anthropic import *\nAnthropic().messages.create(model="${opus}", max_tokens=9, messages=[])`,
  },
  {
    name: 'an import in try and except',
    want: chat,
    py: 'try:\n    from openai import OpenAI\nexcept ImportError:\n    OpenAI = None\nclient = OpenAI()\nclient.chat.completions.create(model="gpt-5.4", messages=[])\n',
  },
  {
    name: 'an import inside a function',
    want: chat,
    py: 'def f():\n    from openai import OpenAI\n    return OpenAI().chat.completions.create(model="gpt-5.4", messages=[])\n',
  },
  {
    name: 'a class of our own that extends the client',
    want: chat,
    ts: `import OpenAI from 'openai';\nclass Mine extends OpenAI {}\nnew Mine().chat.completions.create(${call});`,
    py: 'from openai import OpenAI\nclass Mine(OpenAI):\n    pass\nMine().chat.completions.create(model="gpt-5.4", messages=[])\n',
  },
  {
    name: 'self.create of a class that extends the client',
    want: chat,
    ts: `import OpenAI from 'openai';\nclass Mine extends OpenAI { ask() { return this.chat.completions.create(${call}); } }`,
    py: 'from openai import OpenAI\nclass Mine(OpenAI):\n    def ask(self):\n        return self.chat.completions.create(model="gpt-5.4", messages=[])\n',
  },
  {
    name: 'optional calls and chains',
    want: chat,
    ts: `import OpenAI from 'openai';\nlet client: OpenAI | undefined;\nexport const f = () => client?.chat?.completions.create(${call});`,
  },
  {
    name: 'stream as a context manager',
    want: { sdk: 'anthropic', model: `${opus} literal` },
    py: `${PY}with client.messages.stream(model="${opus}", max_tokens=9, messages=[]) as stream:\n    for text in stream.text_stream:\n        print(text)`,
    ts: `${TS}const stream = client.messages.stream({ model: '${opus}', max_tokens: 9, messages: [] });\nfor await (const x of stream) console.log(x);`,
  },
];

const namesakes: Row[] = [
  { name: 'a local function of the same name', want: [], ts: `${AI}function generateText(o: any) { return o; }\ngenerateText(${use});` },
  {
    name: 'a local function that calls the real one under an alias: once',
    want: { sdk: 'vercel-ai' },
    ts: `${AI}import { streamText as _streamText } from 'ai';\nexport function streamText(p: string) { return _streamText({ model: openai('gpt-5.4'), prompt: p }); }\nstreamText('a');\nstreamText('b');`,
  },
  {
    name: 'a class of the same name from another package',
    want: [],
    ts: "import { Agent } from 'undici';\nnew Agent().run({ model: 'x' });",
    py: 'from requests import OpenAI\nOpenAI().chat.completions.create(model="gpt-5.4", messages=[])\n',
  },
  {
    name: 'a class of the same name in the workspace',
    want: [],
    ts: {
      'src/main.ts': `import { OpenAI } from './mine';\nnew OpenAI().chat.completions.create(${call});`,
      'src/mine.ts': 'export class OpenAI { chat = { completions: { create(o: any) { return o; } } }; }',
    },
    py: {
      'app/main.py': 'from mine import OpenAI\nOpenAI().chat.completions.create(model="gpt-5.4", messages=[])\n',
      'app/mine.py': 'class OpenAI:\n    pass\n',
    },
  },
  {
    name: 'shadowed by a parameter',
    want: [],
    ts: `${AI}import { generateText } from 'ai';\nexport const f = (generateText: (o: any) => void) => generateText(${use});`,
    py: `${PY}def f(client):\n    return client.messages.create(to="a", text="b")\nf(object())`,
  },
  {
    name: 'shadowed by a variable',
    want: [],
    ts: `${AI}import { generateText } from 'ai';\nexport function f() { const generateText = (o: any) => o; return generateText(${use}); }`,
    py: 'import openai\ndef f():\n    openai = object()\n    return openai.chat.completions.create(model="x", messages=[])\n',
  },
  {
    name: 'a method of the same name on something else',
    want: [],
    ts: "import Stripe from 'stripe';\nconst client = new Stripe('k');\nclient.messages.create({ model: 'x', messages: [] });",
    py: 'from twilio.rest import Client\nclient = Client()\nclient.messages.create(to="a", body="b")\n',
  },
  {
    name: 'counting tokens is not billed',
    want: [],
    ts: `${TS}client.messages.countTokens({ model: '${opus}', messages: [] });`,
    py: `${PY}client.messages.count_tokens(model="${opus}", messages=[])`,
  },
  {
    name: 'a mention in a comment or a string',
    want: [],
    ts: `import OpenAI from 'openai';\n// new OpenAI().chat.completions.create(${call})\nconst s = "new OpenAI().chat.completions.create()";`,
  },
  {
    name: 'a type-only import makes no client',
    want: [],
    ts: `import type OpenAI from 'openai';\nexport type Answer = OpenAI.ChatCompletion;\nexport const f = (x: { create(o: any): void }) => x.create(${call});`,
  },
];

const wrappers: Row[] = [
  {
    name: 'a function that asks, called from many places: once',
    want: { sdk: 'anthropic', model: `${opus} default` },
    ts: `${TS}export const ask = (prompt: string, model = '${opus}') => client.messages.create({ model, max_tokens: 9, messages: [{ role: 'user', content: prompt }] });\nask('a');\nask('b');`,
    py: `${PY}def ask(prompt, model="${opus}"):\n    return client.messages.create(model=model, max_tokens=9, messages=[{"role": "user", "content": prompt}])\nask("a")\nask("b")`,
  },
  {
    name: 'a class with complete(), used in another file: once',
    want: { sdk: 'anthropic', model: `${opus} constant` },
    ts: {
      'src/main.ts': `import Anthropic from '@anthropic-ai/sdk';\nexport class LLM { private client = new Anthropic(); constructor(private model: string) {} complete(q: string) { return this.client.messages.create({ model: this.model, max_tokens: 9, messages: [{ role: 'user', content: q }] }); } }`,
      'src/use.ts': `import { LLM } from './main';\nconst llm = new LLM('${opus}');\nllm.complete('a');`,
    },
    py: {
      'app/main.py':
        'import anthropic\nclass LLM:\n    def __init__(self, model):\n        self.client = anthropic.Anthropic()\n        self.model = model\n    def complete(self, q):\n        return self.client.messages.create(model=self.model, max_tokens=9, messages=[{"role": "user", "content": q}])\n',
      'app/use.py': `from main import LLM\nllm = LLM("${opus}")\nllm.complete("a")\n`,
    },
    wantTs: { sdk: 'anthropic', model: `${opus} import` },
    wantPy: { sdk: 'anthropic', model: `${opus} import` },
  },
  {
    name: 'a decorated function',
    want: { sdk: 'anthropic', model: `${opus} default` },
    py: `from tenacity import retry\n${PY}@retry\ndef ask(prompt, model="${opus}"):\n    return client.messages.create(model=model, max_tokens=9, messages=[])`,
  },
  {
    name: 'a higher-order function',
    want: { sdk: 'anthropic', model: `${opus} literal` },
    ts: `${TS}const withRetry = async <T>(f: () => Promise<T>) => f();\nwithRetry(() => client.messages.create({ model: '${opus}', max_tokens: 9, messages: [] }));`,
    py: `${PY}def with_retry(f):\n    return f()\nwith_retry(lambda: client.messages.create(model="${opus}", max_tokens=9, messages=[]))`,
  },
  {
    name: 'the method handed on',
    want: [],
    ts: `${TS}const withRetry = (f: any, o: any) => f(o);\nwithRetry(client.messages.create, { model: '${opus}' });`,
    wantPy: { sdk: 'anthropic' },
    py: `${PY}def with_retry(f, **kw):\n    return f(**kw)\nwith_retry(client.messages.create, model="${opus}", max_tokens=9, messages=[])`,
    wantTs: { sdk: 'anthropic' },
  },
  {
    name: 'two calls on one line',
    want: [{ model: 'gpt-5.4 literal' }, { model: 'gpt-5.5 literal' }],
    ts: "import OpenAI from 'openai';\nconst c = new OpenAI();\nexport const f = (x: boolean) => x ? c.chat.completions.create({ model: 'gpt-5.4', messages: [] }) : c.chat.completions.create({ model: 'gpt-5.5', messages: [] });",
    py: 'from openai import OpenAI\nc = OpenAI()\ndef f(x):\n    return c.chat.completions.create(model="gpt-5.4", messages=[]) if x else c.chat.completions.create(model="gpt-5.5", messages=[])\n',
  },
  {
    name: 'a client made from one of two classes',
    want: { sdk: 'openai', provider: 'azure' },
    ts: "import OpenAI, { AzureOpenAI } from 'openai';\nconst client = process.env.AZURE ? new AzureOpenAI() : new OpenAI();\nclient.chat.completions.create({ model: 'gpt-5.4', messages: [] });",
    py: 'import os\nfrom openai import OpenAI, AzureOpenAI\nif os.getenv("AZURE"):\n    client = AzureOpenAI()\nelse:\n    client = OpenAI()\nclient.chat.completions.create(model="gpt-5.4", messages=[])\n',
  },
  {
    name: 'a base URL that names another provider',
    want: { provider: 'groq' },
    ts: "import OpenAI from 'openai';\nnew OpenAI({ baseURL: 'https://api.groq.com/openai/v1' }).chat.completions.create({ model: 'llama-3.3-70b-versatile', messages: [] });",
    py: 'from openai import OpenAI\nURL = "https://api.groq.com/openai/v1"\nOpenAI(base_url=URL).chat.completions.create(model="llama-3.3-70b-versatile", messages=[])\n',
  },
];

table([...aliases, ...namesakes, ...wrappers]);
