import { type Dict, dict, list, text } from '../json.ts';
import { functionOf } from './openai-tools.ts';

/**
 * A chat request as routers (OpenRouter, Vercel's gateway) send it on for gpt-5 and later: through the responses API, whose prompt around tools is some 80 tokens
 * shorter. Their replies say so (`openai-responses-v1`), and recorded calls with tools agree.
 */
export function asResponses(body: Dict): Dict {
  const { messages, response_format, tools, tool_choice, ...rest } = body;
  const format = dict(dict(response_format).json_schema);
  const chosen = text(functionOf(tool_choice).name);
  return {
    ...rest,
    input: list(messages).flatMap((message) => itemsOf(dict(message))),
    ...(tools === undefined ? {} : { tools: list(tools).map((tool) => ({ ...dict(tool), ...functionOf(tool), function: undefined })) }),
    ...(format.schema === undefined ? {} : { text: { format: { ...format, type: 'json_schema' } } }),
    tool_choice: chosen ? { type: 'function', name: chosen } : tool_choice,
  };
}

function itemsOf(message: Dict): Dict[] {
  if (message.role === 'tool') return [{ type: 'function_call_output', call_id: message.tool_call_id, output: blocksOf(message.content) }];
  const calls = list(message.tool_calls).map((call) => ({ type: 'function_call', call_id: dict(call).id, ...functionOf(call) }));
  const thoughts = list(message.reasoning_details)
    .map(dict)
    .flatMap(({ type, data }) => (type === 'reasoning.encrypted' ? [{ type: 'reasoning', encrypted_content: data }] : []));
  const said = calls.length === 0 || (message.content !== null && message.content !== undefined && message.content !== '');
  return [...thoughts, ...(said ? [{ role: message.role, content: blocksOf(message.content) }] : []), ...calls];
}

const blocksOf = (content: unknown): unknown =>
  Array.isArray(content)
    ? content.map((block) => {
        const { type, image_url: image } = dict(block);
        return type === 'image_url' ? { type: 'input_image', image_url: dict(image).url, detail: dict(image).detail } : block;
      })
    : content;
