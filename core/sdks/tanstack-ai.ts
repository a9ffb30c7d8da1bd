import type { Provider } from '../model.ts';
import { defineSdk, type ModelSpec } from './sdk.ts';

const VENDORS: Readonly<Record<string, Provider>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  gemini: 'google',
  openrouter: 'openrouter',
  grok: 'xai',
  groq: 'groq',
  ollama: 'local',
};

/** `openaiText('gpt-5.4')`, `createOpenaiChat('gpt-5.4', key)`. */
const adapter = (name: string, provider: Provider): ModelSpec => ({
  package: `@tanstack/ai-${name}`,
  make: ['*()'],
  provider,
  id: 'model#0',
  baseUrl: ['baseURL', '@1.baseURL', '@2.baseURL'],
});

export default defineSdk({
  id: 'tanstack-ai',
  name: 'TanStack AI',
  source: '@tanstack/ai 0.58.0, @tanstack/ai-openai and @tanstack/ai-anthropic of the same day',
  typescript: {
    packages: ['@tanstack/ai', ...Object.keys(VENDORS).map((name) => `@tanstack/ai-${name}`)],
    provider: 'model',
    calls: [
      {
        signature: 'chat',
        api: 'chat',
        fields: {
          // The first versions took the id beside the adapter.
          model: ['model', 'adapter'],
          system: 'systemPrompts',
          messages: 'messages',
          tools: ['tools', 'mcp'],
          cap: [
            'modelOptions.max_output_tokens',
            'modelOptions.max_tokens',
            'modelOptions.maxOutputTokens',
            'modelOptions.max_completion_tokens',
            '@0.maxTokens',
          ],
          stop: 'agentLoopStrategy',
        },
        omittedCap: 'model-maximum',
        loop: {
          option: 'agentLoopStrategy',
          fallback: 5,
          needsTools: true,
          stops: { counted: ['maxIterations()'], endless: ['untilFinishReason()'] },
        },
      },
    ],
    models: Object.entries(VENDORS).map(([name, provider]) => adapter(name, provider)),
  },
});
