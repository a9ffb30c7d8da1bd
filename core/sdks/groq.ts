import { defineSdk, type SdkBinding } from './sdk.ts';

/** SDKs with the shape of OpenAI's chat API at a host of their own. */
const binding = (packages: readonly string[], provider: SdkBinding['provider'], classes: string): SdkBinding => ({
  packages,
  provider,
  objects: { client: `{default,${classes}}()` },
  transparent: ['with_options', 'withOptions', 'copy'],
  calls: [
    {
      signature: '$client.chat.completions[.with_raw_response].create',
      api: 'chat',
      fields: { model: 'model', messages: 'messages', tools: 'tools', cap: ['max_completion_tokens', 'max_tokens'], completions: 'n', baseUrl: ['@receiver.base_url', '@receiver.baseURL'] },
      omittedCap: 'model-maximum',
    },
  ],
});

export default defineSdk({
  id: 'groq',
  name: 'Groq SDK',
  source: 'groq-sdk (same generator as openai-node)',
  python: binding(['groq'], 'groq', 'Groq,AsyncGroq'),
  typescript: binding(['groq-sdk'], 'groq', 'Groq,default.Groq'),
});
