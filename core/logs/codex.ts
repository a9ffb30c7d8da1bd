/**
 * Codex: `sessions/…/rollout-*.jsonl`. A `token_count` event follows each answer with the tokens of that answer (`last_token_usage`) and of the session so
 * far (`total_token_usage`); events that repeat the same total are repeats. A forked session begins with a copy of its parent's events.
 */
import type { BillableUsage } from '../pricing/index.ts';
import { isRecord, type Json, named, record, tokens } from '../wire/json.ts';
import { usageOf } from '../wire/metered.ts';
import { parsedLine, timeOf } from './json-line.ts';
import type { LineReader, LogCall } from './types.ts';

export interface CodexReader extends LineReader {
  /** Known once the lines are read. */
  readonly session: () => { readonly id: string; readonly forkedFrom: string | undefined };
}

interface Counts {
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
}

const countsOf = (value: Json): Counts => ({
  input: tokens(value.input_tokens),
  cached: tokens(value.cached_input_tokens ?? value.cache_read_input_tokens),
  written: tokens(value.cache_write_input_tokens ?? value.cache_creation_input_tokens),
  output: tokens(value.output_tokens),
});

const same = (a: Counts | undefined, b: Counts): boolean =>
  a !== undefined && a.input === b.input && a.cached === b.cached && a.written === b.written && a.output === b.output;

const less = (a: Counts, b: Counts | undefined): Counts => ({
  input: Math.max(0, a.input - (b?.input ?? 0)),
  cached: Math.max(0, a.cached - (b?.cached ?? 0)),
  written: Math.max(0, a.written - (b?.written ?? 0)),
  output: Math.max(0, a.output - (b?.output ?? 0)),
});

/** Input holds what was read from and written to the cache; output holds the reasoning. */
const billable = ({ input, cached, written, output }: Counts): BillableUsage => {
  const read = Math.min(cached, input);
  const write = Math.min(written, input - read);
  return usageOf({ uncachedInput: input - read - write, cacheRead: read, cacheWrite30m: write, output });
};

export function codexReader(fallbackSession: string): CodexReader {
  let session = fallbackSession;
  let forkedFrom: string | undefined;
  let seenMeta = false;
  let directory: string | undefined;
  let model: string | undefined;
  let serviceTier: string | undefined;
  let total: Counts | undefined;

  const meta = (payload: Json): void => {
    // A fork repeats the metadata of its parent behind its own.
    if (seenMeta) return;
    seenMeta = true;
    session = named(payload.id) ?? session;
    forkedFrom = named(payload.forked_from_id) ?? named(payload.forked_from);
    directory = named(payload.cwd);
  };

  const counted = (payload: Json, at: number): LogCall[] => {
    const info = record(payload.info);
    const now = isRecord(info.total_token_usage) ? countsOf(info.total_token_usage) : undefined;
    const repeats = now !== undefined && same(total, now);
    const last = isRecord(info.last_token_usage) && !repeats ? countsOf(info.last_token_usage) : now && less(now, total);
    total = now ?? total;
    if (!last || last.input + last.output + last.cached + last.written === 0) return [];
    const own = named(payload.model) ?? named(info.model) ?? named(info.model_name);
    if (own) model = own;
    return [
      {
        source: 'codex',
        session,
        at,
        provider: 'openai',
        bill: { model, usage: billable(last) },
        parts: [],
        serviceTier,
        side: false,
        directory,
      },
    ];
  };

  const line = (json: string): readonly LogCall[] => {
    const entry = parsedLine(json);
    const payload = record(entry.payload);
    if (entry.type === 'session_meta') meta(payload);
    else if (entry.type === 'turn_context') {
      model = named(payload.model) ?? model;
      directory ??= named(payload.cwd);
    } else if (entry.type === 'event_msg' && payload.type === 'thread_settings_applied') {
      const tier = named(record(payload.thread_settings).service_tier);
      if (tier) serviceTier = tier === 'fast' || tier === 'priority' ? 'priority' : undefined;
    } else if (entry.type === 'event_msg' && payload.type === 'token_count') {
      const at = timeOf(entry.timestamp);
      if (at !== undefined) return counted(payload, at);
    }
    return [];
  };

  return {
    needles: ['"token_count"', '"turn_context"', '"session_meta"', '"thread_settings_applied"'],
    skip: { has: '"type":"response_item"', before: '"payload":' },
    line,
    session: () => ({ id: session, forkedFrom }),
  };
}

/** Events of a fork that follow one another this quickly were copied, not made. ms. */
const COPIED_WITHIN = 1000;

const likeEach = (a: LogCall | undefined, b: LogCall | undefined): boolean =>
  a !== undefined && b !== undefined && JSON.stringify(a.bill.usage) === JSON.stringify(b.bill.usage);

/** The calls that a fork made itself. `parent`: the calls in the log of the session it was forked from; undefined where that is not there. */
export function withoutCopied(calls: readonly LogCall[], parent: readonly LogCall[] | undefined): readonly LogCall[] {
  let copied = 0;
  while (parent && copied < calls.length && likeEach(calls[copied], parent[copied])) copied++;
  if (copied > 0) return calls.slice(copied);
  const close = (i: number): boolean => {
    const [a, b] = [calls[i - 1], calls[i]];
    return a !== undefined && b !== undefined && b.at - a.at >= 0 && b.at - a.at <= COPIED_WITHIN;
  };
  if (!close(1)) return calls;
  let end = 1;
  while (close(end)) end++;
  return calls.slice(end);
}
