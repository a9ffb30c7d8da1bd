/**
 * What estimates assume where the code does not tell, and where each figure comes from. The figures themselves are the defaults of
 * `assumptions` in the configuration; docs/assumptions.md explains them.
 */
import type { Assumptions } from './config.ts';
import type { Assumption, Cause, PromptSegment, Range, SegmentRole } from './model.ts';

/**
 * An assumed quantity lies between a third and three times the assumption. Published agent traffic is that wide: steps per request p50 2, mean 9,
 * p90 21; new tokens per step p50 0.8k, mean 2k, p90 5k (TraceLab, 357,161 model calls).
 */
export const SPREAD = 3;

/** An assumption as a range, in whole units; at least 1 unless the assumption is 0. */
export const spread = (expected: number): Range => ({
  low: expected === 0 ? 0 : Math.max(1, Math.round(expected / SPREAD)),
  expected,
  high: expected * SPREAD,
});

const TRACELAB = 'TraceLab (arXiv 2606.30560; tracelab.cs.washington.edu)';
const OPENROUTER = 'OpenRouter and a16z, State of AI (2025-12)';
const MAP = 'Measuring Agents in Production (arXiv 2512.04123)';

/** Where each default comes from, in a line. */
export const SOURCES: Readonly<Record<keyof Assumptions, string>> = {
  runsPerDay: 'a round figure to scale by: set your own traffic',
  stepsPerRun: `${TRACELAB}: 8.7 model calls per user request on average; ${MAP}: 68 % of agents run at most 10 steps`,
  outputTokens: `${TRACELAB}: 523 output tokens per model call; ${OPENROUTER}: about 400 per request`,
  inputTokens: `${OPENROUTER}: prompts of 6,000 tokens on average, most of it history and context`,
  historyTokens: `${OPENROUTER}: average prompt above 6,000 tokens, less system prompt and input`,
  retrievalTokens: 'RAG practice: 5–10 chunks of 400–512 tokens',
  toolResultTokens: `${TRACELAB}: 1.4k–3.7k new tokens per step on average, less the 500 of the previous reply`,
  unseenSystemTokens: 'published prompts of coding agents: under 1,000 (Pi) to 5,865 (Claude Code) tokens',
  unseenToolTokens: 'audit of 11 MCP servers (2026-03): 137 tools, 22,945 tokens',
  fanoutItems: 'a round figure: set your own batch size',
};

/** The assumption that stands for a piece of prompt whose text the code does not show. */
export function assumptionFor(role: SegmentRole, cause: Cause['kind'] | undefined, many: boolean): keyof Assumptions {
  if (role === 'tools') return 'unseenToolTokens';
  if (cause === 'retrieval') return 'retrievalTokens';
  if (many || cause === 'history') return 'historyTokens';
  if (role === 'tool-result') return 'toolResultTokens';
  if (role === 'system' && (cause === undefined || cause === 'unknown')) return 'unseenSystemTokens';
  return 'inputTokens';
}

/** A clock, an id or the name of a machine is a few tokens, whatever a user input may be. */
const SHORT_CAUSES: ReadonlySet<Cause['kind']> = new Set(['clock', 'random', 'environment']);
const SHORT_TOKENS = 12;

/** Tokens of a hole in a prompt. */
export const assumedTokens = (role: SegmentRole, cause: Cause['kind'] | undefined, many: boolean, assumptions: Assumptions): Range =>
  cause && SHORT_CAUSES.has(cause) ? spread(SHORT_TOKENS) : spread(assumptions[assumptionFor(role, cause, many)]);

const UNITS: Partial<Record<keyof Assumptions, Assumption['unit']>> = { runsPerDay: 'runs', stepsPerRun: 'calls', fanoutItems: 'items' };

export const assumption = (setting: keyof Assumptions, value: number, text: string): Assumption => ({
  setting,
  value,
  unit: UNITS[setting] ?? 'tokens',
  text,
  source: SOURCES[setting],
});

const WORDS: Partial<Record<keyof Assumptions, string>> = {
  unseenToolTokens: 'for a tool definition that the code does not show',
  retrievalTokens: 'of retrieved text',
  historyTokens: 'of earlier conversation',
  toolResultTokens: 'for a tool result',
  unseenSystemTokens: 'for a system prompt that the code does not show',
  inputTokens: 'for a value that the code does not show',
};

/** The assumptions behind the holes of a prompt, each named once. */
export function assumptionsOf(segments: readonly PromptSegment[], assumptions: Assumptions): Assumption[] {
  const seen = new Set<keyof Assumptions>();
  for (const segment of segments) {
    if (segment.text.kind === 'known' || (segment.cause && SHORT_CAUSES.has(segment.cause.kind))) continue;
    seen.add(assumptionFor(segment.role, segment.cause?.kind, segment.many === true));
  }
  return [...seen].map((setting) => assumption(setting, assumptions[setting], `${assumptions[setting]} tokens ${WORDS[setting] ?? ''}`.trim()));
}
