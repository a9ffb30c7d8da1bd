/** Asks a provider's free counting endpoint for the tokens of texts, one after the other. Knows nothing of VS Code; keys are passed in and kept nowhere. */
import type { CountingApi } from '../core/protocol/calibration.ts';

/** One text for one group of models that count alike. */
export interface CountJob {
  readonly api: CountingApi;
  readonly family: string;
  readonly generation: string;
  /** Ids to ask for; the next one only where the provider does not know those before. */
  readonly models: readonly string[];
  readonly hash: string;
  readonly text: string;
}

export interface CountOptions {
  readonly api: CountingApi;
  readonly baseUrl: string;
  readonly key: string;
  readonly jobs: readonly CountJob[];
  readonly signal: AbortSignal;
  /** Called after each job with how many are done. */
  readonly onProgress?: (done: number) => void;
  /** Called before a wait that the provider asked for, in whole seconds. */
  readonly onWait?: (seconds: number) => void;
  readonly fetch?: typeof fetch;
  /** Waits so many ms, or until the signal aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** For `retry-after` as a date, in ms since 1970. */
  readonly now?: () => number;
}

export interface Counted {
  readonly job: CountJob;
  /** Tokens of the text alone. */
  readonly tokens: number;
}

export interface CountOutcome {
  readonly counted: readonly Counted[];
  /** What could not be counted and why, for people; each said once. */
  readonly problems: readonly string[];
  /** `cancelled` by the person; `failed`: the rest was not tried, since it would fail the same way. */
  readonly end: 'done' | 'cancelled' | 'failed';
}

export const DEFAULT_BASE: Readonly<Record<CountingApi, string>> = {
  anthropic: 'https://api.anthropic.com',
  gemini: 'https://generativelanguage.googleapis.com',
};

/** A message of one letter is one token in every tokenizer at hand: what it counts beyond that is the frame around a message. */
const PROBE = 'a';
/** One request, in ms. */
const TIMEOUT_MS = 30_000;
/** How often a request is tried when the provider asks to wait or fails by itself. */
const TRIES = 5;
/** Longer than this nobody is kept waiting, in ms. */
const MAX_WAIT_MS = 120_000;

/** Why there is no count. `address`: all others would fail too · `model`: others of the model would · `text`: this one only. */
class CountError extends Error {
  readonly reach: 'address' | 'model' | 'text' | 'cancelled';
  constructor(reach: CountError['reach'], message: string) {
    super(message);
    this.reach = reach;
  }
}

export async function countTexts(options: CountOptions): Promise<CountOutcome> {
  const counted: Counted[] = [];
  const problems = new Set<string>();
  const models = new Map<string, ModelState | null>();
  let done = 0;
  for (const job of options.jobs) {
    try {
      const group = `${job.family} ${job.generation}`;
      const known = models.get(group);
      const state = known === undefined ? await findModel(options, job, problems) : known;
      models.set(group, state);
      if (state) counted.push({ job, tokens: await countOne(options, state, job.text) });
    } catch (error) {
      if (!(error instanceof CountError)) throw error;
      if (error.reach === 'cancelled') return { counted, problems: [...problems], end: 'cancelled' };
      problems.add(error.message);
      if (error.reach === 'address') return { counted, problems: [...problems], end: 'failed' };
    }
    options.onProgress?.(++done);
  }
  return { counted, problems: [...problems], end: 'done' };
}

interface ModelState {
  readonly id: string;
  /** Tokens of an empty message: its frame. */
  readonly frame: number;
}

/** The first id that the provider knows, with its frame; null where it knows none of them. */
async function findModel(options: CountOptions, job: CountJob, problems: Set<string>): Promise<ModelState | null> {
  for (const id of job.models) {
    try {
      return { id, frame: (await request(options, id, PROBE)) - 1 };
    } catch (error) {
      if (!(error instanceof CountError) || (error.reach !== 'model' && error.reach !== 'text')) throw error;
      problems.add(error.message);
    }
  }
  return null;
}

/** White space at the end of a message is not counted, yet it is paid for before a hole: the letter of the probe stands behind it. */
async function countOne(options: CountOptions, { id, frame }: ModelState, text: string): Promise<number> {
  const open = /\s$/.test(text);
  const total = await request(options, id, open ? text + PROBE : text);
  const tokens = total - frame - (open ? 1 : 0);
  if (tokens < 1) throw new CountError('text', `${id}: a count of ${total} tokens for ${text.length} characters is not used.`);
  return tokens;
}

async function request(options: CountOptions, model: string, text: string): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    if (options.signal.aborted) throw cancelled();
    const response = await send(options, model, text);
    if (response.ok) return readCount(options, response);
    const wait = waitFor(response, attempt, options.now ?? Date.now);
    if (wait === undefined || attempt >= TRIES || wait > MAX_WAIT_MS) throw await refusal(options, model, response);
    await response.body?.cancel();
    options.onWait?.(Math.ceil(wait / 1000));
    await (options.wait ?? pause)(wait, options.signal);
  }
}

