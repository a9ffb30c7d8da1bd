/**
 * How an SDK or framework is described: as data. One file per SDK says which packages it is, how its clients, models and agents are made,
 * which calls are billed and where their model, prompt, cap, loop bound and cache marks sit. All SDKs are matched in one walk, after imports
 * are resolved, so that an alias matches and a local function of the same name does not.
 *
 * **Signatures** describe what was done with an import: `Anthropic().messages.create` is the member `create` of the member `messages` of the
 * result of calling (or constructing) `Anthropic`. In patterns: `{a,b}` alternatives · `[.beta]` optional · `*` one name · `$client` an object
 * of that name in `objects` · a default import is called `default`.
 *
 * **Locators** say where a value sits, seen from the billed call: `max_tokens` an option of the call (keyword argument in Python, property of an
 * object argument in TypeScript) · `config.max_output_tokens` a property of an option · `model#0` by name, or else the first positional argument ·
 * `@receiver.model` an option of the call that made the receiver (the client, agent or chain) · `@bind_tools.tools#0` the same of the call of that name ·
 * `@0.model` an option of what is passed as first argument · `@decorated.tool|tool_plain` functions with such a decorator of the receiver ·
 * a step `{getAgent}` the property that the first argument of the receiver's call `getAgent` names · `@on.append#0` what is given to calls of that method
 * on the receiver, as a list. The first locator that is not absent wins.
 */
import type { MarkForms, Provider } from '../model.ts';

export type Locator = string;
type Where = Locator | readonly Locator[];

/** What stands in a call, by meaning. */
export interface Fields {
  readonly model?: Where;
  /** System prompt: text, blocks, or messages with that role. */
  readonly system?: Where;
  /** Messages, contents or input: text, a list of messages, prompt templates. */
  readonly messages?: Where;
  readonly tools?: Where;
  /** Output cap in tokens. */
  readonly cap?: Where;
  /** Number of completions (n, best_of). */
  readonly completions?: Where;
  readonly thinking?: Where;
  readonly serviceTier?: Where;
  /** Steps of the framework's own loop. */
  readonly bound?: Where;
  /** Ceilings; their presence (not null, not infinite) is a budget guard. */
  readonly moneyBudget?: Where;
  readonly tokenBudget?: Where;
  /** Base URL of the client: decides whose price list applies. */
  readonly baseUrl?: Where;
  /** Options whose presence means that earlier turns are sent which the code does not show. */
  readonly hiddenInput?: Where;
  /** Options whose presence turns caching on for the whole request. */
  readonly automaticCache?: Where;
  /** Names the provider beside the model's id (`custom_llm_provider`). */
  readonly vendor?: Where;
  /** Something that stops a loop by a condition (AI SDK `stopWhen`, middleware, termination): evaluated by `stops` of the loop. */
  readonly stop?: Where;
}

/** Output tokens when no cap is given. */
export type OmittedCap = number | 'model-maximum' | 'required' | 'not-applicable';

/** What a host does with a request without a cap, whichever SDK sends it, where that is not the model's maximum. */
export const HOST_CAPS: Partial<Readonly<Record<Provider, OmittedCap>>> = {
  // Ends an answer at 2,048 tokens (huggingface/chat-ui PR 2133).
  together: 2048,
  // A model on the person's own machine is not billed by length.
  local: 'not-applicable',
};

export interface VersionedBound {
  /** Package whose installed or locked version decides. */
  readonly package: string;
  /** Bounds by the first version they hold for, newest first; `none` = no bound. */
  readonly from: readonly (readonly [version: string, bound: number | 'none'])[];
}

/** The model where the code names none, as read in released versions of the package; older and unread ones have no row. */
export interface DefaultModel {
  readonly package: string;
  /** Models by the first version they were read in, newest first. `undefined`: versions that were not read. */
  readonly from: readonly (readonly [version: string, id: string | undefined])[];
  /** Variables of the environment name another. */
  readonly environment?: boolean;
}

export interface LoopSpec {
  /** Option name, for messages and fixes. */
  readonly option?: string;
  /** What an unset bound means. */
  readonly fallback: number | 'none' | VersionedBound;
  /** The loop only runs when tools are given. */
  readonly needsTools?: boolean;
  /** The loop only runs when functions that can be called are among the tools (automatic function calling). */
  readonly needsCallables?: boolean;
  /** Tools that the provider runs within one call: alone they start no loop. Patterns of what makes them. */
  readonly servedTools?: readonly string[];
  /** What makes a tool that can be called, beside a function (signature patterns): `mcpToTool()`. */
  readonly callables?: readonly string[];
  /** An option that switches the loop off when true. */
  readonly off?: Where;
  /** Values that look like a bound and are none, beside null and infinity: `0`. */
  readonly zeroMeansNone?: boolean;
  /** Model calls beside those that the bound counts: an answer without tools after the last round of them. */
  readonly beside?: number;
  /** One step of the bound is this many model calls (LangGraph counts graph nodes: a model step and a tool step). Default 1. */
  readonly perCall?: number;
  /**
   * How `Fields.stop` is read: outside functions that give a bound (`isStepCount(n)`; `Limit().run_limit` when it is an option of theirs), and those that
   * give none. `otherwise`: what holds when there is neither; by default the bound is unknown.
   */
  readonly stops?: { readonly counted: readonly string[]; readonly endless: readonly string[]; readonly otherwise?: 'fallback' };
  readonly note?: string;
}

