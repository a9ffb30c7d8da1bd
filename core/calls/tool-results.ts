/** How long the results of tools are, where their code shows it: demos and small helpers return a number or a fixed text. */
import type { Expr, Fn } from '../frontends/source-unit.ts';
import type { Range } from '../model.ts';
import type { Evaluator } from '../program/evaluate.ts';
import type { Value } from '../program/values.ts';
import { dotted, leafName, someExpr } from '../program/visit.ts';

/** Functions that fetch nothing: what is built with them alone is about as long as the code that builds it. */
const PLAIN =
  /^(str|int|float|bool|len|range|round|abs|min|max|sum|sorted|set|list|dict|tuple|isinstance|enumerate|zip|any|all|print|log|warn|debug|info|join|append|add|push|format|upper|lower|title|strip|trim|startswith|endswith|startsWith|endsWith|includes|split|replace|toLowerCase|toUpperCase|toFixed|toString|String|Number|get|keys|values|items|randint|choice|random|floor|ceil|sqrt|pow|isclose|Error|ValueError|TypeError|KeyError|Exception|sleep|setTimeout|stringify|dumps|map|filter|now|strftime|isoformat|toISOString|Date)$/;
/** A longer text is not seen at a glance, characters of code. */
const SHORT = 600;
const SCALAR = /^(int|float|bool|number|boolean|None|null)$/;

/** Tokens of one result of any of these tools; undefined as soon as one of them may return anything. */
export function resultTokens(evaluator: Evaluator, tools: Value | undefined): Range | undefined {
  if (tools?.kind !== 'array' || tools.items.length === 0) return undefined;
  let longest = 0;
  for (const { value, many } of tools.items) {
    const size = many ? undefined : sizeOf(evaluator, value);
    if (size === undefined) return undefined;
    longest = Math.max(longest, size);
  }
  return { low: 5, expected: 10 + Math.ceil(longest / 4), high: 20 + Math.ceil(longest / 2) };
}

/** The longest return of a tool's function, characters of code. */
function sizeOf(evaluator: Evaluator, tool: Value): number | undefined {
  const value = functionOf(evaluator, tool);
  if (value?.kind !== 'function') return undefined;
  const { fn, env } = value;
  const returns = (env.index.returns.get(fn) ?? []).flatMap((r) => (r.value ? [r.value] : []));
  if (returns.length === 0) return undefined;
  if (fn.returnType && SCALAR.test(dotted(fn.returnType) ?? '')) return 10;
  if (someExpr(fn.body, (e) => e.kind === 'call' && !PLAIN.test(leafName(e.callee) ?? ''))) return undefined;
  const longest = Math.max(...returns.map((e) => e.end - e.start));
  return longest <= SHORT && returns.every((e) => isBuilt(e, fn)) ? longest : undefined;
}

/** The function of a tool: itself, or the first one that `tool(…)` or a tool class is given. */
function functionOf(evaluator: Evaluator, tool: Value): Value | undefined {
  if (tool.kind === 'function') return tool;
  const made = tool.kind === 'external' ? tool.calls.at(-1) : undefined;
  if (!made) return undefined;
  for (const arg of made.call.args) {
    const value = evaluator.evaluate(arg.value, made.env);
    if (value.kind === 'function') return value;
    const inner = value.kind === 'object' ? value.expr.entries.find((e) => /^(execute|func|handler)$/.test(e.key ?? '')) : undefined;
    const found = inner && value.kind === 'object' ? evaluator.evaluate(inner.value, value.env) : undefined;
    if (found?.kind === 'function') return found;
  }
  return undefined;
}

/** Written out, or put together from its own pieces: what it is given as a whole may be of any length. */
function isBuilt(expr: Expr, fn: Fn): boolean {
  if (expr.kind === 'await') return isBuilt(expr.value, fn);
  if (expr.kind === 'call') return !/^(get|values|items|keys)$/.test(leafName(expr.callee) ?? '');
  if (expr.kind !== 'name') return expr.kind !== 'member' && expr.kind !== 'index';
  return !fn.params.some((p) => p.target.kind === 'name' && p.target.name === expr.name);
}
