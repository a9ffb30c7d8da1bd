/** The connection to Redis or Valkey: one script, two plain commands, and a limit on how long each may take. */
import { createHash } from 'node:crypto';
import { createClient } from '@redis/client';
import { BUDGET_SCRIPT } from './redis-script.ts';

/** The store did not answer. What was asked may have been done or not. */
export class StoreAway extends Error {
  /** Whether Redis may have done what was asked. */
  readonly sent: boolean;

  constructor(message: string, sent: boolean) {
    super(message);
    this.sent = sent;
  }
}

export interface RedisOptions {
  /** `redis://user:password@host:6379/0`, `rediss://` with TLS. */
  readonly url: string;
  /** Gateways with the same name share limits. Default `default`. */
  readonly name?: string;
  /** Longest wait for an answer, ms. Default 500. */
  readonly timeoutMs?: number;
}

const SWAP_SCRIPT = `
local now = redis.call('GET', KEYS[1])
if (ARGV[1] == '1') ~= (now ~= false) or (now and now ~= ARGV[2]) then return 0 end
if ARGV[3] == '1' then redis.call('SET', KEYS[1], ARGV[4]) else redis.call('DEL', KEYS[1]) end
return 1`;
const SHA = createHash('sha1').update(BUDGET_SCRIPT).digest('hex');
const MAX_BETWEEN_ATTEMPTS_MS = 2000;

export class RedisConnection {
  readonly prefix: string;
  /** Host and port, for messages: nothing secret. */
  readonly address: string;
  readonly #client;
  readonly #timeoutMs: number;
  #onReady: () => void = () => {};
  #onAway: (why: string) => void = () => {};

  constructor({ url, name = 'default', timeoutMs = 500 }: RedisOptions) {
    this.prefix = `costlint:{${name}}:`;
    this.#timeoutMs = timeoutMs;
    this.address = addressOf(url);
    const reconnectStrategy = (attempts: number): number => Math.min(50 * 2 ** Math.min(attempts, 10), MAX_BETWEEN_ATTEMPTS_MS);
    this.#client = createClient({ url, disableOfflineQueue: true, socket: { connectTimeout: timeoutMs * 4, reconnectStrategy } });
    this.#client.on('error', (error: unknown) => this.#onAway(messageOf(error)));
    this.#client.on('ready', () => this.#onReady());
  }

  get isReady(): boolean {
    return this.#client.isReady;
  }

  onReady(listener: () => void): void {
    this.#onReady = listener;
  }
  onAway(listener: (why: string) => void): void {
    this.#onAway = listener;
  }

  /** Connects, or gives up waiting: it goes on trying in the background. */
  async connect(): Promise<void> {
    const connecting = this.#client.connect().catch(() => {});
    const limit = late(this.#timeoutMs * 4);
    await Promise.race([connecting, limit.done]);
    limit.cancel();
  }

  /** One round trip; a second one only when Redis has forgotten the script. */
  async run(ask: object, texts: readonly string[]): Promise<string> {
    const keysAndArguments = { keys: [this.prefix], arguments: [JSON.stringify(ask), ...texts] };
    const answer = await this.#timed(async () => {
      try {
        return await this.#client.evalSha(SHA, keysAndArguments);
      } catch (error) {
        if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
        return this.#client.eval(BUDGET_SCRIPT, keysAndArguments);
      }
    });
    return String(answer);
  }

  async get(key: string): Promise<string | undefined> {
    const value = await this.#timed(() => this.#client.get(this.prefix + key));
    return value === null ? undefined : String(value);
  }

  /** Puts `after` in the place of `before`, either of which may be nothing; false where something else stands there. */
  async swap(key: string, before: string | undefined, after: string | undefined): Promise<boolean> {
    const flag = (value: string | undefined): string => (value === undefined ? '0' : '1');
    const places = { keys: [this.prefix + key], arguments: [flag(before), before ?? '', flag(after), after ?? ''] };
    return (await this.#timed(() => this.#client.eval(SWAP_SCRIPT, places))) === 1;
  }

  async setIfMissing(key: string, value: string): Promise<void> {
    await this.#timed<unknown>(() => this.#client.setNX(this.prefix + key, value));
  }

  close(): void {
    this.#client.destroy();
  }

  async #timed<T>(send: () => Promise<T>): Promise<T> {
    if (!this.#client.isReady) throw new StoreAway(`no connection to ${this.address}`, false);
    const limit = late(this.#timeoutMs);
    try {
      return await Promise.race([send(), limit.done.then(() => Promise.reject(new StoreAway(`no answer within ${this.#timeoutMs} ms`, true)))]);
    } catch (error) {
      if (error instanceof StoreAway || /COSTLINT_(SPAN|EPOCH)/.test(messageOf(error))) throw error;
      throw new StoreAway(messageOf(error), true);
    } finally {
      limit.cancel();
    }
  }
}

/** A timer that can be waited for and called off. */
function late(ms: number): { readonly done: Promise<void>; readonly cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const done = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return { done, cancel: () => clearTimeout(timer) };
}

/** `127.0.0.1:6379`, of an address that may have a password. */
export const addressOf = (url: string): string => {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || 6379}`;
};

const messageOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
};
