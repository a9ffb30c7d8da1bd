/** Runs the rules on one call. */
import type { Config, RuleId } from '../config.ts';
import type { Estimate, RunModel } from '../estimate/index.ts';
import type { LanguageSyntax } from '../frontends/source-unit.ts';
import type { Finding, Severity } from '../model.ts';
import { withCombined } from './combine.ts';
import { rules } from './index.ts';
import type { Observation, Rule, RuleContext } from './rule.ts';

const ORDER: readonly Severity[] = ['off', 'hint', 'info', 'warning', 'error'];
/** The milder of two severities. */
const atMost = (severity: Severity, limit: Severity | undefined): Severity =>
  limit && ORDER.indexOf(limit) < ORDER.indexOf(severity) ? limit : severity;

/** The severity that a rule has in a configuration. */
export const severityOf = (rule: Rule, config: Pick<Config, 'rules'>): Severity => config.rules[rule.id] ?? rule.meta.severity;

export interface CheckInput {
  readonly model: RunModel;
  readonly estimate: Estimate;
  readonly config: Config;
  readonly syntax: LanguageSyntax;
  readonly textOf: (path: string) => string | undefined;
  /** ISO date of the analysis. */
  readonly today: string;
  /** Index of the call in the analysis of its file. */
  readonly index?: number;
  readonly observed?: Observation;
  /** Only these rules; default: all. */
  readonly only?: readonly RuleId[];
}

/** The findings of all rules on one call, most severe first where they stand at the same place. */
export function checkCall(input: CheckInput): readonly Finding[] {
  const { model, estimate, config, syntax, textOf, today, index, observed } = input;
  const { site, quote, cache } = model;
  const context: RuleContext = {
    estimate,
    model,
    quote,
    cache,
    config,
    text: textOf(site.path) ?? '',
    syntax,
    textOf,
    today,
    ...(observed && { observed }),
  };
  const findings: Finding[] = [];
  for (const rule of rules) {
    const configured = severityOf(rule, config);
    if (configured === 'off' || (input.only && !input.only.includes(rule.id))) continue;
    for (const report of rule.call(site, context)) {
      const severity = atMost(configured, report.severity);
      if (severity === 'off') continue;
      findings.push({
        rule: rule.id,
        severity,
        path: site.path,
        span: { start: report.at.start, end: report.at.end },
        message: report.message,
        fixes: report.fixes ?? [],
        related: report.related ?? [],
        ...(report.about ? { about: report.about } : {}),
        ...(report.saving ? { saving: report.saving } : {}),
        ...(index === undefined ? {} : { call: index }),
      });
    }
  }
  return withCombined(findings, estimate.cost?.run);
}

/**
 * Findings of several calls that say the same of one place (a model that many calls name through one constant, a loop with several calls in it) become one: the
 * one that saves the most. Order is kept.
 */
export function distinct(findings: readonly Finding[]): readonly Finding[] {
  const best = new Map<string, Finding>();
  for (const finding of findings) {
    const { path, start, end } = finding.about ?? { path: finding.path, ...finding.span };
    const place = `${finding.rule}:${path}:${start}:${end}`;
    const other = best.get(place);
    if (!other || (finding.saving?.expected ?? 0) > (other.saving?.expected ?? 0)) best.set(place, finding);
  }
  const kept = new Set(best.values());
  return findings.filter((finding) => kept.has(finding));
}
