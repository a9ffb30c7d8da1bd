import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

/** `at`: where the options sit, each before its name. */
const fields = (...at: readonly string[]): Fields => ({
  model: [...at.map((a) => `${a}model`), '@receiver.model'],
  messages: at.map((a) => `${a}messages`),
  tools: [...at.map((a) => `${a}tools`), '@receiver.tools'],
  cap: [...at.map((a) => `${a}max_tokens`), '@receiver.max_tokens'],
  baseUrl: ['@receiver.endpoint', '@default.#0'],
});

const chat = (signature: string, at: readonly string[], requires?: CallSpec['requires']): CallSpec => ({
  signature,
  api: 'chat',
  fields: fields(...at),
  omittedCap: 'model-maximum',
  ...(requires && { requires }),
});

export default defineSdk({
  id: 'azure-ai-inference',
  name: 'Azure AI Inference',
  source: 'azure-ai-inference 1.0.0b9, @azure-rest/ai-inference 1.0.0-beta.6',
  python: {
    packages: ['azure.ai.inference'],
    provider: 'azure',
    // Options by keyword, or one dict of them.
    calls: [chat('{ChatCompletionsClient,load_client}().complete', ['', '@0.'])],
  },
  typescript: {
    packages: ['@azure-rest/ai-inference'],
    provider: 'azure',
    calls: [chat('default().path().post', ['@0.body.'], { at: '@path.#0', values: ['/chat/completions'] })],
  },
});
