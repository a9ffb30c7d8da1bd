import { defineSdk } from './sdk.ts';

export default defineSdk({
  id: 'dashscope',
  name: 'DashScope SDK',
  source: 'dashscope 2.0.2',
  python: {
    packages: ['dashscope'],
    provider: 'other',
    calls: [
      {
        signature: '{Generation,AioGeneration,MultiModalConversation,AioMultiModalConversation}.call',
        api: 'generation',
        fields: { model: 'model#0', messages: ['messages', 'prompt#1'], tools: 'tools', cap: 'max_tokens', completions: 'n' },
        omittedCap: 'model-maximum',
      },
    ],
  },
});
