/** Loops around a method of which only the interface or base class is known: they count for every class that fulfils it. */
import { type Row, table } from '../analyze/workspace.ts';

const grows = { loops: ['caller none grows'], system: ['"Be careful."'] };

const provider = `import Anthropic from '@anthropic-ai/sdk';
import type { Provider, Request } from './types';
export class Claude implements Provider {
  private client = new Anthropic();
  chat(request: Request) { return this.client.messages.create({ model: 'claude-opus-4-8', max_tokens: 9, system: request.system, messages: request.messages }); }
}`;
const types = `export interface Request { messages: any[]; system: string }
export interface Provider { chat(request: Request): Promise<any> }
export interface Sender { chat(request: Request): Promise<any> }`;
const index = `import { Claude } from './claude';
import type { Provider } from './types';
export type { Provider } from './types';
const makers: Record<string, unknown> = {};
export function register(name: string, make: () => Provider) { makers[name] = make; }
register('claude', () => new Claude());
export function provider(name: string): Provider { return (makers[name] as () => Provider)(); }`;
const agent = (type: string, from: string) => `import type { ${type} } from '${from}';
import { provider } from './providers';
export class Agent {
  private messages: any[] = [];
  constructor(private readonly provider: ${type}) {}
  async run() {
    while (true) {
      const answer = await this.provider.chat({ messages: this.messages, system: 'Be careful.' });
      this.messages.push({ role: 'assistant', content: answer.content });
      if (answer.stop_reason !== 'tool_use') return answer;
    }
  }
}
export const start = (name: string) => new Agent(provider(name) as any).run();`;

const files = (agentText: string) => ({
  'providers/types.ts': types,
  'providers/claude.ts': provider,
  'providers/index.ts': index,
  'agent.ts': agentText,
});

const rows: Row[] = [
  { name: 'an interface, imported from where it is declared', want: grows, ts: files(agent('Provider', './providers/types')) },
  { name: 'an interface, imported from a file that hands it on', want: grows, ts: files(agent('Provider', './providers')) },
  { name: 'another interface of the same shape', want: { loops: [] }, ts: files(agent('Sender', './providers/types')) },
  {
    name: 'a helper that says what it returns',
    want: grows,
    ts: files(`import { provider } from './providers';
export async function run(name: string) {
  const messages: any[] = [];
  const model = provider(name);
  while (true) {
    const answer = await model.chat({ messages, system: 'Be careful.' });
    messages.push({ role: 'assistant', content: answer.content });
    if (answer.stop_reason !== 'tool_use') return answer;
  }
}`),
  },
  {
    name: 'a base class whose loop calls what its subclasses do',
    want: { loops: ['caller none grows'] },
    ts: `import Anthropic from '@anthropic-ai/sdk';
abstract class Agent {
  protected messages: any[] = [];
  protected abstract step(messages: any[]): Promise<any>;
  async run() {
    while (true) {
      const answer = await this.step(this.messages);
      this.messages.push({ role: 'assistant', content: answer.content });
      if (answer.stop_reason !== 'tool_use') return answer;
    }
  }
}
export class Claude extends Agent {
  private client = new Anthropic();
  protected step(messages: any[]) { return this.client.messages.create({ model: 'claude-opus-4-8', max_tokens: 9, system: 'Be careful.', messages }); }
}`,
    py: `import anthropic
from abc import ABC, abstractmethod
class Agent(ABC):
    def __init__(self):
        self.messages = []
    @abstractmethod
    def step(self, messages):
        ...
    def run(self):
        while True:
            answer = self.step(self.messages)
            self.messages.append({"role": "assistant", "content": answer.content})
            if answer.stop_reason != "tool_use":
                return answer
class Claude(Agent):
    def step(self, messages):
        client = anthropic.Anthropic()
        return client.messages.create(model="claude-opus-4-8", max_tokens=9, system="Be careful.", messages=messages)
`,
  },
  {
    name: 'a bound of the base class that the subclass sets anew',
    want: { loops: ['caller 30 grows'] },
    ts: `import Anthropic from '@anthropic-ai/sdk';
abstract class Agent {
  protected maxSteps = 10;
  protected messages: any[] = [];
  protected abstract step(messages: any[]): Promise<any>;
  async run() {
    for (let i = 0; i < this.maxSteps; i++) {
      const answer = await this.step(this.messages);
      this.messages.push({ role: 'assistant', content: answer.content });
    }
  }
}
export class Claude extends Agent {
  protected maxSteps = 30;
  private client = new Anthropic();
  protected step(messages: any[]) { return this.client.messages.create({ model: 'claude-opus-4-8', max_tokens: 9, system: 'Be careful.', messages }); }
}`,
    py: `import anthropic
class Agent:
    max_steps: int = 10
    def __init__(self):
        self.messages = []
    def step(self, messages):
        raise NotImplementedError
    def run(self):
        for _ in range(self.max_steps):
            answer = self.step(self.messages)
            self.messages.append({"role": "assistant", "content": answer.content})
class Claude(Agent):
    max_steps: int = 30
    def step(self, messages):
        client = anthropic.Anthropic()
        return client.messages.create(model="claude-opus-4-8", max_tokens=9, system="Be careful.", messages=messages)
`,
  },
  {
    name: 'tried again through the interface: what fails there need not be this call',
    want: { loops: [], retry: '-' },
    ts: files(`import { provider } from './providers';
export async function run(name: string) {
  for (let attempt = 0; attempt < 3; attempt++) {
    try { return await provider(name).chat({ messages: [], system: 'Be careful.' }); } catch (error) { console.error(error); }
  }
}`),
  },
  {
    name: 'an object that the code makes is what it is',
    want: { loops: [] },
    ts: `import Anthropic from '@anthropic-ai/sdk';
interface Model { step(messages: any[]): Promise<any> }
export class Claude implements Model { step(messages: any[]) { return new Anthropic().messages.create({ model: 'claude-opus-4-8', max_tokens: 9, messages }); } }
class Echo implements Model { async step(messages: any[]) { return messages.at(-1); } }
export async function run(messages: any[]) { const model: Model = new Echo(); while (true) { const answer = await model.step(messages); messages.push(answer); if (!answer.tool_calls) return; } }`,
  },
];

table(rows);
