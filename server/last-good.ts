/**
 * While a line is half typed the parser recovers as it can, and calls around the damage may vanish from its tree. Here each call that the typing
 * did not touch keeps what was said of it when the file last parsed whole, moved along with the text; the touched part gets the fresh answer.
 */
import type { AnalyzedCall, FileAnalysis } from '../core/analyze.ts';
import type { Finding, Span } from '../core/model.ts';
import { type Edit, editBetween, moveSpans, spansIn, touches } from './moving-text.ts';

interface Good {
  readonly text: string;
  readonly analysis: FileAnalysis;
}

export interface LastGood {
  /** Answers for `fresh`, with what earlier analyses of this path still know. Call once for each analysis. */
  readonly merge: (text: string, fresh: FileAnalysis) => FileAnalysis;
  readonly forget: (path?: string) => void;
}

export function createLastGood(): LastGood {
  const good = new Map<string, Good>();
  return {
    merge: (text, fresh) => {
      const before = good.get(fresh.path);
      if (fresh.damage.length === 0 || fresh.skipped !== undefined) {
        good.set(fresh.path, { text, analysis: fresh });
        return fresh;
      }
      if (!before) return fresh;
      const kept = keepUntouched(before.analysis, editBetween(before.text, text));
      good.set(fresh.path, { text, analysis: kept });
      return combine(kept, fresh);
    },
    forget: (path) => (path === undefined ? good.clear() : void good.delete(path)),
  };
}

/** The calls and findings that an edit left alone, where they stand now. */
function keepUntouched(analysis: FileAnalysis, edit: Edit | undefined): FileAnalysis {
  if (!edit) return analysis;
  const untouched = analysis.calls.map((call, index) => !touches(edit, watched(analysis, call, index)));
  const findings = analysis.findings.filter((finding) =>
    finding.call === undefined ? !touches(edit, spansIn(finding, analysis.path)) : untouched[finding.call],
  );
  const place = placeAfter(untouched);
  return {
    ...analysis,
    calls: analysis.calls.filter((_, index) => untouched[index]).map((call) => moveSpans(call, analysis.path, edit)),
    findings: findings.map((finding) => renumber(moveSpans(finding, analysis.path, edit), place)),
  };
}

/** The call's own text and every place in the file that its figures and findings rest on, without the blocks around it. */
function watched(analysis: FileAnalysis, call: AnalyzedCall, index: number): readonly Span[] {
  const own = call.site.span;
  const findings = analysis.findings.filter((finding) => finding.call === index);
  const spans = [...spansIn(call, analysis.path), ...findings.flatMap((finding) => spansIn(finding, analysis.path))];
  return [own, ...spans.filter((span) => !(span.start <= own.start && span.end >= own.end))];
}

const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

function combine(kept: FileAnalysis, fresh: FileAnalysis): FileAnalysis {
  const replaced = fresh.calls.map((call) => kept.calls.some((old) => overlap(old.site.callee, call.site.callee)));
  const calls = [
    ...kept.calls.map((call, index) => ({ call, from: 'kept', index })),
    ...fresh.calls.map((call, index) => ({ call, from: 'fresh', index })).filter(({ index }) => !replaced[index]),
  ].sort((a, b) => a.call.site.span.start - b.call.site.span.start);
  const at = (from: string) => (index: number) => calls.findIndex((each) => each.from === from && each.index === index);
  const known = (finding: Finding): boolean => kept.findings.some((old) => old.rule === finding.rule && overlap(old.span, finding.span));
  const findings = [
    ...kept.findings.map((finding) => renumber(finding, at('kept'))),
    ...fresh.findings
      .filter((finding) => (finding.call === undefined || !replaced[finding.call]) && !known(finding))
      .map((finding) => renumber(finding, at('fresh'))),
  ].sort((a, b) => a.span.start - b.span.start);
  return { ...fresh, calls: calls.map(({ call }) => call), findings };
}

const placeAfter = (untouched: readonly boolean[]) => (index: number) => untouched.slice(0, index).filter(Boolean).length;

const renumber = (finding: Finding, place: (index: number) => number): Finding =>
  finding.call === undefined ? finding : { ...finding, call: place(finding.call) };
