import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

const completion = (signature: string, vendor: string): CallSpec => ({
  signature,
  api: 'completion',
  fields: { model: 'model#0', messages: 'messages#1', tools: 'tools', cap: 'max_tokens', completions: 'n', vendor, baseUrl: 'api_base' },
  omittedCap: 'model-maximum',
});

const responses: Fields = {
  model: 'model#0',
  system: 'instructions',
  messages: 'input_data#1',
  tools: 'tools',
  cap: 'max_output_tokens',
  vendor: 'provider',
  baseUrl: 'api_base',
};

export default defineSdk({
  id: 'any-llm',
  name: 'any-llm',
  source: 'any-llm-sdk 1.40.2',
  python: {
    packages: ['any_llm'],
    provider: 'model',
    calls: [
      completion('{completion,acompletion}', 'provider'),
      completion('AnyLLM.create().{completion,acompletion}', '@create.provider#0'),
      { signature: '{responses,aresponses}', api: 'responses', fields: responses, omittedCap: 'model-maximum' },
    ],
  },
});
