import { HOSTED } from './openai-agents.ts';
import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

const RUNS = '{get_response,get_response_sync,get_response_stream}';

/** The agent that answers sits at `agent`; others that it may write to are among its tools. */
const fields = (agent: string): Fields => ({
  model: `${agent}.model`,
  system: `${agent}.instructions`,
  messages: 'message#0',
  tools: [`${agent}.tools`, `${agent}.mcp_servers`, `${agent}.tools_folder`, '@receiver.communication_flows'],
  cap: `${agent}.model_settings.max_tokens`,
  bound: 'max_turns',
});

const run = (signature: string, agent: Fields): CallSpec => ({
  signature,
  api: 'agent',
  fields: agent,
  omittedCap: 'model-maximum',
  defaultModel: { package: 'agency-swarm', from: [['1.11.0', 'gpt-5.6-luna']] },
  loop: { option: 'max_turns', fallback: 1_000_000, needsTools: true, servedTools: [HOSTED], note: 'max_turns=1000000 by default' },
  addsPrompt: true,
});

export default defineSdk({
  id: 'agency-swarm',
  name: 'Agency Swarm',
  source: 'agency-swarm 1.11.0',
  python: {
    packages: ['agency_swarm'],
    provider: 'model',
    calls: [
      { ...run(`Agency().${RUNS}`, fields('recipient_agent#1')), requires: { at: 'recipient_agent#1', made: ['Agent()'] } },
      // A name or a variable may stand there: what it leaves open is not the framework's default.
      { ...run(`Agency().${RUNS}`, fields('recipient_agent#1')), requires: { at: 'recipient_agent#1' }, defaultModel: undefined },
      run(`Agency().${RUNS}`, fields('@receiver.#0')),
      run(`Agent().${RUNS}`, fields('@receiver')),
    ],
  },
});
