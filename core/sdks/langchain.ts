import type { Provider } from '../model.ts';
import { type CallSpec, defineSdk, type Fields, type LoopSpec, type ModelSpec, served } from './sdk.ts';

const pythonCalls =
  '{invoke,ainvoke,stream,astream,batch,abatch,astream_events,astream_log,predict,apredict,predict_messages,apredict_messages,generate,agenerate}';
const typescriptCalls = '{invoke,stream,batch,streamEvents,streamLog,call,predict,predictMessages,generate}';
const pythonRuns = '{invoke,ainvoke,stream,astream,batch,abatch,astream_events,run,arun,acall,predict,apredict}';

/** The receiver is the model; tools arrive by binding. */
const pythonModel: Fields = {
  messages: ['input#0', 'messages#0'],
  tools: ['tools', '@bind_tools.tools#0', '@bind.tools', '@bind_functions.functions#0'],
};
const typescriptModel: Fields = { messages: '@0', tools: ['@1.tools', '@bindTools.tools#0', '@bind.tools', '@withConfig.tools'] };

/** ChatAnthropic of LangChain.js sends 16,384 for Claude 4 and newer when nothing is set (8,192 or 4,096 for older models). */
export const OMITTED_JS = { anthropic: 16_384, default: 'model-maximum' } as const;

/** One turn of the graph behind an agent is two steps of it: the model and its tools. */
const PER_CALL = 2;

/** `ModelCallLimitMiddleware(run_limit=…)` counts model calls; without it the recursion limit of the graph holds. */
const agentLoop = (option: string, fallback: LoopSpec['fallback'], counted: string, note: string): LoopSpec => ({
  option,
  fallback,
  needsTools: true,
  perCall: PER_CALL,
  stops: { counted: [counted], endless: [], otherwise: 'fallback' },
  note,
});

const pythonAgent: CallSpec = {
  signature: '$agent.{invoke,ainvoke,stream,astream,batch,abatch,astream_events}',
  api: 'agent',
  omittedCap: 'model-maximum',
  fields: {
    model: '@receiver.model#0',
    system: '@receiver.system_prompt',
    tools: '@receiver.tools#1',
    messages: 'input#0',
    bound: ['config#1.recursion_limit', '@with_config.config#0.recursion_limit', '@with_config.recursion_limit'],
    stop: '@receiver.middleware',
    hiddenInput: '@receiver.checkpointer',
  },
  loop: agentLoop(
    'recursion_limit',
    9999,
    'ModelCallLimitMiddleware().run_limit',
    'create_agent sets a recursion limit of 9,999 steps, two for each model call',
  ),
};
const typescriptAgent: CallSpec = {
  signature: '$agent.{invoke,stream,batch,streamEvents}',
  api: 'agent',
  omittedCap: OMITTED_JS,
  fields: {
    model: ['@receiver.model', '@receiver.llm'],
    system: ['@receiver.systemPrompt', '@receiver.prompt'],
    tools: '@receiver.tools',
    messages: '@0',
    bound: ['@1.recursionLimit', '@withConfig.recursionLimit'],
    stop: '@receiver.middleware',
    hiddenInput: '@receiver.checkpointer',
  },
  loop: agentLoop('recursionLimit', 25, 'modelCallLimitMiddleware().runLimit', 'LangGraph.js: 25 steps, two for each model call'),
};

