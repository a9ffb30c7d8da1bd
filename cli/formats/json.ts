/** `--format json`: the contract in docs/cli.md. Others build on it: fields are added, never changed or removed, within one version. */
import type { AnalyzedCall } from '../../core/analyze.ts';
import { whyNoCost } from '../../core/estimate/index.ts';
import type { Finding, Known, LoopContext } from '../../core/model.ts';
import type { AnalyzedFile, WorkspaceAnalysis } from '../analyze-workspace.ts';
import { type UsdRange, usdRange } from './usd.ts';

export interface JsonCall {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly language: string;
  readonly sdk: string;
  readonly api: string;
  readonly model: { readonly value: string; readonly via: string } | { readonly value: null; readonly why: string };
  /** Tokens; null where the code does not show it. */
  readonly maxOutputTokens: number | null;
  /** Tokens of one call. */
  readonly inputTokens: { readonly low: number; readonly expected: number; readonly high: number; readonly static: number };
  /** USD. */
  readonly cost: { readonly call: UsdRange; readonly run: UsdRange; readonly month: UsdRange } | null;
  /** Why `cost` is null. */
  readonly unpriced?: string;
  /** `bound`: model calls in one run; `"none"` where nothing ends the loop but the model; null where it cannot be told. */
  readonly loop: { readonly kind: string; readonly bound: number | 'none' | null };
}

export interface JsonFinding {
  readonly rule: string;
  readonly severity: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly message: string;
  /** USD a run; null where it cannot be told. */
  readonly saving: UsdRange | null;
  readonly fixes: readonly { readonly title: string; readonly safety: string }[];
}

export interface JsonCheck {
  readonly version: 1;
  readonly calls: readonly JsonCall[];
  readonly findings: readonly JsonFinding[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

export function toJson({ files, skipped }: WorkspaceAnalysis): JsonCheck {
  return {
    version: 1,
    calls: files.flatMap((file) => file.calls.map((call) => callOf(file, call))),
    findings: files.flatMap((file) => file.findings.map((finding) => findingOf(file, finding))),
    skipped,
  };
}

function callOf(file: AnalyzedFile, { site, estimate }: AnalyzedCall): JsonCall {
  const { line, column, endLine } = file.positions.place(site.span);
  const { low, expected, high } = estimate.inputTokens;
  return {
    path: file.path,
    line,
    column,
    endLine,
    language: site.language,
    sdk: site.sdk,
    api: site.api,
    model: site.model.kind === 'known' ? { value: site.model.value, via: site.model.via } : { value: null, why: site.model.why },
    maxOutputTokens: numberOf(site.maxOutputTokens),
    inputTokens: { low, expected, high, static: estimate.inputTokens.static },
    cost: estimate.cost && { call: usdRange(estimate.cost.call), run: usdRange(estimate.cost.run), month: usdRange(estimate.cost.month) },
    ...(estimate.cost === null && { unpriced: whyNoCost({ site, estimate }) }),
    loop: { kind: site.loop.kind, bound: boundOf(site.loop.bound) },
  };
}

const numberOf = (value: Known<number>): number | null => (value.kind === 'known' && Number.isFinite(value.value) ? value.value : null);

const boundOf = (bound: LoopContext['bound']): number | 'none' | null => {
  if (bound.kind === 'none' || (bound.kind === 'known' && bound.value === Number.POSITIVE_INFINITY)) return 'none';
  return bound.kind === 'known' ? numberOf(bound) : null;
};

function findingOf(file: AnalyzedFile, { rule, severity, span, message, saving, fixes }: Finding): JsonFinding {
  return {
    rule,
    severity,
    path: file.path,
    ...file.positions.place(span),
    message,
    saving: saving ? usdRange(saving) : null,
    fixes: fixes.map(({ title, safety }) => ({ title, safety })),
  };
}
