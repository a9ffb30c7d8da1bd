/** What the local logs of coding agents say of model calls. Prompts are never taken out of them. */
import type { Provider } from '../model.ts';
import type { BillableUsage } from '../pricing/index.ts';

export const LOG_SOURCES = ['claude-code', 'codex', 'gemini-cli'] as const;
export type LogSource = (typeof LOG_SOURCES)[number];

/** Tokens billed at one model. */
export interface LogUsage {
  /** As logged; undefined where the log does not say it. */
  readonly model: string | undefined;
  readonly usage: BillableUsage;
}

/** One model call as a log has it. */
export interface LogCall {
  readonly source: LogSource;
  readonly session: string;
  /** ms since 1970, UTC. */
  readonly at: number;
  readonly provider: Provider;
  readonly bill: LogUsage;
  /** Billed beside it at other models: advisors, attempts that were declined. */
  readonly parts: readonly LogUsage[];
  readonly serviceTier?: string | undefined;
  readonly batch?: boolean | undefined;
  readonly region?: string | undefined;
  /** Of the answer, the same wherever the call is logged again; undefined where nothing tells. */
  readonly id?: string | undefined;
  /** Of the request: an answer that is logged under another one is another call, but for copies in side conversations. */
  readonly request?: string | undefined;
  /** Written by a side conversation, which may repeat calls of the main one. */
  readonly side: boolean;
  /** Directory in which the agent worked. */
  readonly directory?: string | undefined;
}

/** Reads the lines of one log in order. */
export interface LineReader {
  /** Pieces of bytes of which a line must have one to be worth parsing. */
  readonly needles: readonly string[];
  /** A line that has `has` near its start, before `before`, is something else: tool output, a question. Most of a log is, and need not be searched. */
  readonly skip?: { readonly has: string; readonly before: string };
  /** A part of a line that need not be read: behind its first `from` up to the next `to`, where the next needle comes after that. A 0 stands in its place. */
  readonly cut?: { readonly from: string; readonly to: string };
  /** `json`: the line, perhaps without the part that may be cut; `whole` gives all of it. Never throws; what is not understood gives nothing. */
  readonly line: (json: string, whole: () => string) => readonly LogCall[];
}
