import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

/** Where clients of HTTP take the body: `fetch(url, {body})`, `axios.post(url, body)`, `got.post(url, {json})`, `requests.post(url, json=body)`. */
const BODIES = ['body', 'json', 'data', 'content', '@1'];

const at = (...options: readonly string[]): readonly string[] => BODIES.flatMap((body) => options.map((o) => `${body}.${o}`));

const base = ['@receiver.baseURL', '@receiver.base_url', '@receiver.prefixUrl'];

const chat: Fields = {
  model: at('model'),
  messages: at('messages'),
  tools: at('tools', 'functions'),
  cap: at('max_completion_tokens', 'max_tokens'),
  completions: at('n'),
  serviceTier: at('service_tier'),
};

const responses: Fields = {
  model: at('model'),
  system: at('instructions'),
  messages: at('input'),
  tools: at('tools'),
  cap: at('max_output_tokens'),
  serviceTier: at('service_tier'),
  hiddenInput: at('previous_response_id', 'conversation'),
};

const anthropic: Fields = {
  model: at('model'),
  system: at('system'),
  messages: at('messages'),
  tools: at('tools'),
  cap: at('max_tokens'),
  thinking: at('thinking.budget_tokens'),
  serviceTier: at('service_tier'),
  automaticCache: at('cache_control'),
};

const gemini: Fields = {
  model: at('model'),
  system: at('systemInstruction', 'system_instruction'),
  messages: at('contents'),
  tools: at('tools'),
  cap: at('generationConfig.maxOutputTokens', 'generation_config.max_output_tokens'),
  thinking: at('generationConfig.thinkingConfig.thinkingBudget'),
};

type Endpoint = Omit<CallSpec, 'signature' | 'url'> & { readonly url: Pick<NonNullable<CallSpec['url']>, 'pattern' | 'model'> };

const endpoints: readonly Endpoint[] = [
  { api: 'chat', fields: chat, omittedCap: 'model-maximum', url: { pattern: /\/chat\/completions(\?|$)/, model: 'deployments/' } },
  {
    api: 'responses',
    fields: responses,
    omittedCap: 'model-maximum',
    url: { pattern: /(api\.openai\.com|azure\.com|\/v1|\/openai)\/(.*\/)?responses(\?|$)/ },
  },
  {
    api: 'messages',
    fields: anthropic,
    provider: 'anthropic',
    omittedCap: 'required',
    url: { pattern: /api\.anthropic\.com\/(.*\/)?messages(\?|$)/ },
  },
  // Many an application has such a path of its own: only the API asks for a cap.
  { api: 'messages', fields: anthropic, omittedCap: 'required', requiresOption: at('max_tokens'), url: { pattern: /\/v1\/messages(\?|$)/ } },
  {
    api: 'generate',
    fields: gemini,
    provider: 'google',
    omittedCap: 'model-maximum',
    url: { pattern: /:(generateContent|streamGenerateContent)(\?|$|\{)/, model: 'models/' },
  },
];

/** Calls that send to the endpoints. `url`: where they take the URL. */
const calls = (signature: readonly string[], url: readonly string[]): readonly CallSpec[] =>
  endpoints.map((e) => ({ ...e, signature, fields: { ...e.fields, baseUrl: [...base, ...url] }, url: { ...e.url, at: url, base } }));

/** Before a call is looked at more closely, its file must name an endpoint or a host. */
const http = {
  mention:
    /\bchat\/completions|\/v1\/(?:messages|responses)\b|(?:treamG|:g)enerateContent|\bapi\.(?:openai|anthropic|mistral|groq|deepseek)\.(?:com|ai)|openrouter\.ai|generativelanguage\.googleapis/,
};

export default defineSdk({
  id: 'http',
  name: 'HTTP',
  source: 'API references of OpenAI, Anthropic and Gemini, 2026-11',
  python: {
    packages: ['requests', 'httpx', 'aiohttp'],
    provider: 'model',
    http,
    objects: { client: '{Client,AsyncClient,Session,session,ClientSession}()' },
    calls: [...calls(['post', '$client.post'], ['@0', 'url']), ...calls(['{stream,request}', '$client.{stream,request}'], ['@1', 'url'])],
  },
  typescript: {
    packages: ['<global>', 'node-fetch', 'cross-fetch', 'undici', 'axios', 'got', 'ky', 'ofetch', 'obsidian'],
    provider: 'model',
    http,
    objects: { client: '{default,axios,got,ky}[.{create,extend}()]' },
    calls: calls(
      ['[{window,globalThis,self}.]fetch', '{default,axios,ofetch,request,requestUrl}', '$client.{post,request}', '$client'],
      ['url', '@0'],
    ),
  },
});
