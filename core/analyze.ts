/**
 * The one pipeline: text → SourceUnit → CallSite[] → Estimate[] → Finding[]. A Project holds the files of one workspace root and
 * remembers what each file's analysis read, so that a change re-analyses exactly the files that depend on it.
 */
import { cacheRules } from './cache/index.ts';
import { promptSite } from './calls/prompt-site.ts';
import { sharedNames } from './calls/shared.ts';
import { callSites } from './calls/site.ts';
import type { Config } from './config.ts';
import { type Estimate, estimateOf, priceOf, runModel } from './estimate/index.ts';
import type { Frontend, SourceUnit } from './frontends/source-unit.ts';
import type { Host } from './host.ts';
import type { CallSite, Finding, Span } from './model.ts';
import { valueOf } from './model.ts';
import type { PriceQuote } from './pricing/index.ts';
import { Evaluator } from './program/evaluate.ts';
import { createProgram, type Program } from './program/program.ts';
import { isTestPath } from './program/test-paths.ts';
import { ruleById } from './rules/index.ts';
import { checkCall, distinct, severityOf } from './rules/run.ts';
import { callMention, isSdkModule } from './sdks/registry.ts';
import { applyDirectives } from './suppress.ts';
import type { TokenCounter } from './tokens/index.ts';

/** A call with what it costs. */
export interface AnalyzedCall {
  readonly site: CallSite;
  readonly estimate: Estimate;
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
      sharedNames,
      mayCall: callMention,
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
    const calls: AnalyzedCall[] = [];
    const findings: Finding[] = [];
    sites.forEach((site, i) => {
      const { call, found } = this.judge(site, frontend, i);
      calls.push(call);
      findings.push(...found);
    });
    const statementOf = (finding: Finding) => (finding.call === undefined ? undefined : sites[finding.call]?.statement);
    const isActive = (rule: string) => {
      const known = ruleById(rule);
      return known !== undefined && severityOf(known, this.config) !== 'off';
    };
    const reported = this.config.tests || !isTestPath(path.slice(this.options.root.length)) ? distinct(findings) : [];
    const left = applyDirectives(reported, unit, statementOf, isActive).findings;
    return { path, language: unit.language, calls, findings: [...left].sort((a, b) => a.span.start - b.span.start), damage: unit.damage, reads };
  }

  private judge(site: CallSite, frontend: Frontend, index: number): { readonly call: AnalyzedCall; readonly found: readonly Finding[] } {
    const { counter, today } = this.options;
    const price = priceOf(site, this.config, today);
    const model = valueOf(site.model);
    const family = model === undefined ? undefined : counter.family(site.provider, model);
    const run = runModel(site, { price, cache: cacheRules(site.provider, model ?? ''), config: this.config, ...(family && { family }) });
    const estimate = estimateOf(run, typeof price === 'string' ? price : undefined);
    const textOf = (path: string) => this.program.read(path);
    const found = checkCall({ model: run, estimate, config: this.config, syntax: frontend.syntax, textOf, today, index });
    return {
      call: { site, estimate, quote: typeof price === 'string' ? undefined : price },
      found: frontend.encode ? found.map((f) => encoded(f, frontend, textOf)) : found,
    };
  }
}

/** Fixes in a file that holds source in another format: the new text is written as that format asks, and a fix over more than one line of it is left out. */
function encoded(finding: Finding, frontend: Frontend, textOf: (path: string) => string | undefined): Finding {
  const fixes = finding.fixes.filter((fix) => fix.edits.every((e) => !(textOf(e.path) ?? '\n').slice(e.start, e.end).includes('\n')));
  return { ...finding, fixes: fixes.map((fix) => ({ ...fix, edits: fix.edits.map((e) => ({ ...e, text: frontend.encode?.(e.text) ?? e.text })) })) };
}