export interface CallSpec {
  readonly signature: string | readonly string[];
  readonly api: string;
  /** False: not billed (counting tokens), not reported. */
  readonly billed?: false;
  readonly batch?: boolean;
  readonly fields: Fields;
  /** Whose prices apply: fixed, or read from the model's id or object. Default: the binding's. */
  readonly provider?: Provider | 'model';
  readonly omittedCap?: OmittedCap | Partial<Readonly<Record<Provider | 'default', OmittedCap>>>;
  /** The call runs a loop of model calls by itself. */
  readonly loop?: LoopSpec;
  /** `route`: what the provider of the model does. `managed`: the framework caches by itself, cache rules do not apply. */
  readonly caching?: 'route' | 'managed';
  /** How fixes write cache marks into this call. `since`: the first version of a package that takes the marked system prompt. */
  readonly marks?: MarkForms & { readonly since?: readonly [name: string, version: string] };
  /**
   * The call needs an instance of an outside class (signature patterns) as an argument to count, or one of these texts (or one that is not known); with
   * neither, anything but None. `text`: what is surely no text does not count.
   */
  readonly requires?: { readonly at: Where; readonly made?: readonly string[]; readonly values?: readonly string[]; readonly text?: true };
  /** A request over HTTP is billed when its URL matches (a regular expression over the text, `{}` for what is not known). */
  readonly url?: {
    readonly at: Where;
    /** What a relative URL is relative to. */
    readonly base: Where;
    readonly pattern: RegExp;
    /** What stands before the model's id in the URL, where the body does not name it: `models/`. */
    readonly model?: string;
  };
  /**
   * What sets the model for all calls of its kind, in the file or in those that import it: calls (`dspy.configure(lm=…)`), with the place of the model in
   * them, or the assignment to an attribute (`Settings.llm = …`).
   */
  readonly ambient?: {
    readonly calls: readonly string[];
    readonly model: Locator;
    readonly set?: { readonly object: string; readonly attribute: string };
  };
  /** The model may be the name of rows of a list: where that sits, what holds a row's name, and what its model. */
  readonly rows?: { readonly at: Locator; readonly name: string; readonly model: string };
  /** Options that identify a real call where the name is common. */
  readonly requiresOption?: readonly string[];
  readonly defaultModel?: DefaultModel;
  /** Not a call but what a command of the framework runs: it counts in a file that holds `name` at its top, where no code makes one of `runners` for it. */
  readonly hosted?: { readonly name: string; readonly runners: readonly string[] };
  /** The call makes an agent; it counts where no code of the workspace runs that agent, because a server does. See `served`. */
  readonly served?: true;
  /**
   * A server of the framework that the code hands the agent to: the name that makes it, the option with its agents, the methods that run an agent, and the one
   * that asks the server for an agent by its name.
   */
  readonly server?: { readonly made: string; readonly agents: string; readonly runs: readonly string[]; readonly asked?: string };
  /** The argument that stands for the call, where the call itself is a step of a long chain. */
  readonly shownAt?: number;
  /** The framework adds prompt text of its own: input is at least what the code shows. */
  readonly addsPrompt?: boolean;
}

/** A model object: `new ChatOpenAI({model})`, `openai('gpt-5.4')`, `LLM(model=…)`. */
export interface ModelSpec {
  /** Only for imports from this package; default: any of the binding's. */
  readonly package?: string;
  readonly make: string | readonly string[];
  readonly provider: Provider | 'model';
  /** Where the id sits, seen from the call that makes the model: `model#0`. */
  readonly id: Where;
  readonly cap?: Where;
  readonly baseUrl?: Where;
  readonly serviceTier?: Where;
  readonly thinking?: Where;
  readonly omittedCap?: OmittedCap;
  readonly defaultModel?: DefaultModel;
  /** Names the provider beside the id (`model_provider`). */
  readonly vendor?: Where;
  /** `make` is exported as it is, and stands for this id: `gemini20Flash`. */
  readonly constant?: string;
  /** The object wraps another model: the option that holds it. */
  readonly wraps?: Where;
  /** The id is a key of this table of models. */
  readonly table?: Where;
  /** An option that turns caching on. */
  readonly automaticCache?: Where;
}

