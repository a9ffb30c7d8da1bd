/**
 * An analysis small enough to see through, for tests of what the server does with any analysis. It knows `ask(model, text, limit)`: a call that
 * costs a cent, with a finding unless a limit stands there. An odd number of `{`/`}` is damage that swallows everything behind the last one.
 */
import type { FileAnalysis, Project, ProjectOptions } from '../../core/analyze.ts';
import { type CallSite, type Finding, known, type Span, unknown } from '../../core/model.ts';
import type { Engine } from '../../server/deps.ts';
import { site } from '../call-site.ts';

const CENT = 10_000_000;
const range = (n: number) => ({ low: n, expected: 2 * n, high: 5 * n });
const ASK = /ask\(("[^"]*"|\w+), ([^,)\n]*)(?:, (\d+))?\)/g;

function siteOf(path: string, match: RegExpExecArray): CallSite {
  const span = { start: match.index, end: match.index + match[0].length };
  const model = match[1] ?? '';
  const modelSpan = { path, start: span.start + 4, end: span.start + 4 + model.length };
  const textStart = modelSpan.end + 2;
  const segment = {
    role: 'user',
    item: 0,
    at: { path, start: textStart, end: textStart + (match[2] ?? '').length },
    text: unknown('dynamic'),
    tokens: range(100),
    stability: 'per-call',
  } as const;
  return site({
    path,
    language: 'typescript',
    span,
    callee: { start: span.start, end: span.start + 3 },
    statement: span,
    sdk: 'fake',
    api: 'ask',
    model: model.startsWith('"') ? known(model.slice(1, -1), modelSpan) : unknown('dynamic', modelSpan),
    segments: [segment],
    maxOutputTokens: match[3] ? known(Number(match[3]), { path, ...span }) : unknown('absent'),
    omittedCap: 'model-maximum',
    names: {},
    reads: [path],
  });
}

function findingOf(at: CallSite, call: number): Finding[] {
  if (at.maxOutputTokens.kind === 'known') return [];
  const end = { path: at.path, start: at.span.end - 1, end: at.span.end - 1 };
  return [
    {
      rule: 'no-output-cap',
      severity: 'warning',
      path: at.path,
      span: at.callee,
      message: 'no cap',
      fixes: [
        { title: 'Set a cap of 9', safety: 'safe', edits: [{ ...end, text: ', 9' }] },
        { title: 'Think about it', safety: 'review', edits: [{ ...end, text: ', 99' }] },
      ],
      related: [{ ...at.segments[0]!.at, message: 'what is asked' }],
      call,
    },
  ];
}

function damageOf(text: string): readonly Span[] {
  const braces = [...text.matchAll(/[{}]/g)];
  return braces.length % 2 === 0 ? [] : [{ start: braces.at(-1)!.index, end: text.length }];
}

export function fakeAnalysis(path: string, text: string): FileAnalysis {
  const damage = damageOf(text);
  const seen = text.slice(0, damage[0]?.start ?? text.length);
  const sites = [...seen.matchAll(ASK)].map((match) => siteOf(path, match));
  const calls = sites.map((found, index) => ({
    id: `${path}#${index}`,
    site: found,
    quote: undefined,
    estimate: {
      inputTokens: { ...range(100), static: 0 },
      outputTokens: range(10),
      cost: found.model.kind === 'known' ? { call: range(CENT), run: range(CENT), month: range(100 * CENT) } : null,
      growth: [],
      cache: { stablePrefix: 0, reachablePrefix: 0, total: 200, active: false, hitRate: 0, reachableHitRate: 0 },
      assumptions: [],
    },
  }));
  return { path, language: 'typescript', calls, findings: sites.flatMap(findingOf), damage, reads: new Set([path]) };
}

/** Counts what was analysed, so that tests see what was not done again. */
export interface FakeProject extends Project {
  readonly options: ProjectOptions;
  readonly analyzed: string[];
}

export function fakeEngine(): { readonly engine: () => Promise<Engine>; readonly projects: FakeProject[] } {
  const projects: FakeProject[] = [];
  const createProject = (options: ProjectOptions): Project => {
    const memo = new Map<string, FileAnalysis>();
    const analyzed: string[] = [];
    let config = options.config;
    const project: FakeProject = {
      options,
      analyzed,
      setFiles: () => undefined,
      changed: (path) => (memo.delete(path) ? [path] : []),
      configure: (next) => {
        config = next;
        memo.clear();
      },
      analyze: (path) => {
        const known = memo.get(path);
        if (known) return known;
        analyzed.push(path);
        const text = options.host.read(path);
        if (text?.includes('BOOM')) throw new Error('boom');
        const whole = text === undefined ? { ...fakeAnalysis(path, ''), skipped: 'cannot be read' } : fakeAnalysis(path, text);
        const severity = config.rules['no-output-cap'];
        const findings = severity === 'off' ? [] : whole.findings.map((finding) => ({ ...finding, severity: severity ?? finding.severity }));
        memo.set(path, { ...whole, findings });
        return memo.get(path)!;
      },
    };
    projects.push(project);
    return project;
  };
  const syntax = { lineComment: '//', option: (name: string, value: string) => `${name}: ${value}`, true: 'true', null: 'null' };
  const parse = (): never => {
    throw new Error('not used');
  };
  const typescript = { id: 'typescript', languageIds: ['typescript', 'typescriptreact'], extensions: ['.ts', '.tsx'], syntax, parse } as const;
  const python = { id: 'python', languageIds: ['python'], extensions: ['.py'], syntax: { ...syntax, lineComment: '#' }, parse } as const;
  const frontends = [typescript, python];
  const engine: Engine = {
    createProject,
    frontends,
    frontendFor: (path) => frontends.find((frontend) => frontend.extensions.some((extension) => path.endsWith(extension))),
    counter: { family: parse, countText: parse, countRequest: parse },
    models: () => [
      { id: 'claude-a', provider: 'anthropic', price: '$3 in, $15 out per MTok', note: '', retired: false, listed: true },
      { id: 'claude-old', provider: 'anthropic', price: '$9 in, $45 out per MTok', note: '', retired: true, listed: true },
      { id: 'gpt-b', provider: 'openai', price: '$1 in, $2 out per MTok', note: '', retired: false, listed: true },
    ],
  };
  return { engine: async () => engine, projects };
}
