/** Environment variables: settings of a deployment, which the code does not show. */
import type { CallExpr } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';
import { reword } from './combine.ts';
import type { Evaluator } from './evaluate.ts';
import type { Env, ExternalValue, UnknownValue, Value } from './values.ts';

/** The object whose members are environment variables. */
export const isEnvironment = (value: ExternalValue): boolean =>
  /^(process|import\.meta|Bun)\.env$|^env$/.test(value.signature) && /^(<global>|(node:)?process)$/.test(value.module);

/** A value read from the environment. */
export function environmentValue(evaluator: Evaluator, span: Span, env: Env): UnknownValue {
  return evaluator.unknown('config', span, env, { stability: 'per-process', cause: evaluator.cause('environment', span, env) });
}

/** `os.getenv('MODEL', 'x')`: the default when there is one. Undefined for other calls. */
export function environmentRead(evaluator: Evaluator, value: ExternalValue, expr: CallExpr, env: Env): Value | undefined {
  if (
    !/^(os:(getenv|environ\.get)\(\)|<global>:Deno\.env\.get\(\)|decouple:config\(\)|environs:\w+\(\)(\.str)?\(\))$/.test(
      `${value.module}:${value.signature}`,
    )
  )
    return undefined;
  const fallback = expr.args[1];
  if (!fallback) return environmentValue(evaluator, expr, env);
  const standard = evaluator.evaluate(fallback.value, env);
  return standard.kind === 'const' && standard.value !== null && standard.value !== ''
    ? reword(standard, 'env-default')
    : environmentValue(evaluator, expr, env);
}
