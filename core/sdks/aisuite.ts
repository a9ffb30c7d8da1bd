import { defineSdk } from './sdk.ts';

export default defineSdk({
  id: 'aisuite',
  name: 'aisuite',
  source: 'aisuite 0.2.0',
  python: {
    packages: ['aisuite'],
    provider: 'model',
    calls: [
      {
        signature: 'Client().chat.completions.{create,acreate}',
        api: 'chat',
        fields: { model: 'model#0', messages: 'messages#1', tools: 'tools', cap: ['max_completion_tokens', 'max_tokens'], bound: 'max_turns' },
        omittedCap: 'model-maximum',
        // Tools are only run when max_turns is given.
        loop: { option: 'max_turns', fallback: 1, needsTools: true },
      },
      {
        signature: 'Runner.{run,run_sync}',
        api: 'agent',
        fields: {
          model: 'agent#0.model',
          system: 'agent#0.instructions',
          messages: '@1',
          tools: 'agent#0.tools',
          bound: 'max_turns',
        },
        omittedCap: 'model-maximum',
        loop: { option: 'max_turns', fallback: 5, needsTools: true },
      },
    ],
  },
});
