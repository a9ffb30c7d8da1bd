import { defineSdk, type Fields, type LoopSpec } from './sdk.ts';

/** `None` (Python) and `null` (JavaScript) take the limit away. An agent without tools and handoffs answers in one call. */
const loop = (option: string, servedTools: readonly string[]): LoopSpec => ({ option, fallback: 10, needsTools: true, servedTools });

/** Tools that OpenAI runs. */
export const HOSTED = '{WebSearchTool,FileSearchTool,CodeInterpreterTool,HostedMCPTool,ImageGenerationTool}()';

/** The agent is the first argument of the run. */
const fields = (agent: string, settings: string, cap: string): Fields => ({
  model: `${agent}.model`,
  system: `${agent}.instructions`,
  tools: [`${agent}.tools`, `${agent}.handoffs`],
  cap: `${agent}.${settings}.${cap}`,
});

export default defineSdk({
  id: 'openai-agents',
  name: 'OpenAI Agents SDK',
  source: 'openai-agents 0.22.0 and 0.24.0 (default model in 0.3.0 and 0.8.0 too; Python), @openai/agents-core 0.17.0 and 0.20.0',
  python: {
    packages: ['agents'],
    weak: true,
    provider: 'openai',
    calls: [
      {
        signature: '{Runner,Runner(),AgentRunner()}.{run,run_sync,run_streamed}',
        api: 'agent',
        provider: 'model',
        fields: {
          ...fields('starting_agent#0', 'model_settings', 'max_tokens'),
          model: ['run_config.model', 'starting_agent#0.model'],
          cap: ['run_config.model_settings.max_tokens', 'starting_agent#0.model_settings.max_tokens'],
          messages: 'input#1',
          bound: 'max_turns',
          hiddenInput: ['session', 'previous_response_id', 'conversation_id'],
        },
        omittedCap: 'model-maximum',
        // OPENAI_DEFAULT_MODEL comes first.
        defaultModel: {
          package: 'openai-agents',
          from: [
            ['0.24.0', 'gpt-5.6-luna'],
            ['0.8.1', undefined],
            ['0.3.0', 'gpt-4.1'],
          ],
          environment: true,
        },
        loop: loop('max_turns', [HOSTED]),
      },
    ],
    models: [
      {
        make: '{OpenAIChatCompletionsModel,OpenAIResponsesModel}()',
        provider: 'openai',
        id: 'model#0',
        baseUrl: ['openai_client#1.base_url', 'openai_client#1.azure_endpoint'],
      },
      { make: '{LitellmModel,AnyLLMModel}()', provider: 'model', id: 'model#0', baseUrl: 'base_url' },
    ],
  },
  typescript: {
    packages: ['@openai/agents', '@openai/agents-core', '@openai/agents-openai', '@openai/agents-extensions'],
    provider: 'openai',
    calls: [
      {
        signature: ['run', 'Runner().run'],
        api: 'agent',
        provider: 'model',
        fields: {
          ...fields('@0', 'modelSettings', 'maxTokens'),
          // The runner's model is for agents that name none, its settings come before theirs.
          model: ['@0.model', '@receiver.model'],
          cap: ['@receiver.modelSettings.maxTokens', '@0.modelSettings.maxTokens'],
          messages: '@1',
          bound: '@2.maxTurns',
          hiddenInput: ['@2.session', '@2.previousResponseId', '@2.conversationId'],
        },
        omittedCap: 'model-maximum',
        loop: loop('maxTurns', ['{webSearchTool,fileSearchTool,codeInterpreterTool,hostedMcpTool,imageGenerationTool}()']),
      },
    ],
    models: [
      { make: '{OpenAIChatCompletionsModel,OpenAIResponsesModel}()', provider: 'openai', id: '@1', baseUrl: '@0.baseURL' },
      { make: 'aisdk()', provider: 'model', id: '@0', wraps: '@0' },
    ],
  },
});
