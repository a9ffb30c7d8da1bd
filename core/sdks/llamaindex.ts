import type { Provider } from '../model.ts';
import { type CallSpec, defineSdk, type Fields, type ModelSpec } from './sdk.ts';

const pyModel = (make: string, provider: Provider | 'model', id: ModelSpec['id'] = 'model#0', extra: Partial<ModelSpec> = {}): ModelSpec => ({
  make: `${make}()`,
  provider,
  id,
  cap: ['max_tokens', 'num_output'],
  baseUrl: ['api_base', 'base_url', 'azure_endpoint'],
  ...extra,
});
const tsModel = (make: string, provider: Provider | 'model', id: ModelSpec['id'] = 'model', extra: Partial<ModelSpec> = {}): ModelSpec => ({
  make: [`${make}()`],
  provider,
  id,
  cap: 'maxTokens',
  baseUrl: ['baseURL', 'additionalSessionOptions.baseURL'],
  ...extra,
});

/** Classes have the names of the SDKs they wrap: the package tells them apart. */
const pythonModels: readonly ModelSpec[] = [
  pyModel('OpenAI', 'openai', 'model#0', {
    omittedCap: 'model-maximum',
    defaultModel: { package: 'llama-index-llms-openai', from: [['0.8.3', 'gpt-3.5-turbo']] },
  }),
  pyModel('OpenAIResponses', 'openai', 'model#0', { cap: 'max_output_tokens', omittedCap: 'model-maximum' }),
  pyModel('AzureOpenAI', 'azure', ['engine', 'deployment_name', 'model#0']),
  pyModel('OpenAILike', 'other'),
  pyModel('Anthropic', 'anthropic', 'model#0', {
    omittedCap: 512,
    defaultModel: { package: 'llama-index-llms-anthropic', from: [['0.12.3', 'claude-2.1']] },
  }),
  pyModel('{Gemini,GoogleGenAI}', 'google'),
  pyModel('Vertex', 'vertex'),
  pyModel('{Bedrock,BedrockConverse}', 'bedrock'),
  pyModel('Ollama', 'local'),
  pyModel('Groq', 'groq'),
  pyModel('MistralAI', 'mistral'),
  pyModel('Cohere', 'cohere'),
  pyModel('DeepSeek', 'deepseek'),
  pyModel('Perplexity', 'perplexity'),
  pyModel('OpenRouter', 'openrouter'),
  pyModel('TogetherLLM', 'together'),
  pyModel('Fireworks', 'fireworks'),
  pyModel('LiteLLM', 'model'),
];
const typescriptModels: readonly ModelSpec[] = [
  tsModel('{OpenAI,openai,OpenAIResponses,openaiResponses}', 'openai', 'model', {
    cap: ['maxTokens', 'maxOutputTokens'],
    omittedCap: 'model-maximum',
  }),
  tsModel('{AzureOpenAI,azureOpenAI}', 'azure', ['deployment', 'model']),
  // 4,096 when nothing is set.
  tsModel('{Anthropic,anthropic}', 'anthropic', 'model', { omittedCap: 4096 }),
  tsModel('{Gemini,gemini}', 'google'),
  tsModel('{MistralAI,mistral}', 'mistral'),
  tsModel('{Groq,groq}', 'groq'),
  tsModel('{Ollama,ollama}', 'local'),
  tsModel('{DeepSeekLLM,deepseek}', 'deepseek'),
  tsModel('{Bedrock,bedrock}', 'bedrock'),
  tsModel('{TogetherLLM,together}', 'together'),
  tsModel('{FireworksLLM,fireworks}', 'fireworks'),
  tsModel('{Perplexity,perplexity}', 'perplexity'),
];

const makers = (models: readonly ModelSpec[]): readonly string[] => models.flatMap((m) => m.make);

const agent: Fields = {
  model: '@receiver.llm',
  system: '@receiver.system_prompt',
  messages: 'user_msg#0',
  tools: '@receiver.tools',
  bound: 'max_iterations',
  hiddenInput: ['chat_history', 'memory', 'ctx'],
};

/** `Settings.llm = …` holds for whatever is given no model of its own. */
const ambient: CallSpec['ambient'] = { calls: [], model: 'llm', set: { object: 'Settings', attribute: 'llm' } };

/** Engines over an index: the model is theirs or the one of the global settings, and they add what they retrieve. */
const engine: Fields = {
  model: ['@as_query_engine.llm', '@as_chat_engine.llm', '@receiver.llm'],
  system: ['@as_chat_engine.system_prompt', '@receiver.system_prompt'],
  messages: ['str_or_query_bundle#0', 'message#0'],
  hiddenInput: ['@as_query_engine', '@as_chat_engine'],
};

