/**
 * What goes over the wire, one `WireApi` per API: which requests are model calls, what the body asks for, what the response used, and how a refusal
 * of the gateway looks to the client. Pure: bytes and JSON in, plain data out. Token classes are those of `core/pricing`, each token in one class.
 */
import type { Provider, Range } from '../model.ts';
import type { BillableUsage, Route } from '../pricing/index.ts';

export type WireApiId = 'anthropic-messages' | 'openai-chat' | 'openai-responses' | 'openai-embeddings' | 'gemini-generate' | 'bedrock-converse';

/**
 * `generate`: costs tokens · `embed`: costs input tokens · `count`: a token count, free · `retrieve`: a stored response read again, billed once by its
 * id · `batch-create`: nothing used yet · `batch-results`: one usage per line, at batch prices · `cancel`: ends a running response · `free`: files, model lists …
 */
export type Operation = 'generate' | 'embed' | 'count' | 'retrieve' | 'batch-create' | 'batch-results' | 'cancel' | 'free';

/** What the path alone says. */
export interface WireMatch {
  readonly api: WireApiId;
  readonly operation: Operation;
  /** Model id in the path (Gemini, Bedrock, Azure deployments, Vertex). */
  readonly model?: string;
  /** Whether the path asks for a stream; undefined where the body says it. */
  readonly stream?: boolean;
  /** Price route that the path shows: `vertex`, `bedrock`, `azure`. */
  readonly route?: Route;
  /** Location in the path (Vertex) for regional prices. */
  readonly region?: string;
  /** Response or batch id in the path. */
  readonly id?: string;
}

/** One text of a request in the order of the provider's cache key. Held in memory only: hash or measure it, never store it. */
export interface WireSegment {
  readonly role: 'tools' | 'system' | 'user' | 'assistant' | 'tool-result';
  /** Index within the tools, system blocks or messages. */
  readonly item: number;
  readonly text: string;
}

/** What a request asks for, as its body and headers say. */
export interface RequestFacts {
  readonly api: WireApiId;
  readonly operation: Operation;
  readonly model?: string;
  readonly stream: boolean;
  /** Output tokens allowed per completion; undefined: the model's maximum. Includes thinking. */
  readonly outputCap?: number;
  /** Completions asked for (`n`, `candidateCount`); at least 1. */
  readonly completions: number;
  /** Thinking tokens that are not inside `outputCap`: 0 for all known APIs but older Gemini budgets. */
  readonly thinkingBudget?: number;
  /** As the body has it (`service_tier`, `speed`), for `core/pricing`'s query. */
  readonly serviceTier?: string;
  /** `inference_geo` and the like. */
  readonly region?: string;
  readonly batch: boolean;
  /** The requests of a batch-create body; their segments are not repeated in the batch's own. */
  readonly items?: readonly RequestFacts[];
  readonly segments: readonly WireSegment[];
  /** In the order of the body. */
  readonly toolNames: readonly string[];
  /** Tools that the provider runs and that may cost fees or hidden tokens (`web_search`, `codeExecution` …). */
  readonly serverTools: readonly string[];
  /** Messages or input items in the body. */
  readonly messages: number;
  /** Images, audio, documents, files. */
  readonly media: number;
  /** Tool results in the messages after the last assistant message: the client goes on with a tool loop. */
  readonly toolResults: number;
  /** Why the provider may count more input than the body shows: `previous-response`, `conversation`, `stored-prompt`, `cached-content`, `file`, `server-tool`,
   * `built-in-tool`, `reasoning`, `context-management`. */
  readonly hiddenInput: readonly string[];
  readonly previousResponse?: string;
  /** Longest life of a cache entry that the request may write; undefined where it sets no mark (the provider may still write one). */
  readonly cacheMark?: '5m' | '30m' | '1h' | '12h' | 'unknown';
  /** False where the client did not ask for usage in its stream and the API would leave it out. */
  readonly usageInStream: boolean;
  /** `metadata.user_id`, `user`, `safety_identifier`, for attribution. */
  readonly user?: string;
}

/** Usage at another model's price inside one response: Anthropic's compaction and fallback iterations. */
export interface MeteredPart {
  readonly kind: string;
  readonly model?: string;
  readonly usage: BillableUsage;
}

/**
 * What a call used. `exact`: the provider's own figures · `estimated`: the stream was cut or carried no usage; `output` says the bounds · `none`: nothing is known or
 * nothing was used (see `billed`).
 */
