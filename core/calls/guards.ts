/** Ceilings in money or tokens that stand around a call: framework limits, litellm budgets, spend checks, a metering gateway. */
import type { Expr, Fn } from '../frontends/source-unit.ts';
import type { BudgetGuard, Span } from '../model.ts';
import { functionOf } from '../program/frames.ts';
import { oncePer } from '../program/memo.ts';
import type { Value } from '../program/values.ts';
import { dotted, visitBlock, visitExpr } from '../program/visit.ts';
import type { Fields } from '../sdks/sdk.ts';
import type { Level } from './levels.ts';
import { isGiven, locate, type Subject } from './locate.ts';

const MONEY = /(cost|spend|spent|budget|usd|dollar|price|credit|billing|quota)/i;
const TOKENS =
  /(token_?(limit|budget|count|usage|used)|total_?tokens|tokens_?(used|left|remaining|total|consumed)|max_total_tokens|context_?(limit|window|length)|usage_limit)/i;

export function guardsOf(subject: Subject, fields: Fields, levels: readonly Level[]): readonly BudgetGuard[] {
  const guards: BudgetGuard[] = [];
  for (const [where, kind] of [
    [fields.moneyBudget, 'money'],
    [fields.tokenBudget, 'tokens'],
  ] as const) {
    const value = locate(subject, where);
    if (value && isGiven(value) && !isInfinite(value))
      guards.push({ kind, name: typeof where === 'string' ? where : (where?.[0] ?? ''), at: value.at });
  }
  const url = locate(subject, fields.baseUrl);
  if (url && isGateway(url)) guards.push({ kind: 'gateway', name: 'base URL', at: url.at });
  for (const { info, env } of levels) {
    const fn = functionOf(info.frame)?.fn;
    for (const check of fn ? checksIn(fn) : []) guards.push({ kind: check.kind, name: check.name, at: subject.evaluator.at(check, env) });
  }
  const file = fileWide(subject);
  if (file) guards.push(file);
  return guards;
}

const isInfinite = (value: Value): boolean => value.kind === 'const' && typeof value.value === 'number' && !Number.isFinite(value.value);

/** A base URL that names a metering gateway. */
function isGateway(value: Value): boolean {
  let text = '';
  if (value.kind === 'const') text = String(value.value);
  else if (value.kind === 'text') text = value.parts.map((p) => (p.kind === 'const' ? String(p.value) : '')).join('');
  else if (value.kind === 'unknown') text = value.cause?.text ?? '';
  return /costlint|litellm|portkey|helicone|gateway\.ai\.cloudflare/i.test(text);
}

type Check = Span & Pick<BudgetGuard, 'kind' | 'name'>;

/** Comparisons of spend with a limit in a function, in conditions. Every billed call in the function asks. */
const checksIn = oncePer((fn: Fn): readonly Check[] => {
  const found: Check[] = [];
  const test = (expr: Expr | undefined): void => {
    if (!expr || found.length > 0) return;
    visitExpr(expr, {
      functions: false,
      expr: (e) => {
        if (e.kind !== 'binary' || !/^(<|<=|>|>=)$/.test(e.op)) return true;
        const names = `${namesOf(e.left)} ${namesOf(e.right)}`;
        const kind = TOKENS.test(names) ? 'tokens' : MONEY.test(names) ? 'money' : undefined;
        if (kind) found.push({ kind, name: names.trim(), start: e.start, end: e.end });
        return !kind;
      },
    });
  };
  visitBlock(fn.body, {
    stmt: (s) => {
      if (s.kind === 'if') for (const branch of s.branches) test(branch.test);
      if (s.kind === 'loop') test(s.test);
      if (
        s.kind === 'expr' &&
        s.value.kind === 'call' &&
        /(check|enforce|assert|ensure|verify|charge|reserve)_?\w*(budget|cost|spend|quota|credit|limit)/i.test(dotted(s.value.callee) ?? '')
      ) {
        found.push({ kind: 'money', name: dotted(s.value.callee) ?? '', start: s.start, end: s.end });
      }
      return found.length === 0;
    },
    expr: (e) => {
      if (
        e.kind === 'call' &&
        /(check|enforce|assert|ensure|within|has|exceeds|over)_?\w*(budget|cost|spend|quota|credit)/i.test(dotted(e.callee) ?? '')
      ) {
        found.push({ kind: 'money', name: dotted(e.callee) ?? '', start: e.start, end: e.end });
      }
      return found.length === 0;
    },
  });
  return found;
});

function namesOf(expr: Expr): string {
  const names: string[] = [];
  visitExpr(expr, {
    expr: (e) => {
      if (e.kind === 'name' || e.kind === 'member') names.push(e.name);
      return true;
    },
  });
  return names.join(' ');
}

/** `litellm.max_budget = 10` or a BudgetManager, set for the whole file. */
function fileWide(subject: Subject): BudgetGuard | undefined {
  const { index } = subject.made.env;
  const at = subject.evaluator;
  for (const root of ['litellm', 'self.litellm', 'this.litellm']) {
    const m = index.mutations.get(root)?.find((x) => x.kind === 'set' && x.key === 'max_budget');
    if (m) return { kind: 'money', name: 'litellm.max_budget', at: at.at(m.span, subject.made.env) };
  }
  const manager = index.callsByName.get('BudgetManager')?.[0];
  return manager ? { kind: 'money', name: 'BudgetManager', at: at.at(manager.call, subject.made.env) } : undefined;
}
