import { type CallSpec, type DefaultModel, defineSdk } from './sdk.ts';

const defaultModel: DefaultModel = { package: '@browserbasehq/stagehand', from: [['3.7.3', 'openai/gpt-4.1-mini']] };

/** Each of them sends the page as well. */
const step: CallSpec = {
  signature: ['Stagehand().observe', 'Stagehand().page.observe'],
  api: 'step',
  fields: {
    model: ['@1.model.modelName', '@1.model', '@receiver.model.modelName', '@receiver.model', '@receiver.modelName'],
    messages: ['@0.instruction', '@0.action', '@0'],
  },
  omittedCap: 'not-applicable',
  addsPrompt: true,
  defaultModel,
};

/** Without an instruction the page is read, and what was observed before is done, without a model. */
const told: CallSpec['requires'] = { at: ['@0.instruction', '@0.action', '@0'], text: true };

const agent: CallSpec = {
  signature: 'Stagehand().agent().execute',
  api: 'agent',
  fields: {
    model: ['@agent.model.modelName', '@agent.model', '@receiver.model.modelName', '@receiver.model'],
    system: ['@agent.systemPrompt', '@agent.instructions'],
    messages: ['@0.instruction', '@0'],
    tools: '@agent.tools',
    bound: 'maxSteps',
  },
  omittedCap: 'not-applicable',
  caching: 'managed',
  loop: { option: 'maxSteps', fallback: 20 },
  addsPrompt: true,
  defaultModel,
};

export default defineSdk({
  id: 'stagehand',
  name: 'Stagehand',
  source: '@browserbasehq/stagehand 3.7.3',
  typescript: {
    packages: ['@browserbasehq/stagehand'],
    provider: 'model',
    calls: [step, { ...step, signature: ['Stagehand().{act,extract}', 'Stagehand().page.{act,extract}'], requires: told }, agent],
  },
});
