import type { Provider } from '../model.ts';
import { defineSdk, type ModelSpec } from './sdk.ts';

/** Its chat classes have LangChain's names and fields of their own; ChatOpenAI asks for 4,096 tokens unless told otherwise. */
const model = (make: string, provider: Provider | 'model', cap: ModelSpec['cap'], extra: Partial<ModelSpec> = {}): ModelSpec => ({
  make: `${make}()`,
  provider,
  id: 'model#0',
  cap,
  baseUrl: 'base_url',
  ...extra,
});

const models: readonly ModelSpec[] = [
  model('ChatOpenAI', 'openai', ['max_completion_tokens', 'max_tokens'], { omittedCap: 4096 }),
  model('ChatAnthropic', 'anthropic', 'max_tokens'),
  model('{ChatAnthropicBedrock,ChatAWSBedrock}', 'bedrock', 'max_tokens'),
  model('ChatAzureOpenAI', 'azure', ['max_completion_tokens', 'max_tokens'], { baseUrl: 'azure_endpoint' }),
  model('ChatGoogle', 'google', 'max_output_tokens'),
  model('ChatGroq', 'groq', 'max_tokens'),
  model('ChatDeepSeek', 'deepseek', 'max_tokens'),
  model('ChatMistral', 'mistral', 'max_tokens'),
  model('ChatCerebras', 'cerebras', 'max_tokens'),
  model('ChatOpenRouter', 'openrouter', 'max_tokens'),
  model('ChatOllama', 'local', 'max_tokens', { baseUrl: [] }),
  model('ChatLiteLLM', 'model', 'max_tokens'),
  model('{ChatBrowserUse,ChatVercel}', 'other', 'max_tokens'),
];

export default defineSdk({
  id: 'browser-use',
  name: 'Browser Use',
  source: 'browser-use 0.13.14',
  python: {
    packages: ['browser_use'],
    provider: 'model',
    objects: { model: models.flatMap((m) => m.make) },
    calls: [
      {
        signature: '{Agent,CodeAgent}().{run,run_sync}',
        api: 'agent',
        fields: {
          model: '@receiver.llm#1',
          system: ['@receiver.override_system_message', '@receiver.extend_system_message'],
          messages: '@receiver.task#0',
          tools: ['@receiver.tools', '@receiver.controller'],
          bound: 'max_steps#0',
        },
        loop: { option: 'max_steps', fallback: 500 },
        addsPrompt: true,
      },
      { signature: '$model.ainvoke', api: 'chat', fields: { messages: 'messages#0' } },
    ],
    models,
  },
});
