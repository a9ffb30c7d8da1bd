/**
 * What one walk over a unit records: scopes and definitions, every call with the constructs around it, attribute assignments of classes,
 * mutations of lists and objects, returns of functions, exports. `indexer.ts` makes it.
 */
import type {
  CallExpr,
  ClassStmt,
  Expr,
  Fn,
  FunctionStmt,
  IfStmt,
  ImportStmt,
  LoopStmt,
  Param,
  SourceUnit,
  Stmt,
  TryStmt,
  WithStmt,
} from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';

/** What stands around a node, innermost first through `parent`. */
export type Frame = { readonly parent: Frame | undefined; readonly scope: Scope } & (
  | { readonly kind: 'module' }
  | { readonly kind: 'function'; readonly fn: Fn; readonly member?: FunctionStmt }
  | { readonly kind: 'class'; readonly cls: ClassStmt }
  | { readonly kind: 'loop'; readonly loop: LoopStmt }
  | { readonly kind: 'comprehension'; readonly expr: Expr & { kind: 'comprehension' } }
  | { readonly kind: 'try'; readonly stmt: TryStmt }
  | { readonly kind: 'handler'; readonly stmt: TryStmt }
  | { readonly kind: 'branch'; readonly stmt: IfStmt; readonly index: number }
  | { readonly kind: 'with'; readonly stmt: WithStmt }
  | { readonly kind: 'block'; readonly span: Span }
  | { readonly kind: 'argument'; readonly call: CallExpr }
);
export type FrameOf<K extends Frame['kind']> = Extract<Frame, { kind: K }>;

export interface Scope {
  readonly kind: 'module' | 'function' | 'class' | 'comprehension';
  readonly parent: Scope | undefined;
  readonly definitions: Map<string, Definition[]>;
  readonly fn?: Fn;
  readonly cls?: ClassStmt;
}

/** A step from a value to a part of it, in destructuring. */
export type PathStep = string | number;

export interface Definition {
  readonly name: string;
  readonly kind: 'value' | 'add' | 'param' | 'import' | 'function' | 'class' | 'element' | 'context' | 'other';
  /** Offset from which it holds. */
  readonly at: number;
  readonly span: Span;
  readonly frame: Frame;
  readonly blockScoped: boolean;
  /** `value`/`add`: the assigned expression · `element`: the iterable · `context`: the managed expression. */
  readonly value?: Expr;
  readonly path: readonly PathStep[];
  readonly fallback?: Expr;
  readonly type?: Expr;
  readonly param?: Param;
  readonly fn?: Fn;
  readonly cls?: ClassStmt;
  readonly stmt?: ImportStmt;
  readonly imported?: string;
  /** Sets a name that a scope further out declares: `let client; function init() { client = … }`. */
  readonly outer?: true;
  /** An assignment without a declaration, in a function. */
  readonly isBare?: boolean;
}

/** A call with its surroundings. */
export interface CallInfo {
  readonly call: CallExpr;
  readonly frame: Frame;
  readonly stmt: Stmt;
  /** The function is not called here but handed to what calls it for each item: `xs.map(work)`. */
  readonly handed?: boolean;
}

/** A change of a list or object in place. `root` is the dotted name: `messages`, `self.messages`. */
export interface Mutation {
  readonly root: string;
  readonly kind: 'append' | 'extend' | 'insert' | 'set' | 'remove' | 'add' | 'replace' | 'passed';
  readonly key?: string;
  readonly value?: Expr;
  readonly frame: Frame;
  readonly span: Span;
}

export interface Return {
  readonly value: Expr | undefined;
  readonly frame: Frame;
}

/** What is known of a class: members by name, and what methods assign to `self.x`. */
export interface ClassInfo {
  readonly cls: ClassStmt;
  readonly frame: Frame;
  readonly methods: ReadonlyMap<string, { readonly def: FunctionStmt; readonly frame: Frame }>;
  readonly attributes: Map<string, Definition[]>;
}

export interface UnitIndex {
  readonly unit: SourceUnit;
  readonly root: Scope;
  readonly module: Frame;
  readonly calls: readonly CallInfo[];
  /** Calls by the last name of their callee. */
  readonly callsByName: ReadonlyMap<string, readonly CallInfo[]>;
  /** Functions that are handed to a map, a pool or a timer, by name. */
  readonly handedByName: ReadonlyMap<string, readonly CallInfo[]>;
  readonly imports: readonly ImportStmt[];
  /** exported name → how it is made. */
  readonly exports: ReadonlyMap<string, Export>;
  readonly starExports: readonly string[];
  readonly mutations: ReadonlyMap<string, readonly Mutation[]>;
  readonly classes: ReadonlyMap<ClassStmt, ClassInfo>;
  /** What the names of interfaces and type aliases stand for. */
  readonly shapes: ReadonlyMap<string, Expr>;
  readonly returns: ReadonlyMap<Fn, readonly Return[]>;
  /** The frame inside a function, to evaluate in its scope. */
  readonly frames: ReadonlyMap<Fn, FrameOf<'function'>>;
  /** The frame inside a comprehension, where its loop variables are defined. */
  readonly comprehensions: ReadonlyMap<Expr, Frame>;
  /** Functions that are values of a name or member: for messages and for finding callers. */
  readonly fnNames: ReadonlyMap<Fn, string>;
}

export type Export =
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'from'; readonly module: string; readonly name: string; readonly span: Span }
  | { readonly kind: 'value'; readonly value: Expr };
