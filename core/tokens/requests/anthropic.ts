import { claudeImage, imageSizeOf } from '../images.ts';
import { type Dict, dict, first, indentedJson, isDict, list, spacedJson, text } from '../json.ts';
import { about, type Measure } from '../parts.ts';
import { type RequestContext, textsOf } from './context.ts';
import { serverTool } from './server-tools.ts';

/**
 * Anthropic's Messages API, and Claude behind Bedrock and Vertex. Tools go into the prompt as one `<function>` line of JSON each, behind a hidden
 * prompt whose length depends on the generation and on tool_choice. What the constants are is read off counted requests.
 */
export type ClaudeTool = { readonly name: string; readonly description: string; readonly schema: unknown };

export type Choice = 'auto' | 'forced';

const toolLine = (tool: ClaudeTool): string =>
  `\n<function>${spacedJson({ description: tool.description, name: tool.name, parameters: tool.schema })}</function>\n`;

/** Hidden prompts of tools that Anthropic defines and the caller runs (docs, tool use pricing): tokens and how far they may be off. */
const BUILT_IN: readonly (readonly [RegExp, number, number])[] = [
  [/^bash_/, 290, 60],
  [/^text_editor_/, 700, 100],
  [/^computer_/, 1300, 900],
  [/^memory_/, 900, 400],
];

/**
 * Published length of the hidden tool prompt, for tool_choice auto and forced, by generation (Anthropic, tool use pricing). The fit moves them by a few
 * tokens; Claude 5.5 and Fable have no row there.
 */
const TOOL_PROMPT: Readonly<Record<string, readonly [number, number]>> = {
  'opus-3': [530, 281],
  'sonnet-3': [159, 235],
  'haiku-3': [264, 340],
  '3.5': [264, 340],
  '3.7': [313, 315],
  '4': [313, 315],
  '4.1': [313, 315],
  '4.5': [496, 588],
  '4.6': [497, 589],
  'opus-4.7': [675, 804],
  'opus-4.8': [290, 410],
  'opus-5': [286, 406],
  'sonnet-5': [354, 474],
};

/** Overheads of both tokenizers as the recorded calls show them; the fit starts from here. */
const OVERHEADS = {
  'claude-v3': { system: 0, further: 3, enabled: 29, adaptive: 17, format: 81, call: 20, result: 13, parallel: 25, citations: 520, document: 35 },
  'claude-v47': { system: 1, further: 2, enabled: 0, adaptive: 0, format: 120, call: 9, result: 5, parallel: 10, citations: 780, document: 10 },
} as const;

const overheads = (context: RequestContext): (typeof OVERHEADS)['claude-v3' | 'claude-v47'] =>
  OVERHEADS[context.family.id === 'claude-v3' ? 'claude-v3' : 'claude-v47'];
const frameOf = (context: RequestContext): number => (context.family.id === 'claude-v3' ? 7 : context.family.generation.endsWith('-4.7') ? 11 : 6);

export interface ClaudeRequest {
  readonly system: readonly unknown[];
  readonly messages: readonly unknown[];
  readonly tools: readonly unknown[];
  readonly choice: Choice;
  readonly thinking: string;
  readonly schema: unknown;
}

export function countAnthropic(context: RequestContext, body: Dict): void {
  const choice = text(dict(body.tool_choice).type);
  const config = dict(first(dict(body.output_config), 'format') ?? body.output_format);
  countClaude(context, {
    system: typeof body.system === 'string' ? [{ type: 'text', text: body.system }] : list(body.system),
    messages: list(body.messages),
    tools: list(body.tools),
    // `none` costs what `auto` costs: the tools stay in the prompt.
    choice: choice === 'any' || choice === 'tool' ? 'forced' : 'auto',
    thinking: text(dict(body.thinking).type),
    schema: config.schema,
  });
  if (dict(body.output_config).task_budget !== undefined)
    context.parts.add('overhead', 'task budget', context.constant(['claude task budget'], 3, 34));
  if (list(body.mcp_servers).length) context.parts.note('MCP servers add tools that the body does not show');
  if (body.context_management) context.parts.inexact('context management may take earlier parts out');
}

