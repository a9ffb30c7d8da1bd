import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

/** Where the options of a session stand: with the query, or with the client. Tools, prompt and caching of Claude Code itself come on top. */
const fields = (at: string, turns: string, budget: string, system: string, prompt: string): Fields => ({
  model: `${at}.model`,
  system: [`${at}.${system}.append`, `${at}.${system}`],
  messages: prompt,
  bound: `${at}.${turns}`,
  moneyBudget: `${at}.${budget}`,
  hiddenInput: [`${at}.resume`, `${at}.continue_conversation`],
});

const common = (signature: string, api: string, f: Fields): CallSpec => ({
  signature,
  api,
  provider: 'anthropic',
  fields: f,
  omittedCap: 'not-applicable',
  loop: { ...(typeof f.bound === 'string' && { option: f.bound.split('.').at(-1) as string }), fallback: 'none' },
  caching: 'managed',
  addsPrompt: true,
});

export default defineSdk({
  id: 'claude-agent-sdk',
  name: 'Claude Agent SDK',
  source: 'claude-agent-sdk 0.2.143 and 0.2.187 (Python), @anthropic-ai/claude-agent-sdk 0.3.330',
  python: {
    packages: ['claude_agent_sdk', 'claude_code_sdk'],
    provider: 'anthropic',
    calls: [
      common('query', 'query', fields('options', 'max_turns', 'max_budget_usd', 'system_prompt', 'prompt')),
      common('{ClaudeSDKClient,ClaudeCodeSDKClient}().query', 'session', {
        ...fields('@receiver.options#0', 'max_turns', 'max_budget_usd', 'system_prompt', 'prompt#0'),
        hiddenInput: '@receiver.options#0',
      }),
    ],
  },
  typescript: {
    packages: ['@anthropic-ai/claude-agent-sdk', '@anthropic-ai/claude-code'],
    provider: 'anthropic',
    calls: [
      common('query', 'query', {
        ...fields('options', 'maxTurns', 'maxBudgetUsd', 'systemPrompt', 'prompt'),
        hiddenInput: ['options.resume', 'options.continue'],
      }),
    ],
  },
});
