import { defineSdk, type Fields } from './sdk.ts';

const fields: Fields = {
  model: 'model',
  messages: 'messages',
  tools: 'tools',
  cap: 'max_tokens',
  completions: 'n',
  baseUrl: ['@receiver.server_url', '@receiver.endpoint'],
};

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
      { signature: '$old.{chat,chatStream}', api: 'chat', fields: { ...fields, cap: 'maxTokens', baseUrl: undefined }, omittedCap: 'model-maximum' },
    ],
  },
});
