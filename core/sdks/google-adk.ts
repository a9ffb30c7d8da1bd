import { defineSdk } from './sdk.ts';

/** An agent that only stands at module level (`root_agent`) is run by a command: there is no call in the code. */
const of = (option: string): readonly string[] => [`@receiver.agent.${option}`, `@receiver.app.root_agent.${option}`];

export default defineSdk({
  id: 'google-adk',
  name: 'Google Agent Development Kit',
  source: 'google-adk 1.4.2 and 2.13.0',
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
        loop: { option: 'max_llm_calls', fallback: 500, needsTools: true, zeroMeansNone: true, note: 'RunConfig(max_llm_calls=500) by default' },
        addsPrompt: true,
      },
    ],
    models: [
      { make: 'LiteLlm()', provider: 'model', id: 'model', cap: 'max_tokens', baseUrl: ['api_base', 'base_url'] },
      { make: '{Gemini,GoogleLlm}()', provider: 'google', id: 'model' },
      { make: '{Claude,AnthropicLlm}()', provider: 'anthropic', id: 'model', cap: 'max_tokens' },
    ],
  },
});
