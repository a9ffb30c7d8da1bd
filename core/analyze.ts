/**
 * The one pipeline: text → SourceUnit → CallSite[] → Estimate[] → Finding[]. A Project holds the files of one workspace root and
 * remembers what each file's analysis read, so that a change re-analyses exactly the files that depend on it.
 */
import { cacheRules } from './cache/index.ts';
import { promptSite } from './calls/prompt-site.ts';
import { sharedNames } from './calls/shared.ts';
import { callSites } from './calls/site.ts';
import type { Config } from './config.ts';
import { averageCall, type Estimate, estimateOf, priceOf, runModel } from './estimate/index.ts';
import type { Frontend, SourceUnit } from './frontends/source-unit.ts';
import type { Host } from './host.ts';
import type { CallSite, Finding, Range, Span } from './model.ts';
import { valueOf } from './model.ts';
import { siteIds } from './observed/index.ts';
import type { PriceQuote } from './pricing/index.ts';
import { Evaluator } from './program/evaluate.ts';
import { createProgram, type Program } from './program/program.ts';
import { isTestPath } from './program/test-paths.ts';
import type { ObservedSite } from './protocol/observed.ts';
import { ruleById } from './rules/index.ts';
import { checkCall, distinct, severityOf } from './rules/run.ts';
import { callMention, conventionOf, endpointMention, handedBy, isSdkModule } from './sdks/registry.ts';
import { reassumed, SiteAssumptions } from './site-assumptions.ts';
import { applyDirectives } from './suppress.ts';
import type { TokenCounter } from './tokens/index.ts';

/** What the gateway saw at a call, beside what was planned: the estimate of the code and its assumptions alone. */
export interface ObservedCall {
  readonly seen: ObservedSite;
  readonly planned: Estimate;
  /** Nano-dollars of one call, on average over those of a run; undefined where the price is not known. */
  readonly plannedCall: Range | undefined;
}

/** A call with what it costs. */
export interface AnalyzedCall {
  /** `src/agent.ts#client.messages.create#0`, relative to the root: it stays the same while lines move. */
  readonly id: string;
  readonly site: CallSite;
  /** Narrowed by what was seen, unless the configuration wants the plan alone. */
  readonly estimate: Estimate;
  /** Undefined where the gateway has not seen the call. */
  readonly observed?: ObservedCall;
  /** What holds for this call, where the code changes it; undefined: those of the configuration. */
  readonly assumptions?: Config['assumptions'];
  /** Undefined when the model or its price is unknown; `estimate.unpriced` says why. */
  readonly quote: PriceQuote | undefined;
}

/** Everything costlint has to say of one file. */
export interface FileAnalysis {
  readonly path: string;
  readonly language: SourceUnit['language'] | undefined;
  /** In source order. */
  readonly calls: readonly AnalyzedCall[];
  /** In source order; suppressed ones are left out. */
  readonly findings: readonly Finding[];
  /** Why the file was not analysed (too large, binary, unreadable, no frontend); undefined when it was. */
  readonly skipped?: string;
  /** Where the parser had to recover. */
  readonly damage: readonly Span[];
  /** Files whose content the analysis depended on, this one and missing ones that were probed included. */
  readonly reads: ReadonlySet<string>;
}

export interface ProjectOptions {
  readonly host: Host;
  /** The workspace root: imports are not followed outside it. Absolute, without a trailing slash. */
  readonly root: string;
  readonly frontends: readonly Frontend[];
  readonly counter: TokenCounter;
  readonly config: Config;
  /** ISO date (YYYY-MM-DD) at which prices are taken. */
  readonly today: string;
  /** What was seen at the call with this id. Asked anew after `configure`. */
  readonly observed?: (id: string) => ObservedSite | undefined;
}

export interface Project {
  /** Tells the project which files exist, so that callers in other files are found. Cheap: nothing is parsed yet. */
  setFiles(paths: Iterable<string>): void;
  /** A file was created, changed or deleted. Returns the files (known to the project) whose analysis is stale now, this one first. */
  changed(path: string): readonly string[];
  /** Memoised until something it read changes. */
  analyze(path: string): FileAnalysis;
  configure(config: Config): void;
}

/** Characters of a file that are analysed at most; more is minified or generated. */
export const MAX_CHARACTERS = 2_000_000;

/** With more files than this added or removed at once (a branch is switched), starting anew is cheaper. */
const MOST_MOVED = 100;

export function createProject(options: ProjectOptions): Project {
  return new WorkspaceProject(options);
}

class WorkspaceProject implements Project {
  private readonly options: ProjectOptions;
  private readonly program: Program;
  private config: Config;
  private readonly analyses = new Map<string, FileAnalysis>();

  constructor(options: ProjectOptions) {
    this.options = options;
    this.config = options.config;
    this.program = createProgram({
      host: options.host,
      root: options.root,
      frontends: options.frontends,
      isSdkModule,
      conventionOf,
      handedBy,
      sharedNames,
      mayCall: callMention,
      endpoint: endpointMention,
      maxCharacters: MAX_CHARACTERS,
    });
  }

  setFiles(paths: Iterable<string>): void {
    const after = new Set(paths);
    const before = this.program.files;
    const moved = [...[...after].filter((p) => !before.has(p)), ...[...before].filter((p) => !after.has(p))];
    // A file that comes or goes concerns those that import it, not the whole workspace.
    if (before.size > 0 && moved.length <= MOST_MOVED) {
      for (const path of moved) this.changed(path);
      return;
    }
    this.program.setFiles(after);
    this.analyses.clear();
  }