export interface Metered {
  readonly source: 'exact' | 'estimated' | 'none';
  /** False: the provider does not bill it (error, refusal before output, expired batch item, free endpoint); tokens may still be reported in `usage`. */
  readonly billed: boolean;
  /**
   * How it ended. `pending`: will be billed later under the same id (background) · `cut`: the stream ended early · `truncated`: the output cap or context ended
   * it · `tool-use`: the client must go on.
   */
  readonly outcome: 'completed' | 'tool-use' | 'truncated' | 'refused' | 'failed' | 'cut' | 'pending' | 'paused' | 'cancelled';
  /** As served. */
  readonly model?: string;
  readonly usage: BillableUsage;
  /** Billed in addition, each at its own model's rates. */
  readonly parts: readonly MeteredPart[];
  /** Thinking or reasoning tokens; already inside `usage.output`. */
  readonly reasoning?: number;
  /** Uses of server tools by the provider's name (`web_search_requests`), also those without a fee. */
  readonly serverTools: Readonly<Record<string, number>>;
  /** Tool calls that the model asks of the client. */
  readonly toolCalls: readonly string[];
  /** The tier the provider served, in words that `core/pricing` understands; `standard` left out. */
  readonly serviceTier?: string;
  readonly batch?: boolean;
  readonly region?: string;
  /** As the provider words it. */
  readonly stopReason?: string;
  readonly responseId?: string;
  /** Item of a batch. */
  readonly customId?: string;
  /** What a count endpoint answered, tokens. */
  readonly counted?: number;
  /** The provider's error type or code; never its message, which may quote the prompt. */
  readonly error?: string;
  /** Bounds of an estimate, tokens. */
  readonly input?: Range;
  readonly output?: Range;
  /** What the classes do not say: `audio tokens are billed at text rates here`. */
  readonly notes: readonly string[];
}

/** Tells one billed response from another: equal keys are the same bill, however often it was retrieved, retried or sent. */
export type BillingKey = string;

/** What is known when the response's headers have come. */
export interface ResponseContext {
  readonly match: WireMatch;
  readonly status: number;
  /** `content-type` as received. */
  readonly contentType?: string;
  /** Response headers, for hosts that say usage there (Bedrock InvokeModel). */
  readonly headers?: WireHeaders;
  readonly facts?: RequestFacts;
  /** Tokens the request was counted at before it was sent, for streams that never say. */
  readonly inputEstimate?: Range;
  /** Called for each item of batch results as it passes. */
  readonly onItem?: (item: Metered) => void;
}

/** Reads a response (stream or whole body) as it passes, decompressed, in any split. Never throws; bounded memory. */
export interface StreamMeter {
  push(bytes: Uint8Array): void;
  /** Ends the reading; `cut`: the connection ended before the response did. Call once. */
  end(cut: boolean): Metered;
  /** What is known so far, for limits while the stream runs. */
  soFar(): Metered;
  /** Bytes pushed so far. */
  readonly pushed: number;
  /** Bytes pushed up to the end of the last whole event: after these an error event may be written. */
  readonly boundary: number;
  /** Whether the response is a stream of events (else a body that is valid only whole). */
  readonly streaming: boolean;
  /** An error event in the stream's own framing, to be written at `boundary`; it also ends the framing. */
  interrupt(detail: DenialDetail): Uint8Array;
}

/** `budget`: a limit in money or tokens · `rate`: too fast, come back · `breaker`: a loop or a storm was stopped · `unavailable`: the gateway cannot decide (fails closed) or reach the provider ·
 * `unauthorized` and `invalid`: the request itself. */
export type DenialKind = 'budget' | 'rate' | 'breaker' | 'unavailable' | 'unauthorized' | 'invalid';

/** The same facts for every provider: they stand under `error.costlint` in the body. */
export interface DenialDetail {
  readonly kind: DenialKind;
  /** A sentence: what, how much, until when, how to raise it. */
  readonly message: string;
  /** Id of the limit or trip. */
  readonly limit?: string;
  readonly layer?: string;
  readonly unit?: string;
  readonly max?: number;
  readonly spent?: number;
  readonly reserved?: number;
  readonly needed?: number;
  /** ISO 8601. */
  readonly resetsAt?: string;
  /** ms; given only where trying again makes sense. */
  readonly retryAfterMs?: number;
  readonly howToRaise?: string;
  readonly session?: string;
}

/** An HTTP response in the provider's shape; `headers` in lower case, `body` is JSON. */
export interface Denial {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type WireHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface WireApi {
  readonly id: WireApiId;
  /** Whose API it is; the host decides whose prices apply. */
  readonly provider: Provider;
  /** `path` with or without query, with any prefix before the API's own path. */
  match(method: string, path: string): WireMatch | undefined;
  facts(match: WireMatch, body: unknown, headers?: WireHeaders): RequestFacts;
  /** Usage of one whole response object; an error object gives `failed`, not billed. */
  usageOf(json: unknown, match?: WireMatch): Metered;
  meter(context: ResponseContext): StreamMeter;
  denial(detail: DenialDetail): Denial;
  /** The body in pieces with `include_usage` set, the rest byte for byte; undefined where nothing is to be changed. */
  withUsage?(body: Uint8Array): readonly Uint8Array[] | undefined;
  /** Takes the usage event out again that the client did not ask for. */
  usageStripper?(): StreamFilter;
  /** The body in pieces with a lower output cap, the rest byte for byte; undefined where it cannot be set. */
  withOutputCap?(body: Uint8Array, tokens: number): readonly Uint8Array[] | undefined;
}

/** Passes a stream on without some of its events. */
export interface StreamFilter {
  push(bytes: Uint8Array): readonly Uint8Array[];
  /** What was held back. */
  end(): readonly Uint8Array[];
}
