import type { Provider } from '../model.ts';
import { type CallSpec, defineSdk, type Fields, type LoopSpec, type ModelSpec } from './sdk.ts';

/** What is handed on to the provider as it is. */
const options = (at = ''): Fields => ({
  serviceTier: `${at}providerOptions.openai.serviceTier`,
  thinking: [`${at}providerOptions.anthropic.thinking.budgetTokens`, `${at}providerOptions.google.thinkingConfig.thinkingBudget`],
  automaticCache: `${at}providerOptions.anthropic.cacheControl`,
});

const fields: Fields = {
  model: 'model',
  system: ['instructions', 'system'],
  messages: ['messages', 'prompt'],
  tools: 'tools',
  cap: ['maxOutputTokens', 'maxTokens'],
  bound: 'maxSteps',
  stop: 'stopWhen',
  ...options(),
};

const marked = { anthropic: { cacheControl: '$mark' } };

/** Before version 6 the system prompt is a string. */
const marks: CallSpec['marks'] = {
  system: { options: ['instructions', 'system'], value: { role: 'system', content: '$text', providerOptions: marked } },
  since: ['ai', '6.0.0'],
  automatic: { option: 'providerOptions', value: marked },
};

const loop: LoopSpec = {
  option: 'stopWhen',
  fallback: 1,
  needsTools: true,
  stops: { counted: ['isStepCount()', 'stepCountIs()'], endless: ['hasToolCall()', 'isLoopFinished()'] },
};

/** The provider packages fill in the model's maximum for Anthropic and send nothing for the others. */
const omittedCap = 'model-maximum' as const;

/** A provider package: `openai('id')`, `openai.chat('id')`, `createOpenAI({…})('id')`. */
const provider = (name: string, of: Provider | 'model'): ModelSpec => ({
  package: `@ai-sdk/${name}`,
  make: ['*[.{chat,responses,completion,languageModel,messages}]()', 'create*()[.{chat,responses,completion,languageModel,messages,chatModel}]()'],
  provider: of,
  id: 'model#0',
  baseUrl: '@receiver.baseURL',
});

const community = (name: string, of: Provider): ModelSpec => ({ ...provider('', of), package: name });

export default defineSdk({
  id: 'vercel-ai',
  name: 'Vercel AI SDK',
  source: 'vercel ai 7.0.77',
  typescript: {
    packages: ['ai', '@ai-sdk/*', '@openrouter/ai-sdk-provider', 'ollama-ai-provider', 'workers-ai-provider'],
    provider: 'model',
    calls: [
      {
        signature: '{generateText,streamText,streamUI,experimental_generateText,experimental_streamText,experimental_streamUI}',
        api: 'text',
        fields,
        omittedCap,
        marks,
        loop,
      },
      { signature: '{generateObject,streamObject}', api: 'object', fields: { ...fields, bound: undefined, stop: undefined }, omittedCap, marks },
      {
        signature: '{ToolLoopAgent,Experimental_Agent}().{generate,stream}',
        api: 'agent',
        fields: {
          model: '@receiver.model',
          system: ['@receiver.instructions', '@receiver.system'],
          messages: ['messages', 'prompt'],
          tools: '@receiver.tools',
          cap: '@receiver.maxOutputTokens',
          stop: '@receiver.stopWhen',
          ...options('@receiver.'),
        },
        omittedCap,
        loop: { ...loop, fallback: 20 },
      },
      {
        signature: '{createAgentUIStream,createAgentUIStreamResponse,pipeAgentUIStreamToResponse}',
        api: 'agent',
        fields: {
          model: 'agent.model',
          system: ['agent.instructions', 'agent.system'],
          messages: ['uiMessages', 'messages'],
          tools: 'agent.tools',
          cap: 'agent.maxOutputTokens',
          stop: 'agent.stopWhen',
          ...options('agent.'),
        },
        omittedCap,
        loop: { ...loop, fallback: 20 },
      },
    ],
    models: [
      { package: 'ai', make: 'wrapLanguageModel()', provider: 'model', id: 'model', wraps: 'model' },
      { package: 'ai', make: ['gateway[.languageModel]()', 'createGateway()()'], provider: 'model', id: 'model#0' },
      { package: 'ai', make: '{createProviderRegistry,experimental_createProviderRegistry}().languageModel()', provider: 'model', id: 'model#0' },
      { package: 'ai', make: 'customProvider().languageModel()', provider: 'model', id: 'model#0', table: '@receiver.languageModels' },
      provider('openai', 'openai'),
      provider('anthropic', 'anthropic'),
      provider('google', 'google'),
      provider('google-vertex', 'vertex'),
      provider('amazon-bedrock', 'bedrock'),
      provider('azure', 'azure'),
      provider('groq', 'groq'),
      provider('mistral', 'mistral'),
      provider('xai', 'xai'),
      provider('deepseek', 'deepseek'),
      provider('togetherai', 'together'),
      provider('perplexity', 'perplexity'),
      provider('cohere', 'cohere'),
      provider('fireworks', 'fireworks'),
      provider('cerebras', 'cerebras'),
      provider('openai-compatible', 'other'),
      provider('gateway', 'model'),
      community('@openrouter/ai-sdk-provider', 'openrouter'),
      community('ollama-ai-provider', 'local'),
      // Ends an answer at 256 tokens unless told otherwise.
      { ...community('workers-ai-provider', 'other'), omittedCap: 'not-applicable' },
    ],
  },
});
