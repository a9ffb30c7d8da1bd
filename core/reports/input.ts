/** What every report is made from: the analysed calls with their places. Whoever analysed (command line or server) fills it in. */
import type { AnalyzedCall } from '../analyze.ts';
import type { Config } from '../config.ts';
import type { Finding, Location, Skipped, Span } from '../model.ts';
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

/** One analysed file. */
interface PlacedFile {
  readonly analysis: { readonly calls: readonly AnalyzedCall[]; readonly findings: readonly Finding[] };
  readonly text: string;
  readonly config: ReportConfig;
  /** Where a span of the file stands. */
  readonly placeIn: (span: Span) => ReportPlace;
}

const MOST_OF_A_NAME = 80;

/** The calls and findings of a file as reports take them. */
export function placed({ analysis, text, config, placeIn }: PlacedFile): Pick<ReportInput, 'calls' | 'findings'> {
  const { calls, findings } = analysis;
  const calleeOf = ({ start, end }: Span): string => text.slice(start, end).replace(/\s+/g, '').slice(-MOST_OF_A_NAME);
  const configAt = (call: AnalyzedCall | undefined): ReportConfig => (call?.assumptions ? { ...config, assumptions: call.assumptions } : config);
  return {
    calls: calls.map((call) => ({ call, at: placeIn(call.site.callee), callee: calleeOf(call.site.callee), config: configAt(call) })),
    findings: findings.map((finding) => ({
      finding,
      at: placeIn(finding.span),
      config: configAt(finding.call === undefined ? undefined : calls[finding.call]),
    })),
  };
}
