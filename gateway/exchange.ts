/** The forwarded call with its meter beside it: what passes to the client passes untouched, and is read on the way. */
import type { DenialDetail, Metered, StreamFilter, StreamMeter } from '../core/wire/index.ts';
import { GROWTH } from './admission.ts';
import { billOf } from './bill.ts';
import { type Call, type Granted, laneOf } from './call.ts';
import { type Judge, Rejected } from './cascade.ts';
import { type Decoder, decoderFor } from './decode.ts';
import { startedEvent } from './events.ts';
import { workOut } from './fingerprint.ts';
import { type Ending, type Exchange, forward, type Hooks } from './forward.ts';
import { headerIn, responseHeaders } from './headers.ts';
import { type Held, Holding, type Plan, type Verdict } from './hold.ts';
import { budgetDetail, refuse } from './refusal.ts';
import { codeOf, Retries, retryRules } from './retry.ts';
import { settleCall } from './settle.ts';
import { soon } from './soon.ts';
import { unanswered } from './unanswered.ts';
import { placeOf } from './upstreams.ts';
import { outputLimit, worstCase } from './worst-case.ts';

/** Decoded bytes may lag behind what has passed by so much before the upstream has to wait. */
const MAX_BEHIND = 4 * 1024 * 1024;
/** How often a running stream tells what it has used, ms. */
const PROGRESS_MS = 1_000;
/** A stream that is to be ended waits so long for the end of the event that is being sent, ms. */
const BOUNDARY_MS = 2_000;

/** Sends the call and stays with it until it is recorded. With a judge, what was wrong with an answer that the client did not get. */
export async function meteredExchange(call: Call, granted: Granted, headers: string[], judge?: Judge): Promise<Rejected | undefined> {
  const { core, route, request, response, who, limits, asked } = call;
  const rules = retryRules(call);
  const retries = rules && new Retries(rules, route.api, core.now);
  const metering = new MeteredCall(call, granted, retries);
  const { origin, base } = placeOf(route.upstream);
  const path = `${base}${route.target.path}`;
  const pool = core.pools.of(origin);
  const outgoing = {
    pool: retries || judge ? new Holding(pool, planOf(call, retries, judge)) : pool,
    method: request.method ?? 'GET',
    path,
    headers,
    body: granted.body.length > 0 ? granted.body : null,
  };
  // Batch results become many rows, none of which would end the one that began.
  if (route.match.operation !== 'batch-results') core.emit(startedEvent(call, granted));
  core.gauges.touch(limits);
  metering.exchange = forward(outgoing, response, metering);
  // While the provider works: hashing a long prompt takes its time.
  if (asked) soon(() => workOut(asked.print));
  const counters = limits.map(({ counter }) => counter);
  const stop = (detail: DenialDetail): void => metering.stop(detail);
  core.running.add({
    id: call.id,
    session: who.session,
    counters,
    stop,
    done: metering.recorded,
    ...(granted.lease ? { lease: granted.lease } : {}),
  });
  await metering.recorded;
  return metering.rejected;
}

/** An answer that the provider refused to give is asked for again; one that came is judged. */
function planOf(call: Call, retries: Retries | undefined, judge: Judge | undefined): Plan {
  const { core, asked } = call;
  // The last attempt tells of itself when its headers are passed on.
  const learn = (outcome: Held | Error): void => {
    if (asked && !(outcome instanceof Error)) core.rates?.learn(laneOf(call, asked), outcome.headers, outcome.status);
  };
  const decide = (outcome: Held | Error): Verdict => {
    const afterMs = retries?.next(outcome);
    const error = afterMs !== undefined || outcome instanceof Error ? undefined : judge?.(outcome);
    if (afterMs === undefined && !error) return { kind: 'pass' };
    learn(outcome);
    return error ? { kind: 'reject', error } : { kind: 'again', afterMs: afterMs ?? 0 };
  };
  return {
    sends: () => retries?.sends(),
    holds: (status) => judge !== undefined || (retries?.holds(status) ?? false),
    decide,
  };
}