/** Agents and chains of LangChain 0.x (`langchain_classic`). The model is that of the inner agent or chain. */
const classicAgent = (constructors: string, calls: string, fields: Fields, option: string): CallSpec => ({
  signature: `${constructors}.${calls}`,
  api: 'agent',
  fields,
  loop: { option, fallback: 15, needsTools: true },
  addsPrompt: true,
});
const pythonClassic: readonly CallSpec[] = [
  classicAgent(
    '{AgentExecutor,AgentExecutor.from_agent_and_tools}()',
    pythonRuns,
    {
      model: '@receiver.agent.llm#0',
      system: '@receiver.agent.prompt',
      messages: 'input#0',
      tools: '@receiver.tools',
      bound: '@receiver.max_iterations',
      hiddenInput: '@receiver.memory',
    },
    'max_iterations',
  ),
  classicAgent(
    'initialize_agent()',
    pythonRuns,
    { model: '@receiver.llm#1', messages: 'input#0', tools: '@receiver.tools#0', bound: '@receiver.max_iterations', hiddenInput: '@receiver.memory' },
    'max_iterations',
  ),
  classicAgent(
    '{create_sql_agent,create_pandas_dataframe_agent,create_csv_agent,create_json_agent,create_openapi_agent}()',
    pythonRuns,
    { model: '@receiver.llm#0', messages: 'input#0', bound: '@receiver.max_iterations', tools: ['@receiver.tools', '@receiver'] },
    'max_iterations',
  ),
  {
    signature: `create_retrieval_chain().${pythonRuns}`,
    api: 'chain',
    fields: { model: '@receiver.combine_docs_chain#1.llm#0', system: '@receiver.combine_docs_chain#1.prompt#1', hiddenInput: '@receiver' },
    addsPrompt: true,
  },
  {
    signature: `{create_stuff_documents_chain,create_history_aware_retriever,create_sql_query_chain}().${pythonRuns}`,
    api: 'chain',
    fields: { model: '@receiver.llm#0', system: '@receiver.prompt', hiddenInput: '@receiver' },
    addsPrompt: true,
  },
  {
    signature: `{LLMChain,ConversationChain,RetrievalQA.from_chain_type,RetrievalQA.from_llm,ConversationalRetrievalChain.from_llm,LLMChain.from_string,load_qa_chain,load_summarize_chain,RetrievalQAWithSourcesChain.from_chain_type}().${pythonRuns}`,
    api: 'chain',
    fields: { model: '@receiver.llm#0', system: '@receiver.prompt', messages: 'input#0', hiddenInput: '@receiver.memory' },
    addsPrompt: true,
  },
];
const typescriptClassic: readonly CallSpec[] = [
  classicAgent(
    '{AgentExecutor,AgentExecutor.fromAgentAndTools}()',
    '{invoke,stream,call,run}',
    {
      model: '@receiver.agent.llm',
      system: '@receiver.agent.prompt',
      messages: '@0',
      tools: '@receiver.tools',
      bound: '@receiver.maxIterations',
      hiddenInput: '@receiver.memory',
    },
    'maxIterations',
  ),
  {
    signature: '{LLMChain,ConversationChain,SqlDatabaseChain}().{invoke,stream,call,run,predict}',
    api: 'chain',
    fields: { model: '@receiver.llm', system: '@receiver.prompt', messages: '@0', hiddenInput: '@receiver.memory' },
    addsPrompt: true,
  },
  {
    signature:
      '{RetrievalQAChain.fromLLM,ConversationalRetrievalQAChain.fromLLM,VectorDBQAChain.fromLLM,loadQAChain,loadQAStuffChain,loadQAMapReduceChain,loadQARefineChain,loadSummarizationChain}().{invoke,stream,call,run}',
    api: 'chain',
    fields: { model: '@receiver.#0', system: '@receiver.prompt', messages: '@0', hiddenInput: '@receiver' },
    addsPrompt: true,
  },
  {
    signature: 'createRetrievalChain().{invoke,stream,batch}',
    api: 'chain',
    fields: { model: '@receiver.combineDocsChain.llm', system: '@receiver.combineDocsChain.prompt', messages: '@0.input', hiddenInput: '@receiver' },
    addsPrompt: true,
  },
  {
    signature: '{createStuffDocumentsChain,createHistoryAwareRetriever,createSqlQueryChain}().{invoke,stream,batch}',
    api: 'chain',
    fields: { model: '@receiver.llm', system: '@receiver.prompt', hiddenInput: '@receiver' },
    addsPrompt: true,
  },
  classicAgent(
    'initializeAgentExecutorWithOptions()',
    '{invoke,stream,call,run}',
    { model: '@receiver.#1', messages: '@0', tools: '@receiver.#0', bound: '@receiver.maxIterations', hiddenInput: '@receiver.memory' },
    'maxIterations',
  ),
];

interface Options {
  readonly id?: ModelSpec['id'];
  readonly cap?: ModelSpec['cap'];
  readonly baseUrl?: ModelSpec['baseUrl'];
  readonly omittedCap?: ModelSpec['omittedCap'];
  readonly defaultModel?: ModelSpec['defaultModel'];
}

/** What a model class does not know goes to the API as it is. */
const alsoIn = (held: string, cap: ModelSpec['cap'], ...api: readonly string[]): readonly string[] => {
  const own = typeof cap === 'string' ? [cap] : (cap ?? []);
  return [...own, ...[...new Set([...own, ...api])].map((name) => `${held}.${name}`)];
};

