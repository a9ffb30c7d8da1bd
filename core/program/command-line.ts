/** Options of a program's command line: what holds where the person gives none is its default. */
import type { Fn } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';
import { choice, reword } from './combine.ts';
import { partOf } from './destructuring.ts';
import type { Evaluator } from './evaluate.ts';
import type { Definition, UnitIndex } from './unit-index.ts';
import type { Env, ExternalCall, ExternalValue, Value } from './values.ts';
import { dotted } from './visit.ts';

/** How a library declares options, and what its parsed options look like. */
interface Library {
  readonly modules: RegExp;
  /** Signature of the parsed options. */
  readonly parsed: RegExp;
  /** Functions that declare one option, and where its default stands. */
  readonly declared: readonly { readonly name: string; readonly standard: (evaluator: Evaluator, made: ExternalCall) => Value | undefined }[];
}

const named =
  (name: string) =>
  (evaluator: Evaluator, made: ExternalCall): Value | undefined =>
    evaluator.argument(made, name, undefined);
const positional =
  (...positions: readonly number[]) =>
  (evaluator: Evaluator, { call, env }: ExternalCall): Value | undefined =>
    positions.map((n) => call.args[n] && evaluator.evaluate(call.args[n].value, env)).find((v) => v?.kind === 'const');
/** `option('model', { default: 'x' })`. */
const inSecond = (evaluator: Evaluator, { call, env }: ExternalCall): Value | undefined =>
  call.args[1] && evaluator.property(evaluator.evaluate(call.args[1].value, env), 'default', call, env);

const LIBRARIES: readonly Library[] = [
  {
    modules: /^(argparse|configargparse|jsonargparse)$/,
    parsed: /(\.parse_(args|known_args|intermixed_args)\(\)(\[\])?|^Namespace\(\))$/,
    declared: [{ name: 'add_argument', standard: named('default') }],
  },
  {
    modules: /^absl(\.flags)?$/,
    parsed: /(^|\.)FLAGS$/,
    declared: ['DEFINE_string', 'DEFINE_integer', 'DEFINE_enum', 'DEFINE_float'].map((name) => ({ name, standard: positional(1) })),
  },
  {
    modules: /^commander$/,
    parsed: /\.opts(WithGlobals)?\(\)$/,
    // A function that reads the value may stand before the default.
    declared: ['option', 'requiredOption'].map((name) => ({ name, standard: positional(2, 3) })),
  },
  {
    modules: /^yargs(\/yargs)?$/,
    parsed: /\.(argv|parse\(\)|parseSync\(\)|parseAsync\(\))$/,
    declared: ['option', 'options'].map((name) => ({ name, standard: inSecond })),
  },
];
const libraryOf = ({ module, signature }: Pick<ExternalValue, 'module' | 'signature'>): Library | undefined =>
  LIBRARIES.find(({ modules, parsed }) => modules.test(module) && parsed.test(signature));

/** The parsed options of a command line. */
export const isCommandLine = (value: Value): boolean => value.kind === 'external' && libraryOf(value) !== undefined;

/** `args.model`: the default of `--model`; undefined for what is no command line, and for options without one. */
export function commandLineOption(evaluator: Evaluator, value: ExternalValue, name: string, span: Span, env: Env): Value | undefined {
  const library = libraryOf(value);
  if (!library) return parsedEntry(evaluator, value, name, span, env);
  const [first] = value.calls;
  for (const index of new Set([first?.env, value.calls.at(-1)?.env, env].flatMap((e) => e?.index ?? []))) {
    const found = declarations(evaluator, library, index, name, first);
    const standards = found.map(({ standard, made }) => isGiven(standard(evaluator, made)));
    if (standards.length === 0) continue;
    return standards.every((v) => v !== undefined) ? choice(standards, evaluator.at(span, env)) : evaluator.unknown('config', span, env);
  }
  return parsedEntry(evaluator, value, name, span, env);
}

/** Options that stand in one table: `parseArgs({ options: { model: { default: 'x' } } }).values.model` of Node itself, `yargs().options({ … })`. */
function parsedEntry(evaluator: Evaluator, { module, signature, calls }: ExternalValue, name: string, span: Span, env: Env): Value | undefined {
  const ofNode = /^(node:)?util$/.test(module) && /(^|\.)parseArgs\(\)\.values$/.test(signature);
  if (!ofNode && !/^yargs/.test(module)) return undefined;
  for (const made of calls) {
    const [first] = made?.call.args ?? [];
    const table = made && (ofNode ? evaluator.argument(made, 'options', undefined) : first && evaluator.evaluate(first.value, made.env));
    const option = table?.kind === 'object' ? evaluator.property(table, name, span, env) : undefined;
    const given = option?.kind === 'object' ? isGiven(evaluator.property(option, 'default', span, env)) : undefined;
    if (given) return given;
  }
  return undefined;
}

