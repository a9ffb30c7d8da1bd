import { FITTED } from './fitted.ts';
import type { ModelFamily } from './types.ts';

/** Tokens that the provider adds around what the body shows. */
export interface MessageOverhead {
  /** Per message, role included. */
  readonly perMessage: number;
  /** Once per request: priming of the reply, start of the prompt. */
  readonly perRequest: number;
}

const constant = (...names: readonly string[]): number => FITTED.constants[names.find((name) => FITTED.constants[name] !== undefined) ?? ''] ?? 0;

export function messageOverhead(family: ModelFamily): MessageOverhead {
  if (family.id.startsWith('claude')) {
    const frame = constant(`claude frame ${family.generation}`, `claude frame ${family.id}`);
    const further = constant(`claude further message ${family.id}`);
    return { perMessage: further, perRequest: frame - further };
  }
  if (family.id === 'gemini') return { perMessage: family.api === 'vertex' ? 0 : 1, perRequest: 0 };
  return { perMessage: 4, perRequest: constant(`${family.id} priming`, 'openai-4o priming') };
}

export type ToolChoice = 'auto' | 'forced' | 'none';

/** Tokens of the hidden prompt that comes with any tools, once per request. */
export function toolPromptOverhead(family: ModelFamily, toolChoice: ToolChoice): number {
  if (toolChoice === 'none') return 0;
  if (family.id.startsWith('claude')) {
    const tools = `claude tools ${toolChoice}`;
    return constant(`${tools} ${family.generation}`, `${tools} ${family.generation.replace(/^.*-/, '')}`, `${tools} ${family.id}`);
  }
  if (family.id === 'gemini') return 0;
  const forced = toolChoice === 'forced' ? constant(`${family.id} chat tools required`) : 0;
  return constant(`${family.id} chat tools system`, 'openai-4o chat tools system') + forced;
}
