/** Options of a command line: what they are when nobody gives them. argparse, Click, Typer. */
import type { CallExpr, Fn } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';
import { reword } from './combine.ts';
import type { Evaluator } from './evaluate.ts';
import type { Env, ExternalCall, ExternalValue, Value } from './values.ts';

/** `parser.parse_args().model`: the default of `add_argument('--model', default=…)`; undefined for what is no parsed command line. */
export function parsedOption(evaluator: Evaluator, value: ExternalValue, name: string, span: Span, env: Env): Value | undefined {
  if (value.module !== 'argparse' || !/\.parse_(known_)?args\(\)(\[\])?$/.test(value.signature)) return undefined;
  const [parser] = value.calls;
  if (!parser) return undefined;
  const { index } = parser.env;
  for (const info of index.callsByName.get('add_argument') ?? []) {
    const { call } = info;
    if (call.callee.kind !== 'member' || optionName(call) !== name) continue;
    const made: ExternalCall = { call, env: { index, frame: info.frame } };
    const owner = evaluator.evaluate(call.callee.object, made.env);
    // A parser that is handed to a helper is known by nothing: the name of the option decides.
    if (owner.kind === 'external' && owner.calls[0]?.call !== parser.call) continue;
    return standard(evaluator, made) ?? evaluator.unknown('config', span, env);
  }
  return undefined;
}

/** `@click.option('--model', default=…)` above a function: what the parameter is when nobody gives it. */
export function decoratedOption(evaluator: Evaluator, fn: Fn, name: string, env: Env): Value | undefined {
  for (const call of fn.decorators) {
    if (call.kind !== 'call' || optionName(call) !== name) continue;
    const callee = evaluator.evaluate(call.callee, env);
    if (callee.kind !== 'external' || !/^(click|rich_click|asyncclick)$/.test(callee.module) || !/(^|\.)option$/.test(callee.signature)) continue;
    return standard(evaluator, { call, env });
  }
  return undefined;
}

function standard(evaluator: Evaluator, made: ExternalCall): Value | undefined {
  const value = evaluator.argument(made, 'default', undefined);
  return value && value.kind !== 'unknown' && !(value.kind === 'const' && value.value === null) ? reword(value, 'default') : undefined;
}

/** The name that the program sees: `dest`, else that of the first long flag, else of the first flag. */
function optionName({ args }: CallExpr): string | undefined {
  const dest = args.find((a) => a.name === 'dest')?.value;
  if (dest) return dest.kind === 'string' ? dest.value : undefined;
  const flags = args.flatMap((a) => (a.name === undefined && a.value.kind === 'string' ? [a.value.value] : []));
  // Click takes a bare name beside the flags.
  const bare = flags.find((flag) => /^[a-z_]\w*$/i.test(flag)) ?? flags.find((flag) => flag.startsWith('--')) ?? flags[0];
  return bare?.replace(/^-+/, '').split('/')[0]?.replaceAll('-', '_');
}
