/** Parameters: what a known call gives, or else what the type, the default and the callers tell. */
import type { Argument, Expr, Fn, ObjectEntry } from '../frontends/source-unit.ts';
import { valueOfType } from './annotations.ts';
import { handedIn } from './around.ts';
import { agree, choice, isAbsent, isNumber, reword } from './combine.ts';
import { actionOptions, decoratedDefault, isCommandLine } from './command-line.ts';
import { partOf } from './destructuring.ts';
import type { Evaluator } from './evaluate.ts';
import { composedSettings } from './files.ts';
import { fixtureFor } from './fixtures.ts';
import { functionOf } from './frames.ts';
import { oneOf } from './lists.ts';
import { declaredAt } from './shapes.ts';
import type { Definition } from './unit-index.ts';
import type { ArgumentList, Env, ExternalValue, ObjectValue, Value } from './values.ts';

/** More callers than this that unpack different options say little. */
const MAX_UNPACKED = 4;

export class Parameters {
  private readonly evaluator: Evaluator;
  /** Parameters whose callers are being looked at: recursion leads back to them. */
  private readonly inProgress = new Set<Expr>();

  constructor(evaluator: Evaluator) {
    this.evaluator = evaluator;
  }

  /** The value of a parameter: its argument when the call is known that led here. */
  valueOf(def: Definition, env: Env): Value {
    const fn = functionOf(def.frame)?.fn;
    const { param } = def;
    if (!fn || !param) return this.evaluator.unknown('dynamic', def.span, env);
    const given = env.args?.get(fn);
    if (given && param.rest === '**') return keywordsOf(this.evaluator, given, fn, true);
    if (given) {
      const argument = findArgument(given, fn, def);
      if (argument === 'spread') return this.evaluator.unknown('spread', def.span, env);
      if (argument)
        return partOf(
          this.evaluator,
          this.evaluator.evaluate(argument.value, given.env),
          { ...def, path: param.target.kind === 'name' ? [] : def.path },
          env,
        );
      return param.default
        ? reword(this.evaluator.evaluate(param.default, { ...env, frame: def.frame.parent ?? def.frame }), 'default')
        : this.evaluator.unknown('absent', def.span, env);
    }
    if (this.inProgress.has(param.target)) return this.evaluator.unknown('dynamic', def.span, env, { parameter: def.name });
    this.inProgress.add(param.target);
    try {
      return this.open(def, fn, env);
    } finally {
      this.inProgress.delete(param.target);
    }
  }

  /** What each known caller gives; undefined where it leaves the parameter to its default. */
  private fromCallers(def: Definition, fn: Fn, env: Env): readonly (Value | undefined)[] {
    const path = def.param?.target.kind === 'name' ? [] : def.path;
    return this.evaluator.callersOf(fn, env.index).map((caller) => {
      const argument = findArgument(caller, fn, def);
      if (argument === 'spread') return this.evaluator.unknown('dynamic', caller.call, caller.env);
      return argument && partOf(this.evaluator, this.evaluator.evaluate(argument.value, caller.env), { ...def, path }, env);
    });
  }

  /** The constant that all callers give in place of a default that none of them uses, or the numbers. */
  private given(def: Definition, fn: Fn, env: Env): Value | undefined {
    if (def.param?.rest) return undefined;
    const values = this.fromCallers(def, fn, env);
    if (values.length === 0 || values.some((v) => v?.kind !== 'const')) return undefined;
    const given = values.filter((v) => v !== undefined);
    const isNumeric = given.some(isNumber) && given.every((v) => isNumber(v) || (v.kind === 'const' && v.value === null));
    return agree(given) ?? (isNumeric ? choice(given, this.evaluator.at(def.span, env)) : undefined);
  }

