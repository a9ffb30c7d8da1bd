import { type DefaultModel, defineSdk, type Fields } from './sdk.ts';

/** The crew's first agent stands for all: their models, prompts and limits usually agree. */
const crew: Fields = {
  model: ['@receiver.agents.0.llm', '@receiver.agents.0.config.llm', '@receiver.manager_llm'],
  system: ['@receiver.agents.0.backstory', '@receiver.agents.0.config.backstory'],
  messages: ['@receiver.tasks.0.description', '@receiver.tasks.0.config.description', 'inputs#0'],
  tools: ['@receiver.agents.0.tools', '@receiver.tasks.0.tools'],
  cap: '@receiver.agents.0.llm.max_tokens',
  bound: ['@receiver.agents.0.max_iter', '@receiver.agents.0.config.max_iter'],
  hiddenInput: ['@receiver.memory', '@receiver.planning'],
};

/** Native Anthropic gets 4,096 when nothing is set. */
const omittedCap = { anthropic: 4096, default: 'model-maximum' } as const;

/** Variables of the environment (MODEL, MODEL_NAME, OPENAI_MODEL_NAME) come first. */
const defaultModel: DefaultModel = {
  package: 'crewai',
  from: [
    ['1.15.17', 'gpt-4.1-mini'],
    ['1.0.1', undefined],
    ['0.130.0', 'gpt-4o-mini'],
  ],
  environment: true,
};

export default defineSdk({
  id: 'crewai',
  name: 'CrewAI',
  source: 'crewai 1.15.17 and 1.15.30; the default model in 0.130.0 and 1.0.0 too',
  python: {
    packages: ['crewai'],
    provider: 'model',
    objects: { agent: '{Agent,LiteAgent}()', model: 'LLM()' },
    calls: [
      {
        signature: 'Crew().{kickoff,kickoff_async,akickoff,kickoff_for_each,kickoff_for_each_async,akickoff_for_each}',
        api: 'crew',
        fields: crew,
        omittedCap,
        defaultModel,
        loop: { option: 'max_iter', fallback: 25, needsTools: true, note: 'max_iter of the agent, for each task' },
        addsPrompt: true,
      },
      {
        signature: '$agent.{kickoff,kickoff_async,akickoff}',
        api: 'agent',
        fields: {
          model: ['@receiver.llm', '@receiver.config.llm'],
          system: ['@receiver.backstory', '@receiver.config.backstory'],
          messages: 'messages#0',
          tools: '@receiver.tools',
          cap: '@receiver.llm.max_tokens',
          bound: ['@receiver.max_iter', '@receiver.max_iterations', '@receiver.config.max_iter'],
        },
        omittedCap,
        defaultModel,
        loop: { option: 'max_iter', fallback: 25, needsTools: true },
        addsPrompt: true,
      },
      { signature: '$model.{call,acall}', api: 'llm', fields: { messages: 'messages#0', tools: 'tools#1' }, omittedCap },
    ],
    classes: [
      {
        decorator: 'CrewBase',
        files: { agents_config: 'config/agents.yaml', tasks_config: 'config/tasks.yaml' },
        collected: { agents: 'agent', tasks: 'task' },
      },
    ],
    models: [
      {
        make: 'LLM()',
        provider: 'model',
        id: 'model#0',
        cap: ['max_tokens', 'max_completion_tokens'],
        baseUrl: ['base_url', 'api_base'],
        vendor: 'provider',
      },
    ],
  },
});
