import { imageSizeOf, openaiImage } from '../images.ts';
import { type Dict, dict, list, text } from '../json.ts';
import { about, exactly, type Measure } from '../parts.ts';
import { type RequestContext, textsOf } from './context.ts';
import { authorOf, called, itemCalls, type MadeCalls, parallelInput } from './openai-calls.ts';
import { addFunctionTools, addResponseFormat, forcedBy, overheadsOf, primingMeasure } from './openai-chat.ts';
import { renderTools } from './openai-tools.ts';

/** OpenAI's responses API: the same prompt behind other field names; tools cost a little less than in chat. */
export function countOpenaiResponses(context: RequestContext, body: Dict, model: string): void {
  const { parts } = context;
  const items: readonly Dict[] = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : list(body.input).map(dict);
  const instructions = text(body.instructions);
  if (instructions) parts.add('system', 'instructions', exactly(4), context.measure(instructions));
  const lastUser = items.findLastIndex((item) => item.role === 'user');
  const history: History = { made: itemCalls(items), stored: body.store !== false };
  items.forEach((item, at) => {
    const together = calledTogether(context, items, at);
    if (together !== undefined) {
      parts.add('message', `input ${at + 1} (${item.type})`, ...together);
      return;
    }
    // Reasoning of finished turns is dropped at the provider.
    if (item.type === 'reasoning' && at < lastUser) return;
    const role = text(item.role) || text(item.type) || 'user';
    parts.add(
      role === 'system' || role === 'developer' ? 'system' : 'message',
      `input ${at + 1} (${role})`,
      ...itemMeasures(context, item, model, history),
    );
  });
  const hasSystem = instructions !== '' || items.some((item) => item.role === 'system' || item.role === 'developer');
  const tools = list(body.tools);
  if (tools.length) addFunctionTools(context, tools, 'responses', hasSystem, forcedBy(body.tool_choice, tools, 'responses'));
  const format = dict(dict(body.text).format);
  if (format.type === 'json_schema') addResponseFormat(context, format, 'responses', { hasSystem, hasTools: false, replies: 0 });
  parts.add('overhead', 'reply priming', primingMeasure(context));
  // One recorded call: 1,531.
  if (dict(body.reasoning).mode === 'pro') parts.add('overhead', 'pro mode', about(1530, 1530));
  if (body.previous_response_id || body.conversation) parts.unseen('the conversation kept at the provider');
  if (body.context_management) parts.inexact('context management may take earlier parts out');
  if (body.prompt) parts.unseen('the prompt kept at the provider');
}

interface History {
  readonly made: MadeCalls;
  /** Items with an id may be found at the provider. */
  readonly stored: boolean;
}

const isLater = ({ family: { id, generation } }: RequestContext): boolean => id === 'openai-5' && generation !== 'gpt-5';
const isCall = (item: Dict | undefined): boolean => item?.type === 'function_call';

/**
 * From gpt-5.1 on, calls that follow each other are one call, as in chat, counted where the first stands; their results stay single and cost three more each
 * (three recorded calls of as many repositories). Nothing where a call stands alone.
 */
function calledTogether(context: RequestContext, items: readonly Dict[], at: number): Measure[] | undefined {
  if (!isLater(context) || !isCall(items[at])) return undefined;
  if (isCall(items[at - 1])) return [];
  let end = at;
  while (isCall(items[end])) end += 1;
  const calls = items.slice(at, end);
  return calls.length > 1 ? [context.measure(parallelInput(calls)), about(16 + 3 * calls.length, 1)] : undefined;
}

/** Around a call and its result, texts and names left out; from gpt-5.1 on three more. */
function callMeasures(context: RequestContext, stored: boolean): Measure[] {
  const { id } = context.family;
  const later = isLater(context);
  const measures = [about(overheadsOf(context).call[1] - RESULT + (later ? 3 : 0), 1)];
  // A call that is kept at the provider and named by its id is taken from there, with three marks more.
  if (stored && (id === 'openai-4o' || id === 'openai-cl100k')) measures.push(about(3, 1));
  return measures;
}

const RESULT = 3;

function itemMeasures(context: RequestContext, item: Dict, model: string, { made, stored }: History): Measure[] {
  switch (item.type ?? 'message') {
    case 'message': {
      const extra =
        item.role === 'assistant' ? [context.constant([`${context.family.id} assistant message`], 0, overheadsOf(context).assistant)] : [];
      return [exactly(4), ...contentMeasures(context, item.content, model), ...extra];
    }
    case 'function_call':
      return [authorOf(context, called(item)), context.measure(item.arguments), ...callMeasures(context, stored && text(item.id) !== '')];
    case 'function_call_output':
      return [...contentMeasures(context, item.output, model), authorOf(context, made.get(text(item.call_id))?.name), exactly(RESULT)];
    case 'compaction':
    case 'reasoning': {
      const summary = list(item.summary).flatMap((part) => textsOf([part]));
      context.parts.note('replayed reasoning is counted by the length of its encrypted form');
      // Its encrypted form: some 900 characters of envelope, then about five a token (nine recorded calls).
      const length = text(item.encrypted_content).length;
      const hidden = length ? Math.max(20, (length - 900) / 5.2) : 0;
      return [...(hidden ? [] : summary.map((words) => context.measure(words))), about(hidden, hidden * 0.3 + 5)];
    }
    case 'additional_tools':
      return [context.measure(renderTools(list(item.tools))), context.constant(['openai additional tools'], 10, 91)];
    default:
      context.parts.note(`${text(item.type)} items: only their visible text is counted`);
      return [...contentMeasures(context, item.content ?? item.output, model), about(10, 10)];
  }
}

function contentMeasures(context: RequestContext, content: unknown, model: string): Measure[] {
  const measures: Measure[] = [context.measure(textsOf(content).join(''))];
  if (typeof content === 'string') return measures;
  for (const block of list(content).map(dict)) {
    if (block.type === 'input_image') measures.push(openaiImage(model, imageSizeOf(block.image_url), text(block.detail)));
    else if (block.type === 'input_file') measures.push(context.pdf('openai-responses', block.file_data));
  }
  return measures;
}
