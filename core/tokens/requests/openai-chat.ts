import { bareModel } from '../family.ts';
import { imageSizeOf, openaiImage } from '../images.ts';
import { type Dict, dict, list, text } from '../json.ts';
import { soundTokens } from '../media.ts';
import { about, exactly, type Measure } from '../parts.ts';
import { type RequestContext, textsOf } from './context.ts';
import { chatCalls, chatResult, type MadeCalls, parallelInput } from './openai-calls.ts';
import { functionOf, renderResponseSchema, renderTools } from './openai-tools.ts';
import { serverTool } from './server-tools.ts';

interface Overheads {
  readonly priming: number;
  readonly assistant: number;
  /** Around tools: alone, or where a system message is there to hold them; in chat and in responses. */
  readonly chat: readonly [number, number];
  readonly responses: readonly [number, number];
  /**
   * Around a tool call and its result, names and texts left out: in chat; in responses, the marks of both items among them. Read off pairs of calls that
   * differ by these messages alone, so that the tools before them cancel out: the fit leaves them as they are.
   */
  readonly call: readonly [number, number];
  /** Around calls that were made at once, in chat: there they are one call of `multi_tool_use.parallel`. */
  readonly parallel: number;
  /** Around a response schema: alone, or where a system message is there to hold it, in chat; in responses. Its description: in chat, in responses. */
  readonly format: readonly [number, number, number];
  readonly described: readonly [number, number];
  /** Whether chat says the name of a response schema twice. */
  readonly namedTwice: boolean;
}

/** GPT-4o and 4.1, and the models of cl100k before them. */
const GPT_4: Overheads = {
  priming: 3,
  assistant: 0,
  chat: [9, 5],
  responses: [3, 3],
  call: [5, 9],
  parallel: 16,
  format: [12, 8, 7],
  described: [2, 3],
  namedTwice: true,
};

/** As the recorded calls show them; the fit starts from here. */
const OVERHEADS: Readonly<Record<'openai-4o' | 'openai-o' | 'openai-5' | 'openai-cl100k', Overheads>> = {
  'openai-4o': GPT_4,
  'openai-o': {
    priming: 2,
    assistant: 0,
    chat: [10, 9],
    responses: [6, 6],
    call: [8, 15],
    parallel: 22,
    format: [10, 10, 6],
    described: [2, 3],
    namedTwice: false,
  },
  'openai-5': {
    priming: 2,
    assistant: 2,
    chat: [91, 90],
    responses: [9, 9],
    call: [9, 15],
    parallel: 20,
    format: [10, 10, 6],
    described: [2, 3],
    namedTwice: false,
  },
  'openai-cl100k': GPT_4,
};

export const overheadsOf = (context: RequestContext): Overheads => {
  const { id } = context.family;
  return OVERHEADS[id === 'openai-4o' || id === 'openai-o' || id === 'openai-cl100k' ? id : 'openai-5'];
};

/**
 * OpenAI's chat API. Each message costs its role, content and three marks; the reply is primed. Constants are read off counted requests;
 * the per-message rule is the one of OpenAI's cookbook.
 */
export function countOpenaiChat(context: RequestContext, body: Dict, model: string): void {
  const { parts } = context;
  const messages = list(body.messages).map(dict);
  const tools = [...list(body.tools), ...list(body.functions)];
  const system = messages.find((message) => message.role === 'system' || message.role === 'developer');
  const hasSystem = system !== undefined;
  const made = chatCalls(messages);
  messages.forEach((message, at) => {
    const role = text(message.role) || 'user';
    const kind = role === 'system' || role === 'developer' ? 'system' : 'message';
    parts.add(kind, kind === 'system' ? `system ${at + 1}` : `message ${at + 1} (${role})`, ...messageMeasures(context, message, model, made));
  });
  if (tools.length) addFunctionTools(context, tools, 'chat', hasSystem, forcedBy(body.tool_choice ?? body.function_call, tools, 'chat'));
  const format = dict(dict(body.response_format).json_schema);
  addResponseFormat(context, format, 'chat', { hasSystem, hasTools: tools.length > 0, replies: messages.filter(isReply).length });
  if (system && (tools.length > 0 || format.schema !== undefined)) {
    parts.add('overhead', 'break after system', breakAfter(context, textsOf(system.content).join('')));
  }
  parts.add('overhead', 'reply priming', primingMeasure(context));
  // Two recorded calls of the first o-series: one and eight tokens more than their bodies explain.
  if (/^o1-(mini|preview)/.test(bareModel(model))) parts.add('overhead', 'hidden by o1-mini', about(4, 4));
}

const isReply = (message: Dict): boolean => message.role === 'assistant' && list(message.tool_calls).length === 0;

/** Whether a tool has to be called, and which, where there is no choice. */
export interface Forced {
  readonly kind: 'named' | 'required';
  readonly name: string;
}

/** Responses knows by itself that the only tool is meant. */
export function forcedBy(choice: unknown, tools: readonly unknown[], api: 'chat' | 'responses'): Forced | undefined {
  const only = api === 'responses' && tools.length === 1 ? text(functionOf(tools[0]).name) : '';
  if (choice === 'required' || choice === 'any') return { kind: only ? 'named' : 'required', name: only };
  const name = text(functionOf(choice).name);
  return name ? { kind: 'named', name } : undefined;
}

