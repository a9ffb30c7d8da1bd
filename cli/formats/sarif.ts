/** `--format sarif`: SARIF 2.1.0, as code scanning services take it. */
import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { ArtifactLocation, Log, Notification, Region, ReportingDescriptor, Result, Fix as SarifFix } from 'sarif';
import type { Finding, Fix, Severity, Span } from '../../core/model.ts';
import { relativeTo } from '../../workspace/paths.ts';
import type { AnalyzedFile, WorkspaceAnalysis } from '../analyze-workspace.ts';
import type { Positions } from '../positions.ts';
import type { RuleInfo } from './rule-info.ts';
import { usdRange } from './usd.ts';

const BASE = 'SRCROOT';
const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note' | 'none'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
  off: 'none',
};

export interface SarifTool {
  readonly version: string;
  readonly rules: readonly RuleInfo[];
}

export interface SarifChoice {
  /** Which findings become results; all of them when left out. Fingerprints are those that the whole would have. */
  readonly only?: (finding: Finding) => boolean;
  /** How the results stand to an earlier state. */
  readonly baselineState?: Result['baselineState'];
}

/** The log as plain data; `JSON.stringify` makes the file. */
export function toSarif(analysis: WorkspaceAnalysis, { version, rules }: SarifTool, { only, baselineState }: SarifChoice = {}): Log {
  const seen = new Map<string, number>();
  const resultsOf = (file: AnalyzedFile): Result[] =>
    file.findings.flatMap((finding) => {
      const made = result(analysis, file, finding, rules, seen);
      return only && !only(finding) ? [] : [{ ...made, ...(baselineState && { baselineState }) }];
    });
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'costlint', semanticVersion: version, rules: rules.map(descriptor) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [BASE]: { uri: `${pathToFileURL(analysis.base).href.replace(/\/$/, '')}/` } },
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: analysis.skipped.map(notification) }],
        results: analysis.files.flatMap(resultsOf),
      },
    ],
  };
}

const descriptor = ({ id, summary, category, severity }: RuleInfo): ReportingDescriptor => ({
  id,
  shortDescription: { text: summary },
  help: { text: `${summary} See docs/rules/${id}.md.` },
  defaultConfiguration: { level: LEVELS[severity] },
  properties: { tags: ['cost', category] },
});

const notification = ({ path, reason }: { path: string; reason: string }): Notification => ({
  level: 'warning',
  message: { text: `not analysed: ${reason}` },
  locations: [{ physicalLocation: { artifactLocation: artifact(path) } }],
});

function result(analysis: WorkspaceAnalysis, file: AnalyzedFile, finding: Finding, rules: readonly RuleInfo[], seen: Map<string, number>): Result {
  const ruleIndex = rules.findIndex(({ id }) => id === finding.rule);
  const { related } = finding;
  return {
    ruleId: finding.rule,
    ...(ruleIndex >= 0 && { ruleIndex }),
    level: LEVELS[finding.severity],
    message: { text: finding.message },
    locations: [{ physicalLocation: { artifactLocation: artifact(file.path), region: region(file.positions, finding.span) } }],
    ...(related.length > 0 && {
      relatedLocations: related.map((place, id) => ({
        id,
        message: { text: place.message },
        physicalLocation: {
          artifactLocation: artifact(relativeTo(analysis.base, place.path)),
          region: region(analysis.positionsOf(place.path), place),
        },
      })),
    }),
    partialFingerprints: { 'costlint/v1': fingerprint(file, finding, seen) },
    ...(finding.fixes.length > 0 && { fixes: finding.fixes.map((fix) => fixOf(analysis, fix)) }),
    ...(finding.saving && { properties: { savingUsdPerRun: usdRange(finding.saving) } }),
  };
}

/** A path that lies outside the base stays absolute, as a file URI. */
const artifact = (path: string): ArtifactLocation =>
  /^(\/|[A-Za-z]:\/)/.test(path)
    ? { uri: pathToFileURL(path).href }
    : { uri: encodeURI(path).replaceAll('#', '%23').replaceAll('?', '%3F'), uriBaseId: BASE };

function region(positions: Positions, span: Span): Region {
  const { line, column, endLine, endColumn } = positions.place(span);
  return { startLine: line, startColumn: column, endLine, endColumn };
}

/** The same finding keeps its fingerprint when lines above it come and go: rule, path, text of the line, and which of several alike. */
function fingerprint(file: AnalyzedFile, finding: Finding, seen: Map<string, number>): string {
  const line = file.positions.line(file.positions.place(finding.span).line).trim();
  const key = [finding.rule, file.path, line].join('\0');
  const nth = seen.get(key) ?? 0;
  seen.set(key, nth + 1);
  return createHash('sha256').update(`${key}\0${nth}`).digest('hex').slice(0, 32);
}

function fixOf(analysis: WorkspaceAnalysis, fix: Fix): SarifFix {
  const paths = [...new Set(fix.edits.map(({ path }) => path))];
  return {
    description: { text: `${fix.title} (${fix.safety === 'safe' ? 'keeps the behaviour' : 'review'})` },
    artifactChanges: paths.map((path) => ({
      artifactLocation: artifact(relativeTo(analysis.base, path)),
      replacements: fix.edits
        .filter((edit) => edit.path === path)
        .map((edit) => ({ deletedRegion: region(analysis.positionsOf(path), edit), insertedContent: { text: edit.text } })),
    })),
  };
}
