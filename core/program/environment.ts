/** Environment variables: settings of a deployment, which the code does not show. */
import type { CallExpr, Expr } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';
import { reword } from './combine.ts';
import type { Evaluator } from './evaluate.ts';
import type { Env, ExternalCall, ExternalValue, UnknownValue, Value } from './values.ts';

/** The object whose members are environment variables. */
export const isEnvironment = (value: ExternalValue): boolean =>
  /^(process|import\.meta|Bun)\.env$|^env$/.test(value.signature) && /^(<global>|(node:)?process)$/.test(value.module);

/** A value read from the environment. */
export function environmentValue(evaluator: Evaluator, span: Span, env: Env): UnknownValue {
  return evaluator.unknown('config', span, env, { stability: 'per-process', cause: evaluator.cause('environment', span, env) });
}

/** `os.getenv('MODEL', 'x')`, `config.get('MODEL', 'x')` of a framework: the default when there is one. Undefined for other calls. */
export function environmentRead(evaluator: Evaluator, value: ExternalValue, expr: CallExpr, env: Env): Value | undefined {
  if (
    !/^(os:(getenv|environ\.get)\(\)|<global>:Deno\.env\.get\(\)|decouple:config\(\)|environs:\w+\(\)(\.str)?\(\)|@nestjs\/config:ConfigService\(\)\.get\(\)|streamlit:secrets\.get\(\)|flask:(current_app|Flask\(\))\.config\.get\(\))$/.test(
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

/** Functions that check the environment against a schema, and where the schema of the variables stands in them. */
const CHECKED = [
  [/^zod(\/|$)/, /^((z|default)\.)?(object|strictObject|looseObject)\(\)(\.\w+\(\))*\.(parse\(\)|safeParse\(\)\.data|parseAsync\(\))$/, ['']],
  [/^@t3-oss\/env/, /^createEnv\(\)$/, ['server', 'client', 'shared']],
  [/^(envalid|envsafe)$/, /^(cleanEnv|envsafe)\(\)$/, ['']],
] as const;

/** `Env.parse(process.env).MODEL`: the default of the schema; undefined for what is no checked environment. */
export function checkedEntry(evaluator: Evaluator, value: ExternalValue, name: string, span: Span, env: Env): Value | undefined {
  const form = CHECKED.find(([module, signature]) => module.test(value.module) && signature.test(value.signature));
  const [first] = value.calls;
  const last = value.calls.at(-1);
  if (!form || !first || !last) return undefined;
  for (const part of form[2]) {
    const schema = part === '' ? schemaOf(evaluator, first) : evaluator.argument(first, part, undefined);
    const entry = schema && evaluator.property(schema, name, span, env);
    if (entry?.kind === 'external') return standardOf(evaluator, entry, last, !/^zod/.test(value.module), span, env);
  }
  return undefined;
}

/** The argument of `object({…})` or `cleanEnv(process.env, {…})` that names the variables. */
function schemaOf(evaluator: Evaluator, made: ExternalCall): Value | undefined {
  return made.call.args.map((a) => evaluator.evaluate(a.value, made.env)).find((v) => v.kind === 'object');
}

/** The default of a variable's type: `z.string().default('x')`, `str({ default: 'x' })`. */
function standardOf(evaluator: Evaluator, type: ExternalValue, parsed: ExternalCall, isEnvironmentOnly: boolean, span: Span, env: Env): Value {
  const steps = [...type.signature.matchAll(/(\w+)\(\)/g)].map((m) => m[1]);
  const at = steps.findLastIndex((s) => s === 'default' || s === 'catch' || s === 'prefault');
  const made = type.calls[at >= 0 ? at : 0];
  const given =
    made && (at >= 0 ? made.call.args[0] && evaluator.evaluate(made.call.args[0].value, made.env) : evaluator.argument(made, 'default', undefined));
  const fromEnvironment = isEnvironmentOnly || parsed.call.args.some((a) => readsEnvironment(evaluator, a.value, parsed.env));
  if (given?.kind === 'const' && given.value !== null && given.value !== '') return reword(given, fromEnvironment ? 'env-default' : 'default');
  return fromEnvironment ? environmentValue(evaluator, span, env) : evaluator.unknown('dynamic', span, env);
}

const readsEnvironment = (evaluator: Evaluator, arg: Expr, env: Env): boolean => {
  const value = evaluator.evaluate(arg, env);
  return value.kind === 'external' && isEnvironment(value);
};
