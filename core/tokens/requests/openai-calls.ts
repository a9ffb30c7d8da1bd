import { bareModel } from '../family.ts';
import { compactJson, type Dict, dict, list, respacedJson, text } from '../json.ts';
import { about, exactly, type Measure } from '../parts.ts';
import { type RequestContext, textsOf } from './context.ts';
import { functionOf } from './openai-tools.ts';

/** A tool call of an earlier turn. */
export interface MadeCall {
  /** Its tool as the model calls it: `functions.get_weather`, or with a namespace of its own. */
  readonly name: string;
  /** Where it stands among several of a single reply: `of` is more than one. */
  readonly at: number;
  readonly of: number;
}
export type MadeCalls = ReadonlyMap<string, MadeCall>;

/** The calls of a chat's replies by the id that their results refer to. */
export function chatCalls(messages: readonly Dict[]): MadeCalls {
  const found = new Map<string, MadeCall>();
  for (const message of messages) {
    const calls = list(message.tool_calls);
    calls.forEach((call, at) => {
      found.set(text(dict(call).id), { name: called(functionOf(call)), at, of: calls.length });
    });
  }
  return found;
}

/** The calls among the items of the responses API, whose results always stay single. */
export const itemCalls = (items: readonly Dict[]): MadeCalls =>
  new Map(items.flatMap((item) => (item.type === 'function_call' ? [[text(item.call_id), { name: called(item), at: 0, of: 1 }] as const] : [])));

export const called = ({ name, namespace }: Dict): string => `${text(namespace) || 'functions'}.${text(name)}`;

/** Results say whose they are. */
export const authorOf = (context: RequestContext, name: string | undefined): Measure => (name ? context.measure(name) : about(3, 2));

/** Several calls in one reply of a chat are one call of `multi_tool_use.parallel`: this is its input. Recorded calls of five repositories agree to the token. */
export function parallelInput(calls: readonly unknown[]): string {
  return compactJson({
    tool_uses: calls.map((call) => {
      const { name, arguments: input } = functionOf(call);
      return { recipient_name: called({ name }), parameters: parsed(text(input)) };
    }),
  });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json; // what a model wrote need not be JSON: it is told as it stands
  }
}

/** What a tool gave back, in a chat. The results of calls made at once are one JSON array, of which this is the piece between two borders of tokens. */
export function chatResult(context: RequestContext, message: Dict, made: MadeCalls, model: string): Measure[] {
  const call = made.get(text(message.tool_call_id));
  const words = textsOf(message.content).join('');
  if (!call || call.of === 1) {
    return [exactly(3), context.measure(words), authorOf(context, call?.name ?? (text(message.name) && called(message)))];
  }
  const json = respacedJson(words) ?? JSON.stringify(words);
  const piece = `${call.at === 0 ? '[' : ' '}${escapes(model) ? ascii(json) : json}${call.at === call.of - 1 ? ']' : ','}`;
  return [context.measure(piece), about(0, 1)];
}

/** gpt-4o-mini reads these results with other letters as `\u00b0`; gpt-4o as they are. */
const escapes = (model: string): boolean => /^gpt-4o-mini/.test(bareModel(model));
const ascii = (json: string): string => json.replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
