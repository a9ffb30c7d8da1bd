import { type CallSpec, defineSdk } from './sdk.ts';

/** It marks prompts for the cache by itself, unless told not to. */
const call = (signature: string, omittedCap: CallSpec['omittedCap']): CallSpec => ({
  signature,
  api: 'complete',
  fields: { model: '@0', system: '@1.systemPrompt', messages: '@1.messages', tools: '@1.tools', cap: '@2.maxTokens' },
  omittedCap,
  caching: 'managed',
});

const state = (option: string): string => `@receiver.initialState.${option}`;

export default defineSdk({
  id: 'pi-ai',
  name: 'pi-ai',
  source: '@mariozechner/pi-ai 0.73.1, @mariozechner/pi-agent-core 0.73.1',
  typescript: {
    packages: ['@mariozechner/pi-ai', '@mariozechner/pi-agent-core'],
    provider: 'model',
    calls: [
      // Anthropic gets a third of the model's maximum.
      call('{complete,stream}', { anthropic: 'not-applicable', default: 'model-maximum' }),
      call('{completeSimple,streamSimple}', 32_000),
      {
        signature: 'Agent().prompt',
        api: 'agent',
        fields: { model: state('model'), system: state('systemPrompt'), messages: '@0', tools: state('tools'), hiddenInput: state('messages') },
        omittedCap: 32_000,
        caching: 'managed',
        loop: { fallback: 'none', needsTools: true },
      },
    ],
    models: [{ make: 'getModel()', provider: 'model', id: '#1', vendor: '#0' }],
  },
});
