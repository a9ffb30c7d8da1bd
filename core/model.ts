/**
 * The words that every part of Costlint shares. All of it is plain readonly data: JSON-serialisable, offset-based, free of
 * syntax-tree nodes, so that it can cross a process boundary, be cached and be compared.
 */

/** A half-open range of UTF-16 offsets in one text: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A span in a named file; `path` is the path the host knows the file by. */
export interface Location extends Span {
  readonly path: string;
}

/** A quantity that is known only within bounds. Units are those of the field that holds it; `low ≤ expected ≤ high`. */
export interface Range {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

/** How a known value reached the place where it is used. */
export type Via = 'literal' | 'constant' | 'import' | 'default' | 'env-default';

/** Why a value is not known. */
export type Why =
  /** computed while the program runs */
  | 'dynamic'
  /** may come from a spread that could not be resolved */
  | 'spread'
  /** the code does not set it */
  | 'absent'
  /** comes from configuration or the environment, without a default in the code */
  | 'config';

/** A value that analysis either knows, with the place it was written, or does not, with the reason: a rule abstains on unknowns. */
export type Known<T> =
  | { readonly kind: 'known'; readonly value: T; readonly at: Location; readonly via: Via }
  | { readonly kind: 'unknown'; readonly why: Why; readonly at?: Location };

export const known = <T>(value: T, at: Location, via: Via = 'literal'): Known<T> => ({ kind: 'known', value, at, via });
export const unknown = (why: Why, at?: Location): Known<never> => (at ? { kind: 'unknown', why, at } : { kind: 'unknown', why });
export const valueOf = <T>(k: Known<T>): T | undefined => (k.kind === 'known' ? k.value : undefined);

/** The languages that costlint reads. JSX flavours count as their base language. */
export type LanguageId = 'typescript' | 'javascript' | 'python' | 'prompt';

/** Whose price list and cache rules apply to a call. `unknown` where the host of the model cannot be told. */
export type Provider =
  | 'anthropic'
  | 'openai'
  | 'google'
  | 'bedrock'
  | 'vertex'
  | 'azure'
  | 'deepseek'
  | 'xai'
  | 'mistral'
  | 'groq'
  | 'together'
  | 'openrouter'
  | 'cohere'
  | 'perplexity'
  | 'fireworks'
  | 'cerebras'
  | 'local'
  | 'other'
  | 'unknown';

/** How often a piece of prompt text changes, from never to on every call. Ordered: a later one changes more often. */
export type Stability = 'static' | 'per-process' | 'per-day' | 'per-run' | 'per-call';
export const STABILITIES: readonly Stability[] = ['static', 'per-process', 'per-day', 'per-run', 'per-call'];

/** The roles in the order of the provider's cache key. */
export type SegmentRole = 'tools' | 'system' | 'user' | 'assistant' | 'tool-result';

/** What makes a hole in a prompt change. */
export interface Cause {
  /** `clock`: date or time · `random`: uuid, random · `environment`: env, cwd, host · `input`: parameter, request, user text · `loop`: loop variable, step
   * counter · `history`: earlier turns of the conversation · `retrieval`: documents, search, files read at run time · `state`: other mutable state */
  readonly kind: 'clock' | 'random' | 'environment' | 'input' | 'loop' | 'history' | 'retrieval' | 'state' | 'unknown';
  /** The expression as the code has it, shortened, for messages: `datetime.now()`. */
  readonly text: string;
  readonly at: Location;
  /** True when the change is certain from the code (a clock, a random source), false when it is an assumption (a parameter). */
  readonly certain: boolean;
}

/** A cache mark that the code puts behind a segment. */
export interface CacheMark {
  readonly ttl: '5m' | '1h' | '30m' | '12h' | '24h' | 'unknown';
  readonly at: Location;
}

/**
 * One piece of a prompt in the provider's order: unchanging text, or one hole. A message with text, hole, text is three segments.
 */
export interface PromptSegment {
  readonly role: SegmentRole;
  /** Index of the message, system block or tool that this piece belongs to, in order within its role; −1 when unknown. */
  readonly item: number;
  /** Where the piece stands in the file of the call, or where the value that fills it was written. */
  readonly at: Location;
  readonly text: Known<string>;
  /** Tokens of this piece alone; for a hole, the assumption. */
  readonly tokens: Range;
  readonly stability: Stability;
  readonly cause?: Cause;
  readonly mark?: CacheMark;
  /** True for a value that stands for any number of further messages (a history list, a spread). */
  readonly many?: boolean;
  /** Branches send one of these texts; `text` is the longest. */
  readonly oneOf?: readonly string[];
}

/** How often a call repeats within one run, and what bounds it. */
export interface LoopContext {
  /** `none`: called once · `framework`: the SDK or framework loops by itself · `loop`: a for/while around the call · `caller`: a loop in a calling
   * function · `recursion` · `schedule`: the function re-schedules itself · `batch`: one independent call per item, no growth */
  readonly kind: 'none' | 'framework' | 'loop' | 'caller' | 'recursion' | 'schedule' | 'batch';
  /** Model calls in one run: a number; `none` when nothing in the code ends it but the model, or (`never`) not even that; unknown otherwise. */
  readonly bound: Known<number> | { readonly kind: 'none'; readonly at?: Location; readonly never?: true };
  /** Where the bound is set, or the loop stands. */
  readonly at?: Location;
  /** The option that sets the bound (`max_turns`), for messages and fixes. */
  readonly option?: string;
  /** The option takes a condition, not a number. */
  readonly byCondition?: true;
  /** True when each step sends what came before it again. */
  readonly grows: boolean;
  /** Extra words for messages: `LangGraph 1.x default recursion_limit`. */
  readonly note?: string;
}

/** Note of a batch over parts of one answer or of the program itself (tool calls, choices, models): their number is not known, but small. */
export const FEW_ITEMS = 'few items';

/** A ceiling in money, tokens or calls that the code or framework sets. */
export interface BudgetGuard {
  readonly kind: 'money' | 'tokens' | 'gateway';
  readonly name: string;
  readonly at: Location;
}

/** Where an option of a call stands in the text, for edits. */
export interface OptionSite {
  readonly name: string;
  /** The whole entry `name=value` / `name: value`. */
  readonly span: Span;
  readonly value: Span;
}

/** A list of options (keyword arguments or an object literal) that edits can change. */
export interface OptionsSite {
  readonly path: string;
  readonly form: 'keywords' | 'object' | 'dict';
  /** Between the brackets. */
  readonly span: Span;
  readonly options: readonly OptionSite[];
  /** True where a spread could not be resolved: an option that is not seen may still be set. */
  readonly open: boolean;
}

/** Data as code writes it: `$text` stands for the prompt that is there, `$mark` for a cache mark. */
export type Written = string | readonly Written[] | { readonly [name: string]: Written };

/** How a call takes cache marks, where that can be written. */
export interface MarkForms {
  /** What the system prompt becomes, if it is one string, in the options that hold it. */
  readonly system?: { readonly options: readonly string[]; readonly value: Written };
  /** The option that marks the end of every request. */
  readonly automatic?: { readonly option: string; readonly value: Written };
}

/** One call of a language model in the code. */
export interface CallSite {
  readonly path: string;
  readonly language: LanguageId;
  /** The whole call expression. */
  readonly span: Span;
  /** The name that is called, `client.messages.create`: where hints and findings about the call as a whole stand. */
  readonly callee: Span;
  /** The statement that contains the call. */
  readonly statement: Span;
  readonly sdk: string;
  /** The API within the SDK: `messages`, `chat`, `responses`, `agent`. */
  readonly api: string;
  readonly provider: Provider;
  readonly model: Known<string>;
  /** Further models that branches or callers choose, beside `model`. */
  readonly alternatives: readonly Known<string>[];
  /** In the order of the provider's cache key: tools, system, messages. */
  readonly segments: readonly PromptSegment[];
  /** True where messages are sent that the code does not show (a session, a previous response id): input is "at least". */
  readonly hiddenInput: boolean;
  readonly toolCount: Known<number>;
  /** Tokens of one tool result, where the code of all tools shows that it is short; undefined otherwise. */
  readonly toolResultTokens?: Range;
  /** Output tokens that the call may produce; `unknown('absent')` = not set. */
  readonly maxOutputTokens: Known<number>;
  /** What an unset cap means on this route: the number of tokens the SDK fills in, `model-maximum`, or `provider-default`. */
  readonly omittedCap: number | 'model-maximum' | 'required' | 'not-applicable';
  /** Names of the options where this SDK takes it: cap, model, system … ; undefined where there is none. */
  readonly names: { readonly cap?: string; readonly model?: string; readonly bound?: string; readonly budget?: string };
  /** Number of completions asked for (n, best_of). */
  readonly completions: Known<number>;
  readonly batch: boolean;
  readonly serviceTier: Known<string>;
  /** Budget of thinking tokens, inside the output. */
  readonly thinking: Known<number>;
  readonly loop: LoopContext;
  /** All loops from the call outwards (a framework loop within a for loop has two). The product is the worst case of one run. */
  readonly loops: readonly LoopContext[];
  readonly guards: readonly BudgetGuard[];
  /** How this call is started many times at once. */
  readonly fanout?: {
    readonly at: Location;
    readonly bounded: Known<number> | { readonly kind: 'none' };
    readonly over: string;
    readonly items: Known<number>;
  };
  /** A hand-written retry loop around the call. */
  readonly retry?: { readonly at: Location; readonly attempts: Known<number> | { readonly kind: 'none' }; readonly backoff: boolean };
  /** The list of messages that grows from turn to turn, when nothing trims it. */
  readonly history?: {
    readonly name: string;
    readonly at: Location;
    readonly growsAt: Location;
    readonly trimmed: boolean;
    readonly loop: 'run' | 'session';
  };
  /** How prompts are cached on this route: `explicit` marks, `implicit` by the provider, `managed` by the framework, or not at all. */
  readonly caching: 'explicit' | 'implicit' | 'managed' | 'none' | 'unknown';
  /** A cache mark set in a place that the segments cannot show (top-level automatic marking, middleware, a helper). */
  readonly automaticMark: boolean;
  /** True where a mark may be set by code that analysis could not follow. */
  readonly marksUnknown: boolean;
  /** True where code that analysis could not follow may set further marks beside those of the segments. */
  readonly moreMarks: boolean;
  readonly marks?: MarkForms;
  readonly options: OptionsSite | undefined;
  /** Where the system prompt, the messages and the tools stand, for edits. */
  readonly parts: { readonly system?: Location; readonly messages?: Location; readonly tools?: Location };
  /** Files that this call site was derived from, the own one included. */
  readonly reads: readonly string[];
}

export type Severity = 'off' | 'hint' | 'info' | 'warning' | 'error';

/** A replacement in one file; edits of a fix never overlap. */
export interface TextEdit extends Location {
  readonly text: string;
}

/** A change that a person can accept. `safe`: same behaviour; `review`: a person decides. */
export interface Fix {
  readonly title: string;
  readonly safety: 'safe' | 'review';
  readonly edits: readonly TextEdit[];
}

/** A place that explains a finding: where the changing value is made, where the loop stands. */
export interface RelatedPlace extends Location {
  readonly message: string;
}

/** Money in integer nano-dollars (10⁻⁹ USD), as ranges. bigint-free: 2⁵³ nano-dollars are nine million dollars. */
export type NanoUsd = number;
export const NANO_PER_USD = 1_000_000_000;

/** Something to change in the code, at its place. */
export interface Finding {
  readonly rule: string;
  readonly severity: Exclude<Severity, 'off'>;
  readonly path: string;
  readonly span: Span;
  readonly message: string;
  /** What following the advice saves per run, in nano-dollars; undefined when it cannot be told. */
  readonly saving?: Range;
  readonly fixes: readonly Fix[];
  readonly related: readonly RelatedPlace[];
  /** What it is about, where that is not the span and several calls share it. */
  readonly about?: Location;
  /** Index of the call in the analysis of its file. */
  readonly call?: number;
}

/** A file, or a part of one, that could not be analysed, with a reason a person can act on. */
export interface Skipped {
  readonly path: string;
  readonly reason: string;
}

/** One thing that the code does not show and an estimate had to assume. */
export interface Assumption {
  /** Key of `assumptions` in the configuration. */
  readonly setting: string;
  readonly value: number;
  readonly unit: 'tokens' | 'calls' | 'runs' | 'items';
  /** In words, for a person: "500 completion tokens a call (no cap is set)". */
  readonly text: string;
  readonly source: string;
  /** Not assumed but seen in so many calls. */
  readonly observed?: number;
}