/** Tools of the chat and the responses API. */
export function addFunctionTools(
  context: RequestContext,
  tools: readonly unknown[],
  api: 'chat' | 'responses',
  hasSystem: boolean,
  forced: Forced | undefined,
): void {
  const { parts } = context;
  const isFunction = (tool: unknown): boolean => functionOf(tool).name !== undefined && (dict(tool).type ?? 'function') === 'function';
  // What a search has to find first is not in the prompt.
  const functions = tools.filter((tool) => isFunction(tool) && dict(tool).defer_loading !== true);
  for (const tool of tools) {
    if (isFunction(tool)) continue;
    const type = text(dict(tool).type) || 'unknown';
    parts.add('tools', `tool ${type}`, type === 'custom' ? context.measure(JSON.stringify(tool)) : serverTool(context, type));
  }
  if (!functions.length) return;
  const rendered = context.measure(renderTools(functions));
  parts.add('tools', 'tools', { ...rendered, spread: rendered.spread + rendered.expected * 0.005, exact: false });
  parts.add('overhead', 'tool frame', ...toolFrame(context, api, hasSystem, forced));
}

/** What surrounds rendered tools. */
export function toolFrame(context: RequestContext, api: 'chat' | 'responses', hasSystem: boolean, forced?: Forced): Measure[] {
  const { id } = context.family;
  const frame = context.constant([`${id} ${api} tools ${hasSystem ? 'system' : 'alone'}`], 1, overheadsOf(context)[api][hasSystem ? 1 : 0]);
  if (!forced) return [frame];
  const told = forced.kind === 'named' && id !== 'openai-5';
  return [frame, context.constant([`${id} ${api} tools ${forced.kind}`], 1.5, told ? 7 : 0), context.measure(told ? forced.name : '')];
}

/** The break between a system message and the tools or the schema behind it: no token of its own where the text ends in a mark or in white space. */
function breakAfter(context: RequestContext, words: string): Measure {
  const end = words.slice(-20);
  const joint = context.measure(`${end}\n\n`);
  return { ...joint, expected: joint.expected - context.measure(end).expected };
}

export const primingMeasure = (context: RequestContext): Measure =>
  context.constant([`${context.family.id} priming`], 0, overheadsOf(context).priming);

interface Around {
  readonly hasSystem: boolean;
  readonly hasTools: boolean;
  /** Earlier replies, in chat. */
  readonly replies: number;
}

export function addResponseFormat(context: RequestContext, format: Dict, api: 'chat' | 'responses', { hasSystem, hasTools, replies }: Around): void {
  if (format.schema === undefined) return;
  const { id } = context.family;
  const own = overheadsOf(context);
  // Tools bring the system message with them.
  const held = hasSystem || hasTools;
  const at = api === 'responses' ? 2 : held ? 1 : 0;
  const place = api === 'responses' ? api : held ? 'chat system' : 'chat alone';
  const measures = [
    context.measure(renderResponseSchema(format.schema)),
    // A heading, `## Name`; some models are told the name once more where the reply begins, unless it may be a tool call.
    context.measure(` ${text(format.name)}`),
    ...(api === 'chat' && own.namedTwice && !hasTools ? [context.measure(format.name)] : []),
    context.constant([`${id} format ${place}`], 1.5, own.format[at]),
  ];
  if (text(format.description)) {
    measures.push(
      context.measure(format.description),
      context.constant([`${id} format description ${api}`], 1, own.described[api === 'chat' ? 0 : 1]),
    );
  }
  if (api === 'chat' && hasTools) measures.push(context.constant([`${id} format beside tools`], 1, own.namedTwice ? -1 : 0));
  // In chat each earlier reply says which format it was written in.
  if (id !== 'openai-o' && api === 'chat') for (let at = 0; at < replies; at++) measures.push(context.constant([`${id} formatted reply`], 1, 4));
  context.parts.add('format', 'response format', ...measures);
}

function messageMeasures(context: RequestContext, message: Dict, model: string, made: MadeCalls): Measure[] {
  const { id } = context.family;
  const overheads = overheadsOf(context);
  const role = text(message.role) || 'user';
  const media = mediaMeasures(context, message.content, model);
  if (role === 'tool') return [...chatResult(context, message, made, model), ...media];
  const measures: Measure[] = [exactly(4), context.measure(textsOf(message.content).join('')), ...media];
  // A name that repeats the role takes its place.
  if (text(message.name)) measures.push(context.measure(message.name), about(message.name === role ? 0 : 1, 1));
  if (role === 'assistant') measures.push(context.constant([`${id} assistant message`], 0, overheads.assistant));
  const calls = [...list(message.tool_calls), ...(message.function_call ? [{ function: message.function_call }] : [])];
  if (calls.length > 1) measures.push(context.measure(parallelInput(calls)), about(overheads.parallel, 1));
  else if (calls.length === 1) {
    const { name, arguments: input } = functionOf(calls[0]);
    measures.push(context.measure(name), context.measure(input), about(overheads.call[0], 1));
  }
  return measures;
}

/** What is no text; text parts are joined before they are encoded, so that their border may merge. */
function mediaMeasures(context: RequestContext, content: unknown, model: string): Measure[] {
  const measures: Measure[] = [];
  for (const block of list(content).map(dict)) {
    if (block.type === 'image_url') {
      const image = dict(block.image_url);
      measures.push(openaiImage(model, imageSizeOf(image.url), text(image.detail)));
    } else if (block.type === 'input_audio') measures.push(soundTokens(10, dict(block.input_audio).data));
    else if (block.type === 'file') measures.push(context.pdf('openai-chat', dict(block.file).file_data));
    else if (block.type === 'refusal') measures.push(context.measure(block.refusal));
  }
  return measures;
}
