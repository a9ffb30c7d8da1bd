import { about, type Measure } from '../parts.ts';
import type { RequestContext } from './context.ts';

/**
 * Tools that run at the provider: what calls with them were billed beyond their bodies, prompt and what came back read together, as most of some 140 recorded calls of
 * eight repositories show it. A call that uses them several times is billed for each round: then it is more than the range says.
 */
const SERVER_TOOLS: readonly (readonly [type: RegExp, family: RegExp, tokens: number, spread: number])[] = [
  // A prompt of 294 that what is found does not add to; with `web_search`, a search adds some 17,000.
  [/^web_search_preview/, /^openai-4o/, 294, 20],
  [/^web_search/, /^openai-4o/, 8_800, 8_600],
  [/^web_search/, /^openai/, 8_500, 8_200],
  [/^file_search/, /^openai/, 1_000, 800],
  [/^code_interpreter/, /^openai/, 2_500, 2_300],
  [/^image_generation/, /^openai/, 1_500, 1_350],
  [/^tool_search/, /^openai/, 330, 260],
  [/^mcp/, /^openai/, 1_500, 1_450],
  [/./, /^openai/, 600, 590],
  [/^web_search_/, /^claude/, 12_500, 11_500],
  [/^web_fetch_/, /^claude/, 3_500, 3_200],
  [/^code_execution_/, /^claude/, 4_200, 3_800],
  [/^advisor_/, /^claude/, 1_700, 1_200],
  // The prompt alone: a search reads it once more.
  [/^tool_search_tool_/, /^claude/, 250, 100],
  [/./, /./, 1_500, 1_400],
];

/** The tokens of one such tool, and that they are a guess. */
export function serverTool(context: RequestContext, type: string): Measure {
  context.parts.note(`${type} runs at the provider: its prompt and results are guessed, each further round is billed again`);
  const [, , tokens, spread] = SERVER_TOOLS.find(([tool, family]) => tool.test(type) && family.test(context.family.id)) ?? [0, 0, 1_500, 1_400];
  return about(tokens, spread);
}