  changed(path: string): readonly string[] {
    const touched = this.program.changed(path);
    const stale = [path];
    for (const [known, analysis] of this.analyses) {
      const affected = known === path || touched.some((t) => analysis.reads.has(t));
      if (!affected) continue;
      this.analyses.delete(known);
      if (known !== path) stale.push(known);
    }
    return stale;
  }

  configure(config: Config): void {
    this.config = config;
    this.analyses.clear();
  }

  analyze(path: string): FileAnalysis {
    const seen = this.analyses.get(path);
    if (seen) return seen;
    const reads = new Set<string>([path]);
    const analysis = this.program.tracking(reads, () => this.fresh(path, reads));
    this.analyses.set(path, analysis);
    return analysis;
  }

  private fresh(path: string, reads: Set<string>): FileAnalysis {
    const empty: FileAnalysis = { path, language: undefined, calls: [], findings: [], damage: [], reads };
    const frontend = this.program.frontendOf(path);
    if (!frontend) return { ...empty, skipped: 'no supported language' };
    const text = this.program.read(path);
    if (text === undefined) return { ...empty, language: frontend.id, skipped: 'cannot be read: it does not exist, is not text, or may not be read' };
    if (this.program.isTooLarge(path, text))
      return {
        ...empty,
        language: frontend.id,
        skipped: `too large: ${text.length.toLocaleString('en-US')} characters, at most ${MAX_CHARACTERS.toLocaleString('en-US')} are analysed`,
      };
    if (!this.program.mayHaveCalls(path)) return { ...empty, language: frontend.id };
    const index = this.program.unit(path);
    if (!index) return { ...empty, language: frontend.id, skipped: 'cannot be parsed' };
    const { unit } = index;
    if (unit.problem) return { ...empty, language: unit.language, skipped: unit.problem };
    const evaluator = new Evaluator(this.program);
    const { assumptions } = this.config;
    const context = { evaluator, counter: this.options.counter, assumptions, reads: () => [...reads].filter((r) => !r.includes('\0')) };
    const sites = unit.prompt ? promptSite(unit, this.options.counter, assumptions) : callSites(index, context);
    const ids = siteIds(
      path.slice(this.options.root.length + 1).replace(/:cells\.\w+$/, ''),
      sites.map(({ callee }) => unit.text.slice(callee.start, callee.end)),
    );
    const own = new SiteAssumptions(unit);
    const calls: AnalyzedCall[] = [];
    const findings: Finding[] = [];
    sites.forEach((site, i) => {
      const here = own.at(site, assumptions);
      const { call, found } = this.judge(reassumed(site, assumptions, here), frontend, { index: i, id: ids[i] ?? '', assumptions: here });
      calls.push(call);
      findings.push(...found);
    });
    findings.push(...own.problems());
    const statementOf = (finding: Finding) => (finding.call === undefined ? undefined : sites[finding.call]?.statement);
    const isActive = (rule: string) => {
      const known = ruleById(rule);
      return known !== undefined && severityOf(known, this.config) !== 'off';
    };
    const reported = this.config.tests || !isTestPath(path.slice(this.options.root.length)) ? distinct(findings) : [];
    const left = applyDirectives(reported, unit, statementOf, isActive).findings;
    return { path, language: unit.language, calls, findings: [...left].sort((a, b) => a.span.start - b.span.start), damage: unit.damage, reads };
  }

  private judge(
    site: CallSite,
    frontend: Frontend,
    { index, id, assumptions }: Place,
  ): { readonly call: AnalyzedCall; readonly found: readonly Finding[] } {
    const { counter, today } = this.options;
    const config = assumptions === this.config.assumptions ? this.config : { ...this.config, assumptions };
    const price = priceOf(site, config, today);
    const model = valueOf(site.model);
    const family = model === undefined ? undefined : counter.family(site.provider, model);
    const deps = { price, cache: cacheRules(site.provider, model ?? ''), config, ...(family && { family }) };
    const unpriced = typeof price === 'string' ? price : undefined;
    const plan = runModel(site, deps);
    const planned = estimateOf(plan, unpriced);
    const seen = this.options.observed?.(id);
    const run = seen && config.observed ? runModel(site, { ...deps, observed: seen }) : plan;
    const estimate = run === plan ? planned : estimateOf(run, unpriced);
    const observed = seen && { seen, planned, plannedCall: planned.cost ? averageCall(plan, planned.cost.run) : undefined };
    const textOf = (path: string) => this.program.read(path);
    const found = checkCall({
      model: run,
      estimate,
      config,
      syntax: frontend.syntax,
      textOf,
      today,
      index,
      ...(observed && { observed: { ...observed, plan } }),
    });
    return {
      call: {
        id,
        site,
        estimate,
        quote: typeof price === 'string' ? undefined : price,
        ...(observed && { observed }),
        ...(config === this.config ? {} : { assumptions }),
      },
      found: frontend.encode ? found.map((f) => encoded(f, frontend, textOf)) : found,
    };
  }
}

/** Which call of a file it is. */
interface Place {
  readonly index: number;
  readonly id: string;
  /** As they hold for this call. */
  readonly assumptions: Config['assumptions'];
}

/** Fixes in a file that holds source in another format: the new text is written as that format asks, and a fix over more than one line of it is left out. */
function encoded(finding: Finding, frontend: Frontend, textOf: (path: string) => string | undefined): Finding {
  const fixes = finding.fixes.filter((fix) => fix.edits.every((e) => !(textOf(e.path) ?? '\n').slice(e.start, e.end).includes('\n')));
  return { ...finding, fixes: fixes.map((fix) => ({ ...fix, edits: fix.edits.map((e) => ({ ...e, text: frontend.encode?.(e.text) ?? e.text })) })) };
}
