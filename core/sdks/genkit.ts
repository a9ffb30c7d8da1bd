import type { Provider } from '../model.ts';
import { type CallSpec, defineSdk, type Fields, type LoopSpec, type ModelSpec } from './sdk.ts';

const fields: Fields = {
  model: ['model', '@receiver.model'],
  system: 'system',
  messages: ['prompt#0', 'messages'],
  tools: 'tools',
  cap: ['config.maxOutputTokens', 'config.maxTokens'],
  completions: 'candidates',
  bound: 'maxTurns',
};

/** Rounds of tools; the answer after the last of them is one call more. */
const loop: LoopSpec = { option: 'maxTurns', fallback: 5, beside: 1, needsTools: true };

/** A prompt that is defined once and called like a function. */
const prompt: Fields = {
  model: ['@1.model', '@definePrompt.model', '@genkit.model'],
  system: '@definePrompt.system',
  messages: ['@definePrompt.prompt', '@definePrompt.messages'],
  tools: '@definePrompt.tools',
  cap: ['@1.config.maxOutputTokens', '@definePrompt.config.maxOutputTokens'],
  bound: ['@1.maxTurns', '@definePrompt.maxTurns'],
};

const call = (signature: string | readonly string[], api: string, f: Fields): CallSpec => ({
  signature,
  api,
  fields: f,
  omittedCap: 'model-maximum',
  loop,
});

/** `googleAI.model('gemini-2.5-flash', { maxOutputTokens: 200 })`. */
const model = (plugin: string, provider: Provider): ModelSpec => ({
  make: `{${plugin}}.model()`,
  provider,
  id: 'name#0',
  cap: ['@1.maxOutputTokens', '@1.maxTokens'],
});

/** Models that older plugins export by name: `gemini15Pro`. */
const constant =
  (provider: Provider, only?: string) =>
  ([make, id]: readonly [string, string]): ModelSpec => ({ make, constant: id, provider, id: 'version', ...(only && { package: only }) });

const CONSTANTS = (
  [
    ['gemini10Pro', 'gemini-1.0-pro'],
    ['gemini15Pro', 'gemini-1.5-pro'],
    ['gemini15Flash', 'gemini-1.5-flash'],
    ['gemini15Flash8b', 'gemini-1.5-flash-8b'],
    ['gemini20Flash', 'gemini-2.0-flash'],
    ['gemini20FlashExp', 'gemini-2.0-flash-exp'],
    ['gemini20FlashLite', 'gemini-2.0-flash-lite'],
    ['gemini25Flash', 'gemini-2.5-flash'],
    ['gemini25FlashLite', 'gemini-2.5-flash-lite'],
    ['gemini25Pro', 'gemini-2.5-pro'],
    ['gemini25FlashPreview0417', 'gemini-2.5-flash-preview-04-17'],
    ['gemini25ProPreview0325', 'gemini-2.5-pro-preview-03-25'],
  ] as const
).map(constant('google'));

const OPENAI_CONSTANTS = (
  [
    ['gpt4o', 'gpt-4o'],
    ['gpt4oMini', 'gpt-4o-mini'],
    ['gpt4Turbo', 'gpt-4-turbo'],
    ['gpt35Turbo', 'gpt-3.5-turbo'],
    ['gpt41', 'gpt-4.1'],
    ['gpt41Mini', 'gpt-4.1-mini'],
    ['gpt41Nano', 'gpt-4.1-nano'],
    ['o3Mini', 'o3-mini'],
  ] as const
).map(constant('openai', 'genkitx-openai'));

export default defineSdk({
  id: 'genkit',
  name: 'Genkit',
  source: 'genkit 1.42.0, @genkit-ai/ai 1.42.0, @genkit-ai/google-genai 1.42.0, @genkit-ai/googleai 1.28.0, genkitx-openai 0.30.0',
  typescript: {
    packages: ['genkit', '@genkit-ai/*', 'genkitx-openai'],
    provider: 'model',
    objects: { ai: 'genkit()' },
    calls: [call('$ai.{generate,generateStream}', 'generate', fields), call(['$ai.definePrompt()', '$ai.definePrompt().stream'], 'prompt', prompt)],
    models: [
      model('googleAI', 'google'),
      model('vertexAI', 'vertex'),
      model('openAI', 'openai'),
      model('anthropic', 'anthropic'),
      model('deepSeek', 'deepseek'),
      model('xAI', 'xai'),
      ...CONSTANTS,
      ...OPENAI_CONSTANTS,
    ],
  },
});
