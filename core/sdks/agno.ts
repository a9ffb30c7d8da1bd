import type { Provider } from '../model.ts';
import { defineSdk, type Fields, type ModelSpec } from './sdk.ts';

const model = (make: string, provider: Provider | 'model', omittedCap: ModelSpec['omittedCap'] = 'model-maximum'): ModelSpec => ({
  make: `${make}()`,
  provider,
  id: 'id#0',
  cap: ['max_tokens', 'max_completion_tokens', 'max_output_tokens'],
  baseUrl: 'base_url',
  thinking: 'thinking.budget_tokens',
  automaticCache: 'cache_system_prompt',
  omittedCap,
});

const agent: Fields = {
  model: '@receiver.model',
  system: ['@receiver.instructions', '@receiver.system_message', '@receiver.description'],
  messages: ['input#0', 'message#0'],
  tools: ['@receiver.tools', '@receiver.knowledge'],
  bound: '@receiver.tool_call_limit',
  hiddenInput: ['@receiver.add_history_to_context', '@receiver.add_history_to_messages', '@receiver.memory'],
};

export default defineSdk({
  id: 'agno',
  name: 'Agno',
  source: 'agno 2.9.0 and 3.1.10',
  python: {
    packages: ['agno'],
    provider: 'model',
    calls: [
      {
        signature: 'Agent().{run,arun,print_response,aprint_response,cli_app,acli_app}',
        api: 'agent',
        fields: agent,
        loop: { option: 'tool_call_limit', fallback: 'none', needsTools: true },
        addsPrompt: true,
      },
      {
        signature: 'Team().{run,arun,print_response,aprint_response,cli_app,acli_app}',
        api: 'team',
        fields: { ...agent, model: ['@receiver.model', '@receiver.members.0.model'], tools: ['@receiver.tools', '@receiver.members'] },
        loop: { option: 'tool_call_limit', fallback: 'none', needsTools: true },
        addsPrompt: true,
      },
    ],
    models: [
      model('{OpenAIChat,OpenAIResponses}', 'openai'),
      model('OpenAILike', 'other'),
      model('{AzureOpenAI,AzureOpenAIChat}', 'azure'),
      // Agno fills in 8,192.
      model('Claude', 'anthropic', 8192),
      model('{Gemini,GeminiInteractions}', 'google'),
      model('AwsBedrock', 'bedrock'),
      model('Groq', 'groq'),
      model('DeepSeek', 'deepseek'),
      model('MistralChat', 'mistral'),
      model('Cohere', 'cohere'),
      model('xAI', 'xai'),
      model('Together', 'together'),
      model('Fireworks', 'fireworks'),
      model('{Cerebras,CerebrasOpenAI}', 'cerebras'),
      model('Perplexity', 'perplexity'),
      model('OpenRouter', 'openrouter'),
      model('{Ollama,LMStudio,LlamaCpp,VLLM}', 'local'),
      model('{LiteLLM,LiteLLMOpenAI}', 'model'),
    ],
  },
});