  /** `models.map((model) => …)`: an item of the list. */
  private item(def: Definition, fn: Fn, env: Env): Value | undefined {
    const around = env.index.frames.get(fn)?.parent;
    if (around?.kind !== 'argument' || def.param !== fn.params[0]) return undefined;
    const { callee, args } = around.call;
    // `pMap(items, fn)` has the list in front of the function.
    const isMethod = callee.kind === 'member' && args[0]?.value.kind === 'function' && args[0].value.fn === fn;
    const owner = isMethod && /^(map|flatMap|forEach|filter|find|some|every)$/.test(callee.name) ? callee.object : undefined;
    const list = owner ?? (callee.kind === 'name' && /[mM]ap/.test(callee.name) && args[1]?.value.kind === 'function' ? args[0]?.value : undefined);
    if (!list) return undefined;
    const path = def.param?.target.kind === 'name' ? [] : def.path;
    return oneOf(this.evaluator, this.evaluator.evaluate(list, env), def.span, env, (item) => partOf(this.evaluator, item, { ...def, path }, env));
  }

  /** `**options`: what each known caller gives. Others may give more. */
  private unpacked(def: Definition, fn: Fn, env: Env): Value {
    const callers = this.evaluator.callersOf(fn, env.index).filter((c) => c.call.args.some((a) => a.name !== undefined || a.spread === '**'));
    if (callers.length === 0 || callers.length > MAX_UNPACKED) return this.evaluator.unknown('dynamic', def.span, env, { parameter: def.name });
    return choice(
      callers.map((c) => keywordsOf(this.evaluator, c, fn, false)),
      this.evaluator.at(def.span, env),
    );
  }

  /** The clients or models of an SDK that callers are seen to make for a parameter of such a type; what other callers give is only known by the type. */
  private madeByCallers(type: ExternalValue, def: Definition, fn: Fn, env: Env): Value {
    const values = this.isOfSdk(type) && !def.param?.rest ? this.fromCallers(def, fn, env) : [];
    const options = values.flatMap((v) => (v?.kind === 'choice' ? v.options : v ? [v] : []));
    const made = options.filter((v) => this.isOfSdk(v) && isConstruction(v, type));
    if (made.length === 0) return type;
    const isRest = (v: Value): boolean => !made.includes(v) && !(v.kind === 'const' && v.value === null);
    return choice([...made, ...(options.some(isRest) ? [type] : [])], this.evaluator.at(def.span, env));
  }

  private isOfSdk(value: Value): boolean {
    if (value.kind === 'choice') return value.options.some((o) => this.isOfSdk(o));
    return value.kind === 'external' && this.evaluator.program.isSdkModule(value.module) !== undefined;
  }

  /** The default of a parameter, or of what a pattern takes out of one; undefined where it gives none: `({ model } = {})`. */
  private standardOf(def: Definition, outer: Env): Value | undefined {
    if (def.fallback) return this.evaluator.evaluate(def.fallback, outer);
    const whole = def.param?.default && this.evaluator.evaluate(def.param.default, outer);
    if (!whole || def.param?.target.kind === 'name') return whole;
    const part = partOf(this.evaluator, whole, def, outer);
    return isAbsent(part) ? undefined : part;
  }

