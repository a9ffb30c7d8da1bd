/**
 * Follows values through code: names to definitions, imports to other files, attributes to constructors, helpers to what they return,
 * parameters to their callers. One evaluator serves the analysis of one file; it never throws and always ends (depth and work are bounded).
 *
 * The rules for each kind of expression stand in files of their own. They lead to each other through the evaluator, which alone knows all of them.
 */
import type { Expr, Fn } from '../frontends/source-unit.ts';
import type { Cause, Location, Span } from '../model.ts';
import { valueOfType } from './annotations.ts';
import { type Caller, Callers } from './callers.ts';
import { choice, shorten } from './combine.ts';
import { filteredDict } from './copies.ts';
import { decided } from './decided.ts';
import { definedValue, definitionValue, nameValue } from './definitions.ts';
import { Imports } from './imports.ts';
import { indexed } from './indexing.ts';
import { items } from './lists.ts';
import { member } from './members.ts';
import { binary, fallback, unary } from './operators.ts';
import { Options } from './options.ts';
import { Parameters } from './parameters.ts';
import { callValue, returns } from './results.ts';
import { formatted } from './strings.ts';
import type { Definition, UnitIndex } from './unit-index.ts';
import type { ArgumentList, Env, ExternalCall, FunctionValue, UnknownValue, Value } from './values.ts';
import type { ProgramView } from './view.ts';

const MAX_DEPTH = 60;
/** Evaluations per analysed file, against pathological code. */
const MAX_WORK = 200_000;

/** Times that one expression is evaluated for one question, with different arguments and objects. */
const MAX_REPEATS = 50;

/** How far an evaluator goes. `callers: false` leaves parameters unknown instead of looking for calls of their function; `work` is the most steps it takes. */
export interface Follows {
  readonly callers: boolean;
  readonly work: number;
}

export class Evaluator {
  readonly program: ProgramView;
  readonly follows: Follows;
  readonly imports = new Imports(this);
  readonly parameters = new Parameters(this);
  private readonly callers = new Callers(this);
  private readonly options = new Options(this);
  private readonly memo = new Map<Expr, Value>();
  private readonly active = new Set<Expr>();
  private readonly repeats = new Map<Expr, number>();
  private depth = 0;
  private work = 0;

  constructor(program: ProgramView, follows: Follows = { callers: true, work: MAX_WORK }) {
    this.program = program;
    this.follows = follows;
  }

  at(span: Span, env: Env): Location {
    return { path: env.index.unit.path, start: span.start, end: span.end };
  }

  /** The value of an expression. What is already being evaluated, lies too deep or costs too many steps is not known. */
  evaluate(expr: Expr, env: Env): Value {
    const plain = !env.args && !env.self;
    if (plain) {
      const seen = this.memo.get(expr);
      if (seen) return seen;
    }
    if (this.active.has(expr) || this.depth > MAX_DEPTH || this.isSpent() || (!plain && this.isRepeated(expr)))
      return this.unknown('dynamic', expr, env);
    if (this.depth === 0 && this.repeats.size > 0) this.repeats.clear();
    this.active.add(expr);
    this.depth++;
    try {
      const value = this.compute(expr, env);
      if (plain) this.memo.set(expr, value);
      return value;
    } finally {
      this.depth--;
      this.active.delete(expr);
    }
  }

  /** True when one question has led to the expression so often, from ever other callers and objects, that it would take all steps. */
  private isRepeated(expr: Expr): boolean {
    const times = (this.repeats.get(expr) ?? 0) + 1;
    this.repeats.set(expr, times);
    return times > MAX_REPEATS;
  }

  /** Counts a step. True when no more may be taken. */
  isSpent(): boolean {
    return ++this.work > this.follows.work;
  }

  unknown(why: UnknownValue['why'], span: Span, env: Env, extra: Partial<UnknownValue> = {}): UnknownValue {
    return { kind: 'unknown', why, stability: 'per-call', at: this.at(span, env), ...extra };
  }

  cause(kind: Cause['kind'], expr: Span, env: Env, certain = false): Cause {
    return { kind, text: shorten(env.index.unit.text.slice(expr.start, expr.end)), at: this.at(expr, env), certain };
  }

