import { FITTED } from './fitted.ts';
import { EXACT_ZERO } from './parts.ts';
import { frameMeasure, furtherMessage, toolPromptMeasure } from './requests/anthropic.ts';
import { RequestContext } from './requests/context.ts';
import { messageMark } from './requests/gemini.ts';
import { primingMeasure, toolFrame } from './requests/openai-chat.ts';
import type { ModelFamily } from './types.ts';

/** Tokens that the provider adds around what the body shows. */
export interface MessageOverhead {
  /** Per message, role included. */
  readonly perMessage: number;
  /** Once per request: priming of the reply, start of the prompt. */
  readonly perRequest: number;
}

const contextOf = (family: ModelFamily): RequestContext => new RequestContext(family, '', () => EXACT_ZERO, FITTED.constants);

export function messageOverhead(family: ModelFamily): MessageOverhead {
  const context = contextOf(family);
  if (context.claude) {
    const further = furtherMessage(context).expected;
    return { perMessage: further, perRequest: frameMeasure(context).expected - further };
  }
  if (family.id === 'gemini') return { perMessage: Math.round(messageMark(context)), perRequest: 0 };
  return { perMessage: 4, perRequest: primingMeasure(context).expected };
}

export type ToolChoice = 'auto' | 'forced' | 'none';

/** Tokens of the hidden prompt that comes with any tools, once per request; `none` keeps the tools in the prompt, and costs what `auto` costs. */
export function toolPromptOverhead(family: ModelFamily, toolChoice: ToolChoice): number {
  const context = contextOf(family);
  if (context.claude) return toolPromptMeasure(context, toolChoice === 'forced' ? 'forced' : 'auto').expected;
  if (family.id === 'gemini') return 0;
  return toolFrame(context, 'chat', true, toolChoice === 'forced' ? { kind: 'required', name: '' } : undefined).reduce(
    (sum, { expected }) => sum + expected,
    0,
  );
}