const ENGINES =
  '{ContextChatEngine,SimpleChatEngine,CondenseQuestionChatEngine,RetrieverQueryEngine,SubQuestionQueryEngine.fromDefaults,RouterQueryEngine.fromDefaults}()';

export default defineSdk({
  id: 'llamaindex',
  name: 'LlamaIndex',
  source: 'llama-index-core 0.14.25, llama-index-llms-openai 0.8.3; LlamaIndexTS 0.12.1, @llamaindex/openai 0.4.22',
  python: {
    packages: ['llama_index'],
    provider: 'model',
    objects: {
      model: makers(pythonModels),
      index: [
        '{VectorStoreIndex,SummaryIndex,DocumentSummaryIndex,KnowledgeGraphIndex,PropertyGraphIndex,TreeIndex,KeywordTableIndex,ListIndex}[{.from_documents,.from_vector_store,.from_existing}]()',
        'load_index_from_storage()',
      ],
    },
    transparent: ['as_structured_llm'],
    calls: [
      {
        signature:
          '$model.{chat,complete,achat,acomplete,stream_chat,stream_complete,astream_chat,astream_complete,predict,apredict,structured_predict,astructured_predict,chat_with_tools,achat_with_tools}',
        api: 'llm',
        fields: { messages: ['messages#0', 'prompt#0'], tools: 'tools' },
        omittedCap: 'model-maximum',
      },
      {
        signature: [
          '{FunctionAgent,ReActAgent,CodeActAgent}().{run}',
          '{ReActAgent,FunctionCallingAgent,OpenAIAgent}.from_tools().{chat,achat,stream_chat,astream_chat,query}',
        ],
        api: 'agent',
        fields: { ...agent, messages: ['user_msg#0', 'message#0'] },
        ambient,
        omittedCap: 'model-maximum',
        loop: { option: 'max_iterations', fallback: 20, needsTools: true },
        addsPrompt: true,
      },
      {
        signature: ['AgentWorkflow().run', 'AgentWorkflow.from_tools_or_functions().run'],
        api: 'workflow',
        fields: {
          ...agent,
          model: ['@receiver.agents#0.0.llm', '@receiver.llm'],
          system: ['@receiver.agents#0.0.system_prompt', '@receiver.system_prompt'],
          tools: ['@receiver.agents#0.0.tools', '@receiver.tools_or_functions#0'],
        },
        omittedCap: 'model-maximum',
        loop: { option: 'max_iterations', fallback: 20, needsTools: true },
        addsPrompt: true,
      },
      {
        signature: '$index.{as_query_engine,as_chat_engine}().{query,aquery,chat,achat,stream_chat,astream_chat}',
        api: 'engine',
        fields: engine,
        ambient,
        omittedCap: 'model-maximum',
        addsPrompt: true,
      },
    ],
    models: pythonModels,
  },
  typescript: {
    packages: ['llamaindex', '@llamaindex/*'],
    provider: 'model',
    objects: {
      model: makers(typescriptModels),
      index: '{VectorStoreIndex,SummaryIndex,KeywordTableIndex,PropertyGraphIndex}[.{fromDocuments,fromVectorStore,init}]()',
    },
    calls: [
      { signature: '$model.{chat,complete,exec,streamExec}', api: 'llm', fields: { messages: ['messages', 'prompt'], tools: 'tools' } },
      {
        signature: ['agent().{run,runStream}', 'multiAgent().{run,runStream}'],
        api: 'agent',
        fields: {
          model: ['@receiver.llm', '@receiver.agents.0.llm', '@receiver.rootAgent.llm'],
          system: ['@receiver.systemPrompt', '@receiver.agents.0.systemPrompt'],
          messages: '@0',
          tools: ['@receiver.tools', '@receiver.agents.0.tools'],
        },
        ambient,
        // No bound on steps; a workflow ends after 60 seconds.
        loop: { fallback: 'none', needsTools: true, note: 'no bound on steps, a time-out of 60 s' },
        addsPrompt: true,
      },
      {
        signature: ['$index.{asQueryEngine,asChatEngine}().{query,chat}', `${ENGINES}.{query,chat}`],
        api: 'engine',
        fields: {
          model: ['@receiver.llm', '@receiver.chatModel'],
          system: ['@receiver.systemPrompt'],
          messages: ['query', 'message', '@0'],
          hiddenInput: ['@asQueryEngine', '@asChatEngine', '@receiver.retriever'],
        },
        ambient,
        omittedCap: 'model-maximum',
        addsPrompt: true,
      },
    ],
    models: typescriptModels,
  },
});