class MeteredCall implements Hooks {
  exchange: Exchange | undefined;
  /** An answer that the client did not get. */
  rejected: Rejected | undefined;
  /** Resolves when the call is settled and in the ledger. */
  readonly recorded: Promise<void>;
  readonly #call: Call;
  readonly #granted: Granted;
  readonly #retries: Retries | undefined;
  readonly #items: Metered[] = [];
  #resolve: () => void = () => {};
  #meter: StreamMeter | undefined;
  #decoder: Decoder | undefined;
  #filter: StreamFilter | undefined;
  #status = 0;
  #firstByteMs: number | undefined;
  #stopping: DenialDetail | undefined;
  #stopTimer: NodeJS.Timeout | undefined;
  #progressMs: number;
  #output: number;
  #growing = false;

  constructor(call: Call, granted: Granted, retries: Retries | undefined) {
    this.#call = call;
    this.#granted = granted;
    this.#retries = retries;
    this.#output = granted.output;
    this.#progressMs = call.at;
    this.recorded = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  head(status: number, headers: readonly string[]): string[] {
    const { route, asked, core } = this.#call;
    const contentType = headerIn(headers, 'content-type');
    this.#status = status;
    this.#firstByteMs = core.now();
    core.reach.answered(route.upstream.name);
    if (asked) core.rates?.learn(laneOf(this.#call, asked), headers, status);
    this.#meter = route.api.meter({
      match: route.match,
      status,
      onItem: (item) => this.#items.push(item),
      inputEstimate: this.#granted.input,
      ...(asked && { facts: asked.facts }),
      ...(contentType !== undefined && { contentType }),
    });
    const meter = this.#meter;
    this.#decoder = decoderFor(headerIn(headers, 'content-encoding'), (bytes) => meter.push(bytes));
    const strip = this.#granted.stripUsage && status < 400 && this.#decoder?.plain === true;
    if (strip) this.#filter = route.api.usageStripper?.();
    return this.#said(responseHeaders(headers, strip));
  }

  /** With what was done to the call, for the client. */
  #said(headers: string[]): string[] {
    const attempts = this.#attempts;
    headers.push(...this.#granted.headers);
    if (attempts > 1) headers.push('x-costlint-attempts', String(attempts));
    if (this.#granted.actions.length > 0) headers.push('x-costlint-actions', this.#granted.actions.join(', '));
    return headers;
  }

  get #attempts(): number {
    return Math.max(1, this.#retries?.attempts ?? 1);
  }

  data(chunk: Buffer): readonly Uint8Array[] {
    const meter = this.#meter;
    const before = meter?.pushed ?? 0;
    this.#decoder?.push(chunk);
    if (this.#stopping && meter && this.#decoder?.plain) {
      // The rest of the event that is being sent, and no more.
      const rest = this.#filter ? this.#filter.push(chunk) : meter.boundary > before ? [chunk.subarray(0, meter.boundary - before)] : [chunk];
      if (meter.boundary > before) queueMicrotask(() => this.#interrupt());
      return rest;
    }
    if (meter?.streaming) this.#watch(meter);
    return this.#filter ? this.#filter.push(chunk) : [chunk];
  }

  busy(): boolean {
    return (this.#decoder?.waiting ?? 0) > MAX_BEHIND;
  }

  end(how: Ending): readonly Uint8Array[] | Promise<readonly Uint8Array[]> {
    clearTimeout(this.#stopTimer);
    // The last byte goes out when the call is on disk: what a client has seen whole is never lost.
    const recorded = this.#record(how).then(() => this.#filter?.end() ?? []);
    return how === 'complete' ? recorded : [];
  }

  async failed(error: Error): Promise<void> {
    const { core, response, route, who } = this.#call;
    clearTimeout(this.#stopTimer);
    if (error instanceof Rejected) {
      this.rejected = error;
      this.#status = error.status;
      return this.#finish(error.metered, ['cascade-rejected']);
    }
    if (this.#attempts > 1) response.setHeader('x-costlint-attempts', this.#attempts);
    const message = `Costlint: ${route.upstream.name} could not be reached (${codeOf(error)})`;
    this.#status = refuse(response, { kind: 'unavailable', message, session: who.session }, route.api, 502);
    core.reach.failed(route.upstream.name, codeOf(error));
    await this.#finish(unanswered(error, this.#granted, this.#call.asked?.facts));
  }

  /** Ends the call now: as an error response where nothing has been sent, else as an error event behind the last whole event. */
  stop(detail: DenialDetail): void {
    if (this.#stopping || !this.exchange) return;
    this.#stopping = detail;
    const meter = this.#meter;
    if (!this.exchange.headSent) {
      this.#status = refuse(this.#call.response, detail, this.#call.route.api);
      this.exchange.stop(undefined);
    } else if (!meter?.streaming || !this.#decoder?.plain) this.exchange.stop(undefined);
    else if (this.#filter || meter.pushed === meter.boundary) this.#interrupt();
    else this.#stopTimer = setTimeout(() => this.exchange?.stop(undefined), BOUNDARY_MS);
  }

  #interrupt(): void {
    if (this.#stopping && this.#meter) this.exchange?.stop(this.#meter.interrupt(this.#stopping));
  }

  /** What has to be seen while a stream runs: its progress, and whether it outgrows what was set aside. */
  #watch(meter: StreamMeter): void {
    const { core, id, who, route, asked } = this.#call;
    const now = core.now();
    if (this.#granted.growing && !this.#growing) this.#grow(meter);
    if (now - this.#progressMs < PROGRESS_MS) return;
    this.#progressMs = now;
    const soFar = meter.soFar();
    const { cost } = billOf(core.prices, { ...soFar, billed: true }, asked?.facts, route.match, route.upstream.provider, now);
    core.emit({ kind: 'call-progress', id, at: now, session: who.session, usage: soFar.usage, cost });
  }

  #grow(meter: StreamMeter): void {
    const used = meter.soFar().usage.output ?? 0;
    const { asked, core } = this.#call;
    const { lease, input } = this.#granted;
    // The estimate of a running stream may be too low by its spread: ask for more at half.
    if (!asked || !lease || used < this.#output / 2) return;
    const limit = outputLimit(asked.facts, asked.price.quote) * asked.facts.completions;
    if (this.#output >= limit) return;
    this.#growing = true;
    const next = Math.min(limit, this.#output + GROWTH);
    const before = worstCase(asked.facts, input, asked.price, this.#output).amount;
    const after = worstCase(asked.facts, input, asked.price, next).amount;
    const more = { nanoUsd: Math.max(0, after.nanoUsd - before.nanoUsd), tokens: after.tokens - before.tokens, calls: 0 };
    core.store.extend(lease, more).then(
      (decision) => {
        this.#growing = false;
        if (decision.kind === 'granted') this.#output = next;
        // What is set aside already is still to be used.
        else if (used >= this.#output * 0.8) {
          const detail =
            decision.kind === 'denied'
              ? budgetDetail(decision, more[decision.by[0]?.limit.unit ?? 'nanoUsd'], this.#call.who.session, core.now())
              : { kind: 'unavailable' as const, message: decision.message };
          this.stop(detail);
        }
      },
      (error: unknown) => core.warn(`extend: ${String(error)}`),
    );
  }

  #record(how: Ending): Promise<void> {
    const decoder = this.#decoder;
    if (!decoder || decoder.plain || how !== 'complete') return this.#metered(how, decoder !== undefined);
    return new Promise<boolean>((resolve) => decoder.end(resolve)).then((decoded) => this.#metered(how, decoded));
  }

  #metered(how: Ending, decoded: boolean): Promise<void> {
    const metered = this.#meter ? this.#meter.end(how !== 'complete') : this.#unanswered(how);
    return this.#finish(decoded || !this.#meter ? metered : { ...metered, notes: [...metered.notes, 'the response could not be decoded'] });
  }

  /** Between two attempts the provider has nothing that it could bill. */
  #unanswered(how: Ending): Metered {
    return unanswered(new Error(how), this.#granted, this.#retries?.idle ? undefined : this.#call.asked?.facts);
  }

  async #finish(metered: Metered, more: readonly string[] = []): Promise<void> {
    const { actions } = this.#granted;
    const timing = {
      attempts: this.#attempts,
      status: this.#status,
      endedMs: this.#call.core.now(),
      ...(this.#firstByteMs === undefined ? {} : { firstByteMs: this.#firstByteMs }),
    };
    const warn = (error: unknown): void => this.#call.core.warn(`settle ${this.#call.id}: ${String(error)}`);
    let tell = (): void => {};
    try {
      tell = await settleCall(
        this.#call,
        more.length > 0 ? { ...this.#granted, actions: [...actions, ...more] } : this.#granted,
        metered,
        this.#items,
        timing,
      );
    } catch (error) {
      warn(error);
    }
    // The end of the answer goes out first. Whoever follows the calls is told in the same turn, before anything else can come in.
    process.nextTick(() => {
      try {
        tell();
      } catch (error) {
        warn(error);
      } finally {
        this.#resolve();
      }
    });
  }
}