interface Declaration {
  readonly made: ExternalCall;
  readonly standard: Library['declared'][number]['standard'];
}

function declarations(
  evaluator: Evaluator,
  { modules, declared }: Library,
  index: UnitIndex,
  name: string,
  parser: ExternalCall | undefined,
): readonly Declaration[] {
  return declared.flatMap((one) =>
    (index.callsByName.get(one.name) ?? []).flatMap(({ call, frame }): Declaration[] => {
      const made: ExternalCall = { call, env: { index, frame } };
      return nameOf(evaluator, made) === name && isOf(evaluator, made, modules, parser) ? [{ made, standard: one.standard }] : [];
    }),
  );
}

/** Another parser of the same file has options of its own. One that is handed to a helper is known by nothing: the name of the option decides. */
function isOf(evaluator: Evaluator, { call, env }: ExternalCall, modules: RegExp, parser: ExternalCall | undefined): boolean {
  if (call.callee.kind !== 'member') return true;
  const owner = evaluator.evaluate(call.callee.object, env);
  if (owner.kind !== 'external') return owner.kind === 'unknown';
  const [made] = owner.calls;
  const isMade = (one: ExternalCall | undefined): boolean => one !== undefined && /Parser$/.test(dotted(one.call.callee) ?? '');
  return modules.test(owner.module) && !(isMade(made) && isMade(parser) && made?.call !== parser?.call);
}

/** `--max-turns` is `max_turns` in Python and `maxTurns` elsewhere; `dest` says otherwise. */
function nameOf(evaluator: Evaluator, made: ExternalCall): string | undefined {
  const isPython = made.env.index.unit.language === 'python';
  const dest = isPython ? evaluator.argument(made, 'dest', undefined) : undefined;
  if (dest?.kind === 'const' && typeof dest.value === 'string') return dest.value;
  const texts = made.call.args.filter((a) => a.name === undefined).flatMap((a) => (a.value.kind === 'string' ? [a.value.value] : []));
  return optionName(isPython ? texts : (texts[0] ?? '').split(/[\s,|]+/), isPython);
}

/** In Python a word without a dash names the option (`click`) or is the option (`argparse`); elsewhere it is a placeholder or stands alone. */
function optionName(flags: readonly string[], isPython: boolean): string | undefined {
  const word = isPython ? flags.find((text) => !text.startsWith('-')) : undefined;
  const flag = word ?? flags.find((text) => text.startsWith('--')) ?? flags[0];
  const bare = flag?.replace(/^-+/, '').replace(/[=<[/].*$/, '');
  return isPython ? bare?.replaceAll('-', '_') : bare?.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const isGiven = (value: Value | undefined): Value | undefined =>
  value && value.kind !== 'unknown' && !(value.kind === 'const' && (value.value === null || value.value === ''))
    ? reword(value, 'default')
    : undefined;

/** `@click.option('--model', default='x')` above a function: the default of its parameter. */
export function decoratedDefault(evaluator: Evaluator, { name, frame }: Definition, fn: Fn, env: Env): Value | undefined {
  const outer: Env = { index: env.index, frame: frame.parent ?? frame };
  for (const decorator of fn.decorators) {
    if (decorator.kind !== 'call') continue;
    const callee = evaluator.evaluate(decorator.callee, outer);
    if (callee.kind !== 'external' || !/^(click|asyncclick|rich_click)$/.test(callee.module) || !/(^|\.)(option|argument)$/.test(callee.signature))
      continue;
    const made: ExternalCall = { call: decorator, env: outer };
    if (nameOf(evaluator, made) === name) return isGiven(evaluator.argument(made, 'default', undefined));
  }
  return undefined;
}

/** A parameter of `program.action((options) => …)`. */
export function actionOptions(evaluator: Evaluator, def: Definition, fn: Fn, env: Env): Value | undefined {
  const around = env.index.frames.get(fn)?.parent;
  if (around?.kind !== 'argument' || around.call.callee.kind !== 'member' || around.call.callee.name !== 'action') return undefined;
  const program = evaluator.evaluate(around.call.callee.object, { index: env.index, frame: def.frame.parent ?? def.frame });
  if (program.kind !== 'external' || program.module !== 'commander') return undefined;
  const options: Value = { kind: 'external', module: 'commander', signature: 'Command().opts()', calls: [], at: evaluator.at(def.span, env) };
  return partOf(evaluator, options, def, env);
}
