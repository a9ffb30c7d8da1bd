/** What every report is made from: the analysed calls with their places. Whoever analysed (command line or server) fills it in. */
import type { AnalyzedCall } from '../analyze.ts';
import type { Config } from '../config.ts';
import type { Finding, Location, Skipped } from '../model.ts';
import type { IsoDay } from '../pricing/index.ts';
import type { ReportPlace } from '../protocol/report.ts';

export type ReportConfig = Pick<Config, 'assumptions' | 'prices' | 'tests' | 'observed'>;

export interface PlacedCall {
  readonly call: AnalyzedCall;
  readonly at: ReportPlace;
  /** What is called, as the code has it: `client.messages.create`. */
  readonly callee: string;
  /** Of the folder that holds the call, with what the code says of this call alone. */
  readonly config: ReportConfig;
}

export interface PlacedFinding {
  readonly finding: Finding;
  readonly at: ReportPlace;
  readonly config: ReportConfig;
}

export interface ReportInput {
  readonly calls: readonly PlacedCall[];
  readonly findings: readonly PlacedFinding[];
  /** Files looked at. */
  readonly files: number;
  readonly skipped: readonly Skipped[];
  readonly config: ReportConfig;
  readonly today: IsoDay;
  /** False when the analysis was stopped on the way. */
  readonly complete: boolean;
  /** Where a span of another file stands; undefined where that is not known. */
  readonly placeOf: (at: Location) => ReportPlace | undefined;
}

/** The configuration as it holds at a call, and for what is found there. */
export const configAt = (config: ReportConfig, call: AnalyzedCall | undefined): ReportConfig =>
  call?.assumptions ? { ...config, assumptions: call.assumptions } : config;
