/** Agents that a server of the framework gets by a name, and that other code asks it for: what the templates of Mastra look like. */
import { type Row, table } from '../analyze/workspace.ts';

const AGENT = `import { Agent } from '@mastra/core/agent';\nexport const clerk = new Agent({ name: 'clerk', instructions: 'Be brief.', model: 'openai/gpt-5.4-mini' });`;
const SERVER = `import { Mastra } from '@mastra/core/mastra';\nimport { clerk } from './agents/clerk';\nexport const mastra = new Mastra({ agents: { clerk } });`;
const step = (name: string) =>
  `import { createStep } from '@mastra/core/workflows';\nexport const answer = createStep({ id: 'answer', execute: async ({ inputData, mastra }) => mastra?.getAgent('${name}').generate(inputData.question) });`;
const model = 'openai/gpt-5.4-mini import';

const rows: Row[] = [
  {
    name: 'an agent that only the server runs counts where it is made',
    want: { model: 'openai/gpt-5.4-mini literal' },
    ts: { 'src/agents/clerk.ts': AGENT, 'src/index.ts': SERVER },
  },
  {
    name: 'the same over a file that passes it on',
    want: { model: 'openai/gpt-5.4-mini literal' },
    ts: {
      'src/agents/clerk.ts': AGENT,
      'src/agents/index.ts': `export { clerk } from './clerk';`,
      'src/index.ts': SERVER.replace('./agents/clerk', './agents'),
    },
  },
  {
    name: 'a step that asks for the agent is the call',
    want: { model },
    ts: {
      'src/agents/clerk.ts': AGENT,
      'src/flow.ts': step('clerk'),
      'src/index.ts': SERVER.replace('{ clerk } }', '{ clerk }, workflows: { answer } }').replace(
        'import { clerk',
        `import { answer } from './flow';\nimport { clerk`,
      ),
    },
  },
  {
    name: 'a step that asks for an agent which the code does not show',
    want: { model: '? absent' },
    ts: {
      'src/flow.ts': step('other'),
      'src/index.ts': `import { Mastra } from '@mastra/core';\nimport { answer } from './flow';\nexport const mastra = new Mastra({ agents: {}, workflows: { answer } });`,
    },
  },
  {
    name: 'a route that runs the agent is the call',
    want: { model },
    ts: {
      'src/agents/clerk.ts': AGENT,
      'src/index.ts': SERVER,
      'src/route.ts': `import { clerk } from './agents/clerk';\nexport const POST = async (request: Request) => clerk.stream(await request.json());`,
    },
  },
  { name: 'an agent that nobody gets is no call', want: [], ts: { 'src/agents/clerk.ts': AGENT } },
  {
    name: 'what another function hands in under that name is something else',
    want: [],
    ts: {
      'src/flow.ts': `import { createStep } from './own';\nexport const answer = createStep({ execute: async ({ mastra }) => mastra.getAgent('clerk').generate('Hello') });`,
    },
  },
];

table(rows);
