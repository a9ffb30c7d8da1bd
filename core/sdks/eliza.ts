import { defineSdk } from './sdk.ts';

/** Which model answers is a setting of the runtime. */
export default defineSdk({
  id: 'eliza',
  name: 'elizaOS',
  source: '@elizaos/core 0.25.9 and 1.7.2',
  typescript: {
    packages: ['@elizaos/core', '@ai16z/eliza'],
    provider: 'model',
    calls: [
      {
        signature: '{IAgentRuntime,AgentRuntime}().useModel',
        api: 'model',
        fields: { model: '@1.model', messages: ['@1.messages', '@1.prompt'], cap: ['@1.maxTokens', '@1.max_tokens'] },
        requires: {
          at: '@0',
          made: [
            '{ModelType,ModelTypes}.{TEXT_SMALL,TEXT_LARGE,TEXT_REASONING_SMALL,TEXT_REASONING_LARGE,TEXT_COMPLETION,OBJECT_SMALL,OBJECT_LARGE}',
          ],
        },
        omittedCap: 'not-applicable',
      },
      {
        signature:
          '{generateText,generateTextArray,generateObject,generateObjectDeprecated,generateMessageResponse,generateShouldRespond,generateTrueOrFalse}',
        api: 'text',
        fields: { model: 'model', messages: 'context', system: 'customSystemPrompt' },
        requiresOption: ['runtime'],
        omittedCap: 'not-applicable',
      },
    ],
  },
});
