import { defineSdk } from './sdk.ts';

export default defineSdk({
  id: 'xai',
  name: 'xAI SDK',
  source: 'xai-sdk 1.21.0',
  python: {
    packages: ['xai_sdk'],
    provider: 'xai',
    calls: [
      {
        // A chat holds everything; messages are appended to it.
        signature: '{Client,AsyncClient}().chat.create().{sample,stream,parse,defer,sample_batch,stream_batch,defer_batch}',
        api: 'chat',
        fields: {
          model: '@create.model#0',
          system: '@create.messages',
          messages: '@on.append#0',
          tools: '@create.tools',
          cap: '@create.max_tokens',
          completions: 'n#0',
          serviceTier: '@create.service_tier',
          hiddenInput: ['@create.previous_response_id', '@create.conversation_id'],
        },
        omittedCap: 'model-maximum',
      },
    ],
  },
});
