/** A provider for tests: answers as it is told, and remembers what it was asked, byte for byte. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export type Answer = (asked: Asked, response: ServerResponse, request: IncomingMessage) => void | Promise<void>;

export interface Provider {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Requests whose client went away before they were answered. */
  readonly aborted: number;
  answer: Answer;
  close(): Promise<void>;
}

export async function provider(answer: Answer = (_asked, response) => json(response, '{}')): Promise<Provider> {
  const asked: Asked[] = [];
  const self = { url: '', asked, aborted: 0, answer, close: async () => {} };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.on('close', () => {
      if (!response.writableFinished) self.aborted++;
    });
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = {
        method: request.method ?? '',
        path: request.url ?? '',
        rawHeaders: request.rawHeaders,
        headers: request.headers,
        body: Buffer.concat(chunks),
      };
      asked.push(one);
      self.answer(one, response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  self.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  self.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return self;
}

let count = 0;
/** An id as long as the real ones, and another each time. */
export const freshId = (prefix: string): string => `${prefix}_${String(++count).padStart(24, '0')}`;

export const messageBody = (usage: object, more: object = {}): string =>
  JSON.stringify({
    id: freshId('msg'),
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5-20250929',
    content: [{ type: 'text', text: 'Hello' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage,
    ...more,
  });

export const json = (response: ServerResponse, body: string, headers: Record<string, string> = {}): void => {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(body);
};

const sse = (event: string, data: object): string => `event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`;

/** The events of an Anthropic stream: one text delta each for `texts`. */
export function messageEvents(texts: readonly string[], input: number, output: number): string[] {
  return [
    sse('message_start', {
      message: {
        id: freshId('msg'),
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5-20250929',
        content: [],
        stop_reason: null,
        usage: { input_tokens: input, output_tokens: 1 },
      },
    }),
    sse('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...texts.map((text) => sse('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
    sse('content_block_stop', { index: 0 }),
    sse('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: output } }),
    sse('message_stop', {}),
  ];
}

/** Chunks of an OpenAI chat stream; with a usage chunk at the end where it is asked for. */
export function chatChunks(texts: readonly string[], usage: object | undefined): string[] {
  const id = freshId('chatcmpl');
  const chunk = (rest: object): string =>
    `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: 1, model: 'gpt-4.1-2025-04-14', ...rest })}\n\n`;
  const tail = usage ? { usage: null } : {};
  return [
    ...texts.map((content) => chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }], ...tail })),
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], ...tail }),
    ...(usage ? [chunk({ choices: [], usage })] : []),
    'data: [DONE]\n\n',
  ];
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something is so; fails after two seconds with what was waited for. */
export async function until(what: string, is: () => boolean): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (is()) return;
    await wait(5);
  }
  throw new Error(`waited in vain: ${what}`);
}
