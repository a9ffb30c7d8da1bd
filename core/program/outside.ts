/** Functions from outside whose result the arguments tell: conversions, copies, defaults of fields. */
import type { CallExpr, ObjectEntry } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';
import { reword } from './combine.ts';
import type { Evaluator } from './evaluate.ts';
import type { Env, ExternalCall, ExternalValue, Value } from './values.ts';

/** Outside functions that return their argument as far as cost is concerned. */
export function passThrough(evaluator: Evaluator, value: ExternalValue, expr: CallExpr, env: Env): Value | undefined {
  const name = `${value.module}:${value.signature}`;
  if (
    !/^(<global>:(str|String|list|tuple|dict|Array\.from|structuredClone|Object\.freeze|int|Number|float|parseInt)\(\)|copy:(deep)?copy\(\)|typing:cast\(\)|functools:partial\(\)|textwrap:dedent\(\)|inspect:cleandoc\(\)|dedent:default\(\)|ts-dedent:\w+\(\)|string:Template\(\)|jinja2:Template\(\)|server-only:\w+|react:cache\(\)|<global>:Promise\.all\(\))$/.test(
      name,
    )
  )
    return undefined;
  const arg = expr.args[name.startsWith('typing') ? 1 : 0];
  if (name === '<global>:dict()' && expr.args.every((a) => a.name !== undefined || a.spread === '**')) return keywordDict(evaluator, expr, env);
  if (!arg || arg.name !== undefined) return undefined;
  if (
    name.startsWith('<global>:float') ||
    name.startsWith('<global>:int') ||
    name.startsWith('<global>:Number') ||
    name.startsWith('<global>:parseInt')
  )
    return numeric(evaluator, evaluator.evaluate(arg.value, env), arg, env);
  const inner = evaluator.evaluate(arg.value, env);
  return name === 'functools:partial()' && inner.kind === 'external'
    ? { ...inner, bound: { call: expr, env, ...(inner.bound && { defaults: inner.bound }) } }
    : inner;
}

function keywordDict(evaluator: Evaluator, expr: CallExpr, env: Env): Value {
  const entries: ObjectEntry[] = expr.args.map((a) => ({
    start: a.start,
    end: a.end,
    value: a.value,
    ...(a.name !== undefined ? { key: a.name } : { spread: true }),
  }));
  return { kind: 'object', expr: { kind: 'object', start: expr.start, end: expr.end, entries }, env, added: [], at: evaluator.at(expr, env) };
}

function numeric(evaluator: Evaluator, value: Value, span: Span, env: Env): Value {
  if (value.kind !== 'const') return value;
  if (typeof value.value === 'string') {
    const text = value.value.trim().toLowerCase();
    const number = text === 'inf' || text === 'infinity' ? Number.POSITIVE_INFINITY : Number(text);
    return Number.isNaN(number) ? evaluator.unknown('dynamic', span, env) : { ...value, value: number };
  }
  return value;
}

/** `Depends(get_client)` of FastAPI: what the function gives. */
export function injected(evaluator: Evaluator, value: ExternalValue, expr: CallExpr, env: Env): Value | undefined {
  if (!/^fastapi(\.\w+)*:(Depends|Security)\(\)$/.test(`${value.module}:${value.signature}`)) return undefined;
  const made = evaluator.argument({ call: expr, env }, 'dependency', 0);
  return made?.kind === 'function' ? evaluator.returns(made, undefined) : undefined;
}

/** `Field(default='x')` of pydantic, `field(default_factory=…)` of dataclasses and attrs, `Option('x')` of Typer, `Query('x')` of FastAPI: the default. */
export function fieldDefault(evaluator: Evaluator, value: ExternalValue, expr: CallExpr, env: Env): Value | undefined {
  if (
    !/^(pydantic(\.\w+)*:Field|dataclasses:field|attrs?:(field|ib)|sqlmodel:Field|typer(\.\w+)*:(Option|Argument)|fastapi(\.\w+)*:(Query|Body|Form|Header|Path|Cookie))\(\)$/.test(
      `${value.module}:${value.signature}`,
    )
  )
    return undefined;
  const made: ExternalCall = { call: expr, env };
  const standard = evaluator.argument(made, 'default', value.module === 'dataclasses' ? undefined : 0);
  if (standard && standard.kind !== 'unknown' && !(standard.kind === 'external' && standard.module !== '<global>'))
    return reword(standard, 'default');
  const factory = evaluator.argument(made, 'default_factory', undefined);
  return factory?.kind === 'function' ? evaluator.returns(factory, undefined) : evaluator.unknown('dynamic', expr, env);
}

/** `SimpleNamespace(model='x').model`: what it was made with; undefined for other objects, and for what it was not given. */
export function ofNamespace(evaluator: Evaluator, { module, signature, calls }: ExternalValue, name: string): Value | undefined {
  const made = /^(types:SimpleNamespace|argparse:Namespace|easydict:EasyDict|addict:Dict)\(\)$/.test(`${module}:${signature}`) && calls.at(-1);
  const value = made ? evaluator.argument(made, name, undefined) : undefined;
  return value && reword(value, 'constant');
}
