/** One cache mark for a request that has none, on the end of what stays the same between calls: the system prompt, else the tools. */
import { type FieldSpan, fieldSpan, itemSpans, withField } from './body-edit.ts';
import { type Json, list, named, record } from './json.ts';

export interface CacheMarked {
  /** The body in pieces, the rest byte for byte. */
  readonly pieces: readonly Uint8Array[];
  readonly on: 'system' | 'tools';
}

const encoder = new TextEncoder();
const MARK = '{"type":"ephemeral"}';
const POINT = '{"cachePoint":{"type":"default"}}';

/** Messages as Anthropic takes them (also by Bedrock's InvokeModel and Vertex AI), or Bedrock Converse. Undefined where there is no place for a mark. */
export function withCacheMark(shape: 'messages' | 'converse', body: Uint8Array, json: unknown): CacheMarked | undefined {
  return shape === 'messages' ? inMessages(body, record(json)) : inConverse(body, record(json));
}

function inMessages(body: Uint8Array, request: Json): CacheMarked | undefined {
  const { system, tools } = request;
  if (typeof system === 'string' && system !== '') {
    const span = fieldSpan(body, 'system');
    return span && marked('system', around(body, span, '[{"type":"text","text":', `,"cache_control":${MARK}}]`));
  }
  const [block, tool] = [record(list(system).at(-1)), record(list(tools).at(-1))];
  // An empty text cannot bear a mark.
  if (list(system).length > 0) return named(block.text) ? marked('system', onLast(body, fieldSpan(body, 'system'))) : undefined;
  // Nor can a tool that is loaded when it is asked for.
  if (list(tools).length === 0 || tool.defer_loading === true) return undefined;
  return marked('tools', onLast(body, fieldSpan(body, 'tools')));
}

function inConverse(body: Uint8Array, request: Json): CacheMarked | undefined {
  if (list(request.system).length > 0) return marked('system', behindLast(body, fieldSpan(body, 'system')));
  if (list(record(request.toolConfig).tools).length === 0) return undefined;
  const config = fieldSpan(body, 'toolConfig');
  return config && marked('tools', behindLast(body, fieldSpan(body, 'tools', config.start)));
}

const marked = (on: CacheMarked['on'], pieces: readonly Uint8Array[] | undefined): CacheMarked | undefined => pieces && { on, pieces };

const around = (body: Uint8Array, { start, end }: FieldSpan, before: string, behind: string): Uint8Array[] => [
  body.subarray(0, start),
  encoder.encode(before),
  body.subarray(start, end),
  encoder.encode(behind),
  body.subarray(end),
];

const lastOf = (body: Uint8Array, array: FieldSpan | undefined): FieldSpan | undefined => array && itemSpans(body, array.start)?.at(-1);

function onLast(body: Uint8Array, array: FieldSpan | undefined): Uint8Array[] | undefined {
  const last = lastOf(body, array);
  return last && withField(body, ['cache_control'], MARK, last.start);
}

function behindLast(body: Uint8Array, array: FieldSpan | undefined): Uint8Array[] | undefined {
  const last = lastOf(body, array);
  return last && around(body, last, '', `,${POINT}`);
}
