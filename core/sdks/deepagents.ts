import { OMITTED_JS } from './langchain.ts';
import { type CallSpec, defineSdk, type LoopSpec, served } from './sdk.ts';

/** One turn is two steps of the graph behind the agent. Built-in tools (files, planning, sub-agents) are always there. */
const loop = (option: string, fallback: number, counted: string): LoopSpec => ({
  option,
  fallback,
  perCall: 2,
  stops: { counted: [counted], endless: [], otherwise: 'fallback' },
  note: 'deepagents sets a recursion limit of its own, two steps for each model call',
});

const python: CallSpec = {
  signature: '$agent.{invoke,ainvoke,stream,astream,batch,abatch,astream_events}',
  api: 'agent',
  omittedCap: 'model-maximum',
  fields: {
    model: '@receiver.model#0',
    system: ['@receiver.system_prompt', '@receiver.instructions'],
    tools: '@receiver.tools#1',
    messages: 'input#0',
    bound: ['config#1.recursion_limit', '@with_config.config#0.recursion_limit', '@with_config.recursion_limit'],
    stop: '@receiver.middleware',
    hiddenInput: '@receiver.checkpointer',
  },
  defaultModel: {
    package: 'deepagents',
    from: [
      ['0.5.0', 'claude-sonnet-4-6'],
      ['0.3.1', undefined],
      ['0.3.0', 'claude-sonnet-4-5-20250929'],
    ],
  },
  loop: loop('recursion_limit', 9_999, 'ModelCallLimitMiddleware().run_limit'),
  caching: 'managed',
  addsPrompt: true,
};

const typescript: CallSpec = {
  signature: '$agent.{invoke,stream,batch,streamEvents}',
  api: 'agent',
  omittedCap: OMITTED_JS,
  fields: {
    model: '@receiver.model',
    system: ['@receiver.systemPrompt', '@receiver.instructions'],
    tools: '@receiver.tools',
    messages: '@0',
    bound: ['@1.recursionLimit', '@withConfig.recursionLimit'],
    stop: '@receiver.middleware',
    hiddenInput: '@receiver.checkpointer',
  },
  defaultModel: { package: 'deepagents', from: [['1.14.1', 'anthropic:claude-sonnet-4-6']] },
  loop: loop('recursionLimit', 10_000, 'modelCallLimitMiddleware().runLimit'),
  caching: 'managed',
  addsPrompt: true,
};

export default defineSdk({
  id: 'deepagents',
  name: 'Deep Agents',
  source: 'deepagents 0.7.8 and 0.7.32 (default model in 0.3.0 and 0.5.0 too; Python), 1.14.1 (npm)',
  python: {
    packages: ['deepagents'],
    provider: 'model',
    objects: { agent: '{create_deep_agent,async_create_deep_agent}()' },
    transparent: ['with_config', 'with_retry'],
    calls: [python, served(python, '{create_deep_agent,async_create_deep_agent}')],
  },
  typescript: {
    packages: ['deepagents'],
    provider: 'model',
    objects: { agent: 'createDeepAgent()' },
    transparent: ['withConfig', 'withRetry'],
    calls: [typescript, served(typescript, 'createDeepAgent')],
  },
});
