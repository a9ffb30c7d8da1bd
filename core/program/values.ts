/** What an expression may be when the program runs, as far as the code tells. Values are lazy: parts are evaluated when asked for. */
import type { CallExpr, ClassStmt, Expr, Fn, ObjectExpr } from '../frontends/source-unit.ts';
import type { Cause, Location, Stability, Via, Why } from '../model.ts';
import type { Frame, UnitIndex } from './unit-index.ts';

/** Where an expression is evaluated: its unit, the constructs around it, and the arguments of the call that led here. */
export interface Env {
  readonly index: UnitIndex;
  readonly frame: Frame;
  /** Arguments bound to parameters while a helper's result is followed. */
  readonly args?: ReadonlyMap<Fn, ArgumentList>;
  /** The object whose method or class is being evaluated: `self.x` of a known construction. */
  readonly self?: InstanceValue;
}

export interface ArgumentList {
  readonly call: CallExpr;
  readonly env: Env;
}

export type Value =
  | ConstValue
  | TextValue
  | ObjectValue
  | ArrayValue
  | ExternalValue
  | FunctionValue
  | ClassValue
  | InstanceValue
  | ModuleValue
  | ChoiceValue
  | ChainValue
  | UnknownValue;

export interface ConstValue {
  readonly kind: 'const';
  readonly value: string | number | boolean | null;
  readonly at: Location;
  readonly via: Via;
}
/** Text with holes. `const` pieces are strings; everything else is a hole. */
export interface TextValue {
  readonly kind: 'text';
  readonly parts: readonly Value[];
  readonly at: Location;
}
/** An object literal or dict. `added`: entries that later statements set, in order; `optional`: what a caller may give in place of a default. */
export interface ObjectValue {
  readonly kind: 'object';
  readonly expr: ObjectExpr;
  readonly env: Env;
  readonly added: readonly {
    readonly key: string | undefined;
    readonly value: Expr | undefined;
    readonly env: Env;
    readonly certain: boolean;
    readonly optional?: boolean;
  }[];
  readonly at: Location;
}
/** A list. */
export interface ArrayValue {
  readonly kind: 'array';
  readonly items: readonly Item[];
  readonly at: Location;
}
export interface Item {
  readonly value: Value;
  /** Stands for any number of items. */
  readonly many: boolean;
  /** Added after the place of use, in a loop around it: there from the second step on. */
  readonly later?: boolean;
}
/**
 * Something that comes from outside the workspace, and what was done with it: `signature` is `Anthropic().messages.create` for module
 * `anthropic`. `calls` are the calls in the signature, in order; undefined for one that is only known by a type annotation.
 */
export interface ExternalValue {
  readonly kind: 'external';
  readonly module: string;
  readonly signature: string;
  readonly calls: readonly (ExternalCall | undefined)[];
  /** It does not change more often than this: it was made when the module or the object was. */
  readonly limit?: Stability;
  /** Where the helper was called that gave it. */
  readonly through?: Location;
  /** Arguments given beforehand, by `partial`. */
  readonly bound?: ExternalCall;
  readonly at: Location;
}
export interface ExternalCall {
  readonly call: CallExpr;
  readonly env: Env;
  /** The call that gave arguments beforehand: `partial(create, model=…)`. */
  readonly defaults?: ExternalCall;
  /** The call that made what this one copies: its arguments hold where this one gives none. */
  readonly over?: ExternalCall;
}
export interface FunctionValue {
  readonly kind: 'function';
  readonly fn: Fn;
  readonly env: Env;
  readonly self?: InstanceValue;
  readonly at: Location;
}
export interface ClassValue {
  readonly kind: 'class';
  readonly cls: ClassStmt;
  readonly env: Env;
  readonly at: Location;
}
/** An object of a workspace class; `made` is the call that constructs it, when known. */
export interface InstanceValue {
  readonly kind: 'instance';
  readonly cls: ClassStmt;
  readonly env: Env;
  readonly made?: ExternalCall;
  readonly at: Location;
}
/** A module of the workspace as a value (`import prompts`, `import * as prompts`). */
export interface ModuleValue {
  readonly kind: 'module';
  readonly index: UnitIndex;
  readonly at: Location;
}
/** One of several, depending on a branch. */
export interface ChoiceValue {
  readonly kind: 'choice';
  readonly options: readonly Value[];
  readonly at: Location;
}
/** `prompt | llm | parser`, `prompt.pipe(llm)`. */
export interface ChainValue {
  readonly kind: 'chain';
  readonly parts: readonly Value[];
  /** What was asked of the chain: `invoke`. */
  readonly member?: string;
  readonly at: Location;
}
/** A type, and where it is written. */
export interface Declared {
  readonly type: Expr;
  readonly env: Env;
}
export interface UnknownValue {
  readonly kind: 'unknown';
  readonly why: Why;
  readonly stability: Stability;
  readonly cause?: Cause;
  readonly at: Location;
  /** Where the helper was called that gave it. */
  readonly through?: Location;
  /** The list grows or stands for further messages. */
  readonly many?: boolean;
  /** The parameter that could not be followed, to look at callers. */
  readonly parameter?: string;
  /** What stands there where nothing is given: `config.get('model', 'gpt-5.4')`. Options have it as their default; in a prompt it says nothing. */
  readonly standard?: ConstValue;
  /** What it is declared as, to look up members: `deps: Deps`. */
  readonly declared?: Declared;
}