  // ── the ways from one rule to another ──────────────────────────────────────────────────────────────────────────────────────────

  /** The value of one definition, seen from `env`. */
  definition(def: Definition, env: Env): Value {
    return definitionValue(this, def, env);
  }

  /** The value of a name that has these definitions. */
  definedValue(definitions: readonly Definition[], name: string, span: Span, env: Env): Value {
    return definedValue(this, definitions, name, span, env);
  }

  /** An instance of an outside or workspace class, when a type annotation names one. */
  typed(type: Expr | undefined, env: Env): Value | undefined {
    return valueOfType(this, type, env);
  }

  /** Calls of a function or constructor of the workspace, in this file and in files that import it. */
  callersOf(fn: Fn, index: UnitIndex): readonly Caller[] {
    return this.callers.callersOf(fn, index);
  }

  /** `value.name`, as code reads it. */
  member(value: Value, name: string, span: Span, env: Env): Value {
    return member(this, value, name, span, env);
  }

  /** A property of an object, an option of an outside call, an attribute: for reading options. Absent and unknown are told apart. */
  property(value: Value, name: string, span: Span, env: Env): Value {
    return this.options.property(value, name, span, env);
  }

  /**
   * An argument of a call by name: a keyword, an entry of an unpacked dict, a property of an object argument, or by position.
   * Undefined when the call surely does not give it; `unknown('spread')` when it may.
   */
  argument(made: ExternalCall, name: string, position: number | undefined): Value | undefined {
    return this.options.argument(made, name, position);
  }

  /** `a ?? b`, `a or b`: the left one when known, otherwise the right one as a default. */
  fallback(left: Value, right: Expr, env: Env, at: Location): Value {
    return fallback(this, left, right, env, at);
  }

  /** What a workspace function returns, with its arguments bound. */
  returns(callee: FunctionValue, args: ArgumentList | undefined): Value {
    return returns(this, callee, args);
  }

  private either(expr: Expr & { kind: 'conditional' }, env: Env): Value {
    const holds = decided(this, expr.test, env);
    if (holds !== undefined) return this.evaluate(holds ? expr.then : expr.else, env);
    return choice([this.evaluate(expr.then, env), this.evaluate(expr.else, env)], this.at(expr, env));
  }

  private compute(expr: Expr, env: Env): Value {
    const at = this.at(expr, env);
    switch (expr.kind) {
      case 'string':
      case 'number':
      case 'boolean':
        return { kind: 'const', value: expr.value, at, via: 'literal' };
      case 'null':
        return { kind: 'const', value: null, at, via: 'literal' };
      case 'template':
        return { kind: 'text', at, parts: expr.parts.map((p) => formatted(this.evaluate(p, env), p, env)) };
      case 'await':
        return this.evaluate(expr.value, env);
      case 'name':
        return nameValue(this, expr.name, expr, env);
      case 'member':
        return this.member(this.evaluate(expr.object, env), expr.name, expr, env);
      case 'index':
        return indexed(this, expr, env);
      case 'object':
        return { kind: 'object', expr, env, added: [], at };
      case 'array':
        return { kind: 'array', items: expr.items.flatMap((item) => items(this, item, env)), at };
      case 'function':
        return { kind: 'function', fn: expr.fn, env, at };
      case 'comprehension':
        return (
          filteredDict(this, expr, env, at) ?? { kind: 'array', at, items: [{ value: this.evaluate(expr.element, inside(expr, env)), many: true }] }
        );
      case 'conditional':
        return this.either(expr, env);
      case 'binary':
        return binary(this, expr, env);
      case 'unary':
        return unary(this, expr, env);
      case 'call':
        return callValue(this, expr, env);
      case 'spread':
        return this.evaluate(expr.value, env);
      case 'other':
        return this.unknown('dynamic', expr, env);
    }
  }
}

function inside(expr: Expr & { kind: 'comprehension' }, env: Env): Env {
  const frame = env.index.comprehensions.get(expr);
  return frame ? { ...env, frame } : env;
}
