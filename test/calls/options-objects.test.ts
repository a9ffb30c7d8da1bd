/** A list that a loop grows and hands on inside an object of options grows for the call behind it as well. */
import { type Row, TS, table } from '../analyze/workspace.ts';

const create = (system: string, messages: string) =>
  `client.messages.create({ model: 'claude-opus-4-8', max_tokens: 9, system: ${system}, messages: ${messages} })`;
/** An agent loop over `list` that calls `ask`. */
const loop = (list: string, ask: string) =>
  `while (true) { const answer = await ${ask}; ${list}.push({ role: 'assistant', content: answer.content }); if (answer.stop_reason !== 'tool_use') break; }`;

const grows = { loops: ['caller none grows'] };

const rows: Row[] = [
  {
    name: 'options taken apart in the parameter',
    want: { ...grows, history: 'messages run', system: ['"Be brief."'] },
    ts: `${TS}const ask = async ({ messages, system }: { messages: any[]; system: string }) => ${create('system', 'messages')};
export async function agent(messages: any[]) { ${loop('messages', `ask({ messages, system: 'Be brief.' })`)} }`,
  },
  {
    name: 'under another name, with a default',
    want: { ...grows, history: 'messages run' },
    ts: `${TS}const ask = async ({ turns: sent = [] }: { turns?: any[] }) => ${create("'Be brief.'", 'sent')};
export async function agent(messages: any[]) { ${loop('messages', 'ask({ turns: messages })')} }`,
  },
  {
    name: 'an entry of the options',
    want: { ...grows, history: 'messages run' },
    ts: `${TS}const ask = async (options: { messages: any[] }) => ${create("'Be brief.'", 'options.messages')};
export async function agent(messages: any[]) { ${loop('messages', 'ask({ messages })')} }`,
  },
  {
    name: 'options that the loop holds in a variable',
    want: { ...grows, history: 'request.messages run' },
    ts: `${TS}const ask = async (options: { messages: any[] }) => ${create("'Be brief.'", 'options.messages')};
export async function agent(request: { messages: any[] }) { ${loop('request.messages', 'ask(request)')} }`,
  },
  {
    name: 'an agent and its provider, each a class, with an interface between them',
    want: { ...grows, history: 'this.history session' },
    ts: `import Anthropic from '@anthropic-ai/sdk';
interface Provider { ask(request: { messages: any[] }): Promise<any> }
class Claude implements Provider { private client = new Anthropic(); ask(request: { messages: any[] }) { return this.${create("'Be brief.'", 'request.messages')}; } }
class Agent { private history: any[] = []; constructor(private provider: Provider) {}
  async run() { ${loop('this.history', 'this.provider.ask({ messages: this.history })')} } }
await new Agent(new Claude()).run();`,
  },
  {
    name: 'another entry grows: what is sent does not',
    want: { loops: ['caller none'], history: '-' },
    ts: `${TS}const ask = async ({ messages }: { messages: any[]; log: any[] }) => ${create("'Be brief.'", 'messages')};
export async function agent(log: any[]) { ${loop('log', "ask({ messages: [{ role: 'user', content: 'Go on' }], log })")} }`,
  },
];

table(rows);
