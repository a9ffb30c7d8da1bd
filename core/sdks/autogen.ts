import type { Provider } from '../model.ts';
import { type CallSpec, defineSdk, type Fields, type LoopSpec, type ModelSpec } from './sdk.ts';

/** Termination conditions that count; the others leave the end to the model (TextMention) or to something outside. */
const stops: LoopSpec['stops'] = {
  counted: ['MaxMessageTermination().max_messages#0'],
  endless: [
    'TextMentionTermination()',
    'StopMessageTermination()',
    'TextMessageTermination()',
    'HandoffTermination()',
    'SourceMatchTermination()',
    'FunctionCallTermination()',
    'ExternalTermination()',
    'FunctionalTermination()',
  ],
};

const agent: CallSpec = {
  signature: '{AssistantAgent,SocietyOfMindAgent}().{run,run_stream,on_messages,on_messages_stream}',
  api: 'agent',
  fields: {
    model: '@receiver.model_client#1',
    system: '@receiver.system_message',
    messages: ['task', 'messages#0'],
    tools: ['@receiver.tools', '@receiver.workbench'],
    bound: '@receiver.max_tool_iterations',
    hiddenInput: '@receiver.memory',
  },
  omittedCap: 'model-maximum',
  loop: { option: 'max_tool_iterations', fallback: 1, needsTools: true },
};

/** Each turn of a team is a call of one of its agents, with what all others said. */
const team: CallSpec = {
  signature: '{RoundRobinGroupChat,SelectorGroupChat,Swarm,MagenticOneGroupChat,GraphFlow}().{run,run_stream}',
  api: 'team',
  fields: {
    model: ['@receiver.participants#0.0.model_client#1', '@receiver.model_client#1'],
    system: '@receiver.participants#0.0.system_message',
    messages: 'task',
    tools: '@receiver.participants#0.0.tools',
    bound: '@receiver.max_turns',
    stop: '@receiver.termination_condition',
  },
  omittedCap: 'model-maximum',
  loop: { option: 'max_turns', fallback: 'none', stops },
};

const client: Fields = { messages: 'messages#0', tools: 'tools', cap: ['extra_create_args.max_tokens'] };

const model = (make: string, provider: Provider | 'model', id: ModelSpec['id'] = 'model'): ModelSpec => ({
  make: `${make}()`,
  provider,
  id,
  cap: ['max_tokens', 'max_completion_tokens'],
  baseUrl: 'base_url',
});

const models: readonly ModelSpec[] = [
  model('OpenAIChatCompletionClient', 'openai'),
  model('AzureOpenAIChatCompletionClient', 'azure', ['azure_deployment', 'model']),
  model('AzureAIChatCompletionClient', 'azure'),
  model('AnthropicChatCompletionClient', 'anthropic'),
  model('AnthropicBedrockChatCompletionClient', 'bedrock'),
  model('OllamaChatCompletionClient', 'local'),
  { make: 'ChatCompletionCache()', provider: 'model', id: 'client#0', wraps: 'client#0' },
];

/** AutoGen 0.2 and AG2: two agents talk until one stops; 100 automatic replies by default. */
const legacy: CallSpec = {
  signature: '{ConversableAgent,AssistantAgent,UserProxyAgent,GPTAssistantAgent,GroupChatManager}().{initiate_chat,a_initiate_chat}',
  api: 'chat',
  fields: {
    model: [
      'recipient#0.llm_config.config_list.0.model',
      'recipient#0.llm_config.model',
      '@receiver.llm_config.config_list.0.model',
      '@receiver.llm_config.model',
    ],
    system: 'recipient#0.system_message',
    messages: 'message',
    bound: ['max_turns', 'recipient#0.groupchat#0.max_round', 'recipient#0.max_consecutive_auto_reply', '@receiver.max_consecutive_auto_reply'],
  },
  omittedCap: 'model-maximum',
  loop: { option: 'max_turns', fallback: 100, note: 'max_consecutive_auto_reply is 100 by default' },
  addsPrompt: true,
};

/** AG2 from 1.0: one agent, whose loop ends when the model asks for no more tools. */
const ask: CallSpec = {
  signature: 'Agent()[.ask()].{ask,run}',
  api: 'agent',
  fields: {
    model: ['config', '@receiver.config'],
    system: ['prompt', '@receiver.prompt'],
    messages: '@0',
    tools: ['tools', '@receiver.tools', '@decorated.tool'],
    hiddenInput: '@ask',
  },
  omittedCap: 'model-maximum',
  loop: { fallback: 'none', needsTools: true },
};

const configs: readonly ModelSpec[] = [
  { ...model('{OpenAIConfig,OpenAIResponsesConfig}', 'openai'), cap: ['max_completion_tokens', 'max_output_tokens', 'max_tokens'] },
  // 4,096 when nothing is set.
  { ...model('AnthropicConfig', 'anthropic'), omittedCap: 4096 },
  { ...model('GeminiConfig', 'google'), cap: 'max_output_tokens' },
  model('BedrockConfig', 'bedrock'),
  model('MistralConfig', 'mistral'),
  model('XAIConfig', 'xai'),
  { ...model('OllamaConfig', 'local'), baseUrl: [] },
  model('{DashScopeConfig,ZAIConfig}', 'other'),
];

export default defineSdk({
  id: 'autogen',
  name: 'AutoGen and AG2',
  source: 'autogen-agentchat 0.7.5 and autogen-ext 0.7.5; autogen-agentchat 0.2.40 and ag2 0.11.5 for the older interface; ag2 1.2.1',
  python: {
    packages: ['autogen_agentchat', 'autogen_core', 'autogen_ext', 'autogen', 'ag2'],
    provider: 'model',
    objects: { client: models.filter((m) => m.wraps === undefined).flatMap((m) => m.make) },
    calls: [agent, team, { signature: '$client.{create,create_stream}', api: 'client', fields: client, omittedCap: 'model-maximum' }, legacy, ask],
    models: [...models, ...configs],
  },
});
