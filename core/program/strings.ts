/** String methods that prompts are built with, in both languages. */
import type { CallExpr, Expr } from '../frontends/source-unit.ts';
import type { Location } from '../model.ts';
import type { Evaluator } from './evaluate.ts';
import type { ConstValue, Env, Value } from './values.ts';

const METHODS =
  /^(strip|rstrip|lstrip|trim|trimStart|trimEnd|dedent|lower|upper|toLowerCase|toUpperCase|format|replace|replaceAll|join|toString|encode|decode|substitute|safe_substitute|format_map|concat|render|split|rsplit|partition|rpartition)$/;

/** The result of a method on a string that is at least partly known; undefined for other calls. */
export function stringCall(evaluator: Evaluator, expr: CallExpr, env: Env, at: Location): Value | undefined {
  const { callee } = expr;
  if (callee.kind !== 'member' || !METHODS.test(callee.name)) return undefined;
  const receiver = evaluator.evaluate(callee.object, env);
  if (callee.name === 'join') return join(evaluator, expr, receiver, env, at);
  const text = textOf(receiver);
  if (!text) return undefined;
  switch (callee.name) {
    case 'format':
    case 'format_map':
      return templateText(receiver, 'brace', namedArguments(evaluator, expr, env), at);
    case 'substitute':
    case 'safe_substitute':
      return templateText(receiver, 'dollar', namedArguments(evaluator, expr, env), at);
    case 'render':
      return templateText(receiver, 'jinja', namedArguments(evaluator, expr, env), at);
    case 'replace':
    case 'replaceAll':
      return replaced(evaluator, expr, receiver, env, at);
    case 'split':
    case 'rsplit':
    case 'partition':
    case 'rpartition':
      return divided(evaluator, expr, callee.name, receiver, env, at);
    case 'concat':
      return { kind: 'text', at, parts: [receiver, ...expr.args.map((a) => evaluator.evaluate(a.value, env))] };
    default:
      return receiver;
  }
}

/** A text value, or a constant string. */
function textOf(value: Value): readonly Value[] | undefined {
  if (value.kind === 'text') return value.parts;
  return value.kind === 'const' && typeof value.value === 'string' ? [value] : undefined;
}

type Arguments = readonly Value[] | ReadonlyMap<string, Value>;

function namedArguments(evaluator: Evaluator, expr: CallExpr, env: Env): ReadonlyMap<string, Value> {
  const named = new Map<string, Value>();
  let position = 0;
  for (const arg of expr.args) {
    if (arg.spread) continue;
    named.set(arg.name ?? String(position++), evaluator.evaluate(arg.value, env));
  }
  return named;
}

