import { createCounter } from './counter.ts';
import { isDict } from './json.ts';
import type { RequestCount, TokenCounter } from './types.ts';

/** What one line asks for, or why it cannot be read. */
function requestOf(line: string): { provider: string; model: string; api?: string; body: unknown } | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!isDict(parsed)) return 'a line must be an object {"provider", "model", "request"}';
  const { provider, model, request, api } = parsed;
  if (typeof provider !== 'string') return '"provider" must be a string, as "anthropic", "openai" or "google"';
  if (model !== undefined && typeof model !== 'string') return '"model" must be a string';
  if (!isDict(request)) return '"request" must be the request body as an object';
  const named = model ?? (typeof request.model === 'string' ? request.model : '');
  if (named === '') return '"model" is missing, and the request names none';
  return { provider, model: named, body: request, ...(typeof api === 'string' && { api }) };
}

function answerOf({ low, expected, high, exact, parts, notes }: RequestCount): object {
  return { low, expected, high, exact, parts, ...(notes.length > 0 && { notes }) };
}

/**
 * One line in, one line out: `{"provider","model","request"}` → `{"low","expected","high","exact","parts"}`, or `{"error"}` for a line that cannot
 * be read. `api` and `notes` are optional. Never throws, so that one bad line does not end a run.
 */
export function jsonlCounter(counter: TokenCounter): (line: string) => string {
  return (line) => {
    const request = requestOf(line);
    if (typeof request === 'string') return JSON.stringify({ error: request });
    try {
      return JSON.stringify(answerOf(counter.countRequest(request)));
    } catch (error) {
      return JSON.stringify({ error: `this request could not be counted: ${error instanceof Error ? error.message : String(error)}` });
    }
  };
}

/** Loads both encodings, so that requests for older OpenAI models are exact too. */
export async function createJsonlCounter(): Promise<(line: string) => string> {
  return jsonlCounter(await createCounter({ cl100k: true }));
}
