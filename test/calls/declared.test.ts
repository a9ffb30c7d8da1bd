/** Clients behind the types that a repository declares itself, and packages by the ways in which they are imported. */
import { type Row, table } from '../analyze/workspace.ts';

const opus = 'claude-opus-4-8';
const TYPE = "import type Anthropic from '@anthropic-ai/sdk';\n";
const call = (client: string, model = `'${opus}'`) => `${client}.messages.create({ model: ${model}, max_tokens: 9, messages: [] })`;
const want = { model: `${opus} literal`, cap: '9 literal' };

const rows: Row[] = [
  {
    name: 'a member of an interface',
    want,
    ts: `${TYPE}interface Deps { readonly client: Anthropic; log(text: string): void }\nexport const ask = (deps: Deps) => ${call('deps.client')};`,
  },
  {
    name: 'a member of an interface that another file declares and extends',
    want,
    ts: {
      'src/deps.ts': `${TYPE}interface Base { llm: { client: Anthropic | null } }\nexport interface Deps extends Base { name: string }`,
      'src/ask.ts': `import Anthropic from '@anthropic-ai/sdk';\nimport type { Deps } from './deps';\nexport class Clerk { constructor(private readonly deps: Deps) {} ask() { return ${call('this.deps.llm.client')}; } }`,
    },
  },
  {
    name: 'a pattern with types of its own',
    want,
    ts: `${TYPE}export const ask = async ({ client, text }: { client: Anthropic; text: string }) => ${call('client')};`,
  },
  {
    name: 'the type of an instance, and what a function returns',
    want: [want, want],
    ts: `import Anthropic from '@anthropic-ai/sdk';\nexport const createContext = () => ({ client: new Anthropic() });\ntype Client = InstanceType<typeof Anthropic>;\nexport const a = (client: Client) => ${call('client')};\nexport const b = ({ ctx }: { ctx: Awaited<ReturnType<typeof createContext>> }) => ${call('ctx.client')};`,
  },
  {
    name: 'a member of another type is something else',
    want: [],
    ts: `${TYPE}interface Desk { messages: { create(o: object): void } }\ninterface Deps { client: Desk; other: Anthropic }\nexport const ask = (deps: Deps) => ${call('deps.client')};`,
  },
  {
    name: 'what a caller hands in is known better than its type',
    want: { model: `${opus} literal`, provider: 'openai' },
    ts: `import OpenAI from 'openai';\ninterface Deps { client: OpenAI }\nconst ask = (deps: Deps) => deps.client.chat.completions.create({ model: '${opus}', max_tokens: 9, messages: [] });\nexport const f = () => ask({ client: new OpenAI({ baseURL: 'https://api.openai.com/v1' }) });`,
  },
  {
    name: 'a client that is made where there is none yet',
    want: [want, want],
    ts: `import Anthropic from '@anthropic-ai/sdk';\nlet shared;\nfunction client() { shared ??= new Anthropic(); return shared; }\nexport const ask = () => ${call('client()')};\nexport class Clerk { private own; ask() { this.own ||= new Anthropic(); return ${call('this.own')}; } }`,
  },
  {
    name: 'packages in Deno',
    want: [want, want, want],
    ts: `import A from 'npm:@anthropic-ai/sdk@0.24.3';\nimport B from 'https://esm.sh/@anthropic-ai/sdk@0.24.3?target=deno';\nimport C from 'npm:@anthropic-ai/sdk';\n${call('new A()')};\n${call('new B()')};\n${call('new C()')};`,
  },
  {
    name: 'packages of deno.land, and others of the same name',
    want: { model: 'gpt-5.4 literal' },
    ts: `import { OpenAI } from 'https://deno.land/x/openai@v4.20.1/mod.ts';\nimport { OpenAI as Own } from 'https://example.com/openai/mod.ts';\nawait new OpenAI().responses.create({ model: 'gpt-5.4', input: 'Hello' });\nawait new Own().responses.create({ model: 'gpt-5.4', input: 'Hello' });`,
  },
];

table(rows);
