import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

const fields: Fields = {
  model: 'model',
  messages: 'messages',
  tools: 'tools',
  cap: 'max_tokens',
  completions: 'n',
  baseUrl: ['@receiver.server_url', '@receiver.endpoint'],
};

/** An agent that is kept at Mistral's names the model and holds instructions. */
const agents = (methods: string, id: string, cap: string): CallSpec => ({
  signature: `$client.agents.{${methods}}`,
  api: 'agents',
  fields: { messages: 'messages', tools: 'tools', cap, hiddenInput: id, model: [] },
  omittedCap: 'model-maximum',
});

/** The server keeps the turns of a conversation. */
const conversations = (methods: string, snake: boolean): CallSpec => ({
  signature: `$client.beta.conversations.{${methods}}`,
  api: 'conversations',
  fields: {
    model: 'model',
    system: 'instructions',
    messages: 'inputs',
    tools: 'tools',
    cap: snake ? 'completion_args.max_tokens' : 'completionArgs.maxTokens',
    hiddenInput: snake ? ['conversation_id', 'agent_id'] : ['conversationId', 'agentId'],
  },
  omittedCap: 'model-maximum',
});

export default defineSdk({
  id: 'mistral',
  name: 'Mistral SDK',
  source: 'mistralai 3.7.0, @mistralai/mistralai 2.7.0',
  python: {
    packages: ['mistralai'],
    provider: 'mistral',
    objects: { client: '{Mistral,MistralGoogleCloud,MistralAzure}()', old: '{MistralClient,MistralAsyncClient}()' },
    calls: [
      {
        signature: '$client.chat.{complete,complete_async,stream,stream_async,parse,parse_async,parse_stream,parse_stream_async}',
        api: 'chat',
        fields,
        omittedCap: 'model-maximum',
      },
      {
        signature: '$client.fim.{complete,complete_async,stream,stream_async}',
        api: 'fim',
        fields: { ...fields, messages: 'prompt' },
        omittedCap: 'model-maximum',
      },
      agents('complete,complete_async,stream,stream_async', 'agent_id', 'max_tokens'),
      conversations('start,start_async,start_stream,start_stream_async,append,append_async,append_stream,append_stream_async', true),
      { signature: '$old.{chat,chat_stream}', api: 'chat', fields: { ...fields, messages: 'messages#0' }, omittedCap: 'model-maximum' },
    ],
  },
  typescript: {
    packages: ['@mistralai/mistralai'],
    provider: 'mistral',
    objects: { client: 'Mistral()', old: '{MistralClient,default}()' },
    calls: [
      {
        signature: '$client.chat.{complete,stream,parse,parseStream}',
        api: 'chat',
        fields: { ...fields, cap: 'maxTokens', baseUrl: '@receiver.serverURL' },
        omittedCap: 'model-maximum',
      },
      {
        signature: '$client.fim.{complete,stream}',
        api: 'fim',
        fields: { ...fields, messages: 'prompt', cap: 'maxTokens', baseUrl: '@receiver.serverURL' },
        omittedCap: 'model-maximum',
      },
      agents('complete,stream', 'agentId', 'maxTokens'),
      conversations('start,startStream,append,appendStream', false),
      { signature: '$old.{chat,chatStream}', api: 'chat', fields: { ...fields, cap: 'maxTokens', baseUrl: undefined }, omittedCap: 'model-maximum' },
    ],
  },
});
