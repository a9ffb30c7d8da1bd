import { defineSdk } from './sdk.ts';

/** The runtime sends what its adapter is made for: the adapter stands for the calls. */
export default defineSdk({
  id: 'copilotkit',
  name: 'CopilotKit',
  source: '@copilotkit/runtime 1.75.0',
  typescript: {
    packages: ['@copilotkit/runtime'],
    provider: 'model',
    calls: [
      {
        signature: 'OpenAIAdapter',
        api: 'runtime',
        provider: 'openai',
        fields: { model: 'model', baseUrl: 'openai.baseURL' },
        omittedCap: 'not-applicable',
        addsPrompt: true,
      },
      {
        signature: 'AnthropicAdapter',
        api: 'runtime',
        provider: 'anthropic',
        fields: { model: 'model' },
        omittedCap: 'not-applicable',
        caching: 'managed',
        addsPrompt: true,
      },
      {
        signature: 'GoogleGenerativeAIAdapter',
        api: 'runtime',
        provider: 'google',
        fields: { model: 'model' },
        omittedCap: 'not-applicable',
        addsPrompt: true,
      },
      { signature: 'GroqAdapter', api: 'runtime', provider: 'groq', fields: { model: 'model' }, omittedCap: 'not-applicable', addsPrompt: true },
    ],
  },
});
