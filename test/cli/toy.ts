/**
 * A toy analysis for tests of the command line alone: in its language `CALL(model)` is a call that costs, `BAD` is a finding with a safe fix
 * (to `GOOD`), `RISKY` one that a person must review, `LOOP` one whose safe fix brings itself back.
 */

import { type OptionTable, parseArguments } from '../../cli/args.ts';
import { COMMANDS } from '../../cli/commands.ts';
import type { Terminal } from '../../cli/terminal.ts';
import type { Open } from '../../cli/workspace-options.ts';
import type { AnalyzedCall, FileAnalysis, Project } from '../../core/analyze.ts';
import { configSchema } from '../../core/config.ts';
import { type Finding, known, type Span, unknown } from '../../core/model.ts';
import { loadConfig } from '../../workspace/config-file.ts';
import { discover } from '../../workspace/discover.ts';
import { nodeHost } from '../../workspace/node-host.ts';
import { ConfigError, type WorkspaceOptions } from '../../workspace/project.ts';
import { site } from '../call-site.ts';

const MILLION = 1_000_000;
const flat = (value: number) => ({ low: value, expected: value * 2, high: value * 3 });

export const openToy: Open = async (root: string, options: WorkspaceOptions) => {
  const loaded = loadConfig(root);
  if (loaded.problems.length > 0) throw new ConfigError(loaded.problems);
  const config = options.adjust?.(loaded.config) ?? configSchema.parse({});
  const host = nodeHost(root);
  const accepts = (path: string): boolean => /\.(ts|py|ipynb)$/.test(path);
  const found = (options.directories ?? []).map((start) => discover(root, config, accepts, { start }));
  const targets = [...(options.files ?? []), ...found.flatMap(({ files }) => files)];
  const project: Project = {
    setFiles: () => {},
    changed: (path) => [path],
    configure: () => {},
    analyze: (path) => analyze(path, host.read(path)),
  };
  return { root, config, configPath: loaded.path, host, project, targets, skipped: found.flatMap(({ skipped }) => skipped), leftOut: [] };
};

function analyze(path: string, text: string | undefined): FileAnalysis {
  const base = { path, language: 'typescript', damage: [], reads: new Set([path]) } as const;
  if (text === undefined) return { ...base, calls: [], findings: [], skipped: 'unreadable' };
  if (text.includes('CRASH')) throw new Error('toy crash');
  return {
    ...base,
    calls: [...text.matchAll(/CALL\((.*?)\)/g)].map((match) => callAt(path, spanOf(match), match[1] ?? '')),
    findings: findingsIn(path, text),
  };
}

const spanOf = (match: RegExpExecArray): Span => ({ start: match.index, end: match.index + match[0].length });

function findingsIn(path: string, text: string): Finding[] {
  return [...text.matchAll(/BAD|RISKY|LOOP/g)].map((match) => {
    const span = spanOf(match);
    const safety = match[0] === 'RISKY' ? 'review' : 'safe';
    const replacement = match[0] === 'BAD' ? 'GOOD\n' : match[0];
    return {
      rule: 'no-output-cap',
      severity: match[0] === 'LOOP' ? 'info' : 'warning',
      path,
      span,
      message: `${match[0]} | is\n  dear`,
      saving: flat(MILLION),
      fixes: [{ title: `Replace ${match[0]}`, safety, edits: [{ path, ...span, text: match[0] === 'LOOP' ? 'LOOP ' : replacement }] }],
      related: [{ path, start: 0, end: 1, message: 'see here' }],
      call: 0,
    };
  });
}

function callAt(path: string, span: Span, model: string): AnalyzedCall {
  return {
    id: `${path}#${span.start}`,
    site: site({
      path,
      language: 'typescript',
      span,
      callee: span,
      model: model === '' ? unknown('dynamic') : known(model, { path, ...span }),
      maxOutputTokens: unknown('absent'),
      loop: { kind: 'loop', bound: { kind: 'none' }, grows: true },
    }),
    estimate: {
      inputTokens: { ...flat(100), static: 50 },
      cost: model === '' ? null : { call: flat(MILLION), run: flat(10 * MILLION), month: flat(30_000 * MILLION) },
      unpriced: model === '' ? 'the model is chosen at run time' : undefined,
      outputTokens: flat(10),
      growth: [],
      cache: { stablePrefix: 0, reachablePrefix: 0, total: 200, active: false, hitRate: 0, reachableHitRate: 0 },
      assumptions: [{ setting: 'outputTokens', value: 500, unit: 'tokens', text: '500 completion tokens a call', source: 'docs/assumptions.md' }],
    },
    quote: undefined,
  };
}

export interface Capture {
  readonly terminal: Terminal;
  readonly out: () => string;
  readonly err: () => string;
}

/** A terminal that remembers what was written to it. */
export function capture(
  cwd: string,
  options: { readonly env?: Terminal['env']; readonly isTerminal?: boolean; readonly input?: string } = {},
): Capture {
  const written = { out: '', err: '' };
  const output = (name: 'out' | 'err') => ({
    write: (text: string) => {
      written[name] += text;
    },
    isTerminal: options.isTerminal ?? false,
    columns: 100,
  });
  const input = async function* (): AsyncGenerator<string> {
    yield options.input ?? '';
  };
  return { terminal: { cwd, env: options.env ?? {}, out: output('out'), err: output('err'), input }, out: () => written.out, err: () => written.err };
}

/** Arguments as the command of this name reads them. */
export function argumentsOf(name: string, ...args: readonly string[]): ReturnType<typeof parseArguments> {
  const table: OptionTable = COMMANDS.find((command) => command.name === name)?.options ?? {};
  return parseArguments(args, table);
}
