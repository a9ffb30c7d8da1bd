import type { Provider } from '../model.ts';
import { defineSdk, type ModelSpec } from './sdk.ts';

const model = (make: string, provider: Provider | 'model'): ModelSpec => ({
  make: `${make}()`,
  provider,
  id: 'model_name#0',
  baseUrl: ['base_url', 'provider.base_url', 'provider.openai_client.base_url'],
  cap: 'settings.max_tokens',
});

export default defineSdk({
  id: 'pydantic-ai',
  name: 'Pydantic AI',
  source: 'pydantic-ai 2.33.0 and 2.68.0',
  python: {
    packages: ['pydantic_ai'],
    provider: 'model',
    objects: { agent: 'Agent()' },
    calls: [
      {
        signature: '$agent.{run,run_sync,run_stream,run_stream_sync,run_stream_events,iter}',
        api: 'agent',
        fields: {
          model: ['model', '@receiver.model#0'],
          system: ['instructions', '@receiver.instructions', '@receiver.system_prompt', '@decorated.system_prompt|instructions'],
          messages: 'user_prompt#0',
          // Tools are given to the constructor or registered by decorators.
          tools: ['toolsets', '@receiver.tools', '@decorated.tool|tool_plain', '@receiver.toolsets', '@receiver.builtin_tools'],
          cap: ['model_settings.max_tokens', '@receiver.model_settings.max_tokens'],
          bound: 'usage_limits.request_limit',
          moneyBudget: 'usage_limits.cost_limit',
          tokenBudget: [
            'usage_limits.total_tokens_limit',
            'usage_limits.input_tokens_limit',
            'usage_limits.output_tokens_limit',
            'usage_limits.response_tokens_limit',
          ],
          hiddenInput: 'message_history',
        },
        // Anthropic gets the model's maximum in 2.68 (4,096 in 2.33).
        omittedCap: 'model-maximum',
        loop: { option: 'request_limit', fallback: 50, needsTools: true, note: 'UsageLimits(request_limit=50) by default' },
      },
      {
        signature: '{model_request,model_request_sync,model_request_stream,model_request_stream_sync}',
        api: 'direct',
        fields: {
          model: 'model#0',
          system: 'instructions',
          messages: 'messages#1',
          tools: 'model_request_parameters.function_tools',
          cap: 'model_settings.max_tokens',
        },
        omittedCap: 'model-maximum',
      },
    ],
    models: [
      model('{OpenAIChatModel,OpenAIModel,OpenAIResponsesModel}', 'openai'),
      model('AnthropicModel', 'anthropic'),
      model('{GoogleModel,GeminiModel}', 'google'),
      model('VertexAIModel', 'vertex'),
      model('BedrockConverseModel', 'bedrock'),
      model('GroqModel', 'groq'),
      model('MistralModel', 'mistral'),
      model('CohereModel', 'cohere'),
      model('CerebrasModel', 'cerebras'),
      model('OpenRouterModel', 'openrouter'),
      model('{XaiModel,GrokModel}', 'xai'),
      model('OllamaModel', 'local'),
      model('HuggingFaceModel', 'other'),
      { make: 'FallbackModel()', provider: 'model', id: 'default_model#0', wraps: 'default_model#0' },
      { make: '{InstrumentedModel,ConcurrencyLimitedModel}()', provider: 'model', id: 'wrapped#0', wraps: 'wrapped#0' },
    ],
  },
});
