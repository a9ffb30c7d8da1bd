import { type CallSpec, defineSdk, type Fields, type SdkBinding } from './sdk.ts';

/** Observers wrap a client and leave it as it is: `wrap_openai(OpenAI(base_url=…))`. */
const baseUrl = [
  '@receiver.base_url',
  '@receiver.baseURL',
  '@receiver.azure_endpoint',
  '@receiver.client#0.base_url',
  '@receiver.openai_client#0.base_url',
  '@wrapOpenAI.#0.baseURL',
  '@observeOpenAI.#0.baseURL',
];

const chat: Fields = {
  model: 'model',
  messages: 'messages',
  tools: ['tools', 'functions'],
  cap: ['max_completion_tokens', 'max_tokens'],
  completions: 'n',
  serviceTier: 'service_tier',
  baseUrl,
};

const responses: Fields = {
  model: 'model',
  system: 'instructions',
  messages: 'input',
  tools: 'tools',
  cap: 'max_output_tokens',
  serviceTier: 'service_tier',
  hiddenInput: ['previous_response_id', 'conversation'],
  baseUrl,
};

const calls: readonly CallSpec[] = [
  {
    signature: '$client[.beta].chat.completions[.with_raw_response][.with_streaming_response].{create,parse,stream}',
    api: 'chat',
    fields: chat,
    omittedCap: 'model-maximum',
  },
  {
    signature: '$client[.beta].responses[.with_raw_response][.with_streaming_response].{create,parse,stream}',
    api: 'responses',
    fields: responses,
    omittedCap: 'model-maximum',
  },
  {
    signature: '$client.completions.create',
    api: 'completions',
    fields: { model: 'model', messages: 'prompt', cap: 'max_tokens', completions: ['best_of', 'n'], baseUrl },
    omittedCap: 16,
  },
  {
    signature: '$client[.beta].chat.completions.runTools',
    api: 'chat',
    fields: { ...chat, bound: 'maxChatCompletions' },
    omittedCap: 'model-maximum',
    loop: { option: 'maxChatCompletions', fallback: 10, needsTools: true },
  },
  // What is asked stands in a file of requests.
  {
    signature: '$client.batches.create',
    api: 'batch',
    batch: true,
    fields: { messages: [], hiddenInput: 'input_file_id' },
    omittedCap: 'not-applicable',
  },
  {
    signature: '$client.decisions.create',
    api: 'decisions',
    fields: { model: 'model', system: 'questions', messages: 'input', baseUrl },
    omittedCap: 'not-applicable',
  },
  {
    signature: '$client.beta.threads.runs.{create,create_and_poll,createAndPoll,stream}',
    api: 'assistants',
    fields: { model: 'model', system: 'instructions', cap: ['max_completion_tokens'], hiddenInput: ['thread_id', '@0'] },
    omittedCap: 'model-maximum',
  },
];

const clients = '{OpenAI,AsyncOpenAI,AzureOpenAI,AsyncAzureOpenAI,default,default.OpenAI,default.AzureOpenAI,wrap_openai,wrapOpenAI,observeOpenAI}()';

const providers: SdkBinding['providers'] = [
  { made: '[Async]AzureOpenAI()', provider: 'azure' },
  { made: 'default.AzureOpenAI()', provider: 'azure' },
];

export default defineSdk({
  id: 'openai',
  name: 'OpenAI SDK',
  source: 'openai-python 3.3.1 and 3.54.0, openai-node 6.49.0 and 7.5.0',
  python: {
    packages: ['openai', 'langfuse.openai', 'langsmith.wrappers', 'braintrust'],
    provider: 'openai',
    objects: { client: clients, v0: '' },
    transparent: ['with_options', 'copy'],
    providers,
    calls: [
      ...calls,
      {
        signature: ['chat.completions.create', 'openai.chat.completions.create'],
        api: 'chat',
        fields: { ...chat, baseUrl: undefined },
        omittedCap: 'model-maximum',
      },
      { signature: 'responses.create', api: 'responses', fields: { ...responses, baseUrl: undefined }, omittedCap: 'model-maximum' },
      {
        signature: 'ChatCompletion.{create,acreate}',
        api: 'chat',
        fields: { model: ['model', 'engine'], messages: 'messages', tools: 'functions', cap: 'max_tokens', completions: 'n' },
        omittedCap: 'model-maximum',
      },
      {
        signature: 'Completion.{create,acreate}',
        api: 'completions',
        fields: { model: ['model', 'engine'], messages: 'prompt', cap: 'max_tokens', completions: ['best_of', 'n'] },
        omittedCap: 16,
      },
    ],
  },
  typescript: {
    packages: ['openai', '@azure/openai', 'langsmith/wrappers', 'langsmith/wrappers/openai', 'langfuse', '@langfuse/openai', 'braintrust'],
    provider: 'openai',
    objects: { client: clients },
    transparent: ['withOptions'],
    providers,
    calls: [
      ...calls,
      {
        signature: 'OpenAIApi().createChatCompletion',
        api: 'chat',
        fields: { model: 'model', messages: 'messages', tools: 'functions', cap: 'max_tokens', completions: 'n' },
        omittedCap: 'model-maximum',
      },
      {
        signature: 'OpenAIClient().{getChatCompletions,streamChatCompletions}',
        api: 'chat',
        provider: 'azure',
        fields: { model: '@0', messages: '@1', tools: ['@2.tools', '@2.functions'], cap: '@2.maxTokens', completions: '@2.n' },
        omittedCap: 'model-maximum',
      },
      {
        signature: 'OpenAIApi().createCompletion',
        api: 'completions',
        fields: { model: 'model', messages: 'prompt', cap: 'max_tokens', completions: ['best_of', 'n'] },
        omittedCap: 16,
      },
    ],
  },
});
