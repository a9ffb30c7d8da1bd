/** Call sites made by hand, for tests that do not read code. */
import { type CallSite, type Cause, known, type Location, type LoopContext, type PromptSegment, type Stability, unknown } from '../core/model.ts';

export const PATH = '/app/agent.py';
export const at = (start = 0, end = start + 1, path = PATH): Location => ({ path, start, end });

/** A piece of prompt of exactly that many tokens, with its text. */
export const text = (role: PromptSegment['role'], tokens: number, more: Partial<PromptSegment> = {}): PromptSegment => ({
  role,
  item: 0,
  at: at(),
  text: known('x', at()),
  tokens: { low: tokens, expected: tokens, high: tokens },
  stability: 'static',
  ...more,
});

/** A hole. */
export const hole = (
  role: PromptSegment['role'],
  tokens: number,
  stability: Stability,
  kind: Cause['kind'],
  more: Partial<PromptSegment> = {},
): PromptSegment => ({
  ...text(role, tokens),
  text: unknown('dynamic'),
  stability,
  cause: {
    kind,
    text: kind === 'clock' ? 'datetime.now()' : kind,
    at: at(10, 24),
    certain: kind === 'clock' || kind === 'random' || kind === 'loop',
  },
  ...more,
});

export const site = (more: Partial<CallSite> = {}): CallSite => ({
  path: PATH,
  language: 'python',
  span: { start: 0, end: 100 },
  callee: { start: 0, end: 22 },
  statement: { start: 0, end: 100 },
  sdk: 'anthropic',
  api: 'messages',
  provider: 'anthropic',
  model: known('claude-sonnet-4-6', at(30, 49)),
  alternatives: [],
  segments: [text('system', 3000), hole('user', 500, 'per-run', 'input')],
  hiddenInput: false,
  toolCount: known(0, at()),
  maxOutputTokens: known(1000, at()),
  omittedCap: 'required',
  names: { cap: 'max_tokens', model: 'model' },
  marks: {
    system: { options: ['system'], value: [{ type: 'text', text: '$text', cache_control: '$mark' }] },
    automatic: { option: 'cache_control', value: '$mark' },
  },
  completions: known(1, at()),
  batch: false,
  serviceTier: unknown('absent'),
  thinking: unknown('absent'),
  loop: { kind: 'none', bound: known(1, at()), grows: false },
  loops: [],
  guards: [],
  caching: 'explicit',
  automaticMark: false,
  marksUnknown: false,
  moreMarks: false,
  options: undefined,
  parts: {},
  reads: [PATH],
  ...more,
});

/** An agent loop; without a bound unless one is given. */
export function agent(bound?: number, more: Partial<CallSite> = {}): CallSite {
  const loop: LoopContext = { kind: 'loop', bound: bound === undefined ? { kind: 'none' } : known(bound, at()), grows: true, at: at(5, 9) };
  return site({ loop, loops: [loop], toolCount: known(3, at()), ...more });
}
