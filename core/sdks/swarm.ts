import { defineSdk } from './sdk.ts';

export default defineSdk({
  id: 'swarm',
  name: 'OpenAI Swarm',
  source: 'openai/swarm swarm/core.py (superseded by the OpenAI Agents SDK)',
  python: {
    packages: ['swarm'],
    weak: true,
    provider: 'openai',
    calls: [
      {
        signature: 'Swarm().{run,run_and_stream}',
        api: 'agent',
        fields: {
          model: ['model_override', 'agent#0.model'],
          system: 'agent#0.instructions',
          messages: 'messages#1',
          tools: 'agent#0.functions',
          bound: 'max_turns',
          baseUrl: '@receiver.client#0.base_url',
        },
        omittedCap: 'model-maximum',
        // `max_turns: int = float("inf")`.
        loop: { option: 'max_turns', fallback: 'none', needsTools: true },
      },
    ],
  },
});
