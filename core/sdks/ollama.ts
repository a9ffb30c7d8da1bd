import { type CallSpec, defineSdk } from './sdk.ts';

/** Models run on one's own machine: no price, but loops and long histories still cost time. */
const calls = (objects: string, snake: boolean): readonly CallSpec[] => [
  {
    signature: `${objects}chat`,
    api: 'chat',
    fields: { model: snake ? 'model#0' : 'model', messages: snake ? 'messages#1' : 'messages', tools: 'tools', cap: 'options.num_predict' },
    omittedCap: 'not-applicable',
    caching: 'route',
  },
  {
    signature: `${objects}generate`,
    api: 'generate',
    fields: { model: snake ? 'model#0' : 'model', system: 'system', messages: snake ? 'prompt#1' : 'prompt', cap: 'options.num_predict' },
    omittedCap: 'not-applicable',
    caching: 'route',
  },
];

export default defineSdk({
  id: 'ollama',
  name: 'Ollama',
  source: 'ollama 0.6.3 (Python), 0.6.4 (npm)',
  python: { packages: ['ollama'], provider: 'local', calls: calls('[{Client(),AsyncClient()}.]', true) },
  typescript: { packages: ['ollama'], provider: 'local', calls: calls('{default,Ollama(),default.Ollama()}.', false) },
});
