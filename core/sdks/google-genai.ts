import type { Provider } from '../model.ts';
import { type CallSpec, defineSdk, type Fields, type LoopSpec } from './sdk.ts';

const baseUrl = ['@receiver.http_options.base_url', '@receiver.httpOptions.baseUrl'];

/** Python names with underscores, TypeScript names without: the request is the same. */
const python: Fields = {
  model: 'model',
  system: 'config.system_instruction',
  messages: 'contents',
  tools: 'config.tools',
  cap: 'config.max_output_tokens',
  completions: 'config.candidate_count',
  thinking: 'config.thinking_config.thinking_budget',
  bound: 'config.automatic_function_calling.maximum_remote_calls',
  // What a cache holds is sent with each call.
  hiddenInput: 'config.cached_content',
  baseUrl,
};
const typescript: Fields = {
  model: 'model',
  system: 'config.systemInstruction',
  messages: 'contents',
  tools: 'config.tools',
  cap: 'config.maxOutputTokens',
  completions: 'config.candidateCount',
  thinking: 'config.thinkingConfig.thinkingBudget',
  bound: 'config.automaticFunctionCalling.maximumRemoteCalls',
  hiddenInput: 'config.cachedContent',
  baseUrl,
};

/** The same fields where a chat holds the model and the configuration, and a message may bring its own configuration. */
const inChat = (fields: Fields): Fields => {
  const both = (where: Fields['cap']) => [where as string, `@create.${where as string}`];
  return {
    ...fields,
    model: '@create.model',
    messages: 'message#0',
    system: both(fields.system),
    tools: both(fields.tools),
    cap: both(fields.cap),
    bound: both(fields.bound),
    thinking: both(fields.thinking),
    hiddenInput: '@create',
  };
};

/** Python callables among the tools start automatic function calling (`_DEFAULT_MAX_REMOTE_CALLS_AFC`). */
const calling: LoopSpec = {
  option: 'maximum_remote_calls',
  fallback: 10,
  needsCallables: true,
  off: ['config.automatic_function_calling.disable', '@create.config.automatic_function_calling.disable'],
};

/** In TypeScript only tools that bring their own call start it: those of an MCP client (`_afc.ts`: 10). */
const callingTypescript: LoopSpec = {
  ...calling,
  option: 'maximumRemoteCalls',
  callables: ['mcpToTool()'],
  off: ['config.automaticFunctionCalling.disable', '@create.config.automaticFunctionCalling.disable'],
};

/** The SDKs before google-genai: the model object holds everything. `made` is the call that makes it. */
const old = (made: string, make: string, snake: boolean): readonly CallSpec[] => {
  const [cap, system] = snake ? ['max_output_tokens', 'system_instruction'] : ['maxOutputTokens', 'systemInstruction'];
  const [config, start, send] = snake ? ['generation_config', 'start_chat', 'send_message'] : ['generationConfig', 'startChat', 'sendMessage'];
  const fields: Fields = {
    model: snake ? `@${made}.model_name#0` : `@${made}.model`,
    system: [system, `@${made}.${system}`],
    messages: snake ? 'contents#0' : 'contents#0',
    tools: ['tools', `@${made}.tools`],
    cap: [`${config}.${cap}`, `@${made}.${config}.${cap}`],
  };
  const suffix = snake ? '{generate_content,generate_content_async}' : '{generateContent,generateContentStream}';
  const turn = snake ? `{${send},${send}_async}` : `{${send},${send}Stream}`;
  return [
    { signature: `${make}.${suffix}`, api: 'generate', fields, omittedCap: 'model-maximum' },
    {
      signature: `${make}.${start}().${turn}`,
      api: 'chat',
      fields: { ...fields, messages: '#0', hiddenInput: `@${start}` },
      omittedCap: 'model-maximum',
    },
  ];
};

const vertex: Provider = 'vertex';

/** One interaction; a stored one goes on by its id. */
const interactions: CallSpec = {
  signature: '$client.interactions.create',
  api: 'interactions',
  fields: {
    model: 'model',
    system: 'system_instruction',
    messages: 'input',
    tools: 'tools',
    cap: 'generation_config.max_output_tokens',
    hiddenInput: ['previous_interaction_id', 'cached_content'],
  },
  omittedCap: 'model-maximum',
};

export default defineSdk({
  id: 'google-genai',
  name: 'Google Gen AI SDK',
  source:
    'google-genai 2.19.0 and 3.4.0, @google/genai 2.18.0 and 2.32.0; google-generativeai and @google/generative-ai 0.24.1 (superseded); @firebase/ai 2.15',
  python: {
    packages: ['google.genai', 'google.generativeai', 'vertexai.generative_models', 'vertexai.preview.generative_models'],
    provider: 'google',
    objects: { client: ['Client()[.aio]'], old: ['GenerativeModel()', 'GenerativeModel.from_cached_content()'] },
    calls: [
      {
        signature: '$client.models.{generate_content,generate_content_stream}',
        api: 'generate',
        fields: python,
        omittedCap: 'model-maximum',
        loop: calling,
      },
      {
        signature: '$client.chats.create().{send_message,send_message_stream}',
        api: 'chat',
        fields: inChat(python),
        omittedCap: 'model-maximum',
        loop: calling,
      },
      { signature: '$client.batches.create', api: 'batch', batch: true, fields: { model: 'model', messages: 'src' }, omittedCap: 'model-maximum' },
      interactions,
      ...old('receiver', '$old', true),
    ],
    providers: [{ made: 'Client()', provider: vertex, when: 'vertexai' }],
  },
  typescript: {
    packages: ['@google/genai', '@google/generative-ai', '@google-cloud/vertexai', 'firebase/ai', '@firebase/ai', 'firebase/vertexai'],
    provider: 'google',
    objects: {
      client: '{GoogleGenAI,GoogleGenerativeAI}()',
      old: ['GoogleGenerativeAI()[.preview].{getGenerativeModel,getGenerativeModelFromCachedContent}()', 'VertexAI()[.preview].getGenerativeModel()'],
    },
    providers: [
      { made: 'VertexAI()', provider: vertex },
      { made: 'GoogleGenAI()', provider: vertex, when: 'vertexai' },
    ],
    calls: [
      {
        signature: '$client.models.{generateContent,generateContentStream}',
        api: 'generate',
        fields: typescript,
        omittedCap: 'model-maximum',
        loop: callingTypescript,
      },
      interactions,
      {
        signature: '$client.chats.create().{sendMessage,sendMessageStream}',
        api: 'chat',
        fields: { ...inChat(typescript), messages: 'message' },
        omittedCap: 'model-maximum',
        loop: callingTypescript,
      },
      { signature: '$client.batches.create', api: 'batch', batch: true, fields: { model: 'model', messages: 'src' }, omittedCap: 'model-maximum' },
      ...old('getGenerativeModel', '$old', false),
      // Firebase: the first argument is the app's handle.
      ...old('getGenerativeModel.#1', 'getGenerativeModel()', false),
    ],
  },
});
