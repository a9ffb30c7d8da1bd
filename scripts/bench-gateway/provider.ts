/** A provider that answers at once, as OpenAI and as Anthropic; streams come in 20 pieces. Takes a port. */
import { createServer, type ServerResponse } from 'node:http';

const PIECES = 20;
const json = (response: ServerResponse, value: object): void => {
  const body = JSON.stringify(value);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

function openai(response: ServerResponse, n: number, isStream: boolean): void {
  const id = `chatcmpl-${String(n).padStart(24, '0')}`;
  const usage = { prompt_tokens: 520, completion_tokens: 20, total_tokens: 540 };
  if (!isStream) {
    const choices = [{ index: 0, message: { role: 'assistant', content: 'Hello there' }, finish_reason: 'stop' }];
    json(response, { id, object: 'chat.completion', created: 1, model: 'gpt-4.1', choices, usage });
    return;
  }
  const chunk = (rest: object): string =>
    `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: 1, model: 'gpt-4.1', ...rest })}\n\n`;
  const delta = (content: object, reason: string | null): string =>
    chunk({ choices: [{ index: 0, delta: content, finish_reason: reason }], usage: null });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let i = 0; i < PIECES; i++) response.write(delta({ content: 'word ' }, null));
  response.end(`${delta({}, 'stop')}${chunk({ choices: [], usage })}data: [DONE]\n\n`);
}

function anthropic(response: ServerResponse, n: number, isStream: boolean): void {
  const message = { id: `msg_${String(n).padStart(24, '0')}`, type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', stop_sequence: null };
  const usage = { input_tokens: 520, output_tokens: 20 };
  if (!isStream) return json(response, { ...message, content: [{ type: 'text', text: 'Hello there' }], stop_reason: 'end_turn', usage });
  const event = (type: string, rest: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const begun = { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  response.write(
    `${event('message_start', { message: begun })}${event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })}`,
  );
  for (let i = 0; i < PIECES; i++) response.write(event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'word ' } }));
  const end = event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 20 } });
  response.end(`${event('content_block_stop', { index: 0 })}${end}${event('message_stop', {})}`);
}

let answered = 0;
const server = createServer((request, response) => {
  let isStream = false;
  request.on('data', (data: Buffer) => {
    isStream ||= data.includes('"stream":true');
  });
  request.on('end', () => (request.url?.endsWith('/messages') ? anthropic : openai)(response, ++answered, isStream));
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[2]), '127.0.0.1');
