import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

const fields: Fields = {
  model: 'model#0',
  messages: 'messages#1',
  tools: ['tools', 'functions'],
  cap: ['max_completion_tokens', 'max_tokens'],
  completions: 'n',
  thinking: 'thinking.budget_tokens',
  serviceTier: 'service_tier',
  baseUrl: ['api_base', 'base_url'],
  vendor: 'custom_llm_provider',
  automaticCache: 'cache_control_injection_points',
};
/** A router's `model` is a name of its own list. */
const routed: Fields = { ...fields, baseUrl: undefined, vendor: undefined };
const rows: CallSpec['rows'] = { at: '@receiver.model_list#0', name: 'model_name', model: 'litellm_params.model' };

/** Anthropic gets the model's maximum since PR #17900 (4,096 before), or 128,000 for a model LiteLLM does not know; others get nothing. */
const omittedCap = 'model-maximum' as const;

const responses: CallSpec = {
  signature: '{responses,aresponses}',
  api: 'responses',
  fields: {
    model: ['model', '@1'],
    system: 'instructions',
    messages: 'input#0',
    tools: 'tools',
    cap: 'max_output_tokens',
    vendor: 'custom_llm_provider',
    baseUrl: ['api_base', 'base_url'],
    hiddenInput: 'previous_response_id',
  },
  omittedCap,
};

export default defineSdk({
  id: 'litellm',
  name: 'LiteLLM',
  source: 'litellm 1.109.1',
  python: {
    packages: ['litellm'],
    provider: 'model',
    calls: [
      { signature: '{completion,acompletion,completion_with_retries,acompletion_with_retries}', api: 'completion', fields, omittedCap },
      { signature: '{batch_completion,abatch_completion,batch_completion_models}', api: 'completion', fields, omittedCap },
      {
        signature: '{text_completion,atext_completion}',
        api: 'text',
        fields: { ...fields, messages: 'prompt#0', model: ['model', '@1'] },
        omittedCap,
      },
      responses,
      { signature: 'Router().{completion,acompletion,abatch_completion}', api: 'completion', fields: routed, omittedCap, rows },
      { ...responses, signature: 'Router().{responses,aresponses}', rows },
    ],
  },
});
