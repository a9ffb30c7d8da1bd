/** What the provider of the client programs answers: by the API's path, and by the end of the case's name (`…-cut`, `…-rate`). */
import { type Answer, type Asked, chatChunks, freshId, json, messageBody, messageEvents } from '../gateway/support/provider.ts';

const data = (value: object, event?: string): string => `${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(value)}\n\n`;

interface Shape {
  /** A whole response, with a call of the tool `look` where it is offered. */
  readonly whole: (withTool: boolean) => string;
  readonly events: (asked: Body) => readonly string[];
  readonly error: string;
}
interface Body {
  readonly stream?: boolean;
  readonly tools?: readonly unknown[];
  readonly stream_options?: { readonly include_usage?: boolean };
}

const anthropic: Shape = {
  whole: (withTool) =>
    messageBody(
      { input_tokens: 3, output_tokens: 4, cache_read_input_tokens: 5 },
      withTool ? { content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }], stop_reason: 'tool_use' } : {},
    ),
  // Input stands at the end too, as the provider sends it.
  events: () => messageEvents(['Hel', 'lo'], 6, 7).map((event) => event.replace('{"output_tokens":7}', '{"input_tokens":6,"output_tokens":7}')),
  error: JSON.stringify({ type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } }),
};

const chatUsage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, prompt_tokens_details: { cached_tokens: 4 } };
const openai: Shape = {
  whole: (withTool) =>
    JSON.stringify({
      id: freshId('chatcmpl'),
      object: 'chat.completion',
      created: 1,
      model: 'gpt-4.1-2025-04-14',
      choices: [
        {
          index: 0,
          message: withTool
            ? { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }] }
            : { role: 'assistant', content: 'Hello' },
          finish_reason: withTool ? 'tool_calls' : 'stop',
        },
      ],
      usage: chatUsage,
    }),
  events: ({ stream_options }) => chatChunks(['Hel', 'lo'], stream_options?.include_usage ? chatUsage : undefined),
  error: JSON.stringify({ error: { type: 'rate_limit_exceeded', message: 'slow down' } }),
};

function response(): Readonly<Record<string, unknown>> {
  const item = {
    type: 'message',
    id: freshId('msg'),
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'Hello', annotations: [] }],
  };
  const rest = { parallel_tool_calls: true, tool_choice: 'auto', tools: [], metadata: {}, error: null, incomplete_details: null, instructions: null };
  const details = { input_tokens_details: { cached_tokens: 2, cache_write_tokens: 0 }, output_tokens_details: { reasoning_tokens: 3 } };
  const usage = { input_tokens: 9, output_tokens: 8, total_tokens: 17, ...details };
  return { id: freshId('resp'), object: 'response', created_at: 1, status: 'completed', model: 'gpt-4.1', output: [item], usage, ...rest };
}

const responses: Shape = {
  whole: () => JSON.stringify(response()),
  events: () => {
    const whole = response();
    const begun = { ...whole, status: 'in_progress', output: [], usage: null };
    return [
      data({ type: 'response.created', sequence_number: 0, response: begun }, 'response.created'),
      data({ type: 'response.completed', sequence_number: 1, response: whole }, 'response.completed'),
    ];
  },
  error: openai.error,
};

const embedding: Shape = {
  whole: () =>
    JSON.stringify({
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
      model: 'text-embedding-3-small',
      usage: { prompt_tokens: 7, total_tokens: 7 },
    }),
  events: () => [],
  error: openai.error,
};

const candidate = (part: object, end: object = { finishReason: 'STOP' }): object => ({
  candidates: [{ content: { role: 'model', parts: [part] }, ...end, index: 0 }],
  modelVersion: 'gemini-2.5-flash',
  responseId: freshId('g'),
  usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 4, thoughtsTokenCount: 6, cachedContentTokenCount: 2, totalTokenCount: 20 },
});
const gemini: Shape = {
  whole: (withTool) => JSON.stringify(candidate(withTool ? { functionCall: { name: 'look', args: {} } } : { text: 'Hello' })),
  events: () => [candidate({ text: 'Hel' }, {}), candidate({ text: 'lo' })].map((chunk) => data(chunk).replaceAll('\n', '\r\n')),
  error: JSON.stringify({ error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'slow down' } }),
};

const bedrock: Shape = {
  whole: () =>
    JSON.stringify({
      output: { message: { role: 'assistant', content: [{ text: 'Hello' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
      metrics: { latencyMs: 1 },
    }),
  events: () => [],
  error: JSON.stringify({ message: 'slow down' }),
};

const shapes: readonly (readonly [RegExp, Shape])[] = [
  [/\/messages/, anthropic],
  [/\/chat\/completions/, openai],
  [/\/responses/, responses],
  [/\/embeddings/, embedding],
  [/GenerateContent|generateContent/, gemini],
  [/\/converse/, bedrock],
];

export const caseOf = ({ headers }: Asked): string => String(headers['x-test-case']);

/** Answers cases; those that are to fail once succeed at the second try. */
export function answers(): Answer {
  const tries = new Map<string, number>();
  return (asked, to) => {
    const name = caseOf(asked);
    const attempt = (tries.get(name) ?? 0) + 1;
    tries.set(name, attempt);
    const shape = shapes.find(([path]) => path.test(asked.path))?.[1];
    if (!shape) return void to.writeHead(404).end();
    if (/-(rate|overloaded)$/.test(name) && attempt === 1) {
      to.writeHead(name.endsWith('-rate') ? 429 : 529, { 'content-type': 'application/json', 'retry-after': '1' });
      return void to.end(shape.error);
    }
    if (name.endsWith('-timeout')) return;
    const body = JSON.parse(asked.body.toString()) as Body;
    if (!body.stream && !asked.path.includes('stream')) return json(to, shape.whole((body.tools?.length ?? 0) > 0));
    const events = shape.events(body);
    const partial = /-(cut|abort)$/.test(name);
    // With the first piece of text, and nothing that ends the stream.
    const until = partial ? events.findIndex((event) => event.includes('Hel')) + 1 : events.length;
    to.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events.slice(0, until)) to.write(event);
    if (name.endsWith('-cut')) setTimeout(() => to.destroy(), 50);
    else if (!partial) to.end();
  };
}
