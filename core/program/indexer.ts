/** The one walk over a unit that fills its tables. */
import type { AssignStmt, Block, CallExpr, ClassStmt, Expr, Fn, FunctionStmt, LoopStmt, SourceUnit, Stmt } from '../frontends/source-unit.ts';
import { enclosing, functionOf } from './frames.ts';
import { isSelf, pushTo, Tables } from './tables.ts';
import type { CallInfo, Frame, FrameOf, Mutation, Scope, UnitIndex } from './unit-index.ts';
import { dotted } from './visit.ts';

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
  /^(map|flatMap|forEach|imap|imap_unordered|starmap|map_async|apply_async|mapLimit|eachLimit|mapSeries|pMap|gather|apply|progress_apply|parallel_apply)$/;
/** These call a function with the arguments that stand behind it. */
const PASSES_ON = /^(submit|run_in_executor|to_thread|run_sync|start_soon)$/;

export function indexUnit(unit: SourceUnit): UnitIndex {
  const tables = new Tables(unit);
  new Indexer(tables).block(unit.body, tables.module);
  tables.settleOuter();
  return tables;
}

class Indexer {
  private readonly tables: Tables;
  private current!: Stmt;

  constructor(tables: Tables) {
    this.tables = tables;
  }

  block(block: Block, frame: Frame): void {
    for (const stmt of block.statements) this.stmt(stmt, frame);
  }

  private stmt(stmt: Stmt, frame: Frame): void {
    const outer = this.current;
    this.current = stmt;
    this.inner(stmt, frame);
    this.current = outer;
  }

