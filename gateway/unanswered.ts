/** What is known of a call to which no response came. */
import { type Metered, type RequestFacts, tokensOf } from '../core/wire/index.ts';
import type { Granted } from './call.ts';
import { codeOf, NOT_SENT } from './retry.ts';

/** The client gave up or the connection broke. What was sent may be billed: the input is, as an estimate. */
export function unanswered(error: Error, { input }: Granted, facts: RequestFacts | undefined): Metered {
  const none: Metered = {
    source: 'none',
    billed: false,
    outcome: 'failed',
    usage: {},
    parts: [],
    serverTools: {},
    toolCalls: [],
    error: codeOf(error),
    notes: [],
  };
  if (!facts || NOT_SENT.test(codeOf(error)) || input.expected === 0) return none;
  const usage = { uncachedInput: input.expected };
  if (tokensOf(usage) === 0) return none;
  const notes = ['no response came: the input is billed by estimate, output that the provider may have produced is not known'];
  return { ...none, source: 'estimated', billed: true, outcome: 'cut', usage, input, notes };
}
