import { defineSdk, type LoopSpec } from './sdk.ts';

const of = (option: string): readonly string[] => [`@receiver.agent.${option}`, `@receiver.app.root_agent.${option}`];

const loop: LoopSpec = {
  option: 'max_llm_calls',
  fallback: 500,
  needsTools: true,
  servedTools: ['google_search', 'enterprise_web_search', 'google_maps_grounding', 'url_context', '{GoogleSearchTool,VertexAiSearchTool}()'],
  zeroMeansNone: true,
  note: 'RunConfig(max_llm_calls=500) by default',
};

export default defineSdk({
  id: 'google-adk',
  name: 'Google Agent Development Kit',
  source: 'google-adk 1.4.2 and 2.13.0 (Python), @google/adk 2.0.0',
  python: {
    packages: ['google.adk'],
    provider: 'model',
    calls: [
      {
        signature: '{Runner,InMemoryRunner}().{run,run_async,run_debug}',
        api: 'agent',
        fields: {
          model: of('model'),
          system: of('instruction'),
          messages: ['new_message', 'user_messages#0'],
          tools: [...of('tools'), ...of('sub_agents')],
          cap: of('generate_content_config.max_output_tokens'),
          bound: 'run_config.max_llm_calls',
          hiddenInput: 'session_id',
        },
        omittedCap: 'model-maximum',
        loop,
        addsPrompt: true,
      },
      // `adk web`, `adk run` and `adk deploy` run the agent that a file calls `root_agent`, with the agents it hands over to.
      {
        signature: '{Agent,LlmAgent}',
        api: 'agent',
        hosted: { name: 'root_agent', runners: ['Runner', 'InMemoryRunner'] },
        fields: {
          model: 'model',
          system: ['instruction', 'static_instruction'],
          tools: ['tools', 'sub_agents'],
          cap: 'generate_content_config.max_output_tokens',
        },
        omittedCap: 'model-maximum',
        loop,
        addsPrompt: true,
      },
    ],
    models: [
      { make: 'LiteLlm()', provider: 'model', id: 'model', cap: 'max_tokens', baseUrl: ['api_base', 'base_url'] },
      { make: '{Gemini,GoogleLlm}()', provider: 'google', id: 'model' },
      { make: '{Claude,AnthropicLlm}()', provider: 'anthropic', id: 'model', cap: 'max_tokens', omittedCap: 8192 },
    ],
  },
  typescript: {
    packages: ['@google/adk'],
    provider: 'model',
    calls: [
      {
        signature: '{Runner,InMemoryRunner}().{runAsync,runEphemeral}',
        api: 'agent',
        fields: {
          model: ['@receiver.agent.model', '@receiver.app.rootAgent.model'],
          system: ['@receiver.agent.instruction', '@receiver.app.rootAgent.instruction'],
          messages: 'newMessage',
          tools: ['@receiver.agent.tools', '@receiver.agent.subAgents', '@receiver.app.rootAgent.tools'],
          cap: '@receiver.agent.generateContentConfig.maxOutputTokens',
          bound: 'runConfig.maxLlmCalls',
          hiddenInput: 'sessionId',
        },
        omittedCap: 'model-maximum',
        loop: { option: 'maxLlmCalls', fallback: 500, needsTools: true, zeroMeansNone: true, note: 'maxLlmCalls is 500 by default' },
        addsPrompt: true,
      },
    ],
    models: [{ make: 'Gemini()', provider: 'google', id: 'model' }],
  },
});
