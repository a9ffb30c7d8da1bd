import type { Provider } from '../model.ts';
import { defineSdk, type Fields, type ModelSpec } from './sdk.ts';

const model = (make: string, provider: Provider | 'model'): ModelSpec => ({
  make: `${make}()`,
  provider,
  id: 'model_id#0',
  cap: ['max_tokens', 'max_completion_tokens', 'max_new_tokens'],
  baseUrl: ['api_base', 'base_url'],
});

const models: readonly ModelSpec[] = [
  model('{LiteLLMModel,LiteLLMRouterModel}', 'model'),
  model('{InferenceClientModel,HfApiModel}', 'other'),
  model('{OpenAIModel,OpenAIServerModel}', 'openai'),
  model('{AzureOpenAIModel,AzureOpenAIServerModel}', 'azure'),
  model('{AmazonBedrockModel,AmazonBedrockServerModel}', 'bedrock'),
  model('{TransformersModel,MLXModel,VLLMModel}', 'local'),
];

const agent: Fields = {
  model: '@receiver.model#1',
  system: '@receiver.instructions',
  messages: 'task#0',
  tools: ['@receiver.tools#0', '@receiver.managed_agents'],
  bound: ['max_steps', '@receiver.max_steps'],
};

export default defineSdk({
  id: 'smolagents',
  name: 'smolagents',
  source: 'smolagents 1.27.0.dev0 and 1.26.0',
  python: {
    packages: ['smolagents'],
    provider: 'model',
    objects: { agent: '{CodeAgent,ToolCallingAgent,MultiStepAgent,ToolAgent}()', model: models.flatMap((m) => m.make) },
    calls: [
      {
        signature: ['$agent.run', '$agent'],
        api: 'agent',
        fields: agent,
        omittedCap: 'model-maximum',
        loop: { option: 'max_steps', fallback: 20 },
        addsPrompt: true,
      },
      {
        signature: ['$model.{generate,generate_stream}', '$model'],
        api: 'model',
        fields: { messages: 'messages#0', cap: 'max_tokens' },
        omittedCap: 'model-maximum',
      },
    ],
    models,
  },
});
