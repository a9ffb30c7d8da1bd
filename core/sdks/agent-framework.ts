import type { Provider } from '../model.ts';
import { type CallSpec, defineSdk, type Fields, type LoopSpec, type ModelSpec } from './sdk.ts';

const model = (make: string, provider: Provider): ModelSpec => ({
  make: `{${make}}()`,
  provider,
  id: ['model', 'model_id', 'deployment_name'],
  baseUrl: ['base_url', 'azure_endpoint', 'endpoint'],
});

const models: readonly ModelSpec[] = [
  model('OpenAIChatClient,OpenAIChatCompletionClient,OpenAIResponsesClient', 'openai'),
  model('AzureOpenAIChatClient,AzureOpenAIResponsesClient,AzureAIClient,AzureAIAgentClient,FoundryChatClient', 'azure'),
  model('AnthropicClient,AnthropicChatClient', 'anthropic'),
  model('BedrockChatClient', 'bedrock'),
  model('GeminiChatClient', 'google'),
  model('MistralChatClient', 'mistral'),
  { ...model('OllamaChatClient', 'local'), baseUrl: [] },
];

/** Rounds of functions; the answer after the last of them is asked for without tools. */
const loop: LoopSpec = { option: 'max_iterations', fallback: 40, beside: 1, needsTools: true, note: 'Agent Framework: 40 rounds by default' };

const run: Fields = {
  system: '@receiver.instructions',
  messages: 'messages#0',
  tools: ['tools', '@receiver.tools'],
  cap: ['options.max_tokens', '@receiver.default_options.max_tokens', '@receiver.max_tokens'],
  hiddenInput: ['session', 'thread'],
};

const agent = (signature: string, fields: Fields): CallSpec => ({ signature, api: 'agent', fields, omittedCap: 'model-maximum', loop });

export default defineSdk({
  id: 'agent-framework',
  name: 'Microsoft Agent Framework',
  source: 'agent-framework-core 1.23.0 (Python)',
  python: {
    packages: [
      'agent_framework',
      'agent_framework_openai',
      'agent_framework_azure',
      'agent_framework_azure_ai',
      'agent_framework_foundry',
      'agent_framework_anthropic',
      'agent_framework_bedrock',
      'agent_framework_ollama',
    ],
    provider: 'model',
    objects: { model: models.flatMap((m) => m.make) },
    calls: [
      agent('{Agent,ChatAgent}().{run,run_stream}', { ...run, model: ['@receiver.client#0', '@receiver.chat_client#0'] }),
      agent('$model.{as_agent,create_agent}().{run,run_stream}', run),
      {
        signature: '$model.{get_response,get_streaming_response}',
        api: 'chat',
        fields: { messages: 'messages#0', tools: ['options.tools', 'tools'], cap: ['options.max_tokens', 'max_tokens'] },
        omittedCap: 'model-maximum',
        loop,
      },
    ],
    models,
  },
});
