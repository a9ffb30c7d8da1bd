import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

const chat: Fields = {
  model: 'model',
  messages: 'messages',
  tools: 'tools',
  cap: ['max_completion_tokens', 'max_tokens', 'maxCompletionTokens', 'maxTokens'],
  serviceTier: ['service_tier', 'serviceTier'],
};

const responses: Fields = {
  model: 'model',
  system: 'instructions',
  messages: 'input',
  tools: 'tools',
  cap: ['max_output_tokens', 'maxOutputTokens'],
  hiddenInput: ['previous_response_id', 'previousResponseId'],
};

const calls = (send: string): readonly CallSpec[] => [
  { signature: `OpenRouter().chat.${send}`, api: 'chat', fields: chat, omittedCap: 'model-maximum' },
  { signature: `OpenRouter()[.beta].responses.${send}`, api: 'responses', fields: responses, omittedCap: 'model-maximum' },
];

export default defineSdk({
  id: 'openrouter',
  name: 'OpenRouter SDK',
  source: 'openrouter 1.3.84 (Python), @openrouter/sdk 1.3.19',
  python: { packages: ['openrouter'], provider: 'openrouter', calls: calls('{send,send_async}') },
  typescript: { packages: ['@openrouter/sdk'], provider: 'openrouter', calls: calls('send') },
});
