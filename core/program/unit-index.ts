/**
 * One walk over a unit that records what everything after it asks for: scopes and definitions, every call with the constructs
 * around it, attribute assignments of classes, mutations of lists and objects, returns of functions, exports.
 */
import type {
  AssignStmt,
  Block,
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
import { dotted } from './visit.ts';

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

const MUTATORS: Readonly<Record<string, Mutation['kind']>> = {
  append: 'append',
  push: 'append',
  add: 'append',
  add_message: 'append',
  addMessage: 'append',
  extend: 'extend',
  insert: 'insert',
  unshift: 'insert',
  splice: 'remove',
  pop: 'remove',
  popleft: 'remove',
  shift: 'remove',
  clear: 'remove',
  update: 'extend',
};

/** Functions that call what they are given, for each item or later. */
const CALLS_ITS_ARGUMENT =
  /^(map|flatMap|forEach|submit|imap|imap_unordered|starmap|map_async|run_in_executor|to_thread|start_soon|apply_async|mapLimit|eachLimit|mapSeries|pMap|gather)$/;

/** Names that stand for the instance inside a method. */
const isSelf = (name: string): boolean => name === 'this' || name === 'self' || name === 'cls';

export function indexUnit(unit: SourceUnit): UnitIndex {
  return new Indexer(unit).run();
}

class Indexer {
  readonly unit: SourceUnit;
  readonly root: Scope = { kind: 'module', parent: undefined, definitions: new Map() };
  readonly calls: CallInfo[] = [];
  readonly callsByName = new Map<string, CallInfo[]>();
  readonly handedByName = new Map<string, CallInfo[]>();
  readonly imports: ImportStmt[] = [];
  readonly exports = new Map<string, Export>();
  readonly starExports: string[] = [];
  readonly mutations = new Map<string, Mutation[]>();
  readonly classes = new Map<ClassStmt, ClassInfo>();
  readonly returns = new Map<Fn, Return[]>();
  readonly frames = new Map<Fn, FrameOf<'function'>>();
  readonly comprehensions = new Map<Expr, Frame>();
  readonly fnNames = new Map<Fn, string>();
  current!: Stmt;

  constructor(unit: SourceUnit) {
    this.unit = unit;
  }

  run(): UnitIndex {
    const module: Frame = { kind: 'module', parent: undefined, scope: this.root };
    this.block(this.unit.body, module);
    return { ...this.result(), module };
  }

  result(): Omit<UnitIndex, 'module'> {
    const {
      unit,
      root,
      calls,
      callsByName,
      handedByName,
      imports,
      exports,
      starExports,
      mutations,
      classes,
      returns,
      frames,
      comprehensions,
      fnNames,
    } = this;
    return {
      unit,
      root,
      calls,
      callsByName,
      handedByName,
      imports,
      exports,
      starExports,
      mutations,
      classes,
      returns,
      frames,
      comprehensions,
      fnNames,
    };
  }

  block(block: Block, frame: Frame): void {
    for (const stmt of block.statements) this.stmt(stmt, frame);
  }

  stmt(stmt: Stmt, frame: Frame): void {
    const outer = this.current;
    this.current = stmt;
    this.inner(stmt, frame);
    this.current = outer;
  }

  inner(stmt: Stmt, frame: Frame): void {
    const { scope } = frame;
    switch (stmt.kind) {
      case 'assign':
        if (stmt.value) this.expr(stmt.value, frame);
        this.assign(stmt, frame);
        return;
      case 'expr':
        this.expr(stmt.value, frame);
        this.passed(stmt.value, frame);
        return;
      case 'return': {
        if (stmt.value) this.expr(stmt.value, frame);
        const fn = enclosing(frame, 'function')?.fn;
        if (fn) pushTo(this.returns, fn, { value: stmt.value, frame });
        return;
      }
      case 'raise':
        if (stmt.value) this.expr(stmt.value, frame);
        return;
      case 'if':
        stmt.branches.forEach((branch, index) => {
          if (branch.test) this.expr(branch.test, frame);
          this.block(branch.body, { kind: 'branch', stmt, index, parent: frame, scope });
        });
        return;
      case 'loop':
        this.loop(stmt, frame);
        return;
      case 'try':
        this.block(stmt.body, { kind: 'try', stmt, parent: frame, scope });
        for (const handler of stmt.handlers) this.block(handler.body, { kind: 'handler', stmt, parent: frame, scope });
        if (stmt.finally) this.block(stmt.finally, frame);
        return;
      case 'with': {
        const inside: Frame = { kind: 'with', stmt, parent: frame, scope };
        for (const item of stmt.items) {
          this.expr(item.value, frame);
          if (item.target) this.bind(item.target, { kind: 'context', value: item.value, at: item.target.end, frame });
        }
        this.block(stmt.body, inside);
        return;
      }
      case 'def':
        this.define(stmt.fn.name, { kind: 'function', fn: stmt.fn, at: stmt.start, frame, span: stmt.fn.nameSpan ?? stmt });
        this.fn(stmt.fn, frame, stmt.fn.name, stmt);
        return;
      case 'class':
        this.cls(stmt, frame);
        return;
      case 'block':
        this.block(stmt.body, { kind: 'block', span: stmt, parent: frame, scope });
        return;
      case 'import':
        this.imports.push(stmt);
        for (const name of stmt.names) this.define(name.local, { kind: 'import', at: 0, frame, stmt, imported: name.imported, span: name });
        return;
      case 'export':
        for (const { local, exported } of stmt.names) {
          if (stmt.from === undefined) this.exports.set(exported, { kind: 'local', name: local });
          else if (exported === '*') this.starExports.push(stmt.from);
          else this.exports.set(exported, { kind: 'from', module: stmt.from, name: local, span: stmt });
        }
        if (stmt.value) {
          this.expr(stmt.value, frame);
          this.exports.set('default', { kind: 'value', value: stmt.value });
        }
        return;
      case 'break':
      case 'continue':
        return;
    }
  }

  loop(stmt: LoopStmt, frame: Frame): void {
    for (const init of stmt.init ?? []) this.stmt(init, frame);
    if (stmt.iterable) this.expr(stmt.iterable, frame);
    const inside: Frame = { kind: 'loop', loop: stmt, parent: frame, scope: frame.scope };
    if (stmt.target) this.bind(stmt.target, { kind: 'element', value: stmt.iterable, at: stmt.target.end, frame: inside });
    if (stmt.test) this.expr(stmt.test, inside);
    this.block(stmt.body, inside);
    if (stmt.update) this.expr(stmt.update, inside);
  }

  fn(fn: Fn, frame: Frame, name: string, member?: FunctionStmt): void {
    for (const decorator of fn.decorators) this.expr(decorator, frame);
    for (const param of fn.params) if (param.default) this.expr(param.default, frame);
    const scope: Scope = { kind: 'function', parent: frame.scope, definitions: new Map(), fn };
    const inside: FrameOf<'function'> = { kind: 'function', fn, parent: frame, scope, ...(member && { member }) };
    this.frames.set(fn, inside);
    if (name) this.fnNames.set(fn, name);
    for (const param of fn.params) this.bind(param.target, { kind: 'param', param, at: fn.start, frame: inside, type: param.type });
    this.block(fn.body, inside);
  }

  cls(cls: ClassStmt, frame: Frame): void {
    for (const expr of [...cls.bases, ...cls.decorators]) this.expr(expr, frame);
    this.define(cls.name, { kind: 'class', cls, at: cls.start, frame, span: cls });
    const scope: Scope = { kind: 'class', parent: frame.scope, definitions: new Map(), cls };
    const inside: Frame = { kind: 'class', cls, parent: frame, scope };
    const methods = new Map<string, { def: FunctionStmt; frame: Frame }>();
    for (const stmt of cls.body.statements) if (stmt.kind === 'def') methods.set(stmt.fn.name, { def: stmt, frame: inside });
    this.classes.set(cls, { cls, frame: inside, methods, attributes: new Map() });
    this.block(cls.body, inside);
    this.parameterProperties(cls, methods.get('constructor')?.def.fn);
  }

  /** `constructor(private model = 'x')`: the value of the field is the parameter, seen from inside the constructor. */
  parameterProperties(cls: ClassStmt, constructor: Fn | undefined): void {
    const frame = constructor && this.frames.get(constructor);
    if (!frame) return;
    for (const [name, definitions] of this.classes.get(cls)?.attributes ?? []) {
      const moved = definitions.map((d) => (d.value && constructor.params.some((p) => p.target.start === d.value?.start) ? { ...d, frame } : d));
      this.classes.get(cls)?.attributes.set(name, moved);
    }
  }

  assign(stmt: AssignStmt, frame: Frame): void {
    const { target } = stmt;
    const kind = stmt.op === '=' ? 'value' : 'add';
    if (stmt.op !== '=') this.mutate(target, 'add', undefined, stmt.value, frame, stmt);
    if (stmt.op === '=' && stmt.value && (target.kind === 'name' || target.kind === 'member'))
      this.mutate(target, 'replace', undefined, stmt.value, frame, stmt);
    if (target.kind === 'index') {
      this.expr(target, frame);
      this.mutate(target.object, 'set', target.index.kind === 'string' ? target.index.value : undefined, stmt.value, frame, stmt);
      return;
    }
    if (target.kind === 'member') {
      if (target.object.kind === 'name' && target.object.name === 'exports')
        this.exports.set(target.name, stmt.value ? { kind: 'value', value: stmt.value } : { kind: 'local', name: target.name });
      this.mutate(target.object, 'set', target.name, stmt.value, frame, stmt);
    }
    this.bind(target, {
      kind,
      value: stmt.value,
      at: stmt.end,
      frame,
      type: stmt.type,
      blockScoped: stmt.declares === 'const' || stmt.declares === 'let',
    });
    if (stmt.value?.kind === 'function' && target.kind === 'name') this.fnNames.set(stmt.value.fn, target.name);
  }

  /** Records a definition for every name of a target: a name, an attribute, an object or array pattern. */
  bind(
    target: Expr,
    base: Omit<Definition, 'name' | 'path' | 'span' | 'blockScoped'> & { blockScoped?: boolean; path?: readonly PathStep[]; fallback?: Expr },
  ): void {
    const path = base.path ?? [];
    switch (target.kind) {
      case 'name':
        this.define(target.name, { ...base, span: target });
        return;
      case 'member':
        if (target.object.kind === 'name' && isSelf(target.object.name)) {
          const info = this.classOf(base.frame);
          if (info) pushTo(info.attributes, target.name, { ...base, path, name: target.name, span: target.nameSpan, blockScoped: false });
        }
        return;
      case 'object':
        for (const entry of target.entries) this.bind(entry.value, { ...base, path: entry.spread ? path : [...path, entry.key ?? '?'] });
        return;
      case 'array':
        target.items.forEach((item, i) => this.bind(item, { ...base, path: [...path, i] }));
        return;
      case 'binary':
        if (target.op === '=') this.bind(target.left, { ...base, fallback: target.right });
        return;
      case 'spread':
        this.bind(target.value, { ...base, path: [...path, '*'] });
        return;
      default:
        return;
    }
  }

  define(name: string, def: Omit<Definition, 'name' | 'path' | 'blockScoped'> & { path?: readonly PathStep[]; blockScoped?: boolean }): void {
    const { scope } = def.frame;
    pushTo(scope.definitions, name, { path: [], blockScoped: false, ...def, name });
    if (scope.kind === 'class' && (def.kind === 'value' || def.kind === 'class') && scope.cls) {
      const info = this.classes.get(scope.cls);
      if (info) pushTo(info.attributes, name, { path: [], blockScoped: false, ...def, name });
    }
  }

  classOf(frame: Frame | undefined): ClassInfo | undefined {
    const found = enclosing(frame, 'class');
    return found && this.classes.get(found.cls);
  }

  mutate(target: Expr, kind: Mutation['kind'], key: string | undefined, value: Expr | undefined, frame: Frame, span: Span): void {
    const root = dotted(target);
    if (root !== undefined) pushTo(this.mutations, root, { root, kind, frame, span, ...(key !== undefined && { key }), ...(value && { value }) });
  }

  /** `addDefaults(params)`: a call for its effect may change what it is given. */
  passed(expr: Expr, frame: Frame): void {
    const call = expr.kind === 'await' ? expr.value : expr;
    if (call.kind !== 'call') return;
    for (const arg of call.args) if (arg.value.kind === 'name') this.mutate(arg.value, 'passed', undefined, call, frame, call);
  }

  expr(expr: Expr, frame: Frame): void {
    switch (expr.kind) {
      case 'string':
      case 'number':
      case 'boolean':
      case 'null':
      case 'name':
        return;
      case 'call':
        this.call(expr, frame);
        return;
      case 'function':
        this.fn(expr.fn, frame, expr.fn.name);
        return;
      case 'comprehension':
        this.comprehension(expr, frame);
        return;
      case 'member':
        this.expr(expr.object, frame);
        return;
      case 'index':
        this.expr(expr.object, frame);
        this.expr(expr.index, frame);
        return;
      case 'template':
        for (const part of expr.parts) this.expr(part, frame);
        return;
      case 'object':
        for (const entry of expr.entries) {
          if (entry.keyExpr) this.expr(entry.keyExpr, frame);
          this.expr(entry.value, frame);
          if (entry.value.kind === 'function' && entry.key) this.fnNames.set(entry.value.fn, entry.key);
        }
        return;
      case 'array':
        for (const item of expr.items) this.expr(item, frame);
        return;
      case 'spread':
      case 'await':
        this.expr(expr.value, frame);
        return;
      case 'binary':
        if (expr.op === '=') {
          this.expr(expr.right, frame);
          this.bind(expr.left, { kind: 'value', value: expr.right, at: expr.end, frame });
          return;
        }
        this.expr(expr.left, frame);
        this.expr(expr.right, frame);
        return;
      case 'unary':
        this.expr(expr.operand, frame);
        return;
      case 'conditional':
        this.expr(expr.test, frame);
        this.expr(expr.then, frame);
        this.expr(expr.else, frame);
        return;
      case 'other':
        for (const child of expr.children) this.expr(child, frame);
        return;
    }
  }

  call(call: CallExpr, frame: Frame): void {
    const info: CallInfo = { call, frame, stmt: this.current };
    this.calls.push(info);
    const name = call.callee.kind === 'name' || call.callee.kind === 'member' ? call.callee.name : '()';
    pushTo(this.callsByName, name, info);
    this.expr(call.callee, frame);
    if (call.args.length > 0) {
      const inside: Frame = { kind: 'argument', call, parent: frame, scope: frame.scope };
      for (const arg of call.args) this.expr(arg.value, inside);
      if (CALLS_ITS_ARGUMENT.test(name)) this.handOn(call, inside);
    }
    if (call.callee.kind === 'member' && !call.isNew) {
      const kind = Object.hasOwn(MUTATORS, call.callee.name) ? MUTATORS[call.callee.name] : undefined;
      if (kind)
        for (const arg of call.args.length ? call.args : [undefined])
          this.mutate(call.callee.object, kind, arg?.name, kind === 'remove' ? undefined : arg?.value, frame, call);
      if (call.callee.name === 'assign' && dotted(call.callee) === 'Object.assign' && call.args[0])
        for (const arg of call.args.slice(1)) this.mutate(call.args[0].value, 'extend', undefined, arg.value, frame, call);
    }
  }

  /** `xs.map(work)` as a call of `work` with arguments that are not known. */
  handOn(call: CallExpr, frame: Frame): void {
    for (const { value } of call.args) {
      if (value.kind !== 'name' && !(value.kind === 'member' && value.object.kind === 'name' && isSelf(value.object.name))) continue;
      const span = { start: value.start, end: value.end };
      const implied: CallExpr = {
        kind: 'call',
        callee: value,
        args: [{ spread: '*', value: call.callee, ...span }],
        argsSpan: span,
        isNew: false,
        ...span,
      };
      pushTo(this.handedByName, value.name, { call: implied, frame, stmt: this.current, handed: true });
    }
  }

  comprehension(expr: Expr & { kind: 'comprehension' }, frame: Frame): void {
    const scope: Scope = { kind: 'comprehension', parent: frame.scope, definitions: new Map() };
    const inside: Frame = { kind: 'comprehension', expr, parent: frame, scope };
    this.comprehensions.set(expr, inside);
    for (const loop of expr.loops) {
      this.expr(loop.iterable, frame);
      this.bind(loop.target, { kind: 'element', value: loop.iterable, at: expr.start, frame: inside });
    }
    for (const condition of expr.conditions) this.expr(condition, inside);
    this.expr(expr.element, inside);
  }
}

function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** The nearest frame of a kind, the given one included. */
export function enclosing<K extends Frame['kind']>(frame: Frame | undefined, kind: K): FrameOf<K> | undefined {
  for (let f = frame; f; f = f.parent) if (f.kind === kind) return f as FrameOf<K>;
  return undefined;
}

/** The class whose method (or body) the frame lies in; functions nested in methods count, nested classes start anew. */
export function classFrame(frame: Frame | undefined): FrameOf<'class'> | undefined {
  return enclosing(frame, 'class');
}

/** True when `outer` is `inner` or stands around it. */
export function contains(outer: Frame, inner: Frame | undefined): boolean {
  for (let f = inner; f; f = f.parent) if (f === outer) return true;
  return false;
}

/** The function frame a frame runs in; undefined at module or class level. */
export function functionOf(frame: Frame | undefined): FrameOf<'function'> | undefined {
  for (let f = frame; f; f = f.parent) {
    if (f.kind === 'function') return f;
    if (f.kind === 'class') return undefined;
  }
  return undefined;
}

/** The definitions that a name may have at a place: those that reach it, the nearest scope first. Empty when it is not defined in the unit. `members`: a
 * class body is a scope of names, as in Python. */
export function reaching(name: string, frame: Frame, offset: number, members = true): readonly Definition[] {
  const own = functionOf(frame);
  let crossedFunction = false;
  for (let scope: Scope | undefined = frame.scope; scope; scope = scope.parent) {
    if (scope.kind !== 'class' || (members && !crossedFunction)) {
      const all = scope.definitions.get(name)?.filter((d) => !d.blockScoped || contains(d.frame, frame));
      if (all?.length) return functionOf(all[0]?.frame) === own ? flowing(all, frame, offset) : all;
    }
    if (scope.kind === 'function') crossedFunction = true;
  }
  return [];
}

/** Of definitions in the same function: the last one that surely ran before the offset, and those after it that may have. */
function flowing(all: readonly Definition[], frame: Frame, offset: number): readonly Definition[] {
  const before = all.filter((d) => d.at <= offset);
  if (before.length === 0) return all;
  let last = -1;
  before.forEach((d, i) => {
    if (d.kind === 'add') return;
    const own = branchFrame(d.frame);
    if (contains(own, frame) || inEveryBranch(own, frame, before)) last = i;
  });
  if (last < 0) return before;
  // All branches of one statement count, not only the last of them.
  const stmt = statementOf(branchFrame((before[last] as Definition).frame), frame);
  const first = stmt === undefined ? last : before.findIndex((d) => d.at >= stmt.start && d.at <= stmt.end);
  return before.slice(first);
}

/** The if or try that a definition stands in a branch of, when the place of use stands behind the whole statement. */
function statementOf(own: Frame, use: Frame): IfStmt | TryStmt | undefined {
  if ((own.kind !== 'branch' && own.kind !== 'try' && own.kind !== 'handler') || contains(own, use)) return undefined;
  return own.parent && contains(branchFrame(own.parent), use) ? own.stmt : undefined;
}

/** `if … else …` or `try … except …` in which each way that goes on sets the name: what stood before it is gone. */
function inEveryBranch(own: Frame, use: Frame, definitions: readonly Definition[]): boolean {
  const stmt = statementOf(own, use);
  if (!stmt) return false;
  if (stmt.kind === 'if' && stmt.branches.at(-1)?.test) return false;
  const blocks = stmt.kind === 'if' ? stmt.branches.map((b) => b.body) : [stmt.body, ...stmt.handlers.map((h) => h.body)];
  return blocks.every(
    (block) =>
      leaves(block) ||
      definitions.some((d) => d.kind !== 'add' && d.at >= block.start && d.at <= block.end && statementOf(branchFrame(d.frame), use) === stmt),
  );
}

/** A block that does not go on to what follows it. */
const leaves = (block: Block): boolean =>
  block.statements.some((s) => s.kind === 'return' || s.kind === 'raise' || s.kind === 'continue' || s.kind === 'break');

/** A definition among call arguments or in a with runs whenever its surroundings run. */
function branchFrame(frame: Frame): Frame {
  let f = frame;
  while (f.parent && (f.kind === 'argument' || f.kind === 'with' || f.kind === 'block')) f = f.parent;
  return f;
}