const python = (
  make: string,
  provider: Provider | 'model',
  {
    id = ['model#0', 'model_name', 'model_id'],
    cap = 'max_tokens',
    baseUrl = ['base_url', 'openai_api_base'],
    omittedCap = 'model-maximum',
    defaultModel,
  }: Options = {},
): ModelSpec => ({
  make: `${make}()`,
  provider,
  id,
  cap: alsoIn('model_kwargs', cap),
  baseUrl,
  omittedCap,
  serviceTier: 'service_tier',
  thinking: 'thinking.budget_tokens',
  ...(defaultModel && { defaultModel }),
});
const typescript = (
  make: string,
  provider: Provider | 'model',
  {
    id = ['model#0', 'modelName'],
    cap = 'maxTokens',
    baseUrl = ['configuration.baseURL', 'configuration.basePath', 'baseUrl'],
    omittedCap = 'model-maximum',
    defaultModel,
  }: Options = {},
): ModelSpec => ({
  make: `${make}()`,
  provider,
  id,
  cap: alsoIn('modelKwargs', cap, 'max_tokens', 'max_completion_tokens'),
  baseUrl,
  omittedCap,
  thinking: 'thinking.budget_tokens',
  ...(defaultModel && { defaultModel }),
});

const pythonModels: readonly ModelSpec[] = [
  python('ChatOpenAI', 'openai', {
    cap: ['max_tokens', 'max_completion_tokens'],
    defaultModel: { package: 'langchain-openai', from: [['0.3.0', 'gpt-3.5-turbo']] },
  }),
  python('OpenAI', 'openai', { cap: ['max_tokens', 'max_completion_tokens'] }),
  python('{AzureChatOpenAI,AzureOpenAI}', 'azure', {
    id: ['azure_deployment', 'deployment_name', 'model', 'model_name'],
    cap: ['max_tokens', 'max_completion_tokens'],
    baseUrl: 'azure_endpoint',
  }),
  python('{ChatAnthropic,AnthropicLLM,Anthropic}', 'anthropic', {
    cap: ['max_tokens', 'max_tokens_to_sample'],
    baseUrl: ['base_url', 'anthropic_api_url'],
  }),
  python('{ChatGoogleGenerativeAI,GoogleGenerativeAI}', 'google', { cap: ['max_output_tokens', 'max_tokens'], baseUrl: 'base_url' }),
  python('{ChatVertexAI,VertexAI,ChatAnthropicVertex}', 'vertex', { cap: ['max_output_tokens', 'max_tokens'] }),
  python('{ChatBedrockConverse,ChatBedrock,BedrockChat,Bedrock,BedrockLLM,ChatAnthropicBedrock}', 'bedrock', {
    id: ['model_id', 'model#0', 'base_model_id'],
    cap: 'max_tokens',
    baseUrl: [],
  }),
  python('{ChatOllama,Ollama,OllamaLLM,ChatLlamaCpp,LlamaCpp}', 'local', { cap: 'num_predict', baseUrl: [] }),
  python('ChatGroq', 'groq'),
  python('ChatMistralAI', 'mistral', { baseUrl: 'endpoint' }),
  python('ChatCohere', 'cohere'),
  python('{ChatTogether,Together}', 'together'),
  python('{ChatFireworks,Fireworks}', 'fireworks'),
  python('ChatDeepSeek', 'deepseek', { baseUrl: 'api_base' }),
  python('ChatXAI', 'xai'),
  python('ChatPerplexity', 'perplexity'),
  python('ChatCerebras', 'cerebras'),
  python('ChatOpenRouter', 'openrouter'),
  python('{ChatLiteLLM,ChatLiteLLMRouter}', 'model', { baseUrl: 'api_base' }),
  python(
    '{ChatHuggingFace,HuggingFaceHub,HuggingFaceEndpoint,ChatNVIDIA,ChatTongyi,ChatZhipuAI,QianfanChatEndpoint,ChatWatsonx,ChatDatabricks,ChatWriter,ChatSambaNova,MoonshotChat,ChatBaichuan,ChatSparkLLM}',
    'other',
    { id: ['model#0', 'model_name', 'repo_id', 'model_id'], cap: ['max_tokens', 'max_new_tokens'] },
  ),
  // Known by its type only.
  { make: '{BaseChatModel,BaseLanguageModel,BaseLLM}()', provider: 'model', id: 'model', cap: 'max_tokens' },
  {
    make: 'init_chat_model()',
    provider: 'model',
    id: 'model#0',
    cap: 'max_tokens',
    baseUrl: 'base_url',
    vendor: 'model_provider',
    omittedCap: 'model-maximum',
  },
];

