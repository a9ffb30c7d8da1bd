import type { Provider } from '../model.ts';
import { defineSdk, type ModelSpec } from './sdk.ts';

const model = (make: string, provider: Provider, id: ModelSpec['id'] = 'ai_model_id'): ModelSpec => ({
  make: `${make}()`,
  provider,
  id,
  baseUrl: ['base_url', 'endpoint', 'async_client.base_url'],
});

const models: readonly ModelSpec[] = [
  model('{OpenAIChatCompletion,OpenAITextCompletion}', 'openai'),
  model('{AzureChatCompletion,AzureTextCompletion}', 'azure', 'deployment_name'),
  model('AzureAIInferenceChatCompletion', 'azure'),
  model('AnthropicChatCompletion', 'anthropic'),
  model('GoogleAIChatCompletion', 'google', 'gemini_model_id'),
  model('VertexAIChatCompletion', 'vertex', 'gemini_model_id'),
  model('MistralAIChatCompletion', 'mistral'),
  model('BedrockChatCompletion', 'bedrock', 'model_id'),
  { ...model('{OllamaChatCompletion,OllamaTextCompletion}', 'local'), baseUrl: [] },
  model('{NvidiaChatCompletion,HuggingFaceTextCompletion}', 'other'),
];

export default defineSdk({
  id: 'semantic-kernel',
  name: 'Semantic Kernel',
  source: 'semantic-kernel 1.45.0 (Python)',
  python: {
    packages: ['semantic_kernel'],
    provider: 'model',
    objects: { model: models.flatMap((m) => m.make) },
    calls: [
      {
        signature: 'ChatCompletionAgent().{get_response,invoke,invoke_stream}',
        api: 'agent',
        fields: {
          model: ['@receiver.service', '@receiver.kernel'],
          system: '@receiver.instructions',
          messages: 'messages#0',
          tools: '@receiver.plugins',
          cap: ['arguments.settings#0.max_tokens', '@receiver.arguments.settings#0.max_tokens'],
          bound: '@receiver.function_choice_behavior.maximum_auto_invoke_attempts',
          hiddenInput: 'thread',
        },
        omittedCap: 'model-maximum',
        loop: { option: 'maximum_auto_invoke_attempts', fallback: 5, beside: 1, needsTools: true, note: 'five rounds of functions by default' },
      },
      {
        signature:
          '$model.{get_chat_message_content,get_chat_message_contents,get_streaming_chat_message_content,get_streaming_chat_message_contents,get_text_content,get_text_contents,get_streaming_text_contents}',
        api: 'chat',
        fields: {
          messages: ['chat_history#0', 'prompt#0'],
          cap: ['settings#1.max_tokens', 'settings#1.max_completion_tokens'],
          completions: 'settings#1.number_of_responses',
          hiddenInput: 'chat_history#0',
        },
        omittedCap: 'model-maximum',
      },
      {
        signature: 'Kernel().{invoke_prompt,invoke_prompt_stream}',
        api: 'prompt',
        fields: {
          model: ['@receiver.services', '@on.add_service#0'],
          messages: 'prompt#0',
          cap: 'arguments.settings#0.max_tokens',
        },
        omittedCap: 'model-maximum',
      },
    ],
    models,
  },
});