  private inner(stmt: Stmt, frame: Frame): void {
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
        if (fn) pushTo(this.tables.returns, fn, { value: stmt.value, frame });
        return;
      }
      case 'raise':
        if (stmt.value) this.expr(stmt.value, frame);
        return;
      case 'if':
        for (const [index, branch] of stmt.branches.entries()) {
          if (branch.test) this.expr(branch.test, frame);
          this.block(branch.body, { kind: 'branch', stmt, index, parent: frame, scope });
        }
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
          if (item.target) this.tables.bind(item.target, { kind: 'context', value: item.value, at: item.target.end, frame });
        }
        this.block(stmt.body, inside);
        return;
      }
      case 'def':
        this.tables.define(stmt.fn.name, stmt.fn.nameSpan ?? stmt, { kind: 'function', fn: stmt.fn, at: stmt.start, frame });
        this.fn(stmt.fn, frame, stmt.fn.name, stmt);
        return;
      case 'class':
        this.cls(stmt, frame);
        return;
      case 'shape':
        this.tables.shapes.set(stmt.name, stmt.type);
        return;
      case 'outer':
        this.tables.declareOuter(stmt, scope);
        return;
      case 'block':
        this.block(stmt.body, { kind: 'block', span: stmt, parent: frame, scope });
        return;
      case 'import':
        this.tables.imports.push(stmt);
        for (const name of stmt.names) this.tables.define(name.local, name, { kind: 'import', at: 0, frame, stmt, imported: name.imported });
        return;
      case 'export':
        for (const { local, exported } of stmt.names) {
          if (stmt.from === undefined) this.tables.exports.set(exported, { kind: 'local', name: local });
          else if (exported === '*') this.tables.starExports.push(stmt.from);
          else this.tables.exports.set(exported, { kind: 'from', module: stmt.from, name: local, span: stmt });
        }
        if (stmt.value) {
          this.expr(stmt.value, frame);
          this.tables.exports.set('default', { kind: 'value', value: stmt.value });
        }
        return;
      case 'break':
      case 'continue':
        return;
    }
  }

  private loop(stmt: LoopStmt, frame: Frame): void {
    for (const init of stmt.init ?? []) this.stmt(init, frame);
    if (stmt.iterable) this.expr(stmt.iterable, frame);
    const inside: Frame = { kind: 'loop', loop: stmt, parent: frame, scope: frame.scope };
    if (stmt.target) this.tables.bind(stmt.target, { kind: 'element', value: stmt.iterable, at: stmt.target.end, frame: inside });
    if (stmt.test) this.expr(stmt.test, inside);
    this.block(stmt.body, inside);
    if (stmt.update) this.expr(stmt.update, inside);
  }

  private fn(fn: Fn, frame: Frame, name: string, member?: FunctionStmt): void {
    for (const decorator of fn.decorators) this.expr(decorator, frame);
    for (const param of fn.params) if (param.default) this.expr(param.default, frame);
    const scope: Scope = { kind: 'function', parent: frame.scope, definitions: new Map(), fn };
    const inside: FrameOf<'function'> = { kind: 'function', fn, parent: frame, scope, ...(member && { member }) };
    this.tables.frames.set(fn, inside);
    if (name) this.tables.fnNames.set(fn, name);
    for (const param of fn.params) this.tables.bind(param.target, { kind: 'param', param, at: fn.start, frame: inside, type: param.type });
    this.block(fn.body, inside);
  }

  private cls(cls: ClassStmt, frame: Frame): void {
    for (const expr of [...cls.bases, ...cls.decorators]) this.expr(expr, frame);
    this.tables.define(cls.name, cls, { kind: 'class', cls, at: cls.start, frame });
    const scope: Scope = { kind: 'class', parent: frame.scope, definitions: new Map(), cls };
    const inside: Frame = { kind: 'class', cls, parent: frame, scope };
    const methods = new Map<string, { def: FunctionStmt; frame: Frame }>();
    for (const stmt of cls.body.statements) if (stmt.kind === 'def') methods.set(stmt.fn.name, { def: stmt, frame: inside });
    this.tables.classes.set(cls, { cls, frame: inside, methods, attributes: new Map() });
    this.block(cls.body, inside);
    this.parameterProperties(cls, methods.get('constructor')?.def.fn);
  }

  /** `constructor(private model = 'x')`: the value of the field is the parameter, seen from inside the constructor. */
  private parameterProperties(cls: ClassStmt, constructor: Fn | undefined): void {
    const frame = constructor && this.tables.frames.get(constructor);
    if (!frame) return;
    for (const [name, definitions] of this.tables.classes.get(cls)?.attributes ?? []) {
      const moved = definitions.map((d) => (d.value && constructor.params.some((p) => p.target.start === d.value?.start) ? { ...d, frame } : d));
      this.tables.classes.get(cls)?.attributes.set(name, moved);
    }
  }

  private assign(stmt: AssignStmt, frame: Frame): void {
    const { target } = stmt;
    const kind = stmt.op === '=' ? 'value' : 'add';
    if (stmt.op !== '=') this.tables.mutate(target, 'add', undefined, stmt.value, frame, stmt);
    if (stmt.op === '=' && stmt.value && (target.kind === 'name' || target.kind === 'member'))
      this.tables.mutate(target, 'replace', undefined, stmt.value, frame, stmt);
    if (target.kind === 'index') {
      this.expr(target, frame);
      if (stmt.op === '=' && stmt.value) this.tables.mutate(target, 'replace', undefined, stmt.value, frame, stmt);
      this.tables.mutate(target.object, 'set', target.index.kind === 'string' ? target.index.value : undefined, stmt.value, frame, stmt);
      return;
    }
    if (target.kind === 'member') {
      if (target.object.kind === 'name' && target.object.name === 'exports')
        this.tables.exports.set(target.name, stmt.value ? { kind: 'value', value: stmt.value } : { kind: 'local', name: target.name });
      this.tables.mutate(target.object, 'set', target.name, stmt.value, frame, stmt);
    }
    this.tables.bind(target, {
      kind,
      value: stmt.value,
      at: stmt.end,
      frame,
      type: stmt.type,
      blockScoped: stmt.declares === 'const' || stmt.declares === 'let',
      isBare: stmt.declares === undefined && kind === 'value' && functionOf(frame) !== undefined && this.tables.unit.language !== 'python',
    });
    if (stmt.value?.kind === 'function' && target.kind === 'name') this.tables.fnNames.set(stmt.value.fn, target.name);
  }

  /** `addDefaults(params)`: a call for its effect may change what it is given. */
  private passed(expr: Expr, frame: Frame): void {
    const call = expr.kind === 'await' ? expr.value : expr;
    if (call.kind !== 'call') return;
    for (const arg of call.args) if (arg.value.kind === 'name') this.tables.mutate(arg.value, 'passed', undefined, call, frame, call);
  }

  private expr(expr: Expr, frame: Frame): void {
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
          if (entry.value.kind === 'function' && entry.key) this.tables.fnNames.set(entry.value.fn, entry.key);
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
          this.tables.bind(expr.left, { kind: 'value', value: expr.right, at: expr.end, frame });
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

  private call(call: CallExpr, frame: Frame): void {
    const info: CallInfo = { call, frame, stmt: this.current };
    this.tables.calls.push(info);
    const name = call.callee.kind === 'name' || call.callee.kind === 'member' ? call.callee.name : '()';
    pushTo(this.tables.callsByName, name, info);
    this.expr(call.callee, frame);
    if (call.args.length > 0) {
      const inside: Frame = { kind: 'argument', call, parent: frame, scope: frame.scope };
      for (const arg of call.args) this.expr(arg.value, inside);
      const passes = PASSES_ON.test(name);
      if (passes) this.started(call, inside);
      if (passes || CALLS_ITS_ARGUMENT.test(name)) this.handOn(call, inside, passes);
      else if (name === 'partial') this.partial(call, inside);
    }
    if (call.callee.kind === 'member' && !call.isNew) {
      const kind = Object.hasOwn(MUTATORS, call.callee.name) ? MUTATORS[call.callee.name] : undefined;
      if (kind)
        for (const arg of call.args.length ? call.args : [undefined])
          this.tables.mutate(call.callee.object, kind, arg?.name, kind === 'remove' ? undefined : arg?.value, frame, call);
      if (call.callee.name === 'assign' && dotted(call.callee) === 'Object.assign' && call.args[0])
        for (const arg of call.args.slice(1)) this.tables.mutate(call.args[0].value, 'extend', undefined, arg.value, frame, call);
    }
  }

  /** `xs.map(work)` as a call of `work` with arguments that are not known, `to_thread(work, 'x')` as one with those behind it. */
  private handOn(call: CallExpr, frame: Frame, passes: boolean): void {
    for (const [i, { value }] of call.args.entries()) {
      if (value.kind !== 'name' && !(value.kind === 'member' && value.object.kind === 'name' && isSelf(value.object.name))) continue;
      const span = { start: value.start, end: value.end };
      const implied: CallExpr = {
        kind: 'call',
        callee: value,
        args: passes ? call.args.slice(i + 1) : [{ spread: '*', value: call.callee, ...span }],
        argsSpan: span,
        isNew: false,
        ...span,
      };
      pushTo(this.tables.handedByName, value.name, { call: implied, frame, stmt: this.current, handed: true });
    }
  }

  /** `to_thread(client.messages.create, model='x')`, `submit(partial(client.messages.create, model='x'))` as that call. */
  private started(call: CallExpr, frame: Frame): void {
    for (const [i, { value }] of call.args.entries()) {
      const isPartial = value.kind === 'call' && dotted(value.callee)?.split('.').at(-1) === 'partial';
      const [made, at] = isPartial ? [value, 0] : [call, i];
      const callee = made.args[at]?.value;
      if (callee?.kind !== 'member' || made.args.length === at + 1) continue;
      this.tables.calls.push({ call: { ...made, callee, args: made.args.slice(at + 1) }, frame, stmt: this.current });
      return;
    }
  }

  /** `partial(work, 'x')` as a call of `work` whose later arguments are not known. */
  private partial(call: CallExpr, frame: Frame): void {
    const callee = call.args[0]?.value;
    if (callee?.kind !== 'name' && callee?.kind !== 'member') return;
    const span = { start: callee.start, end: callee.end };
    const given = call.args.slice(1);
    const positional = given.filter((a) => a.name === undefined);
    const args: CallExpr['args'] = [...positional, { spread: '*', value: call.callee, ...span }, ...given.filter((a) => a.name !== undefined)];
    const implied: CallExpr = { kind: 'call', callee, args, argsSpan: span, isNew: false, ...span };
    pushTo(this.tables.handedByName, callee.name, { call: implied, frame, stmt: this.current, handed: true });
  }

  private comprehension(expr: Expr & { kind: 'comprehension' }, frame: Frame): void {
    const scope: Scope = { kind: 'comprehension', parent: frame.scope, definitions: new Map() };
    const inside: Frame = { kind: 'comprehension', expr, parent: frame, scope };
    this.tables.comprehensions.set(expr, inside);
    for (const loop of expr.loops) {
      this.expr(loop.iterable, frame);
      this.tables.bind(loop.target, { kind: 'element', value: loop.iterable, at: expr.start, frame: inside });
    }
    for (const condition of expr.conditions) this.expr(condition, inside);
    this.expr(expr.element, inside);
  }
}