const cancelled = (): CountError => new CountError('cancelled', 'cancelled');

async function send(options: CountOptions, model: string, text: string): Promise<Response> {
  const { api, baseUrl, key, signal } = options;
  const { url, headers, body } = REQUESTS[api](baseUrl, key, model, text);
  try {
    return await (options.fetch ?? fetch)(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      // A key and a prompt go where the person said, not where that place points to.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  } catch (error) {
    if (signal.aborted) throw cancelled();
    throw new CountError('address', `${hostOf(baseUrl)} cannot be reached: ${networkWords(error, key)}.`);
  }
}

interface CountRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const REQUESTS: Readonly<Record<CountingApi, (base: string, key: string, model: string, text: string) => CountRequest>> = {
  anthropic: (base, key, model, text) => ({
    url: `${versioned(base, 'v1')}/messages/count_tokens`,
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
    body: { model, messages: [{ role: 'user', content: text }] },
  }),
  gemini: (base, key, model, text) => ({
    url: `${versioned(base, 'v1beta')}/models/${encodeURIComponent(model)}:countTokens`,
    headers: { 'x-goog-api-key': key },
    body: { contents: [{ role: 'user', parts: [{ text }] }] },
  }),
};

/** Gateways are written with and without the version at the end. */
const versioned = (base: string, version: string): string => {
  const plain = base.replace(/\/+$/, '');
  return /\/v\d+(alpha|beta)?\d*$/.test(plain) ? plain : `${plain}/${version}`;
};

async function readCount(options: CountOptions, response: Response): Promise<number> {
  let found: unknown;
  try {
    const body: unknown = await response.json();
    found = field(body, options.api === 'anthropic' ? 'input_tokens' : 'totalTokens');
  } catch {
    if (options.signal.aborted) throw cancelled();
  }
  if (typeof found === 'number' && Number.isInteger(found) && found > 0) return found;
  throw new CountError('address', `${hostOf(options.baseUrl)} answered, but not with a token count: is the address right?`);
}

/** In ms; undefined where waiting does not help. */
function waitFor(response: Response, attempt: number, now: () => number): number | undefined {
  if (response.status !== 429 && response.status < 500) return undefined;
  if (response.status === 501) return undefined;
  const given = response.headers.get('retry-after');
  const seconds = given === null || given.trim() === '' ? Number.NaN : Number(given);
  if (seconds >= 0) return seconds * 1000;
  const date = given === null ? Number.NaN : Date.parse(given);
  return Number.isFinite(date) ? Math.max(0, date - now()) : 1000 * 2 ** (attempt - 1);
}

/** The provider's no, in plain words. */
async function refusal(options: CountOptions, model: string, response: Response): Promise<CountError> {
  const host = hostOf(options.baseUrl);
  const said = saidBy(await response.text().catch(() => ''), options.key);
  if (options.signal.aborted) return cancelled();
  const { status } = response;
  const because = said === '' ? '' : ` (${said})`;
  if (status === 401 || (status === 400 && /api key/i.test(said))) return new CountError('address', `${host} refused the key${because}.`);
  if (status === 403) return new CountError('address', `${host} does not allow this key to count tokens${because}.`);
  if (status === 404) return new CountError('model', `${host} does not know the model ${model}${because}.`);
  if (status === 429)
    return new CountError('address', `${host} takes no more requests for now; what was counted is kept, try the rest later${because}.`);
  if (status >= 300 && status < 400) return new CountError('address', `${host} sends on to another address, which was not followed.`);
  if (status === 400 || status === 413 || status === 422) return new CountError('text', `${host} did not take a text for ${model}${because}.`);
  return new CountError('address', `${host} failed with status ${status}${because}.`);
}

/** The error's message of both providers' JSON, short and without the key. */
function saidBy(body: string, key: string): string {
  let message: unknown;
  try {
    message = field(field(JSON.parse(body), 'error'), 'message');
  } catch {
    return '';
  }
  return typeof message === 'string' ? shown(message, key) : '';
}

const shown = (text: string, key: string): string => {
  const line = (key === '' ? text : text.replaceAll(key, '…')).replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
};

function networkWords(error: unknown, key: string): string {
  const name = field(error, 'name');
  if (name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`;
  const cause = field(error, 'cause');
  const said = field(cause, 'code') ?? field(cause, 'message') ?? field(error, 'message');
  return shown(typeof said === 'string' ? said : 'unknown error', key);
}

const field = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined);

export const hostOf = (baseUrl: string): string => new URL(baseUrl).host;

/** Why an address cannot be used; undefined where it can. */
export function baseUrlProblem(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'Write a whole address, such as https://gateway.example.com.';
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'The address starts with https:// or http://.';
  if (url.username !== '' || url.password !== '') return 'The address holds a user or password: the key is asked for by itself.';
  if (url.search !== '' || url.hash !== '') return 'The address ends before ? and #.';
  return undefined;
}

/** Whether what is sent can be read on the way. */
export function isOpenToReaders(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  return protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
