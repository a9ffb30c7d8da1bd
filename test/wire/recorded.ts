/** Recorded calls of the providers, where they are at hand: `COSTLINT_DATA`, or `shared/data` beside a folder above the checkout. Never part of the project. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { encodeFrame } from '../../core/wire/event-stream.ts';

export interface RecordedCall {
  readonly id: string;
  readonly provider: string;
  readonly api: string;
  readonly host: string;
  readonly model: string;
  readonly request: unknown;
  readonly streaming: boolean;
  readonly usage: Readonly<Record<string, unknown>> | null;
  readonly response_status: number;
  readonly response_raw: string | null;
}

const NAME = 'recorded-calls.jsonl.gz';

function find(): string | undefined {
  if (process.env.COSTLINT_DATA) return join(process.env.COSTLINT_DATA, NAME);
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'shared', 'data', NAME);
    if (existsSync(file)) return file;
  }
  return undefined;
}

/** The calls whose response was kept; undefined where the data is absent. */
export function recordedCalls(): RecordedCall[] | undefined {
  const file = find();
  if (!file || !existsSync(file)) return undefined;
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as RecordedCall).filter((call) => call.response_raw !== null);
}

/** Method and path under which the call was made. */
export function pathOf({ provider, api, model, streaming, host }: RecordedCall): string {
  const id = encodeURIComponent(model);
  if (provider === 'anthropic') return api === 'count_tokens' ? '/v1/messages/count_tokens' : '/v1/messages';
  if (provider === 'openai-chat') return '/v1/chat/completions';
  if (provider === 'openai-responses') return api === 'count_tokens' ? '/v1/responses/input_tokens' : '/v1/responses';
  if (provider === 'gemini') {
    const verb = api === 'count_tokens' ? 'countTokens' : streaming ? 'streamGenerateContent' : 'generateContent';
    return host.includes('aiplatform') ? `/v1/projects/p/locations/l/publishers/google/models/${id}:${verb}` : `/v1beta/models/${id}:${verb}`;
  }
  const verb = { converse: 'converse', invoke: 'invoke', count_tokens: 'count-tokens' }[api] ?? api;
  return `/model/${id}/${streaming ? `${verb}${verb === 'invoke' ? '-with-response' : ''}-stream` : verb}`;
}

/** The bytes as they came. Bedrock's event streams were recorded as lines of `{event, data}` and are framed again. */
export function bytesOf({ provider, streaming, response_raw: raw }: RecordedCall): Buffer {
  if (provider !== 'bedrock' || !streaming) return Buffer.from(raw!);
  const frames = raw!
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const { event, data } = JSON.parse(line) as { event: string; data: unknown };
      const headers = { ':event-type': event, ':content-type': 'application/json', ':message-type': 'event' };
      return encodeFrame(headers, Buffer.from(JSON.stringify(data)));
    });
  return Buffer.concat(frames);
}

export function contentTypeOf({ provider, streaming, response_raw: raw }: RecordedCall): string {
  if (provider === 'bedrock') return streaming ? 'application/vnd.amazon.eventstream' : 'application/json';
  return streaming && !/^\s*[[{]/.test(raw!) ? 'text/event-stream' : 'application/json';
}
