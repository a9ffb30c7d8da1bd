/** What calls give: results of workspace functions, objects of workspace classes, and outside calls as they are written. */
import type { CallExpr, Expr } from '../frontends/source-unit.ts';
import { annotated } from './annotations.ts';
import { isLeftOpen, subclassesWith } from './classes.ts';
import { choice, shorten, through } from './combine.ts';
import { copyCall } from './copies.ts';
import { reachable } from './decided.ts';
import { environmentRead } from './environment.ts';
import type { Evaluator } from './evaluate.ts';
import { readSettings, readTextFile } from './files.ts';
import { dictGet } from './indexing.ts';
import { importedModule } from './lazy.ts';
import { listCall } from './lists.ts';
import { fieldDefault, injected, passThrough } from './outside.ts';
import { widgetValue } from './streamlit.ts';
import { stringCall } from './strings.ts';
import type { ArgumentList, Env, ExternalValue, FunctionValue, Value } from './values.ts';
import { dotted } from './visit.ts';

/** More ways to return than this say little of what is returned. */
const MAX_RETURNS = 6;

/** The value of a call. */
export function callValue(evaluator: Evaluator, expr: CallExpr, env: Env): Value {
  const at = evaluator.at(expr, env);
  const special =
    stringCall(evaluator, expr, env, at) ??
    listCall(evaluator, expr, env, at) ??
    dictGet(evaluator, expr, env, at) ??
    copyCall(evaluator, expr, env, at);
  if (special) return special;
  const callee = evaluator.evaluate(expr.callee, env);
  return result(evaluator, callee, expr, env);
}

function result(evaluator: Evaluator, callee: Value, expr: CallExpr, env: Env): Value {
  const at = evaluator.at(expr, env);
  switch (callee.kind) {
    case 'external': {
      if (isRebinding(expr)) return { ...callee, signature: callee.signature.replace(/\.bind$/, ''), at };
      const piped = pipeline(evaluator, callee, expr, env);
      if (piped) return piped;
      const { bound, limit: _, ...plain } = callee;
      // `const Anthropic = require('@anthropic-ai/sdk')` is the class itself.
      const value: ExternalValue = {
        ...plain,
        signature: `${callee.signature || 'default'}()`,
        calls: [...callee.calls, { call: expr, env, ...(bound && { defaults: bound }) }],
        at,
      };
      return (
        environmentRead(evaluator, value, expr, env) ??
        readTextFile(evaluator, value, expr, env) ??
        readSettings(evaluator, value, expr, env) ??
        passThrough(evaluator, value, expr, env) ??
        fieldDefault(evaluator, value, expr, env) ??
        widgetValue(evaluator, value, expr, env) ??
        injected(evaluator, value, expr, env) ??
        importedModule(evaluator, value, expr, env) ??
        value
      );
    }
    case 'class':
      return { kind: 'instance', cls: callee.cls, env: callee.env, made: { call: expr, env }, at };
    case 'function':
      return through(filledIn(evaluator, callee, { call: expr, env }) ?? returns(evaluator, callee, { call: expr, env }), at);
    case 'choice':
      return choice(
        callee.options.map((o) => result(evaluator, o, expr, env)),
        at,
      );
    case 'chain':
      if (callee.member === 'pipe') return { kind: 'chain', parts: [...callee.parts, ...steps(evaluator, expr, env)], at };
      return callee.member === 'bind' || callee.member?.startsWith('with') ? { ...callee, at } : evaluator.unknown('dynamic', expr, env);
    case 'unknown':
      return evaluator.unknown('dynamic', expr, env, {
        ...(callee.cause && { cause: { ...callee.cause, text: shorten(env.index.unit.text.slice(expr.start, expr.end)) } }),
      });
    default:
      return evaluator.unknown('dynamic', expr, env);
  }
}

/** `self._make_client()` of a base class that leaves it to others: what the subclasses return. */
function filledIn(evaluator: Evaluator, { fn, self }: FunctionValue, args: ArgumentList): Value | undefined {
  if (!self || self.made || self.env.index.unit.language !== 'python' || !isLeftOpen(fn)) return undefined;
  const values = subclassesWith(evaluator, self, fn.name).flatMap((sub) => {
    const method = evaluator.member(sub, fn.name, args.call, sub.env);
    return method.kind === 'function' ? [returns(evaluator, method, args)] : [];
  });
  return values.length > 0 ? choice(values, self.at) : undefined;
}

/** What a workspace function returns, with its arguments bound. */
export function returns(evaluator: Evaluator, callee: FunctionValue, args: ArgumentList | undefined): Value {
  const value = returned(evaluator, callee, args);
  return annotated(evaluator, value, callee.fn.returnType, callee.env);
}

function returned(evaluator: Evaluator, callee: FunctionValue, args: ArgumentList | undefined): Value {
  const { fn } = callee;
  const frame = callee.env.index.frames.get(fn);
  const all = callee.env.index.returns.get(fn)?.filter((r) => r.value) ?? [];
  if (!frame || all.length === 0 || (!args && all.length > MAX_RETURNS) || fn.isGenerator) return evaluator.unknown('dynamic', fn, callee.env);
  const bound = new Map(callee.env.args);
  if (args) bound.set(fn, args);
  const self = callee.self ?? callee.env.self;
  const inside: Env = { index: callee.env.index, frame, args: bound, ...(self && { self }) };
  const returns = args ? reachable(evaluator, all, inside) : all;
  if (returns.length > MAX_RETURNS) return evaluator.unknown('dynamic', fn, callee.env);
  const options = returns.map((r) => evaluator.evaluate(r.value as Expr, { ...inside, frame: r.frame }));
  const named = options.filter((o) => !(o.kind === 'const' && o.value === null));
  return choice(named.length > 0 ? named : options, evaluator.at(fn, callee.env));
}

const steps = (evaluator: Evaluator, expr: CallExpr, env: Env): readonly Value[] => expr.args.map((a) => evaluator.evaluate(a.value, env));

/** `prompt.pipe(model)`, `RunnableSequence.from([prompt, model])`: one after the other. Streams have a `pipe` too, but not into an object of an SDK. */
function pipeline(evaluator: Evaluator, callee: ExternalValue, expr: CallExpr, env: Env): Value | undefined {
  const isPipe = callee.signature.endsWith('().pipe');
  if ((!isPipe && !/(^|\.)RunnableSequence\.from$/.test(callee.signature)) || !evaluator.program.isSdkModule(callee.module)) return undefined;
  const given = steps(evaluator, expr, env);
  const [list] = given;
  const at = evaluator.at(expr, env);
  if (!isPipe) return list?.kind === 'array' ? { kind: 'chain', parts: list.items.map((i) => i.value), at } : undefined;
  const into = given.some((v) => v.kind === 'chain' || v.kind === 'function' || (v.kind === 'external' && evaluator.program.isSdkModule(v.module)));
  return into ? { kind: 'chain', parts: [{ ...callee, signature: callee.signature.slice(0, -'.pipe'.length) }, ...given], at } : undefined;
}

/** `client.messages.create.bind(client.messages)`: the same method. */
function isRebinding(expr: CallExpr): boolean {
  const { callee, args } = expr;
  if (callee.kind !== 'member' || callee.name !== 'bind' || callee.object.kind !== 'member' || args.length !== 1 || !args[0]) return false;
  const owner = dotted(callee.object.object);
  return owner !== undefined && dotted(args[0].value) === owner;
}