const typescriptModels: readonly ModelSpec[] = [
  typescript('ChatOpenAI', 'openai', {
    cap: ['maxTokens', 'maxCompletionTokens'],
    defaultModel: { package: '@langchain/openai', from: [['1.5.8', 'gpt-3.5-turbo']] },
  }),
  typescript('{OpenAI,ChatOpenAIResponses,ChatOpenAICompletions}', 'openai', { cap: ['maxTokens', 'maxCompletionTokens'] }),
  typescript('{AzureChatOpenAI,AzureOpenAI}', 'azure', { id: ['azureOpenAIApiDeploymentName', 'deploymentName', 'model', 'modelName'] }),
  typescript('{ChatAnthropic,ChatAnthropicMessages}', 'anthropic', {
    baseUrl: ['anthropicApiUrl', 'clientOptions.baseURL'],
    cap: ['maxTokens', 'maxTokensToSample'],
    omittedCap: OMITTED_JS.anthropic,
    defaultModel: { package: '@langchain/anthropic', from: [['1.5.11', 'claude-sonnet-4-5-20250929']] },
  }),
  typescript('{ChatGoogleGenerativeAI,ChatGoogle}', 'google', { cap: 'maxOutputTokens', baseUrl: 'baseUrl' }),
  typescript('ChatVertexAI', 'vertex', { cap: 'maxOutputTokens', baseUrl: [] }),
  typescript('{ChatBedrockConverse,BedrockChat,Bedrock,ChatBedrock}', 'bedrock', { baseUrl: [] }),
  typescript('{ChatOllama,Ollama}', 'local', { cap: 'numPredict', baseUrl: [] }),
  typescript('ChatGroq', 'groq'),
  typescript('ChatMistralAI', 'mistral'),
  typescript('ChatCohere', 'cohere'),
  typescript('ChatTogetherAI', 'together'),
  typescript('ChatFireworks', 'fireworks'),
  typescript('ChatDeepSeek', 'deepseek'),
  typescript('ChatXAI', 'xai'),
  typescript('ChatPerplexity', 'perplexity'),
  typescript('ChatCerebras', 'cerebras'),
  typescript('ChatOpenRouter', 'openrouter'),
  typescript('ChatCloudflareWorkersAI', 'other'),
  { make: '{BaseChatModel,BaseLanguageModel,BaseLLM}()', provider: 'model', id: 'model', cap: 'maxTokens' },
  {
    make: 'initChatModel()',
    provider: 'model',
    id: 'model#0',
    cap: 'maxTokens',
    baseUrl: 'baseUrl',
    vendor: 'modelProvider',
    omittedCap: 'model-maximum',
  },
];

const makers = (models: readonly ModelSpec[]): readonly string[] => models.flatMap((m) => m.make);

export default defineSdk({
  id: 'langchain',
  name: 'LangChain',
  source:
    'langchain 1.5.0, langchain-anthropic 1.7.10, langchain-openai 1.7.4, langchain-classic 1.0.8; langchainjs 1.5.5 and 1.5.14, @langchain/anthropic 1.5.11, @langchain/core 1.4.0',
  python: {
    packages: [
      'langchain',
      'langchain_classic',
      'langchain_core',
      'langchain_openai',
      'langchain_anthropic',
      'langchain_google_genai',
      'langchain_google_vertexai',
      'langchain_aws',
      'langchain_ollama',
      'langchain_groq',
      'langchain_mistralai',
      'langchain_community',
      'langchain_experimental',
      'langchain_cohere',
      'langchain_together',
      'langchain_fireworks',
      'langchain_deepseek',
      'langchain_xai',
      'langchain_perplexity',
      'langchain_cerebras',
      'langchain_openrouter',
      'langchain_litellm',
      'langchain_huggingface',
      'langchain_nvidia_ai_endpoints',
    ],
    provider: 'model',
    objects: { model: makers(pythonModels), agent: 'create_agent()' },
    transparent: [
      'bind_tools',
      'bind_functions',
      'bind',
      'with_structured_output',
      'with_retry',
      'with_config',
      'with_fallbacks',
      'with_listeners',
      'with_types',
      'configurable_fields',
      'configurable_alternatives',
    ],
    calls: [
      { signature: `$model.${pythonCalls}`, api: 'chat', fields: pythonModel },
      { signature: '$model', api: 'chat', fields: pythonModel },
      pythonAgent,
      served(pythonAgent, 'create_agent'),
      ...pythonClassic,
    ],
    models: pythonModels,
  },
  typescript: {
    packages: ['langchain', '@langchain/*'],
    provider: 'model',
    objects: { model: makers(typescriptModels), agent: 'createAgent()' },
    transparent: ['bindTools', 'bind', 'withStructuredOutput', 'withRetry', 'withConfig', 'withFallbacks', 'withListeners'],
    calls: [
      { signature: `$model.${typescriptCalls}`, api: 'chat', fields: typescriptModel },
      typescriptAgent,
      served(typescriptAgent, 'createAgent'),
      ...typescriptClassic,
    ],
    models: typescriptModels,
  },
});
