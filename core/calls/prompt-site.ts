/** A prompt file that names its model is a call of its own: its text is the prompt, its front matter the options. */

import { assumedTokens } from '../assume.ts';
import type { Assumptions } from '../config.ts';
import type { SourceUnit } from '../frontends/source-unit.ts';
import { type CallSite, type Cause, known, type Location, type PromptSegment, type Span, unknown } from '../model.ts';
import { providerOf } from '../pricing/model-id.ts';
import type { TokenCounter } from '../tokens/index.ts';

export function promptSite(unit: SourceUnit, counter: TokenCounter, assumptions: Assumptions): readonly CallSite[] {
  const { prompt, path } = unit;
  if (!prompt?.model || prompt.messages.length === 0) return [];
  const at = (span: Span): Location => ({ path, start: span.start, end: span.end });
  const id = prompt.model?.value;
  const provider = (id && providerOf(id)) || 'unknown';
  const family = counter.family(provider, id ?? '');
  const segments: PromptSegment[] = [];
  prompt.messages.forEach((message, item) => {
    for (const part of message.parts) {
      if (part.kind === 'string') {
        if (part.value.trim() === '') continue;
        const { low, expected, high } = counter.countText(family, part.value);
        segments.push({
          role: message.role,
          item,
          at: at(part),
          text: known(part.value, at(part)),
          tokens: { low, expected, high },
          stability: 'static',
        });
        continue;
      }
      const cause: Cause = { kind: 'input', text: unit.text.slice(part.start, part.end), at: at(part), certain: false };
      segments.push({
        role: message.role,
        item,
        at: at(part),
        text: unknown('dynamic', at(part)),
        tokens: assumedTokens(message.role, 'input', false, assumptions),
        stability: 'per-call',
        cause,
      });
    }
  });
  const whole = prompt.model?.span ?? prompt.messages[0]?.span ?? { start: 0, end: 0 };
  const none = unknown('absent');
  return [
    {
      path,
      language: 'prompt',
      span: whole,
      callee: whole,
      statement: whole,
      sdk: 'prompt-file',
      api: 'prompt',
      provider,
      model: prompt.model ? known(prompt.model.value, at(prompt.model.span)) : none,
      alternatives: [],
      segments,
      hiddenInput: false,
      toolCount: known(0, at(whole), 'default'),
      maxOutputTokens: prompt.maxOutputTokens ? known(prompt.maxOutputTokens.value, at(prompt.maxOutputTokens.span)) : none,
      omittedCap: 'not-applicable',
      names: {},
      completions: none,
      batch: false,
      serviceTier: none,
      thinking: none,
      loop: { kind: 'none', bound: known(1, at(whole), 'default'), grows: false },
      loops: [],
      guards: [],
      caching: 'unknown',
      automaticMark: false,
      marksUnknown: true,
      moreMarks: true,
      options: undefined,
      parts: {},
      reads: [path],
    },
  ];
}
