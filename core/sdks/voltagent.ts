import { type CallSpec, defineSdk, served } from './sdk.ts';

const run: CallSpec = {
  signature: 'Agent().{generateText,streamText,generateObject,streamObject}',
  api: 'agent',
  fields: {
    model: '@receiver.model',
    system: '@receiver.instructions',
    messages: '@0',
    tools: ['@receiver.tools', '@receiver.toolkits', '@receiver.subAgents'],
    cap: ['@1.maxOutputTokens', '@receiver.maxOutputTokens'],
    bound: ['@1.maxSteps', '@receiver.maxSteps'],
    stop: ['@1.stopWhen', '@receiver.stopWhen'],
    hiddenInput: ['@1.conversationId', '@receiver.memory'],
  },
  omittedCap: 'model-maximum',
  loop: {
    option: 'maxSteps',
    fallback: 5,
    needsTools: true,
    stops: { counted: ['isStepCount()', 'stepCountIs()'], endless: ['hasToolCall()', 'isLoopFinished()'] },
  },
};

export default defineSdk({
  id: 'voltagent',
  name: 'VoltAgent',
  source: '@voltagent/core 2.10.0',
  typescript: {
    packages: ['@voltagent/core'],
    provider: 'model',
    calls: [
      run,
      {
        ...served(run, 'Agent'),
        server: { made: 'VoltAgent', agents: 'agents', runs: ['generateText', 'streamText', 'generateObject', 'streamObject'] },
      },
    ],
  },
});
