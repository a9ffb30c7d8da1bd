import type { Range } from '../model.ts';

/** Tokens as a range. `exact`: the provider would count the same number; then low = expected = high. */
export interface TokenCount extends Range {
  readonly exact: boolean;
}

/** The byte-pair tables that are available offline. */
export type EncodingName = 'o200k_base' | 'cl100k_base';

/**
 * Models that count alike: one tokenizer and one way to wrap messages and tools.
 * `openai-4o`: gpt-4o, gpt-4.1 · `openai-o`: o1, o3, o4 · `openai-5`: gpt-5 and later · `openai-cl100k`: gpt-4, gpt-3.5 ·
 * `claude-v3`: the tokenizer of Claude 3 to 4.6 · `claude-v47`: of Claude 4.7 and later · `gemini` · `other`: no tokenizer of its own is known.
 */
export type FamilyId = 'openai-4o' | 'openai-o' | 'openai-5' | 'openai-cl100k' | 'claude-v3' | 'claude-v47' | 'gemini' | 'other';

/** How the tokens of one model are counted. */
export interface ModelFamily {
  readonly id: FamilyId;
  /** The generation within the family, for constants that differ inside it (`opus-4.7`, `3.5`); '' where there is none. */
  readonly generation: string;
  /** The Gemini API whose rules for tool declarations apply; absent where it is not told. */
  readonly api?: 'developer' | 'vertex';
  /** False where the model id is not known and the nearest family stands in: the range is wider then. */
  readonly known: boolean;
  /** For hover and reports: what the count rests on, in a few words. */
  readonly note: string;
}

/** A place in a request where tokens are. */
export interface RequestPart extends Range {
  /** `system`, `tools`, `tool prompt`, `message 3 (user)`, `reply priming`, `image 1`, `response format` … */
  readonly name: string;
  readonly kind: 'system' | 'tools' | 'message' | 'overhead' | 'image' | 'document' | 'format';
}

/** Tokens of a whole request, and where they are. Parts add up to `expected`. */
export interface RequestCount extends TokenCount {
  readonly parts: readonly RequestPart[];
  /** What the number rests on and what it leaves out: `unknown model: counted as Claude 4.7`, `server tools add tokens that the body does not show`. */
  readonly notes: readonly string[];
}

/** One request as it goes over the wire. `body` is the parsed JSON. */
export interface RequestInput {
  readonly provider: string;
  /** `messages`, `chat`, `responses`, `generateContent`, `converse`; told from the body when absent. */
  readonly api?: string;
  readonly model?: string;
  readonly body: unknown;
}

/** Counts synchronously; big texts should be counted off the user-interface thread. */
export interface TokenCounter {
  family(provider: string, model: string): ModelFamily;
  /** Tokens of one text alone, without the wrapping of a message. Memoised. */
  countText(family: ModelFamily, text: string): TokenCount;
  countRequest(request: RequestInput): RequestCount;
}
