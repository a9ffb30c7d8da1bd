import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

const chat: Fields = {
  model: 'model',
  messages: 'messages',
  tools: 'tools',
  cap: ['max_completion_tokens', 'max_tokens'],
  serviceTier: 'service_tier',
};

const responses: Fields = {
  model: 'model',
  system: 'instructions',
  messages: 'input',
  tools: 'tools',
  cap: 'max_output_tokens',
  hiddenInput: 'previous_response_id',
};

/** The request is an option of the call; in the first versions it was the call's options themselves. */
const within = (names: readonly string[], ...options: readonly string[]): readonly string[] =>
  options.flatMap((option) => [...names.map((name) => `@0.${name}.${option}`), `@0.${option}`]);

const chatIn = ['chatRequest', 'chatGenerationParams'];
const responsesIn = ['responsesRequest', 'openResponsesRequest'];

/** Runs tools round by round; the answer after the last round is one call more. */
const callModel = (signature: string, at: string): CallSpec => ({
  signature,
  api: 'agent',
  fields: {
    model: `${at}model`,
    system: `${at}instructions`,
    messages: `${at}input`,
    tools: `${at}tools`,
    cap: `${at}maxOutputTokens`,
    stop: `${at}stopWhen`,
    hiddenInput: [`${at}state`, `${at}previousResponseId`],
  },
  omittedCap: 'model-maximum',
  loop: {
    option: 'stopWhen',
    fallback: 5,
    beside: 1,
    needsTools: true,
    stops: { counted: ['stepCountIs()'], endless: ['hasToolCall()', 'finishReasonIs()'] },
  },
});

export default defineSdk({
  id: 'openrouter',
  name: 'OpenRouter SDK',
  source: 'openrouter 1.3.84 (Python), @openrouter/sdk 1.3.19, @openrouter/agent 0.8.0',
  python: {
    packages: ['openrouter'],
    provider: 'openrouter',
    calls: [
      { signature: 'OpenRouter().chat.{send,send_async}', api: 'chat', fields: chat, omittedCap: 'model-maximum' },
      { signature: 'OpenRouter()[.beta].responses.{send,send_async}', api: 'responses', fields: responses, omittedCap: 'model-maximum' },
    ],
  },
  typescript: {
    packages: ['@openrouter/sdk', '@openrouter/agent'],
    provider: 'openrouter',
    calls: [
      {
        signature: 'OpenRouter().chat.send',
        api: 'chat',
        fields: {
          model: within(chatIn, 'model'),
          messages: within(chatIn, 'messages'),
          tools: within(chatIn, 'tools'),
          cap: within(chatIn, 'maxCompletionTokens', 'maxTokens'),
          serviceTier: within(chatIn, 'serviceTier'),
        },
        omittedCap: 'model-maximum',
      },
      {
        signature: 'OpenRouter()[.beta].responses.send',
        api: 'responses',
        fields: {
          model: within(responsesIn, 'model'),
          system: within(responsesIn, 'instructions'),
          messages: within(responsesIn, 'input'),
          tools: within(responsesIn, 'tools'),
          cap: within(responsesIn, 'maxOutputTokens'),
          hiddenInput: within(responsesIn, 'previousResponseId'),
        },
        omittedCap: 'model-maximum',
      },
      callModel('OpenRouter().callModel', ''),
      callModel('callModel', '@1.'),
    ],
  },
});
