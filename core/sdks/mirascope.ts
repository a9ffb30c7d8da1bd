import type { Provider } from '../model.ts';
import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

/** A decorator makes a call of a function: what the function returns is sent, so the code shows the least that is sent. */
const decorated: Fields = {
  model: ['model', '@0'],
  tools: 'tools',
  cap: 'max_tokens',
  vendor: 'provider',
  hiddenInput: ['model', '@0'],
};

const call = (signature: string, fields: Fields, provider?: Provider): CallSpec => ({
  signature,
  api: 'call',
  fields,
  omittedCap: 'model-maximum',
  ...(provider && { provider }),
});

/** Before version 2: limits in a dict, the provider as an option or as a module of its own. */
const older: Fields = { ...decorated, cap: 'call_params.max_tokens' };
const own = (name: string, provider: Provider): CallSpec => call(`${name}.call`, { ...older, vendor: undefined }, provider);

export default defineSdk({
  id: 'mirascope',
  name: 'Mirascope',
  source: 'mirascope 2.8.2; 1.25 by its documentation',
  python: {
    packages: ['mirascope'],
    provider: 'model',
    objects: { model: '{llm.Model,llm.model}()' },
    calls: [
      { ...call('llm.call', older), requiresOption: ['provider'] },
      call('llm.call', decorated),
      call('$model.{call,stream,call_async,stream_async}', {
        model: '@receiver.model_id#0',
        messages: 'content#0',
        tools: 'tools',
        cap: '@receiver.max_tokens',
      }),
      own('openai', 'openai'),
      own('anthropic', 'anthropic'),
      own('{google,gemini}', 'google'),
      own('vertex', 'vertex'),
      own('mistral', 'mistral'),
      own('groq', 'groq'),
      own('xai', 'xai'),
      own('cohere', 'cohere'),
      own('azure', 'azure'),
      own('bedrock', 'bedrock'),
    ],
  },
});