/** A graph whose nodes are functions of the program: it runs them round by round. */
export interface GraphSpec {
  /** For people: `LangGraph.js`. */
  readonly name: string;
  /** Signature patterns of what makes one. */
  readonly made: string | readonly string[];
  /** Methods that add a node, an edge, and edges that a function chooses from. */
  readonly node: string;
  readonly edge: string;
  readonly conditional: string;
  /** The method that gives the compiled graph settings for all its runs. */
  readonly configured: string;
  /** Methods that run the compiled graph, and where the limit on its steps sits in such a call. */
  readonly runs: readonly string[];
  readonly bound: Where;
  readonly option: string;
  readonly fallback: number | VersionedBound;
}

/** What a decorator of the framework makes of a class. */
export interface ClassSpec {
  readonly decorator: string;
  /** Attributes that name a YAML file, beside the file of the class, and become what it says; with the name that holds where the class gives none. */
  readonly files: Readonly<Record<string, string>>;
  /** Attributes that list what the methods with such a decorator return. */
  readonly collected: Readonly<Record<string, string>>;
}

export interface SdkBinding {
  /** Package names (TypeScript; `@scope/*` for all of a scope) or importable modules (Python), submodules included. */
  readonly packages: readonly string[];
  /** Sends requests to anywhere: only files that name an endpoint of a provider are looked at. `mention` matches such a text. */
  readonly http?: { readonly mention: RegExp };
  /** Files are looked at that match, beside those that import a package: the platform hands in what is called. */
  readonly mention?: RegExp;
  /** A folder of the workspace with the same name wins (`agents`). */
  readonly weak?: boolean;
  readonly provider?: Provider | 'model';
  /** Named objects for patterns: how a client or agent is made. */
  readonly objects?: Readonly<Record<string, string | readonly string[]>>;
  /** Methods that return an object like the one they are called on: `with_options`. */
  readonly transparent?: readonly string[];
  readonly calls: readonly CallSpec[];
  readonly models?: readonly ModelSpec[];
  readonly graph?: GraphSpec;
  readonly classes?: readonly ClassSpec[];
  /** Objects that functions of the SDK hand to the functions they are given, `createStep({ execute: ({ mastra }) => … })`: the name, and the class. */
  readonly hands?: readonly { readonly by: readonly string[]; readonly name: string; readonly made: string }[];
  /**
   * Constructors (signature patterns) whose provider differs from the binding's; `when`: only where this option of theirs is given, `package`: only imports
   * from there.
   */
  readonly providers?: readonly { readonly made: string; readonly provider: Provider; readonly when?: string; readonly package?: string }[];
}

export interface Sdk {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Where the facts were read: versions or documents. */
  readonly source: string;
  readonly python?: SdkBinding;
  readonly typescript?: SdkBinding;
}

export const defineSdk = (sdk: Sdk): Sdk => sdk;

const atMaker = (where: Where | undefined): Where | undefined =>
  typeof where === 'string'
    ? where.replace(/^@receiver\./, '')
    : where?.filter((w) => !w.startsWith('@') || w.startsWith('@receiver.')).map((w) => w.replace(/^@receiver\./, ''));

/** The agent that `run` runs, where a server runs it: `signature` is what makes it, and has the options that the run finds at its receiver. */
export function served(run: CallSpec, signature: string): CallSpec {
  const { messages: _, bound, ...fields } = run.fields;
  // What is called on the agent behind may hold the bound; the run itself is not there.
  const behind = (typeof bound === 'string' ? [bound] : (bound ?? [])).filter((w) => w.startsWith('@with'));
  return {
    ...run,
    signature,
    served: true,
    fields: {
      ...Object.fromEntries(Object.entries(fields).map(([name, where]) => [name, atMaker(where)])),
      ...(behind.length > 0 && { bound: behind }),
    },
  };
}

/** An SDK with the shape of OpenAI's chat API at a host of its own. `classes`: patterns of the constructors, without the call. */
export const openAiShaped = (
  packages: readonly string[],
  provider: SdkBinding['provider'],
  classes: string,
  extra: Partial<Fields> = {},
): SdkBinding => ({
  packages,
  provider,
  objects: { client: `{${classes}}()` },
  transparent: ['with_options', 'withOptions', 'copy'],
  calls: [
    {
      signature: '$client.chat.completions[.with_raw_response][.with_streaming_response].{create,stream}',
      api: 'chat',
      fields: {
        model: 'model',
        messages: 'messages',
        tools: 'tools',
        cap: ['max_completion_tokens', 'max_tokens'],
        completions: 'n',
        serviceTier: 'service_tier',
        baseUrl: ['@receiver.base_url', '@receiver.baseURL'],
        ...extra,
      },
      omittedCap: 'model-maximum',
    },
  ],
});