  /** A parameter without a known call: its type, its default, or what all callers agree on. */
  private open(def: Definition, fn: Fn, env: Env): Value {
    const param = def.param as NonNullable<Definition['param']>;
    const outer: Env = { index: env.index, frame: def.frame.parent ?? def.frame };
    const composed = fn.decorators.length > 0 && param === fn.params[0] ? composedSettings(this.evaluator, fn, outer) : undefined;
    if (composed) return composed;
    const standard = this.standardOf(def, outer) ?? decoratedDefault(this.evaluator, def, fn, env);
    if (param.rest === '**' && !env.args && !env.self) return this.unpacked(def, fn, env);
    if (standard?.kind === 'const' && standard.value !== null && standard.value !== '')
      return this.given(def, fn, env) ?? reword(standard, 'default');
    const ofType = def.path.length === 0 ? valueOfType(this.evaluator, def.type, outer) : undefined;
    // Who hands in the client or model knows more of it than its type does: its host, its options.
    if (ofType?.kind === 'external' && !isBody(ofType) && !isCommandLine(ofType)) return this.madeByCallers(ofType, def, fn, env);
    if (!param.rest) {
      const values = this.fromCallers(def, fn, env);
      const agreed = agree(values.filter((v) => v !== undefined));
      if (agreed) return agreed;
      // Some hand in a client or a model, others something else: calls on it are that SDK's for some of them.
      const handed = values.map((v) => v ?? standard).filter((v) => v !== undefined);
      if (handed.some((v) => this.isOfSdk(v) || isCommandLine(v))) return choice(handed, this.evaluator.at(def.span, env));
    }
    if (ofType) return ofType;
    // A caller may give other entries than the default has.
    if (standard?.kind === 'object')
      return { ...standard, added: [...standard.added, { key: undefined, value: undefined, env: outer, certain: false, optional: true }] };
    if (standard && standard.kind !== 'const') return standard;
    const known =
      handedIn(this.evaluator, def, env) ??
      fixtureFor(this.evaluator, def, fn, env) ??
      actionOptions(this.evaluator, def, fn, env) ??
      this.item(def, fn, outer);
    if (known) return known;
    const declared = def.type && declaredAt(this.evaluator, { type: def.type, env: outer }, def.path);
    const typed = declared && def.path.length > 0 ? valueOfType(this.evaluator, declared.type, declared.env) : undefined;
    if (typed) return typed;
    return this.evaluator.unknown('dynamic', def.span, env, {
      cause: this.evaluator.cause('input', def.span, env),
      parameter: def.name,
      ...(declared && { declared }),
    });
  }
}

/** The type of a request says nothing of what is in it: `params: ChatCompletionCreateParams`. Who calls the function does. */
const isBody = ({ signature }: ExternalValue): boolean => /(Params\w*|Parameters|Request|Options|Config|Input|Body)\(\)$/.test(signature);

/** An object that code makes: by a class, or by a function of another package than that of the type, such as `openai('gpt-5.4')` for a `LanguageModel`. */
function isConstruction(value: Value, type: ExternalValue): boolean {
  if (value.kind !== 'external' || !value.calls.some((c) => c !== undefined)) return false;
  const owner = (module: string): string => module.split(/[./]/)[0] ?? '';
  return /(^|\.)([A-Z]\w*|default)\(\)$/.test(value.signature) || owner(value.module) !== owner(type.module);
}

/** What a call gives to `**options`: the keywords that no other parameter takes. `closed`: nobody gives others. */
function keywordsOf(evaluator: Evaluator, { call, env }: ArgumentList, fn: Fn, closed: boolean): ObjectValue {
  const taken = new Set(fn.params.map((p) => (p.target.kind === 'name' && !p.rest ? p.target.name : '')));
  const entries: ObjectEntry[] = call.args.flatMap((a): ObjectEntry[] => {
    const { start, end, value } = a;
    if (a.name !== undefined) return taken.has(a.name) ? [] : [{ start, end, key: a.name, value }];
    return a.spread === '**' ? [{ start, end, value, spread: true }] : [];
  });
  return {
    kind: 'object',
    expr: { kind: 'object', start: call.argsSpan.start, end: call.argsSpan.end, entries },
    env,
    added: closed ? [] : [{ key: undefined, value: undefined, env, certain: false }],
    at: evaluator.at(call.argsSpan, env),
  };
}

/** The argument that a call gives to a parameter. */
function findArgument(list: ArgumentList, fn: Fn, def: Definition): Argument | 'spread' | undefined {
  const { call } = list;
  const keyword = call.args.find((a) => a.name === def.name && a.name !== undefined);
  if (keyword) return keyword;
  const params = fn.params.filter((p) => !(p.target.kind === 'name' && (p.target.name === 'self' || p.target.name === 'cls')));
  const position = def.param ? params.indexOf(def.param) : -1;
  const positional = call.args.filter((a) => a.name === undefined && a.spread !== '**');
  if (positional.slice(0, position + 1).some((a) => a.spread)) return 'spread';
  const arg = positional[position];
  if (arg) return arg;
  return call.args.some((a) => a.spread) ? 'spread' : undefined;
}
