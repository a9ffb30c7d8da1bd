/** Sending a call again that the provider turned away: while no byte of an answer has been seen, in time, and not more often than it was asked for. */
import { backoffMs } from '../core/budget/index.ts';
import { rateObservation, type WireApi } from '../core/wire/index.ts';
import { MAX_RETRIES } from './action-options.ts';
import type { Call } from './call.ts';
import { decodeWhole } from './decode.ts';
import { firstOf } from './headers.ts';
import type { Held } from './hold.ts';

/** Too many requests, overloaded: nothing was done and nothing is billed. */
const TURNED_AWAY: ReadonlySet<number> = new Set([429, 503, 529]);

/** Errors before a connection stands: the provider has seen nothing. */
export const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS|CERT_|DEPTH_ZERO|UND_ERR_INVALID_ARG|SELF_SIGNED|UNABLE_TO)/;
/** Of these, the ones that pass. */
const PASSING = /^(ECONNREFUSED|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)/;

export const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : error.name);

export interface RetryRules {
  /** Attempts after the first. */
  readonly most: number;
  /** No attempt begins after this, ms since the epoch. */
  readonly deadlineMs: number;
  /** All waits together, ms. */
  readonly maxWaitMs: number;
}

/** What the client or the configuration asks for; undefined: one attempt. */
export function retryRules({ core, request, route, deadlineMs = Number.POSITIVE_INFINITY }: Call): RetryRules | undefined {
  const asked = firstOf(request.headers['x-costlint-retry']);
  const most = asked === undefined ? core.options.retries : wholeOf(asked);
  // A batch that was turned away may exist all the same: a second one would cost twice.
  if (most === 0 || route.match.operation === 'batch-create') return undefined;
  return { most, deadlineMs, maxWaitMs: core.options.retryWaitMs };
}

const wholeOf = (text: string): number => (/^\d{1,4}$/.test(text) ? Math.min(MAX_RETRIES, Number(text)) : 0);

export class Retries {
  /** Begun so far. */
  attempts = 0;
  /** Between two attempts: the provider has refused the last and the next has not begun. */
  idle = false;
  readonly #rules: RetryRules;
  readonly #api: WireApi;
  readonly #now: () => number;
  readonly #random: () => number;
  #waitedMs = 0;

  constructor(rules: RetryRules, api: WireApi, now: () => number, random: () => number = Math.random) {
    this.#rules = rules;
    this.#api = api;
    this.#now = now;
    this.#random = random;
  }

  /** An attempt begins. */
  sends(): void {
    this.attempts++;
    this.idle = false;
  }

  /** Whether a response with this status may be followed by another attempt. */
  holds(status: number): boolean {
    return TURNED_AWAY.has(status) && this.attempts <= this.#rules.most;
  }

  /** ms until the next attempt; undefined: this outcome is the last. */
  next(outcome: Held | Error): number | undefined {
    const asked = this.#askedMs(outcome);
    if (asked === undefined || this.attempts > this.#rules.most) return undefined;
    const waitMs = backoffMs(this.attempts - 1, this.#random(), { retryAfterMs: asked });
    if (this.#waitedMs + waitMs > this.#rules.maxWaitMs || this.#now() + waitMs >= this.#rules.deadlineMs) return undefined;
    this.#waitedMs += waitMs;
    this.idle = true;
    return waitMs;
  }

  /** The least wait, ms; undefined where another attempt would not help. */
  #askedMs(outcome: Held | Error): number | undefined {
    if (outcome instanceof Error) return PASSING.test(codeOf(outcome)) ? 0 : undefined;
    if (!TURNED_AWAY.has(outcome.status)) return undefined;
    const headers: Record<string, string> = {};
    for (let i = 0; i + 1 < outcome.headers.length; i += 2) headers[(outcome.headers[i] ?? '').toLowerCase()] = outcome.headers[i + 1] ?? '';
    if (headers['x-should-retry'] === 'false') return undefined;
    const { retryAfterMs = 0, spendCap } = rateObservation(headers, outcome.status, this.#now(), this.#errorOf(outcome, headers['content-encoding']));
    return spendCap ? undefined : retryAfterMs;
  }

  #errorOf({ body }: Held, encoding: string | undefined): string | undefined {
    try {
      return this.#api.usageOf(JSON.parse(decodeWhole(body, encoding, 1024 * 1024)?.toString('utf8') ?? '')).error;
    } catch {
      return undefined;
    }
  }
}
