import type { Provider } from '../model.ts';
import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

/** The wrapped client stays what it is: its base URL decides whose prices apply. A model set at the wrapper counts when the call names none. */
const fields: Fields = {
  model: ['model', '@receiver.model'],
  system: 'system',
  messages: ['messages', 'contents'],
  tools: 'tools',
  cap: ['max_completion_tokens', 'max_tokens', 'generation_config.max_tokens', '@receiver.max_tokens'],
  baseUrl: ['@receiver.client#0.base_url', '@receiver.client#0.azure_endpoint', '@receiver.base_url'],
};

const chat = '[.messages].{create,create_with_completion,create_iterable,create_partial}';
const made = (
  by: string,
  provider: Provider | 'model',
  extra: Partial<Fields> = {},
  omittedCap: CallSpec['omittedCap'] = 'model-maximum',
): CallSpec => ({
  signature: [`{${by}}()[.chat][.completions]${chat}`, `{${by}}().responses.{create,create_with_completion,create_iterable,create_partial}`],
  api: 'extract',
  provider,
  fields: { ...fields, ...extra },
  omittedCap,
  // Response schemas travel as tools; failed validation asks again (max_retries).
  addsPrompt: true,
});

export default defineSdk({
  id: 'instructor',
  name: 'Instructor',
  source: 'instructor 1.17.0, @instructor-ai/instructor 1.7.0',
  python: {
    packages: ['instructor'],
    provider: 'model',
    calls: [
      made('from_openai,patch,apatch', 'openai'),
      // The SDK requires max_tokens; Instructor fills it in.
      made('from_anthropic', 'anthropic', {}, 'not-applicable'),
      made('from_gemini,from_genai', 'google'),
      made('from_vertexai', 'vertex'),
      made('from_bedrock', 'bedrock', { model: ['modelId', 'model', '@receiver.model'] }),
      made('from_groq', 'groq'),
      made('from_mistral', 'mistral'),
      made('from_cohere', 'cohere'),
      made('from_cerebras', 'cerebras'),
      made('from_fireworks', 'fireworks'),
      made('from_perplexity', 'perplexity'),
      made('from_together', 'together'),
      made('from_deepseek', 'deepseek'),
      made('from_openrouter', 'openrouter'),
      made('from_xai', 'xai'),
      made('from_litellm', 'model'),
      made('from_provider', 'model', { model: ['model', '@receiver.model#0'] }),
    ],
  },
  typescript: {
    packages: ['@instructor-ai/instructor'],
    provider: 'model',
    calls: [made('default,createInstructor', 'openai', { baseUrl: '@receiver.client.baseURL' })],
  },
});
