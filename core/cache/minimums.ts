/** The shortest prefix that Claude models cache, tokens. */
import type { Route } from '../pricing/types.ts';
import type { CacheRules } from './types.ts';

interface Minimum {
  readonly tokens: number;
  /** What another source says, where one disagrees. */
  readonly other?: number;
  readonly note?: string;
}

const SKILLS = 'anthropics/skills (2026-07-01) gives a higher one';
const UNCHECKED = 'the source advises checking the value for the 5.5 models';

/** Claude Code's bundled reference (2026-11-20) and platform.claude.com (2026-08-22) agree on these; disagreeing sources widen them. */
const FIRST_PARTY: Readonly<Record<string, Minimum>> = {
  'claude-fable-5-2': { tokens: 512 },
  'claude-mythos-5-2': { tokens: 512 },
  'claude-fable-5-1': { tokens: 512 },
  'claude-mythos-5-1': { tokens: 512 },
  'claude-fable-5': { tokens: 512, other: 2048, note: SKILLS },
  'claude-mythos-5': { tokens: 512 },
  'claude-opus-5-5': { tokens: 512, note: UNCHECKED },
  'claude-opus-5': { tokens: 512 },
  'claude-sonnet-5-5': { tokens: 512, note: UNCHECKED },
  'claude-haiku-5-5': { tokens: 512, note: UNCHECKED },
  'claude-opus-4-8': { tokens: 1024, other: 4096, note: SKILLS },
  'claude-sonnet-5': { tokens: 1024 },
  'claude-sonnet-4-6': { tokens: 1024, other: 2048, note: `${SKILLS}; so does an issue of the Python SDK (1194)` },
  'claude-sonnet-4-5': { tokens: 1024 },
  'claude-opus-4-7': { tokens: 2048, other: 4096, note: SKILLS },
  'claude-opus-4-6': { tokens: 4096 },
  'claude-opus-4-5': { tokens: 4096 },
  'claude-haiku-4-5': { tokens: 4096 },
  'claude-3-5-haiku': { tokens: 2048 },
  'claude-3-haiku': { tokens: 2048, note: 'from an older documentation page' },
  'claude-opus-4-1': { tokens: 1024, note: 'from an older documentation page' },
  'claude-opus-4': { tokens: 1024, note: 'from an older documentation page' },
  'claude-sonnet-4': { tokens: 1024, note: 'from an older documentation page' },
  'claude-3-7-sonnet': { tokens: 1024, note: 'from an older documentation page' },
  'claude-3-opus': { tokens: 1024, note: 'from an older documentation page' },
};

/** LiteLLM's model map, 2026-10-07. */
const BEDROCK: Readonly<Record<string, Minimum>> = {
  'claude-opus-5': { tokens: 512 },
  'claude-sonnet-5': { tokens: 1024 },
  'claude-opus-4-8': { tokens: 1024 },
  'claude-sonnet-4-6': { tokens: 1024 },
  'claude-sonnet-4-5': { tokens: 1024 },
  'claude-sonnet-4': { tokens: 1024 },
  'claude-haiku-4-5': { tokens: 4096 },
  'claude-opus-4-7': { tokens: 4096 },
  'claude-opus-4-6': { tokens: 4096 },
  'claude-opus-4-5': { tokens: 4096 },
};

/** The minimum of a Claude model on a route; undefined where no source gives one. */
export function claudeMinimum(id: string, route: Route): { minimum: CacheRules['minimumTokens']; certain: boolean; note?: string } {
  const onBedrock = route === 'bedrock' ? BEDROCK[id] : undefined;
  const found = onBedrock ?? FIRST_PARTY[id];
  if (!found) return { minimum: undefined, certain: false, note: 'no source seen gives the minimum length for this model' };
  const { tokens, other, note } = found;
  const borrowed = route === 'bedrock' && !onBedrock ? 'the value of Anthropic’s own API; none was seen for Bedrock' : undefined;
  const notes = [note, borrowed].filter(Boolean).join('; ');
  return {
    minimum: { low: tokens, expected: tokens, high: Math.max(tokens, other ?? 0) },
    certain: notes === '',
    ...(notes ? { note: notes } : {}),
  };
}
