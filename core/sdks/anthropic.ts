import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

const fields: Fields = {
  model: 'model',
  system: 'system',
  messages: 'messages',
  tools: 'tools',
  cap: 'max_tokens',
  thinking: 'thinking.budget_tokens',
  serviceTier: 'service_tier',
  baseUrl: ['@receiver.base_url', '@receiver.baseURL'],
  automaticCache: 'cache_control',
};

const marks: CallSpec['marks'] = {
  system: { options: ['system'], value: [{ type: 'text', text: '$text', cache_control: '$mark' }] },
  automatic: { option: 'cache_control', value: '$mark' },
};

const thread: Fields = {
  model: ['model', '@thread.model'],
  system: ['system', '@thread.system'],
  messages: '@0',
  tools: ['tools', '@thread.tools'],
  cap: ['max_tokens', '@thread.max_tokens'],
  thinking: '@thread.thinking.budget_tokens',
  automaticCache: '@thread.cache_control',
  hiddenInput: '@thread',
};

const calls = (stream: string, runner: string, compaction: string): readonly CallSpec[] => [
  {
    signature: `$client[.beta][.{prompt_caching,tools}].messages[.with_raw_response][.with_streaming_response].{create,${stream}}`,
    api: 'messages',
    fields,
    omittedCap: 'required',
    marks,
  },
  {
    signature: `$client.beta.messages.${runner}`,
    api: 'messages',
    fields: { ...fields, bound: 'max_iterations', hiddenInput: compaction },
    omittedCap: 'required',
    marks,
    loop: { option: 'max_iterations', fallback: 'none', needsTools: true },
  },
  // The server holds what was said before.
  {
    signature: '$client.beta.messages.thread().{send,parse,stream}',
    api: 'thread',
    fields: thread,
    omittedCap: 'required',
  },
  {
    signature: `$client.beta.messages.thread().${runner}`,
    api: 'thread',
    fields: { ...thread, messages: '@thread.messages', bound: 'max_iterations' },
    omittedCap: 'required',
    loop: { option: 'max_iterations', fallback: 'none', needsTools: true },
  },
  {
    signature: '$client.completions.create',
    api: 'completions',
    fields: { model: 'model', messages: 'prompt', cap: 'max_tokens_to_sample' },
    omittedCap: 'required',
  },
  {
    signature: '$client[.beta].messages.batches.create',
    api: 'batch',
    batch: true,
    fields: {
      model: 'requests.0.params.model',
      system: 'requests.0.params.system',
      messages: 'requests.0.params.messages',
      tools: 'requests.0.params.tools',
      cap: 'requests.0.params.max_tokens',
    },
    omittedCap: 'required',
  },
];

export default defineSdk({
  id: 'anthropic',
  name: 'Anthropic SDK',
  source: 'anthropic-sdk-python 0.121.0 and 2.12.0, anthropic-sdk-typescript 0.120.0 and 1.12.0',
  python: {
    packages: ['anthropic', 'langsmith.wrappers', 'braintrust'],
    provider: 'anthropic',
    // Observers wrap a client: `wrap_anthropic(Anthropic())`.
    objects: { client: ['[Async]Anthropic[{Bedrock,BedrockMantle,Vertex,Foundry,AWS,GoogleCloud}]()', '[Async]Client()', 'wrap_anthropic()'] },
    transparent: ['with_options', 'copy'],
    providers: [
      { made: '[Async]AnthropicBedrockMantle()', provider: 'bedrock' },
      { made: '[Async]AnthropicBedrock()', provider: 'bedrock' },
      { made: '[Async]AnthropicVertex()', provider: 'vertex' },
    ],
    calls: calls('stream,parse', 'tool_runner', 'compaction_control'),
  },
  typescript: {
    packages: [
      '@anthropic-ai/sdk',
      '@anthropic-ai/bedrock-sdk',
      '@anthropic-ai/vertex-sdk',
      '@anthropic-ai/foundry-sdk',
      '@anthropic-ai/aws-sdk',
      '@anthropic-ai/google-cloud-sdk',
      'langsmith/wrappers',
      'braintrust',
    ],
    provider: 'anthropic',
    objects: {
      client:
        '{default,Anthropic,AnthropicBedrock,AnthropicVertex,AnthropicFoundry,AnthropicAws,BaseAnthropic,default.Anthropic,wrapAnthropic,wrapSDK}()',
    },
    transparent: ['withOptions'],
    providers: [
      { made: 'AnthropicBedrock()', provider: 'bedrock' },
      { made: 'default()', provider: 'bedrock', package: '@anthropic-ai/bedrock-sdk' },
      { made: 'AnthropicVertex()', provider: 'vertex' },
      { made: 'default()', provider: 'vertex', package: '@anthropic-ai/vertex-sdk' },
    ],
    calls: calls('stream,parse', 'toolRunner', 'compactionControl'),
  },
});
