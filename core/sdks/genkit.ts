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
const constant = ([make, id]: readonly [string, string]): ModelSpec => ({ make, constant: id, provider: 'google', id: 'version' });

const CONSTANTS = (
  [
    ['gemini10Pro', 'gemini-1.0-pro'],
    ['gemini15Pro', 'gemini-1.5-pro'],
    ['gemini15Flash', 'gemini-1.5-flash'],
    ['gemini15Flash8b', 'gemini-1.5-flash-8b'],
    ['gemini20Flash', 'gemini-2.0-flash'],
    ['gemini20FlashExp', 'gemini-2.0-flash-exp'],
    ['gemini20FlashLite', 'gemini-2.0-flash-lite'],
    ['gemini25FlashPreview0417', 'gemini-2.5-flash-preview-04-17'],
    ['gemini25ProPreview0325', 'gemini-2.5-pro-preview-03-25'],
  ] as const
).map(constant);

export default defineSdk({
  id: 'genkit',
  name: 'Genkit',
  source: 'genkit 1.42.0, @genkit-ai/ai 1.42.0, @genkit-ai/google-genai 1.42.0, @genkit-ai/googleai 1.8.0',
  typescript: {
    packages: ['genkit', '@genkit-ai/*'],
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
    ],
  },
});