export function countClaude(context: RequestContext, request: ClaudeRequest): void {
  const { parts, family } = context;
  const { id } = family;
  const own = overheads(context);
  parts.add('system', 'system', ...request.system.flatMap((block) => blockMeasures(context, block)));
  if (request.tools.length) addTools(context, request);
  const spoken = keepsThinking(context) ? -1 : lastSpoken(request.messages);
  request.messages.forEach((message, at) => {
    const { role, content } = dict(message);
    parts.add(
      'message',
      `message ${at + 1} (${text(role) || 'user'})`,
      ...contentMeasures(context, at < spoken ? withoutThinking(content) : content),
    );
  });
  const frame = [frameMeasure(context)];
  if (request.system.length) frame.push(context.constant([`claude system ${id}`], 0, own.system));
  for (let more = request.messages.length - 1; more > 0; more--) frame.push(furtherMessage(context));
  parts.add('overhead', 'message frame', ...frame);
  if (request.thinking === 'enabled' || request.thinking === 'adaptive') {
    parts.add('overhead', 'thinking prompt', context.constant([`claude thinking ${request.thinking} ${id}`], 3, own[request.thinking]));
  }
  if (request.schema !== undefined) {
    parts.add(
      'format',
      'response format',
      context.constant([`claude response format ${id}`], 3, own.format),
      context.measure(indentedJson(request.schema)),
    );
  }
}

/** What the first message costs before its content. */
export const frameMeasure = (context: RequestContext): Measure =>
  context.constant([`claude frame ${context.family.generation}`], 0, frameOf(context));

/** What each further message adds. */
export const furtherMessage = (context: RequestContext): Measure =>
  context.constant([`claude further message ${context.family.id}`], 0.5, overheads(context).further);

/** The hidden prompt that any tools bring along, once per request. */
export function toolPromptMeasure(context: RequestContext, choice: Choice): Measure {
  const { generation, id } = context.family;
  const version = generation.replace(/^.*-/, '');
  const published = TOOL_PROMPT[generation] ?? TOOL_PROMPT[version];
  const assumed = (published ?? (id === 'claude-v3' ? [313, 315] : [320, 440]))[choice === 'forced' ? 1 : 0];
  return context.constant([`claude tools ${choice} ${generation}`, `claude tools ${choice} ${version}`], published ? 6 : 60, assumed);
}

function addTools(context: RequestContext, request: ClaudeRequest): void {
  const { parts } = context;
  const measures: Measure[] = [];
  for (const tool of request.tools) {
    const own = dict(tool);
    const type = text(own.type);
    const builtIn = BUILT_IN.find(([pattern]) => pattern.test(type));
    if (builtIn) measures.push(about(builtIn[1], builtIn[2]));
    else if (type && type !== 'custom' && own.input_schema === undefined) measures.push(serverTool(context, type));
    else if (own.defer_loading !== true || context.family.id !== 'claude-v3') measures.push(lineOf(context, own));
  }
  // Up to 4.6 a deferred tool is not in the prompt before a search finds it; later models are told of it from the start.
  if (context.family.id !== 'claude-v3' && request.tools.some((tool) => dict(tool).defer_loading === true)) {
    measures.push(context.constant(['claude deferred tools'], 5, 15));
  }
  parts.add('tools', 'tools', ...measures);
  parts.add('tools', 'tools that were found', ...foundTools(context, request));
  parts.add('overhead', 'tool prompt', toolPromptMeasure(context, request.choice));
}

const lineOf = (context: RequestContext, tool: Dict): Measure =>
  context.measure(toolLine({ name: text(tool.name), description: text(tool.description), schema: tool.input_schema ?? {} }));

/** A tool that a search found is written into the conversation, wherever a message refers to it. */
function foundTools(context: RequestContext, request: ClaudeRequest): Measure[] {
  return referencesIn(request.messages, 0).map((name) => {
    const tool = request.tools.map(dict).find((own) => own.name === name);
    return tool ? lineOf(context, tool) : about(80, 60);
  });
}

function referencesIn(value: unknown, depth: number): string[] {
  if (depth > 8) return [];
  if (Array.isArray(value)) return value.flatMap((item) => referencesIn(item, depth + 1));
  const block = dict(value);
  if (block.type === 'tool_reference') return [text(first(block, 'tool_name', 'name'))];
  return [...referencesIn(block.content, depth + 1), ...referencesIn(block.tool, depth + 1), ...referencesIn(block.tool_references, depth + 1)];
}

