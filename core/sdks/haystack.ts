import type { Provider } from '../model.ts';
import { type CallSpec, type DefaultModel, defineSdk, type Fields, type LoopSpec, type ModelSpec } from './sdk.ts';

const defaultOf = (...from: DefaultModel['from']): DefaultModel => ({ package: 'haystack-ai', from });

const model = (make: string, provider: Provider | 'model', id: ModelSpec['id'] = 'model', defaultModel?: DefaultModel): ModelSpec => ({
  make: `${make}()`,
  provider,
  id,
  cap: ['generation_kwargs.max_completion_tokens', 'generation_kwargs.max_tokens', 'generation_kwargs.max_output_tokens', 'max_tokens'],
  baseUrl: ['api_base_url', 'azure_endpoint'],
  ...(defaultModel && { defaultModel }),
});

const models: readonly ModelSpec[] = [
  model('OpenAIChatGenerator', 'openai', 'model', defaultOf(['3.2.0', 'gpt-5-mini'], ['2.20.1', undefined], ['2.10.0', 'gpt-4o-mini'])),
  model('OpenAIGenerator', 'openai', 'model', defaultOf(['2.20.1', undefined], ['2.10.0', 'gpt-4o-mini'])),
  model('OpenAIResponsesChatGenerator', 'openai', 'model', defaultOf(['2.20.0', 'gpt-5-mini'])),
  model('{AzureOpenAIChatGenerator,AzureOpenAIGenerator,AzureOpenAIResponsesChatGenerator}', 'azure', ['azure_deployment', 'model']),
  model('{AnthropicChatGenerator,AnthropicGenerator}', 'anthropic'),
  model('AnthropicVertexChatGenerator', 'vertex'),
  model('{GoogleGenAIChatGenerator,GoogleAIGeminiChatGenerator,GoogleAIGeminiGenerator}', 'google'),
  model('{AmazonBedrockChatGenerator,AmazonBedrockGenerator}', 'bedrock'),
  model('MistralChatGenerator', 'mistral'),
  model('{CohereChatGenerator,CohereGenerator}', 'cohere'),
  model(
    '{OllamaChatGenerator,OllamaGenerator,HuggingFaceLocalGenerator,HuggingFaceLocalChatGenerator,LlamaCppGenerator,LlamaCppChatGenerator}',
    'local',
  ),
  model('{HuggingFaceAPIChatGenerator,HuggingFaceAPIGenerator}', 'other', ['api_params.model', 'model']),
];

const agent = (at: string): Fields => ({
  model: `${at}.chat_generator`,
  system: ['system_prompt', `${at}.system_prompt`],
  messages: 'messages#0',
  tools: ['tools', `${at}.tools`],
  bound: `${at}.max_agent_steps`,
});

const loop: LoopSpec = { option: 'max_agent_steps', fallback: 100, needsTools: true };

/** A component that calls a model, where it is put into a pipeline: other components make its prompt, so the code shows the least that is sent. */
const component = (made: readonly string[], fields: Fields): CallSpec => ({
  signature: '{Pipeline,AsyncPipeline}().add_component',
  api: 'component',
  fields: { ...fields, messages: undefined, hiddenInput: 'instance#1' },
  omittedCap: 'model-maximum',
  requires: { at: 'instance#1', made },
});

export default defineSdk({
  id: 'haystack',
  name: 'Haystack',
  source:
    'haystack-ai 3.4.1; default models in 2.10.0, 2.20.0, 3.2.0 and 3.4.1; generators of the integration packages by their names in client code',
  python: {
    packages: ['haystack', 'haystack_integrations', 'haystack_experimental'],
    provider: 'model',
    objects: { model: models.flatMap((m) => m.make) },
    calls: [
      {
        signature: '$model.{run,run_async}',
        api: 'generator',
        fields: {
          system: 'system_prompt',
          messages: ['messages#0', 'prompt#0'],
          tools: ['tools', '@receiver.tools'],
          cap: ['generation_kwargs.max_completion_tokens', 'generation_kwargs.max_tokens'],
        },
        omittedCap: 'model-maximum',
      },
      {
        signature: 'Agent().{run,run_async}',
        api: 'agent',
        fields: agent('@receiver'),
        omittedCap: 'model-maximum',
        loop,
      },
      component(
        models.flatMap((m) => m.make),
        { model: 'instance#1', system: 'instance#1.system_prompt', tools: 'instance#1.tools' },
      ),
      { ...component(['Agent()'], agent('instance#1')), loop },
    ],
    models,
  },
});
