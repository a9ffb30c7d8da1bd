/** What a rule is, and what it is given. A rule is one file, one page in docs/rules, one fixture file, all named like its id. */
import type { CacheRules } from '../cache/index.ts';
import type { Config, RuleId } from '../config.ts';
import type { Estimate, RunModel } from '../estimate/index.ts';
import type { LanguageSyntax } from '../frontends/source-unit.ts';
import type { CallSite, Fix, Location, Range, RelatedPlace, Severity, Span } from '../model.ts';
import type { PriceQuote } from '../pricing/index.ts';
import type { ObservedSite } from '../protocol/observed.ts';

export interface RuleMeta {
  readonly category: 'caching' | 'limits' | 'routing' | 'reliability' | 'estimates';
  readonly severity: Exclude<Severity, 'off'>;
  /** One sentence for tables: what the rule finds. */
  readonly summary: string;
}

/** What a rule reports; the runner adds the rule's id, severity and the path. */
export interface Report {
  readonly message: string;
  /** In the file of the call. */
  readonly at: Span;
  /** What it is about, where several calls share it (a loop with two calls in it): said once. */
  readonly about?: Location;
  /** Nano-dollars a run. */
  readonly saving?: Range;
  readonly fixes?: readonly Fix[];
  readonly related?: readonly RelatedPlace[];
  /** At most this severe, whatever is configured: the finding rests on an assumption, or there is little at stake. */
  readonly severity?: Exclude<Severity, 'off'>;
}

/** What the gateway saw at the call, and what was planned without it. */
export interface Observation {
  readonly seen: ObservedSite;
  readonly planned: Estimate;
  /** What the planned estimate was made from. */
  readonly plan: RunModel;
  /** Nano-dollars of one call, on average over those of a run. */
  readonly plannedCall: Range | undefined;
}

/** Everything that is known about the call beside the call itself. */
export interface RuleContext {
  readonly estimate: Estimate;
  /** What the estimate was made from: for pricing the call as it would be after a change. */
  readonly model: RunModel;
  /** Undefined when the model or its price is unknown. */
  readonly quote: PriceQuote | undefined;
  readonly cache: CacheRules;
  readonly config: Config;
  /** Text of the call's own file, for messages and edits. */
  readonly text: string;
  readonly syntax: LanguageSyntax;
  /** Text of another file that the call was derived from. */
  readonly textOf: (path: string) => string | undefined;
  /** ISO date (YYYY-MM-DD) of the analysis: for retirements and price changes. */
  readonly today: string;
  /** Undefined where the gateway has not seen the call. */
  readonly observed?: Observation;
}

export interface Rule<M extends Readonly<Record<string, string>> = Readonly<Record<string, string>>> {
  readonly id: RuleId;
  readonly meta: RuleMeta;
  /** Templates with `{{name}}` holes: what is wrong, what it costs, what to do. */
  readonly messages: M;
  /** Called once for each call site. Yields nothing when it cannot know. */
  readonly call: (site: CallSite, context: RuleContext) => Iterable<Report>;
}

export const defineRule = <const M extends Readonly<Record<string, string>>>(rule: Rule<M>): Rule<M> => rule;

/** Fills the `{{name}}` holes of a message. */
export const fill = (template: string, values: Readonly<Record<string, string | number>>): string =>
  template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? `{{${name}}}`));
