import { type CallSpec, defineSdk, type Fields, type LoopSpec, served } from './sdk.ts';

const fields = (agent: string): Fields => ({
  model: ['@1.model', `${agent}.model`],
  system: ['@1.instructions', `${agent}.instructions`],
  messages: '@0',
  tools: [`${agent}.tools`, '@1.toolsets', '@1.clientTools'],
  cap: [
    '@1.modelSettings.maxOutputTokens',
    '@1.maxTokens',
    `${agent}.defaultGenerateOptions.maxTokens`,
    `${agent}.defaultOptions.modelSettings.maxOutputTokens`,
  ],
  bound: ['@1.maxSteps', `${agent}.defaultOptions.maxSteps`, `${agent}.defaultStreamOptions.maxSteps`, `${agent}.defaultGenerateOptions.maxSteps`],
  stop: '@1.stopWhen',
  hiddenInput: ['@1.memory', '@1.threadId', '@1.thread'],
});

const loop: LoopSpec = {
  option: 'maxSteps',
  fallback: 5,
  needsTools: true,
  stops: { counted: ['isStepCount()', 'stepCountIs()'], endless: ['hasToolCall()', 'isLoopFinished()'] },
};

const methods = '{generate,stream,generateLegacy,streamLegacy,generateVNext,streamVNext,network}';
const call = (made: string, agent: string): CallSpec => ({
  signature: `${made}.${methods}`,
  api: 'agent',
  fields: fields(agent),
  omittedCap: 'model-maximum',
  loop,
});

export default defineSdk({
  id: 'mastra',
  name: 'Mastra',
  source: '@mastra/core 0.24.9',
  typescript: {
    packages: ['@mastra/core', 'mastra'],
    provider: 'model',
    hands: [{ by: ['createStep', 'createTool', 'createWorkflow', 'registerApiRoute'], name: 'mastra', made: 'Mastra' }],
    calls: [
      call('Agent()', '@receiver'),
      call('Mastra().{getAgent,getAgentById}()', '@Mastra.agents.{getAgent}'),
      {
        ...served(call('Agent()', '@receiver'), 'Agent'),
        server: { made: 'Mastra', agents: 'agents', runs: ['generate', 'stream', 'generateLegacy', 'streamLegacy', 'network'], asked: 'getAgent' },
      },
    ],
  },
});
