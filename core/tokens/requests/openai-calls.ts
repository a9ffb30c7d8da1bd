import { compactJson, type Dict, dict, list, text } from '../json.ts';
import { about, exactly, type Measure } from '../parts.ts';
import type { RequestContext } from './context.ts';
import { functionOf } from './openai-tools.ts';

/** A tool call of an earlier turn. `atOnce`: one of several in a single reply. */
export interface MadeCall {
  /** Its tool as the model calls it: `functions.get_weather`, or with a namespace of its own. */
  readonly name: string;
  readonly atOnce: boolean;
}
export type MadeCalls = ReadonlyMap<string, MadeCall>;

/** The calls of a chat's replies by the id that their results refer to. */
export function chatCalls(messages: readonly Dict[]): MadeCalls {
  const found = new Map<string, MadeCall>();
  for (const message of messages) {
    const calls = list(message.tool_calls);
    for (const call of calls) found.set(text(dict(call).id), { name: called(functionOf(call)), atOnce: calls.length > 1 });
  }
  return found;
}

/** The calls among the items of the responses API; there, calls made at once stay single. */
export const itemCalls = (items: readonly Dict[]): MadeCalls =>
  new Map(items.flatMap((item) => (item.type === 'function_call' ? [[text(item.call_id), { name: called(item), atOnce: false }] as const] : [])));

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

/** A tool's result in a chat; one of several at once has no frame of its own. */
export function chatResult(context: RequestContext, message: Dict, made: MadeCalls): Measure[] {
  const call = made.get(text(message.tool_call_id));
  if (call?.atOnce) return [about(0, 1)];
  return [exactly(3), authorOf(context, call?.name ?? (text(message.name) && called(message)))];
}
