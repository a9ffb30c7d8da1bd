/** Claude Code: `projects/<directory>/<session>.jsonl`, a line each message; answers carry the API's own usage object. */
import { anthropicBilled } from '../wire/anthropic-bill.ts';
import { isRecord, type Json, named } from '../wire/json.ts';
import { parsedLine, timeOf } from './json-line.ts';
import type { LineReader, LogCall } from './types.ts';

/** Answers of the program itself: errors, "no response requested". */
const SYNTHETIC = '<synthetic>';

export function claudeCodeReader(fallbackSession: string): LineReader {
  return {
    needles: ['"usage":'],
    skip: { has: '"type":"user"', before: '"message":' },
    // What the answer says is most of the line. A cut in the wrong place (an answer that holds another one) leaves no valid JSON, or no message.
    cut: { from: '"content":[', to: '],"stop_reason"' },
    line: (json, whole) => {
      const short = parsedLine(json);
      const call = callOf(isRecord(short.message) ? short : parsedLine(whole()), fallbackSession);
      return call ? [call] : [];
    },
  };
}

function callOf(entry: Json, fallbackSession: string): LogCall | undefined {
  const message = entry.message;
  const at = timeOf(entry.timestamp);
  if (!isRecord(message) || !isRecord(message.usage) || at === undefined || isNoAnswer(message)) return undefined;
  const model = named(message.model);
  // Whether there was any content decides if a refusal is billed; the content itself is not looked at.
  const bill = anthropicBilled(message.usage, model, named(message.stop_reason), Array.isArray(message.content) && message.content.length > 0);
  if (!bill.billed) return undefined;
  // Every call has every field, so that all of them have one shape: there are tens of thousands.
  return {
    source: 'claude-code',
    session: named(entry.sessionId) ?? fallbackSession,
    at,
    provider: 'anthropic',
    bill: { model, usage: bill.usage },
    parts: bill.parts.map((part) => ({ model: part.model ?? model, usage: part.usage })),
    serviceTier: bill.serviceTier,
    batch: bill.batch,
    region: bill.region,
    id: named(message.id),
    request: named(entry.requestId),
    side: entry.isSidechain === true,
    directory: named(entry.cwd),
  };
}

const isNoAnswer = ({ model, type, error }: Json): boolean => model === SYNTHETIC || type === 'error' || type === 'message_batch' || Boolean(error);
