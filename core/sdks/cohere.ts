import { defineSdk, type Fields } from './sdk.ts';

/** Version 1 takes one message and a preamble, version 2 a list of messages. */
const fields: Fields = {
  model: 'model',
  system: 'preamble',
  messages: ['messages', 'message'],
  tools: 'tools',
  cap: 'max_tokens',
  hiddenInput: ['chat_history', 'conversation_id'],
  baseUrl: '@receiver.base_url',
};

export default defineSdk({
  id: 'cohere',
  name: 'Cohere SDK',
  source: 'cohere 7.3.1, cohere-ai 8.1.0',
  python: {
    packages: ['cohere'],
    provider: 'cohere',
    objects: { client: '{Client,AsyncClient,ClientV2,AsyncClientV2}()[.v2]', bedrock: '{BedrockClient,BedrockClientV2}()' },
    calls: [
      { signature: '$client.{chat,chat_stream}', api: 'chat', fields, omittedCap: 'model-maximum' },
      {
        signature: '$client.{generate,generate_stream}',
        api: 'generate',
        fields: { model: 'model', messages: 'prompt', cap: 'max_tokens', completions: 'num_generations' },
        omittedCap: 'model-maximum',
      },
      {
        signature: '$bedrock.{chat,chat_stream}',
        api: 'chat',
        provider: 'bedrock',
        fields: { ...fields, baseUrl: undefined },
        omittedCap: 'model-maximum',
      },
    ],
  },
  typescript: {
    packages: ['cohere-ai'],
    provider: 'cohere',
    objects: { client: '{CohereClient,CohereClientV2}()[.v2]' },
    calls: [
      {
        signature: '$client.{chat,chatStream}',
        api: 'chat',
        fields: { ...fields, cap: 'maxTokens', hiddenInput: ['chatHistory', 'conversationId'], baseUrl: '@receiver.environment' },
        omittedCap: 'model-maximum',
      },
      {
        signature: '$client.{generate,generateStream}',
        api: 'generate',
        fields: { model: 'model', messages: 'prompt', cap: 'maxTokens', completions: 'numGenerations' },
        omittedCap: 'model-maximum',
      },
    ],
  },
});
