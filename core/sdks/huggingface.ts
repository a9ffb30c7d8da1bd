import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

/** The client names the provider that its router is to take; without one the router chooses. */
const fields = (model: Fields['model'], messages: string, cap: string): Fields => ({
  model,
  messages,
  tools: 'tools',
  cap,
  vendor: ['provider', '@receiver.provider'],
  baseUrl: ['endpointUrl', '@receiver.base_url', '@receiver.endpointUrl'],
});

const call = (signature: string, api: string, f: Fields): CallSpec => ({ signature, api, fields: f, omittedCap: 'model-maximum' });

const own = ['model', '@receiver.model#0'];

export default defineSdk({
  id: 'huggingface',
  name: 'Hugging Face Inference',
  source: 'huggingface_hub 2.4.0, @huggingface/inference 4.13.30',
  python: {
    packages: ['huggingface_hub'],
    provider: 'model',
    objects: { client: '{InferenceClient,AsyncInferenceClient}()' },
    calls: [
      call('$client.chat_completion', 'chat', fields(own, 'messages#0', 'max_tokens')),
      call('$client.chat.completions.create', 'chat', fields(own, 'messages#0', 'max_tokens')),
      call('$client.text_generation', 'generate', fields(own, 'prompt#0', 'max_new_tokens')),
    ],
  },
  typescript: {
    packages: ['@huggingface/inference'],
    provider: 'model',
    objects: { client: ['{InferenceClient,HfInference}()', 'default.{InferenceClient,HfInference}()'] },
    calls: [
      call('[$client.]{chatCompletion,chatCompletionStream}', 'chat', fields('model', 'messages', 'max_tokens')),
      call('[$client.]{textGeneration,textGenerationStream}', 'generate', fields('model', 'inputs', 'parameters.max_new_tokens')),
    ],
  },
});
