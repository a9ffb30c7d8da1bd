import { claudeImage, imageSizeOf } from '../images.ts';
import { type Dict, dict, first, isDict, list, text } from '../json.ts';
import { filmTokens } from '../media.ts';
import { about, type Measure } from '../parts.ts';
import { countClaude } from './anthropic.ts';
import { type RequestContext, textsOf } from './context.ts';

/** Bedrock's Converse API: for Claude it is Anthropic's request under other names; other models get a wide estimate of the same texts. */
export function countConverse(context: RequestContext, body: Dict): void {
  const toolConfig = dict(body.toolConfig);
  const choice = dict(toolConfig.toolChoice);
  const tools = list(toolConfig.tools)
    .map(dict)
    .filter((tool) => isDict(tool.toolSpec));
  if (context.claude) {
    countClaude(context, {
      system: list(body.system).filter((block) => typeof dict(block).text === 'string'),
      messages: list(body.messages).map((message) => ({
        role: dict(message).role,
        content: list(dict(message).content).flatMap((block) => claudeBlock(dict(block))),
      })),
      tools: tools.map((tool) => {
        const spec = dict(tool.toolSpec);
        return { name: spec.name, description: spec.description, input_schema: dict(spec.inputSchema).json };
      }),
      choice: choice.any || choice.tool ? 'forced' : 'auto',
      thinking: text(dict(first(dict(body.additionalModelRequestFields), 'thinking', 'reasoning_config')).type),
      schema: schemaOf(body),
    });
    return;
  }
  countOther(context, body, tools);
}

function schemaOf(body: Dict): unknown {
  const schema = dict(dict(dict(dict(body.outputConfig).textFormat).structure).jsonSchema).schema;
  if (typeof schema !== 'string') return schema;
  try {
    return JSON.parse(schema);
  } catch {
    return schema; // counted as the string that it is
  }
}

/** A Converse content block in Anthropic's words. */
function claudeBlock(block: Dict): unknown[] {
  if (typeof block.text === 'string') return [{ type: 'text', text: block.text }];
  if (isDict(block.toolUse)) return [{ type: 'tool_use', name: block.toolUse.name, input: block.toolUse.input }];
  if (isDict(block.toolResult))
    return [{ type: 'tool_result', content: list(block.toolResult.content).flatMap((inner) => resultBlock(dict(inner))) }];
  if (isDict(block.image)) return [{ type: 'image', source: { data: dict(block.image.source).bytes } }];
  if (isDict(block.document)) return [documentBlock(block.document)];
  if (isDict(block.reasoningContent)) return [{ type: 'thinking', thinking: dict(block.reasoningContent.reasoningText).text }];
  if (isDict(block.guardContent)) return [{ type: 'text', text: dict(block.guardContent.text).text }];
  return [];
}

const documentBlock = ({ name, citations, source }: Dict): object => ({
  type: 'document',
  title: name,
  citations,
  source: { data: dict(source).bytes },
});

const resultBlock = (block: Dict): unknown[] =>
  block.json === undefined ? claudeBlock(block) : [{ type: 'text', text: JSON.stringify(block.json) }];

/** Hidden tool prompts as a few recorded calls show them. */
const TOOL_PROMPTS: readonly (readonly [RegExp, readonly [number, number]])[] = [
  [/nova-2/, [860, 100]],
  [/nova/, [350, 40]],
];

/** Nova, Llama, Mistral and others behind Bedrock: texts by o200k_base, with a wide range. */
function countOther(context: RequestContext, body: Dict, tools: readonly Dict[]): void {
  const { parts } = context;
  parts.add('system', 'system', ...textsOf(body.system).map((words) => context.measure(words)));
  list(body.messages).forEach((message, at) => {
    const own = dict(message);
    parts.add('message', `message ${at + 1} (${text(own.role)})`, ...list(own.content).flatMap((block) => otherMeasures(context, dict(block))));
  });
  const [prompt, spread] = TOOL_PROMPTS.find(([pattern]) => pattern.test(context.family.generation))?.[1] ?? [50, 60];
  if (tools.length) parts.add('tools', 'tools', ...tools.map((tool) => context.measure(JSON.stringify(tool.toolSpec))), about(prompt, spread));
  parts.add('overhead', 'request', /gpt-oss/.test(context.family.generation) ? about(68, 10) : about(4, 8));
}

/** What a call of a tool adds, and its result again: some 40 tokens each on Nova, by thirty recorded calls. */
const toolStep = (context: RequestContext): Measure => (/nova/.test(context.family.generation) ? about(40, 20) : about(5, 10));

/** Tokens a second of film, as recorded calls of Nova suggest. */
const NOVA_FILM = 300;

function otherMeasures(context: RequestContext, block: Dict): Measure[] {
  if (isDict(block.image)) return [claudeImage(context.family, imageSizeOf(dict(block.image.source).bytes))];
  if (isDict(block.toolResult)) return [toolStep(context), ...list(block.toolResult.content).flatMap((inner) => otherMeasures(context, dict(inner)))];
  if (isDict(block.toolUse))
    return [toolStep(context), context.measure(block.toolUse.name), context.measure(JSON.stringify(block.toolUse.input ?? {}))];
  if (isDict(block.video)) return [filmTokens(NOVA_FILM, dict(block.video.source).bytes)];
  if (isDict(block.document)) return [context.pdf('other', dict(block.document.source).bytes)];
  return resultBlock(block).flatMap((inner) => {
    const own = dict(inner);
    return [context.measure(own.text), context.measure(own.thinking)];
  });
}
