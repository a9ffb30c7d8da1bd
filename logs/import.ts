/** The whole way from the directories of coding agents to sums, with progress. */
import { LogPrices, type LogSource, type LogSums, type PricedCall, sumsOf } from '../core/logs/index.ts';
import type { PriceOverrides } from '../core/pricing/index.ts';
import { findLogs, type LogPlaces } from './files.ts';
import { uniqueCalls } from './read.ts';
import { readLogs } from './threads.ts';

export interface ImportOptions {
  readonly places: LogPlaces;
  readonly sources: ReadonlySet<LogSource>;
  /** Only calls from here on and before; ms. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly prices: PriceOverrides;
  readonly dayOf: (at: number) => string;
  readonly activeSince: number;
  /** 0…1, and what is being read. May take its time: reading waits for it. */
  readonly progress: (share: number, message: string) => void | Promise<void>;
}

export interface ImportedLogs {
  readonly sums: LogSums;
  readonly files: number;
  readonly bytes: number;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** Why calls have no price, by model. */
  readonly unknown: ReadonlyMap<string, string>;
}

/** Never throws for what is in a log; a file that cannot be read is in `skipped`. */
export async function importLogs(options: ImportOptions): Promise<ImportedLogs> {
  const { since = 0, until = Number.POSITIVE_INFINITY, progress } = options;
  const { files, skipped } = findLogs(options.places, options.sources, since);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const counts = `of ${files.length} logs`;
  // Files are taken in order, by whichever thread is free.
  let before = 0;
  const starts = files.map((file) => {
    before += file.bytes;
    return before - file.bytes;
  });
  let passed = 0;
  const results = await readLogs(files, {
    file: (index) => {
      passed = starts[index] ?? 0;
      return progress(bytes === 0 ? 1 : passed / bytes, `${index} ${counts}`);
    },
    bytes: (index, more) => {
      passed += more;
      void progress(Math.min(1, passed / Math.max(1, bytes)) * 0.999, `${index} ${counts}`);
    },
  });
  const read = files.map((file, index) => ({ file, result: results[index] ?? { calls: [] } }));
  const prices = new LogPrices(options.prices);
  const calls = uniqueCalls(read);
  function* priced(): Generator<PricedCall> {
    for (const call of calls) if (call.at >= since && call.at < until) yield prices.price(call);
  }
  const sums = sumsOf(priced(), options);
  const unread = read.flatMap(({ file, result }) => (result.problem === undefined ? [] : [{ path: file.path, reason: result.problem }]));
  await progress(1, `${files.length} ${counts}`);
  return { sums, files: files.length, bytes, skipped: [...skipped, ...unread], unknown: prices.unknown };
}
