import { type CallSpec, defineSdk, type Fields } from './sdk.ts';

/** What Converse takes, in boto3 and in the JavaScript SDK alike. */
const converse = (at = ''): Fields => ({
  model: `${at}modelId`,
  system: `${at}system`,
  messages: `${at}messages`,
  tools: `${at}toolConfig.tools`,
  cap: `${at}inferenceConfig.maxTokens`,
  thinking: `${at}additionalModelRequestFields.thinking.budget_tokens`,
  serviceTier: `${at}serviceTier.type`,
});

/** InvokeModel takes the body of the model's own vendor as JSON; Anthropic's is read, and requires its cap. */
const invoke = (at = ''): Fields => ({
  model: `${at}modelId`,
  system: `${at}body.system`,
  messages: [`${at}body.messages`, `${at}body.prompt`],
  tools: `${at}body.tools`,
  cap: [`${at}body.max_tokens`, `${at}body.max_tokens_to_sample`, `${at}body.inferenceConfig.maxTokens`, `${at}body.max_gen_len`],
  thinking: `${at}body.thinking.budget_tokens`,
});

const command = (names: readonly string[], api: string, fields: Fields, omittedCap: CallSpec['omittedCap']): CallSpec => ({
  signature: '{BedrockRuntimeClient,BedrockRuntime,BedrockAgentRuntimeClient}().send',
  api,
  fields,
  omittedCap,
  requires: { at: '@0', made: names.map((n) => `${n}()`) },
});

/** `boto3.client` makes clients of all services: the first argument says which. */
const requires = { at: '@receiver.service_name#0', values: ['bedrock-runtime'] };

/** Agents and knowledge bases that Bedrock runs: it adds the prompt, and for agents made beforehand the model. */
const inline = (at = ''): Fields => ({
  model: `${at}foundationModel`,
  system: `${at}instruction`,
  messages: `${at}inputText`,
  tools: `${at}actionGroups`,
});
const answer = (at = ''): Fields => ({
  model: `${at}retrieveAndGenerateConfiguration.knowledgeBaseConfiguration.modelArn`,
  messages: `${at}input.text`,
});
const hosted = { omittedCap: 'not-applicable', addsPrompt: true } as const;
const onAgents = { ...requires, values: ['bedrock-agent-runtime'] };

export default defineSdk({
  id: 'bedrock',
  name: 'Amazon Bedrock runtime',
  source: 'boto3 and @aws-sdk/client-bedrock-runtime, from client code and the API reference',
  python: {
    packages: ['boto3', 'aioboto3', 'aiobotocore', 'mypy_boto3_bedrock_runtime'],
    provider: 'bedrock',
    objects: { client: ['[{Session,get_session}().]{client,create_client}()', 'BedrockRuntimeClient()'] },
    calls: [
      { signature: '$client.{converse,converse_stream}', api: 'converse', fields: converse(), omittedCap: 'model-maximum', requires },
      {
        signature: '$client.{invoke_model,invoke_model_with_response_stream}',
        api: 'invoke',
        fields: invoke(),
        omittedCap: 'not-applicable',
        requires,
      },
      { signature: '$client.{invoke_agent,invoke_inline_agent}', api: 'agent', fields: inline(), requires: onAgents, ...hosted },
      { signature: '$client.{retrieve_and_generate,retrieve_and_generate_stream}', api: 'answer', fields: answer(), requires: onAgents, ...hosted },
    ],
  },
  typescript: {
    packages: ['@aws-sdk/client-bedrock-runtime', '@aws-sdk/client-bedrock-agent-runtime'],
    provider: 'bedrock',
    calls: [
      command(['ConverseCommand', 'ConverseStreamCommand'], 'converse', converse('@0.'), 'model-maximum'),
      command(['InvokeModelCommand', 'InvokeModelWithResponseStreamCommand'], 'invoke', invoke('@0.'), 'not-applicable'),
      { ...command(['InvokeAgentCommand', 'InvokeInlineAgentCommand'], 'agent', inline('@0.'), 'not-applicable'), ...hosted },
      { ...command(['RetrieveAndGenerateCommand', 'RetrieveAndGenerateStreamCommand'], 'answer', answer('@0.'), 'not-applicable'), ...hosted },
      { signature: 'BedrockRuntime().{converse,converseStream}', api: 'converse', fields: converse(), omittedCap: 'model-maximum' },
      { signature: 'BedrockRuntime().{invokeModel,invokeModelWithResponseStream}', api: 'invoke', fields: invoke(), omittedCap: 'not-applicable' },
    ],
  },
});