const HOLES = {
  jinja: /\{[%#].*?[%#]\}|\{\{\s*([\w.]+)[^{}]*\}\}/g,
  brace: /\{\{|\}\}|\{([^{}]*)\}/g,
  percent: /%%|%(?:\((\w+)\))?[-+#0 ]*\d*(?:\.\d+)?[sdifrxgeEG]/g,
  dollar: /\$\$|\$\{?(\w+)\}?/g,
} as const;

/** A format string and its arguments as text with holes. */
export function templateText(template: Value, style: keyof typeof HOLES, args: Arguments, at: Location): Value {
  const parts: Value[] = [];
  let next = 0;
  for (const part of textOf(template) ?? [template]) {
    if (part.kind !== 'const' || typeof part.value !== 'string') {
      parts.push(part);
      continue;
    }
    let last = 0;
    let literal = '';
    for (const match of part.value.matchAll(HOLES[style])) {
      literal += part.value.slice(last, match.index);
      last = match.index + match[0].length;
      if (/^\{[%#]/.test(match[0])) continue;
      if (match[0] === '{{' || match[0] === '}}' || match[0] === '%%' || match[0] === '$$') {
        literal += match[0][0];
        continue;
      }
      if (literal) parts.push({ ...part, value: literal });
      literal = '';
      parts.push(
        lookup(args, match[1], () => next++) ?? {
          kind: 'unknown',
          why: 'dynamic',
          stability: 'per-call',
          at,
          cause: { kind: 'input', text: match[0], at, certain: false },
        },
      );
    }
    literal += part.value.slice(last);
    if (literal) parts.push({ ...part, value: literal });
  }
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'text', parts, at };
}

function lookup(args: Arguments, field: string | undefined, position: () => number): Value | undefined {
  const name = field?.split(/[:!.[]/)[0] ?? '';
  if (Array.isArray(args)) return args[position()];
  return (args as ReadonlyMap<string, Value>).get(name === '' ? String(position()) : name);
}

function replaced(evaluator: Evaluator, expr: CallExpr, receiver: Value, env: Env, at: Location): Value {
  const [what, by] = expr.args;
  const needle = what && evaluator.evaluate(what.value, env);
  if (!by || needle?.kind !== 'const' || typeof needle.value !== 'string' || needle.value === '') return receiver;
  const value = evaluator.evaluate(by.value, env);
  const parts: Value[] = [];
  for (const part of textOf(receiver) ?? []) {
    if (part.kind !== 'const' || typeof part.value !== 'string' || !part.value.includes(needle.value)) {
      parts.push(part);
      continue;
    }
    part.value.split(needle.value).forEach((piece, i) => {
      if (i > 0) parts.push(value);
      if (piece) parts.push({ ...(part as ConstValue), value: piece });
    });
  }
  return { kind: 'text', parts, at };
}

/** `"openai:gpt-5.4".split(":", 1)`, `"openai/gpt-5.4".partition("/")`: the pieces of a text that is known. */
function divided(evaluator: Evaluator, expr: CallExpr, method: string, receiver: Value, env: Env, at: Location): Value | undefined {
  const [by, most] = expr.args.map((a) => evaluator.evaluate(a.value, env));
  if (receiver.kind !== 'const' || typeof receiver.value !== 'string' || by?.kind !== 'const' || typeof by.value !== 'string' || by.value === '')
    return undefined;
  const pieces = receiver.value.split(by.value);
  const isLimited = env.index.unit.language === 'python' && most !== undefined;
  const limit = method.endsWith('partition') ? 1 : isLimited ? (most.kind === 'const' ? Number(most.value) : Number.NaN) : pieces.length;
  if (!Number.isInteger(limit) || limit < 0) return undefined;
  const rest = Math.max(pieces.length - 1 - limit, 0);
  const fromRight = method.startsWith('r');
  const joined = fromRight
    ? [pieces.slice(0, rest + 1).join(by.value), ...pieces.slice(rest + 1)]
    : [...pieces.slice(0, pieces.length - rest - 1), pieces.slice(pieces.length - rest - 1).join(by.value)];
  const parts = method.endsWith('partition') ? partitioned(joined, by.value, fromRight) : joined;
  return { kind: 'array', at, items: parts.map((value) => ({ value: { ...receiver, value, at }, many: false })) };
}

function partitioned([first = '', second]: readonly string[], by: string, fromRight: boolean): readonly string[] {
  if (second !== undefined) return [first, by, second];
  return fromRight ? ['', '', first] : [first, '', ''];
}

/** `sep.join(list)` and `list.join(sep)`. */
function join(evaluator: Evaluator, expr: CallExpr, receiver: Value, env: Env, at: Location): Value | undefined {
  const arg = expr.args[0];
  const other: Value = arg ? evaluator.evaluate(arg.value, env) : { kind: 'const', value: ',', at, via: 'literal' };
  const [list, separator] = receiver.kind === 'array' ? [receiver, other] : [other, receiver];
  if (separator.kind !== 'const' || typeof separator.value !== 'string') return undefined;
  if (list.kind !== 'array')
    return receiver.kind === 'const'
      ? { kind: 'unknown', why: 'dynamic', stability: 'per-call', at, ...(list.kind === 'unknown' && list.cause && { cause: list.cause }) }
      : undefined;
  const parts: Value[] = [];
  list.items.forEach((item, i) => {
    if (i > 0) parts.push(separator);
    parts.push(
      item.many && item.value.kind !== 'unknown' ? { kind: 'unknown', why: 'dynamic', stability: 'per-call', at: item.value.at } : item.value,
    );
  });
  return { kind: 'text', parts, at };
}

/** `{now:%Y-%m-%d}` in an f-string formats like strftime. */
export function formatted(value: Value, part: Expr, env: Env): Value {
  if (value.kind !== 'external' || env.index.unit.language !== 'python') return value;
  const format = /^\s*:([^{}]*%[^{}]*)\}/.exec(env.index.unit.text.slice(part.end, part.end + 60))?.[1];
  if (format === undefined) return value;
  const span = { start: part.end, end: part.end };
  const call: CallExpr = {
    kind: 'call',
    callee: part,
    args: [{ value: { kind: 'string', value: format, ...span }, ...span }],
    argsSpan: span,
    isNew: false,
    ...span,
  };
  return { ...value, signature: `${value.signature}.strftime()`, calls: [...value.calls, { call, env }] };
}
