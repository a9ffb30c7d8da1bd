/** Gemini CLI: `tmp/<project>/chats/session-*.json` (one document) or `.jsonl` (a record each message, a later one replaces an earlier of the same id). */
import { type Json, list, named, record, tokens } from '../wire/json.ts';
import { usageOf } from '../wire/metered.ts';
import { parsedLine, timeOf } from './json-line.ts';
import type { LineReader, LogCall } from './types.ts';

export interface GeminiFile {
  readonly session: string;
  /** When the file was last written, ms: for messages without a time. */
  readonly modified: number;
}

/** A session as one JSON document. */
export function geminiDocument(json: string, { session, modified }: GeminiFile): readonly LogCall[] {
  const document = parsedLine(json);
  const id = named(document.sessionId) ?? session;
  const started = timeOf(document.startTime) ?? timeOf(document.lastUpdated) ?? modified;
  return list(document.messages).flatMap((message) => callOf(record(message), id, undefined, started));
}

export function geminiReader({ session, modified }: GeminiFile): LineReader {
  let id = session;
  let model: string | undefined;
  return {
    needles: ['"tokens"', '"sessionId"', '"model"'],
    line: (json) => {
      const entry = parsedLine(json);
      id = named(entry.sessionId) ?? id;
      model = named(entry.model) ?? model;
      return callOf(entry, id, model, modified);
    },
  };
}

function callOf(message: Json, session: string, model: string | undefined, fallback: number): LogCall[] {
  const counts = record(message.tokens);
  if (message.type !== 'gemini' || message.tokens === undefined) return [];
  const [input, output, cached, thoughts, tool] = [counts.input, counts.output, counts.cached, counts.thoughts, counts.tool].map(tokens) as [
    number,
    number,
    number,
    number,
    number,
  ];
  // Input holds what was read from the cache; a log whose total says otherwise counts it beside the input.
  const beside = cached > 0 && tokens(counts.total) === input + output + thoughts + tool + cached;
  const uncached = (beside ? input : Math.max(0, input - cached)) + tool;
  const usage = usageOf({ uncachedInput: uncached, cacheRead: cached, output: output + thoughts });
  if (Object.keys(usage).length === 0) return [];
  const id = named(message.id);
  return [
    {
      source: 'gemini-cli',
      session,
      at: timeOf(message.timestamp) ?? fallback,
      provider: 'google',
      bill: { model: named(message.model) ?? model, usage },
      parts: [],
      id: id && `${session}\0${id}`,
      side: false,
    },
  ];
}