/** White space at the end of a message costs nothing: all of it from 4.7 on, newlines before. */
const atEnd = (context: RequestContext, words: unknown): string =>
  context.family.id === 'claude-v3' ? text(words).replace(/\n+$/, '') : text(words).trimEnd();

/** Newer models keep earlier thinking in the prompt; older ones drop what stands before the last words of the user. */
function keepsThinking(context: RequestContext): boolean {
  const [tier = '', version = ''] = context.family.generation.split('-');
  const number = Number(version);
  return number >= 4.6 || (tier === 'opus' && number >= 4.5) || context.family.id === 'claude-v47';
}

/** Index of the last message that is more than tool results: thinking before it is dropped by older models. */
function lastSpoken(messages: readonly unknown[]): number {
  for (let at = messages.length - 1; at >= 0; at--) {
    const { role, content } = dict(messages[at]);
    if (role === 'user' && !list(content).some((block) => dict(block).type === 'tool_result')) return at;
  }
  return -1;
}

const withoutThinking = (content: unknown): unknown =>
  Array.isArray(content) ? content.filter((block) => !/thinking$/.test(text(dict(block).type))) : content;

function contentMeasures(context: RequestContext, content: unknown): Measure[] {
  if (typeof content === 'string') return [context.measure(atEnd(context, content))];
  let calls = 0;
  return list(content).flatMap((block) => {
    const isCall = isDict(block) && block.type === 'tool_use';
    if (isCall) calls += 1;
    const measures = blockMeasures(context, block);
    return isCall && calls > 1
      ? [...measures, context.constant([`claude parallel call ${context.family.id}`], 10, overheads(context).parallel)]
      : measures;
  });
}

/** A tool call in the prompt: one `<parameter>` per argument. */
function callText(name: string, input: unknown): string {
  const parameters = Object.entries(dict(input)).map(
    ([key, value]) => `<parameter name="${key}">${typeof value === 'string' ? value : spacedJson(value)}</parameter>\n`,
  );
  return `\n<invoke name="${name}">\n${parameters.join('')}</invoke>`;
}

function blockMeasures(context: RequestContext, value: unknown): Measure[] {
  const block = dict(value);
  const { id } = context.family;
  const own = overheads(context);
  switch (block.type ?? (typeof block.text === 'string' ? 'text' : '')) {
    case 'text':
      return [context.measure(atEnd(context, block.text))];
    case 'tool_use':
      return [context.measure(callText(text(block.name), block.input)), context.constant([`claude tool call ${id}`], 5, own.call)];
    case 'tool_result':
      return [...contentMeasures(context, block.content), context.constant([`claude tool result ${id}`], 5, own.result)];
    case 'thinking':
      return [context.measure(block.thinking)];
    case 'redacted_thinking':
      return [about(text(block.data).length / 5, text(block.data).length / 6)];
    case 'tool_reference':
      return [context.constant(['claude tool reference'], 5, 12)];
    case 'image':
      return [claudeImage(context.family, imageSizeOf(dict(block.source).data))];
    case 'document':
      return documentMeasures(context, block);
    default:
      return otherBlock(context, block);
  }
}

function documentMeasures(context: RequestContext, block: Dict): Measure[] {
  const source = dict(block.source);
  const cited =
    dict(block.citations).enabled === true ? [context.constant([`claude citations ${context.family.id}`], 15, overheads(context).citations)] : [];
  const titles = [context.measure(block.title), context.measure(block.context)];
  if (source.type === 'text')
    return [
      ...cited,
      ...titles,
      context.measure(source.data),
      context.constant([`claude text document ${context.family.id}`], 8, overheads(context).document),
    ];
  if (source.type === 'content') return [...cited, ...titles, ...contentMeasures(context, source.content)];
  return [...cited, ...titles, context.pdf(context.api === 'converse' && cited.length === 0 ? 'bedrock' : 'claude', source.data)];
}

/** Blocks of server tools and what is newer than this table: their visible words. */
function otherBlock(context: RequestContext, block: Dict): Measure[] {
  if (typeof block.type === 'string') context.parts.note(`${block.type} blocks: only their visible text is counted`);
  const words = [...textsOf(block.content), block.input === undefined ? '' : spacedJson(block.input)].filter((word) => word !== '');
  return words
    .map((word) => context.measure(word))
    .map((measure) => ({ ...measure, spread: measure.spread + measure.expected * 0.3 + 10, exact: false }));
}
