import { type Dict, dict, first, isDict, list, text } from '../../core/tokens/json.ts';
import { functionOf } from '../../core/tokens/requests/openai-tools.ts';
import type { RecordedCall } from './data.ts';

/** A request of any API as other counters take it: messages with text, tools with a JSON schema. */
export interface Flat {
  readonly messages: readonly { readonly role: string; readonly text: string }[];
  readonly tools: readonly { readonly name: string; readonly description: string; readonly schema: Dict }[];
}

/** All words of a content value: texts, calls and results; no keys of the wire format. */
function words(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(words).filter(Boolean).join('\n');
  if (!isDict(value)) return '';
  const call = first(value, 'toolUse', 'functionCall', 'function_call', 'function');
  if (isDict(call)) return [text(call.name), words(call.arguments), json(first(call, 'input', 'args'))].filter(Boolean).join('\n');
  const result = first(value, 'toolResult', 'functionResponse', 'function_response');
  if (isDict(result)) return [words(result.content), json(result.response)].filter(Boolean).join('\n');
  const source = dict(value.source);
  const parts = [
    source.type === 'text' ? source.data : undefined,
    value.text,
    value.thinking,
    value.name,
    value.arguments,
    value.output,
    value.content,
    value.refusal,
  ].map(words);
  return [...parts, json(value.input)].filter(Boolean).join('\n');
}

const json = (value: unknown): string => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));

export function flatten(call: RecordedCall): Flat {
  const body = call.request;
  const system = first(body, 'system', 'instructions', 'systemInstruction', 'system_instruction');
  const turns = [...list(body.messages), ...list(body.input), ...list(body.contents)];
  const plain = typeof body.input === 'string' ? body.input : typeof body.contents === 'string' ? body.contents : '';
  const messages = turns.map((turn) => {
    const own = dict(turn);
    return { role: text(own.role) || 'user', text: [words(own.content ?? own.parts ?? own), words(own.tool_calls)].filter(Boolean).join('\n') };
  });
  const systemText = words(isDict(system) ? system.parts : system);
  return {
    // A schema to answer in is text to a counter that does not know of it.
    messages: [
      ...schemas(body),
      ...(systemText ? [{ role: 'system', text: systemText }] : []),
      ...(plain ? [{ role: 'user', text: plain }] : []),
      ...messages,
    ],
    tools: toolsOf(body),
  };
}

function schemas(body: Dict): Flat['messages'] {
  const config = dict(first(body, 'generationConfig', 'generation_config'));
  const converse = dict(dict(dict(body.outputConfig).textFormat).structure).jsonSchema;
  const found = [
    dict(dict(body.response_format).json_schema).schema,
    dict(dict(body.text).format).schema,
    dict(dict(body.output_config).format ?? body.output_format).schema,
    first(config, 'responseSchema', 'response_schema', 'responseJsonSchema', 'response_json_schema'),
    dict(converse).schema,
  ];
  return found.filter((schema) => schema !== undefined).map((schema) => ({ role: 'system', text: json(schema) }));
}

function toolsOf(body: Dict): Flat['tools'] {
  const raw = [...list(body.tools), ...list(dict(body.toolConfig).tools), ...list(body.functions)].map(dict);
  const single = raw.flatMap((tool) =>
    list(first(tool, 'functionDeclarations', 'function_declarations') ?? [tool.toolSpec ?? functionOf(tool)]).map(dict),
  );
  return single
    .filter((tool) => typeof tool.name === 'string')
    .map((tool) => {
      const schema = first(tool, 'input_schema', 'parameters', 'parametersJsonSchema', 'parameters_json_schema') ?? dict(tool.inputSchema).json;
      return { name: text(tool.name), description: text(tool.description), schema: dict(schema) };
    });
}
