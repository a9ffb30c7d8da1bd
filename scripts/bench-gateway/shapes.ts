/** The two calls that are measured, in the API that a gateway takes: 2 kB of system prompt, a short answer, or the same in 20 pieces. */

export interface Shape {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly plain: string;
  readonly streamed: string;
}

const system = 'The quick brown fox jumps over the lazy dog. '.repeat(50);

function bodies(body: object, streaming: object): Pick<Shape, 'plain' | 'streamed'> {
  return { plain: JSON.stringify(body), streamed: JSON.stringify({ ...body, stream: true, ...streaming }) };
}

export const OPENAI: Shape = {
  path: '/v1/chat/completions',
  headers: { 'content-type': 'application/json', authorization: 'Bearer k' },
  ...bodies(
    {
      model: 'gpt-4.1',
      max_tokens: 200,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: 'Hi' },
      ],
    },
    { stream_options: { include_usage: true } },
  ),
};

export const ANTHROPIC: Shape = {
  path: '/v1/messages',
  headers: { 'content-type': 'application/json', 'x-api-key': 'k', 'anthropic-version': '2023-06-01' },
  ...bodies({ model: 'claude-sonnet-4-5', max_tokens: 200, system, messages: [{ role: 'user', content: 'Hi' }] }, {}),
};
