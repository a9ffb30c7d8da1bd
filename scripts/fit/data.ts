import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Dict, dict, isDict, list, spacedJson } from '../../core/tokens/json.ts';

/** A recorded call with what the provider counted. The fields are described where the data is kept. */
export interface RecordedCall {
  readonly id: string;
  readonly repo: string;
  readonly provider: string;
  readonly api: string;
  readonly host: string;
  readonly model: string;
  readonly request: Dict;
  readonly usage: Dict;
  readonly true_input: number;
  readonly media: boolean;
  readonly n_tools: number;
  readonly hidden: readonly string[];
  readonly flags: readonly string[];
  readonly native: boolean;
}

/** A text with the counts of both Claude tokenizers, frame of one message included. */
export interface CountedText {
  readonly set: string;
  readonly id: string;
  readonly text: string;
  readonly v3: number;
  readonly v47: number;
}

export interface Data {
  readonly calls: readonly RecordedCall[];
  readonly texts: readonly CountedText[];
}

/** What one user message costs before its content in the counted texts. */
export const FRAME = { v3: 7, v47: 11 } as const;

const lines = <T>(path: string): T[] =>
  gunzipSync(readFileSync(path))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

export function readData(folder: string): Data {
  return {
    calls: lines<RecordedCall>(join(folder, 'recorded-calls.jsonl.gz')),
    texts: lines<CountedText>(join(folder, 'claude-count-tokens.jsonl.gz')),
  };
}

/** Rows that a score may use: nothing hidden, no media, the provider's own host, enough tokens to speak of a share. */
export const scored = (call: RecordedCall, least = 50): boolean =>
  call.native && call.hidden.length === 0 && !call.media && call.true_input >= least && call.api !== 'count_tokens';

/** Distinct texts of the recorded calls, with the repository that first has them: prompts, and tools as JSON. */
export function requestTexts(calls: readonly RecordedCall[], least = 120): { readonly text: string; readonly repo: string }[] {
  const found = new Map<string, string>();
  const keep = (text: string, repo: string): void => {
    const opaque = text.includes('[base64') || /^[A-Za-z0-9+/=_-]{100,}$/.test(text);
    if (text.length >= least && !opaque && !found.has(text)) found.set(text, repo);
  };
  const walk = (value: unknown, repo: string): void => {
    if (typeof value === 'string') keep(value, repo);
    else if (Array.isArray(value)) for (const item of value) walk(item, repo);
    else if (isDict(value)) for (const [key, item] of Object.entries(value)) if (!/signature|encrypted|^data$|^tools$/i.test(key)) walk(item, repo);
  };
  for (const call of calls) {
    walk(call.request, call.repo);
    for (const tool of [...list(call.request.tools), ...list(dict(call.request.toolConfig).tools)]) keep(spacedJson(tool), call.repo);
  }
  return [...found].map(([text, repo]) => ({ text, repo }));
}
