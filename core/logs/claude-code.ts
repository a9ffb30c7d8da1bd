/** Claude Code: `projects/<directory>/<session>.jsonl`, a line each message; answers carry the API's own usage object. */
import { anthropicWhole } from '../wire/anthropic-messages.ts';
import { isRecord, named } from '../wire/json.ts';
import { parsedLine, timeOf } from './json-line.ts';
import type { LineReader, LogCall } from './types.ts';

/** Answers of the program itself: errors, "no response requested". */
const SYNTHETIC = '<synthetic>';

export function claudeCodeReader(fallbackSession: string): LineReader {
  return {
    needles: ['"usage":{'],
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

function callOf(entry: Readonly<Record<string, unknown>>, fallbackSession: string): LogCall | undefined {
  const message = entry.message;
  const at = timeOf(entry.timestamp);
  if (!isRecord(message) || !isRecord(message.usage) || at === undefined || message.model === SYNTHETIC) return undefined;
  // Whether there was any content decides if a refusal is billed; the content itself is not looked at.
  const content = Array.isArray(message.content) ? message.content.slice(0, 1).map(() => ({})) : [];
  const bill = anthropicWhole({ ...message, content });
  if (!bill.billed) return undefined;
  const session = named(entry.sessionId) ?? fallbackSession;
  const [id, request] = [named(message.id), named(entry.requestId)];
  const directory = named(entry.cwd);
  return {
    source: 'claude-code',
    session,
    at,
    provider: 'anthropic',
    bill: { model: bill.model, usage: bill.usage },
    parts: bill.parts.map(({ model, usage }) => ({ model: model ?? bill.model, usage })),
    ...(bill.serviceTier ? { serviceTier: bill.serviceTier } : {}),
    ...(bill.batch ? { batch: true } : {}),
    ...(bill.region ? { region: bill.region } : {}),
    ...(id ? { id } : {}),
    ...(request ? { request } : {}),
    side: entry.isSidechain === true,
    ...(directory ? { directory } : {}),
  };
}
