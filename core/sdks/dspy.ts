import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

/** The model is usually set once for all (`dspy.configure(lm=…)`), so a module's own code does not name it; the prompt is made from the signature. */
const fields: Fields = {
  model: ['lm', '@receiver.lm'],
  system: '@receiver.signature#0',
  tools: '@receiver.tools',
  cap: ['config.max_tokens', '@receiver.max_tokens'],
  completions: ['@receiver.n'],
};

const made = (classes: string, loop?: CallSpec['loop']): CallSpec => ({
  // A module is called itself: `self.answer(question=…)`.
  signature: [`{${classes}}()`, `{${classes}}().{acall,forward,aforward}`],
  api: 'module',
  fields: loop ? { ...fields, tools: '@receiver.tools#1', bound: '@receiver.max_iters' } : fields,
  omittedCap: 'model-maximum',
  ambient: { calls: ['configure', 'settings.configure', 'context'], model: 'lm' },
  ...(loop && { loop }),
  addsPrompt: true,
});

export default defineSdk({
  id: 'dspy',
  name: 'DSPy',
  source: 'dspy 3.4.1',
  python: {
    packages: ['dspy'],
    provider: 'model',
    objects: { model: 'LM()' },
    calls: [
      made('Predict,ChainOfThought,ProgramOfThought,MultiChainComparison,TypedPredictor,TypedChainOfThought,ChainOfThoughtWithHint'),
      made('ReAct,ReActV2', { option: 'max_iters', fallback: 20, needsTools: true }),
      {
        signature: ['$model', '$model.{forward,aforward,acall}'],
        api: 'lm',
        fields: { messages: ['messages', 'prompt#0'] },
        omittedCap: 'model-maximum',
      },
    ],
    models: [{ make: 'LM()', provider: 'model', id: 'model#0', cap: ['max_tokens', 'max_completion_tokens'], baseUrl: ['api_base', 'base_url'] }],
  },
});
