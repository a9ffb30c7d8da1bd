import type { Provider } from '../model.ts';
import { type DefaultModel, defineSdk, type ModelSpec } from './sdk.ts';

const pyModel = (make: string, provider: Provider | 'model', extra: Partial<ModelSpec> = {}): ModelSpec => ({
  make: `${make}()`,
  provider,
  id: 'model_id',
  cap: ['max_tokens', 'params.max_tokens', 'params.max_completion_tokens'],
  baseUrl: ['client_args.base_url', 'client_args.api_base'],
  omittedCap: 'model-maximum',
  ...extra,
});
const tsModel = (make: string, provider: Provider | 'model', extra: Partial<ModelSpec> = {}): ModelSpec => ({
  make: `${make}()`,
  provider,
  id: 'modelId',
  cap: ['maxTokens', 'params.maxTokens'],
  baseUrl: 'clientConfig.baseURL',
  omittedCap: 'model-maximum',
  ...extra,
});

/** Older versions take one by region. */
const pyDefault: DefaultModel = { package: 'strands-agents', from: [['1.62.0', 'global.anthropic.claude-sonnet-4-6']] };
const tsDefault: DefaultModel = { package: '@strands-agents/sdk', from: [['1.16.0', 'global.anthropic.claude-sonnet-4-6']] };

export default defineSdk({
  id: 'strands',
  name: 'Strands Agents',
  source: 'strands-agents 1.40.0 and 1.62.0, @strands-agents/sdk 1.16.0',
  python: {
    packages: ['strands'],
    provider: 'model',
    calls: [
      {
        // The agent itself is called: `agent("…")`.
        signature: ['Agent()', 'Agent().{invoke_async,stream_async,structured_output,structured_output_async}'],
        api: 'agent',
        fields: {
          model: '@receiver.model#0',
          system: '@receiver.system_prompt',
          messages: 'prompt#0',
          tools: '@receiver.tools',
          bound: 'limits.turns',
          tokenBudget: ['limits.total_tokens', 'limits.output_tokens'],
          hiddenInput: ['@receiver.messages', '@receiver.session_manager'],
        },
        defaultModel: pyDefault,
        loop: { option: 'limits', fallback: 'none', needsTools: true },
      },
    ],
    models: [
      pyModel('BedrockModel', 'bedrock', { automaticCache: ['cache_prompt', 'cache_config'], baseUrl: [], defaultModel: pyDefault }),
      pyModel('AnthropicModel', 'anthropic', { omittedCap: 'required' }),
      pyModel('{OpenAIModel,OpenAIResponsesModel}', 'openai'),
      pyModel('GeminiModel', 'google', { cap: 'params.max_output_tokens' }),
      pyModel('MistralModel', 'mistral'),
      pyModel('LiteLLMModel', 'model'),
      pyModel('{OllamaModel,LlamaCppModel}', 'local', { cap: ['max_tokens', 'options.num_predict'], baseUrl: [] }),
      pyModel('{LlamaAPIModel,SageMakerAIModel,WriterModel}', 'other'),
    ],
  },
  typescript: {
    packages: ['@strands-agents/sdk'],
    provider: 'model',
    calls: [
      {
        signature: 'Agent().{invoke,stream}',
        api: 'agent',
        fields: {
          model: '@receiver.model',
          system: '@receiver.systemPrompt',
          messages: '@0',
          tools: '@receiver.tools',
          bound: '@1.limits.turns',
          tokenBudget: ['@1.limits.totalTokens', '@1.limits.outputTokens'],
          hiddenInput: '@receiver.messages',
        },
        defaultModel: tsDefault,
        loop: { option: 'limits', fallback: 'none', needsTools: true },
      },
    ],
    models: [
      tsModel('BedrockModel', 'bedrock', { baseUrl: [], defaultModel: tsDefault }),
      tsModel('AnthropicModel', 'anthropic'),
      tsModel('OpenAIModel', 'openai'),
      tsModel('{GoogleModel,GeminiModel}', 'google'),
    ],
  },
});
