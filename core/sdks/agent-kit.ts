import type { Provider } from '../model.ts';
import { defineSdk, type ModelSpec } from './sdk.ts';

const model = (make: string, provider: Provider, cap: string): ModelSpec => ({
  make: `${make}()`,
  provider,
  id: 'model#0',
  cap: [`defaultParameters.${cap}`, 'defaultParameters.max_tokens'],
  baseUrl: 'baseUrl',
});

export default defineSdk({
  id: 'agent-kit',
  name: 'Inngest AgentKit',
  source: '@inngest/agent-kit 0.13.2',
  typescript: {
    packages: ['@inngest/agent-kit'],
    provider: 'model',
    objects: { agent: ['createAgent()', 'Agent()', 'createRoutingAgent()'], network: ['createNetwork()', 'Network()'] },
    calls: [
      {
        // One call: an agent by itself does not go on after its tools ran (maxIter 0), a network does.
        signature: '$agent.run',
        api: 'agent',
        fields: { model: ['@1.model', '@receiver.model'], system: '@receiver.system', messages: '@0', tools: '@receiver.tools', bound: '@1.maxIter' },
        omittedCap: 'model-maximum',
        loop: { option: 'maxIter', fallback: 1, needsTools: true },
      },
      {
        signature: '$network.run',
        api: 'network',
        fields: {
          model: ['@receiver.agents.0.model', '@receiver.defaultModel'],
          system: '@receiver.agents.0.system',
          messages: '@0',
          tools: '@receiver.agents.0.tools',
          bound: '@receiver.maxIter',
        },
        omittedCap: 'model-maximum',
        loop: { option: 'maxIter', fallback: 'none', zeroMeansNone: true },
      },
    ],
    models: [
      model('openai', 'openai', 'max_completion_tokens'),
      model('anthropic', 'anthropic', 'max_tokens'),
      model('gemini', 'google', 'generationConfig.maxOutputTokens'),
      model('grok', 'xai', 'max_tokens'),
    ],
  },
});
