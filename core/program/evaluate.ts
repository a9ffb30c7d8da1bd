/**
 * Follows values through code: names to definitions, imports to other files, attributes to constructors, helpers to what they return,
 * parameters to their callers. One evaluator serves the analysis of one file; it never throws and always ends (depth and work are bounded).
 */
import type { Argument, CallExpr, ClassStmt, Expr, Fn, ObjectEntry } from '../frontends/source-unit.ts';
import type { Cause, Location, Span, Stability, Via } from '../model.ts';
import { STABILITIES } from '../model.ts';
import { readTextFile } from './files.ts';
import type { Resolver } from './resolve.ts';
import { stringCall, templateText } from './strings.ts';
import { isTestPath } from './test-paths.ts';
import {
  type CallInfo,
  type ClassInfo,
  classFrame,
  contains,
  type Definition,
  enclosing,
  type Frame,
  functionOf,
  type Mutation,
  reaching,
  type UnitIndex,
} from './unit-index.ts';
import type {
  ArgumentList,
  ArrayValue,
  ClassValue,
  ConstValue,
  Env,
  ExternalCall,
  ExternalValue,
  FunctionValue,
  InstanceValue,
  Item,
  ObjectValue,
  UnknownValue,
  Value,
} from './values.ts';
import { dotted } from './visit.ts';
import { volatility } from './volatile.ts';

/** What the evaluator needs of the project. */
export interface ProgramView {
  readonly root: string;
  readonly resolver: Resolver;
  /** The indexed unit of a workspace file; undefined when it cannot be read or parsed. */
  unit(path: string): UnitIndex | undefined;
  /** Files that import the given one, for finding callers. */
  importers(path: string): readonly string[];
  read(path: string): string | undefined;
  /** True for modules that an SDK description knows: they are outside even when a folder here has the same name. `weak`: the folder wins. */
  isSdkModule(module: string, family?: 'python' | 'typescript'): 'strong' | 'weak' | undefined;
}

const MAX_DEPTH = 60;
const MAX_HOPS = 3;
/** Evaluations per analysed file, against pathological code. */
const MAX_WORK = 200_000;
const MAX_CALLERS = 8;
const TEXT_FILE = /\.(md|mdx|txt|prompt|jinja2?|j2|hbs|mustache|xml)$/;

/** How far an evaluator goes. `callers: false` leaves parameters unknown instead of looking for calls of their function; `work` is the most steps it takes. */
export interface Follows {
  readonly callers: boolean;
  readonly work: number;
}

export class Evaluator {
  readonly program: ProgramView;
  private readonly memo = new Map<Expr, Value>();
  private readonly active = new Set<Expr>();
  private readonly activeProperties = new Map<Expr, Set<string>>();
  private readonly parametersInProgress = new Set<Expr>();
  private readonly callers = new Map<Fn, readonly Caller[]>();
  private depth = 0;
  private hops = 0;
  private work = 0;

  private readonly follows: Follows;

  constructor(program: ProgramView, follows: Follows = { callers: true, work: MAX_WORK }) {
    this.program = program;
    this.follows = follows;
  }

  at(span: Span, env: Env): Location {
    return { path: env.index.unit.path, start: span.start, end: span.end };
  }

  evaluate(expr: Expr, env: Env): Value {
    const plain = !env.args && !env.self;
    if (plain) {
      const seen = this.memo.get(expr);
      if (seen) return seen;
    }
    if (this.active.has(expr) || this.depth > MAX_DEPTH || ++this.work > this.follows.work) return this.unknown('dynamic', expr, env);
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

  unknown(why: UnknownValue['why'], span: Span, env: Env, extra: Partial<UnknownValue> = {}): UnknownValue {
    return { kind: 'unknown', why, stability: 'per-call', at: this.at(span, env), ...extra };
  }

  cause(kind: Cause['kind'], expr: Span, env: Env, certain = false): Cause {
    return { kind, text: shorten(env.index.unit.text.slice(expr.start, expr.end)), at: this.at(expr, env), certain };
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
        return { kind: 'text', at, parts: expr.parts.map((p) => this.formatted(this.evaluate(p, env), p, env)) };
      case 'await':
        return this.evaluate(expr.value, env);
      case 'name':
        return this.name(expr.name, expr, env);
      case 'member':
        return this.member(this.evaluate(expr.object, env), expr.name, expr, env);
      case 'index':
        return this.indexed(expr, env);
      case 'object':
        return { kind: 'object', expr, env, added: [], at };
      case 'array':
        return { kind: 'array', items: expr.items.flatMap((item) => this.items(item, env)), at };
      case 'function':
        return { kind: 'function', fn: expr.fn, env, at };
      case 'comprehension':
        return { kind: 'array', at, items: [{ value: this.evaluate(expr.element, this.inside(expr, env)), many: true }] };
      case 'conditional':
        return choice([this.evaluate(expr.then, env), this.evaluate(expr.else, env)], at);
      case 'binary':
        return this.binary(expr, env);
      case 'unary':
        return this.unary(expr, env);
      case 'call':
        return this.call(expr, env);
      case 'spread':
        return this.evaluate(expr.value, env);
      case 'other':
        return this.unknown('dynamic', expr, env);
    }
  }

  /** `{now:%Y-%m-%d}` in an f-string formats like strftime. */
  private formatted(value: Value, part: Expr, env: Env): Value {
    if (value.kind !== 'external' || env.index.unit.language !== 'python') return value;
    const format = /^\s*:([^{}]*%[^{}]*)\}/.exec(env.index.unit.text.slice(part.end, part.end + 60))?.[1];
    if (format === undefined) return value;
    const span = { start: part.end, end: part.end };
    const call: CallExpr = {
      kind: 'call',
      callee: part,
      args: [{ value: { kind: 'string', value: format, ...span }, ...span }],
      argsSpan: span,
      isNew: false,
      ...span,
    };
    return { ...value, signature: `${value.signature}.strftime()`, calls: [...value.calls, { call, env }] };
  }

  private inside(expr: Expr & { kind: 'comprehension' }, env: Env): Env {
    const frame = env.index.comprehensions.get(expr);
    return frame ? { ...env, frame } : env;
  }

  items(item: Expr, env: Env): readonly Item[] {
    if (item.kind !== 'spread') return [{ value: this.evaluate(item, env), many: false }];
    const value = this.evaluate(item.value, env);
    if (value.kind === 'array') return value.items;
    // `...(condition ? [x] : [])`: what may be there.
    if (value.kind === 'choice') return value.options.flatMap((o) => (o.kind === 'array' ? o.items : [{ value: o, many: true }]));
    if (value.kind === 'const') return [];
    return [{ value, many: true }];
  }

  // ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  private name(name: string, span: Span, env: Env): Value {
    const definitions = reaching(name, env.frame, span.start, env.index.unit.language === 'python');
    if (name === 'this' || ((name === 'self' || name === 'cls') && definitions.every((d) => d.kind === 'param'))) {
      const self = this.self(env);
      if (self) return self;
    }
    if (definitions.length > 0) return this.definitions(definitions, name, span, env);
    for (const stmt of env.index.imports) {
      if (!stmt.names.some((n) => n.imported === '*' && n.local === '*')) continue;
      const target = this.program.resolver.resolve(env.index.unit.path, env.index.unit.language, stmt.module, stmt.level);
      const value = target.kind === 'file' ? this.exported(target.path, name, span, env) : undefined;
      if (value) return value;
      if (target.kind === 'package' && this.program.isSdkModule(stmt.module) && !BUILTINS.test(name))
        return this.externalImport(stmt.module, name, this.at(span, env));
    }
    return { kind: 'external', module: '<global>', signature: name, calls: [], at: this.at(span, env) };
  }

  private self(env: Env): InstanceValue | undefined {
    const frame = classFrame(env.frame);
    if (!frame) return undefined;
    if (env.self && (env.self.cls === frame.cls || this.inherits(env.self, frame.cls))) return env.self;
    return { kind: 'instance', cls: frame.cls, env: { index: env.index, frame: frame.parent ?? frame }, at: this.at(frame.cls, env) };
  }

  private inherits(instance: InstanceValue, base: ClassStmt, depth = 0): boolean {
    if (depth > 4) return false;
    return this.bases(instance.cls, instance.env).some(
      (b) => b.kind === 'class' && (b.cls === base || this.inherits({ ...instance, cls: b.cls, env: b.env }, base, depth + 1)),
    );
  }

  private bases(cls: ClassStmt, env: Env): readonly Value[] {
    return cls.bases.map((base) => this.evaluate(base.kind === 'index' ? base.object : base, env));
  }

  private definitions(definitions: readonly Definition[], name: string, span: Span, env: Env): Value {
    const options = withoutDeclarations(definitions.filter((d) => d.kind !== 'add')).map((d) => this.definition(d, env));
    const started = options.length === 0 ? this.unknown('dynamic', span, env) : choice(options, this.at(span, env));
    const base = this.extended(
      started,
      definitions.filter((d) => d.kind === 'add'),
      span,
      env,
    );
    const first = definitions[0];
    return first ? this.withMutations(base, name, first.frame, span, env) : base;
  }

  /** A text with what `+=` puts behind it; a number that `+=` changes is not known. */
  private extended(base: Value, additions: readonly Definition[], span: Span, env: Env): Value {
    if (additions.length === 0) return base;
    if (isNumber(base)) return this.unknown('dynamic', span, env);
    const texts = base.kind === 'choice' ? base.options : [base];
    if (!texts.every(isText)) return base;
    return {
      kind: 'text',
      at: base.at,
      parts: [base, ...additions.map((d) => (d.value ? this.definition({ ...d, kind: 'value' }, env) : this.unknown('dynamic', d.span, env)))],
    };
  }

  /** The value of one definition, seen from `env`. */
  definition(def: Definition, env: Env): Value {
    const own: Env = { ...env, frame: def.frame };
    const value = this.definitionValue(def, own);
    const inside = functionOf(env.frame);
    const outside = functionOf(def.frame);
    const settled = outside === undefined && inside !== undefined ? capStability(value, 'per-process') : value;
    return reword(settled, 'constant');
  }

  private definitionValue(def: Definition, env: Env): Value {
    switch (def.kind) {
      case 'import':
        return this.imported(def, env);
      case 'function':
        return def.fn ? { kind: 'function', fn: def.fn, env, at: this.at(def.span, env) } : this.unknown('dynamic', def.span, env);
      case 'class':
        return def.cls ? { kind: 'class', cls: def.cls, env, at: this.at(def.span, env) } : this.unknown('dynamic', def.span, env);
      case 'param':
        return this.parameter(def, env);
      case 'value':
      case 'add':
      case 'context': {
        if (!def.value) return this.typed(def.type, env) ?? this.unknown(def.type ? 'dynamic' : 'absent', def.span, env);
        const value = this.path(this.evaluate(def.value, env), def, env);
        return this.annotated(value, def.type, env);
      }
      case 'element': {
        if (!def.value) return this.unknown('dynamic', def.span, env);
        const list = this.evaluate(def.value, env);
        const loopCause = this.cause('loop', def.span, env);
        if (list.kind === 'array' && list.items.length > 0 && list.items.length <= 16) {
          const options = list.items.map((i) => this.path(i.value, def, env));
          if (options.every((o) => o.kind !== 'unknown')) return choice(options, this.at(def.span, env));
        }
        return this.unknown('dynamic', def.span, env, { cause: loopCause });
      }
      case 'other':
        return this.unknown('dynamic', def.span, env);
    }
  }

  /** Follows a destructuring path into a value. */
  private path(value: Value, def: Definition, env: Env): Value {
    let current = value;
    for (const step of def.path) {
      if (typeof step === 'string' && step !== '*' && step !== '?')
        current = current.kind === 'external' ? this.member(current, step, def.span, env) : this.property(current, step, def.span, env);
      else if (typeof step === 'number' && current.kind === 'array' && current.items[step] && !current.items[step].many)
        current = current.items[step].value;
      else if (current.kind === 'external' && typeof step === 'number') current = { ...current, signature: `${current.signature}[]` };
      else return this.unknown('dynamic', def.span, env);
    }
    return def.path.length > 0 && def.fallback && (current.kind === 'unknown' || current.kind === 'external')
      ? this.fallback(current, def.fallback, env, this.at(def.span, env))
      : current;
  }

  private imported(def: Definition, env: Env): Value {
    const { stmt, imported } = def;
    if (!stmt || imported === undefined) return this.unknown('dynamic', def.span, env);
    const { unit } = env.index;
    const at = this.at(def.span, env);
    const external = (): ExternalValue => this.externalImport(stmt.module, imported, at);
    const family = unit.language === 'python' ? 'python' : 'typescript';
    const sdk =
      this.program.isSdkModule(stmt.module, family) ??
      (imported !== '*' && family === 'python' ? this.program.isSdkModule(`${stmt.module}.${imported}`, family) : undefined);
    if (sdk === 'strong' && stmt.level === 0) return external();
    if (this.hops >= MAX_HOPS) return this.unknown('dynamic', def.span, env);
    const target = this.program.resolver.resolve(unit.path, unit.language, stmt.module, stmt.level);
    if (target.kind === 'package' || (sdk === 'weak' && stmt.level === 0 && this.isInsidePackage(stmt.module, unit.path))) return external();
    if (target.kind === 'folder') {
      const sub = this.program.resolver.submodule(target.path, imported);
      const index = sub.kind === 'file' ? this.program.unit(sub.path) : undefined;
      return index ? { kind: 'module', index, at } : this.unknown('dynamic', def.span, env);
    }
    if (imported === '*') {
      const index = this.program.unit(target.path);
      return index ? { kind: 'module', index, at } : this.unknown('dynamic', def.span, env);
    }
    return this.exported(target.path, imported, def.span, env) ?? this.unknown('dynamic', def.span, env);
  }

  /** A folder within a package is no root of absolute imports: `app/agents` is `app.agents`, not `agents`. */
  private isInsidePackage(module: string, from: string): boolean {
    const first = this.program.resolver.resolve(from, 'python', module.split('.')[0] ?? module, 0);
    if (first.kind !== 'file') return false;
    const folder = first.path.replace(/(\/__init__)?\.py$/, '').replace(/\/[^/]*$/, '');
    return this.program.read(`${folder}/__init__.py`) !== undefined;
  }

  private externalImport(module: string, imported: string, at: Location): ExternalValue {
    if (imported === '*') return { kind: 'external', module, signature: '', calls: [], at };
    return { kind: 'external', module, signature: imported, calls: [], at };
  }

  /** What a workspace file exports under a name; undefined when it exports no such thing. */
  exported(path: string, name: string, span: Span, env: Env): Value | undefined {
    // `import prompt from './prompt.md'`: bundlers give the text.
    if (name === 'default' && TEXT_FILE.test(path)) {
      const text = this.program.read(path);
      return text === undefined ? undefined : { kind: 'const', value: text, at: { path, start: 0, end: text.length }, via: 'import' };
    }
    const index = this.program.unit(path);
    if (!index || this.hops >= MAX_HOPS) return undefined;
    this.hops++;
    try {
      const inner: Env = { index, frame: index.module };
      const value = this.exportedFrom(index, name, inner);
      return value ? reword(capStability(value, 'per-process'), 'import') : undefined;
    } finally {
      this.hops--;
    }
  }

  private exportedFrom(index: UnitIndex, name: string, env: Env): Value | undefined {
    const { unit } = index;
    if (unit.language === 'python') {
      const own = index.root.definitions.get(name);
      if (own?.length) return this.definitions(own, name, endOf(index), env);
      const star = this.starExport(
        index,
        index.imports.filter((i) => i.names.some((n) => n.imported === '*' && n.local === '*')).map((i) => [i.module, i.level] as const),
        name,
        env,
      );
      if (star) return star;
      if (!unit.path.endsWith('/__init__.py')) return undefined;
      const sub = this.program.resolver.submodule(unit.path.slice(0, -'/__init__.py'.length), name);
      const module = sub.kind === 'file' ? this.program.unit(sub.path) : undefined;
      return module ? { kind: 'module', index: module, at: this.at({ start: 0, end: 0 }, env) } : undefined;
    }
    const found = index.exports.get(name);
    if (!found) {
      const star = this.starExport(
        index,
        index.starExports.map((m) => [m, 0] as const),
        name,
        env,
      );
      const whole = star ? undefined : index.exports.get('default');
      // `module.exports = { MODEL }` and JSON: a name is an entry of the whole.
      if (whole?.kind !== 'value') return star;
      const entry = this.member(this.evaluate(whole.value, env), name, whole.value, env);
      return entry.kind === 'unknown' ? undefined : entry;
    }
    if (found.kind === 'value') return this.evaluate(found.value, env);
    if (found.kind === 'local') {
      const own = index.root.definitions.get(found.name);
      return own?.length ? this.definitions(own, found.name, endOf(index), env) : undefined;
    }
    const target = this.program.isSdkModule(found.module, 'typescript')
      ? { kind: 'package' as const }
      : this.program.resolver.resolve(unit.path, unit.language, found.module, 0);
    if (target.kind === 'file' && found.name === '*') {
      const module = this.program.unit(target.path);
      return module && { kind: 'module', index: module, at: this.at(found.span, env) };
    }
    if (target.kind === 'file') return this.exported(target.path, found.name, found.span, env);
    return target.kind === 'package' ? this.externalImport(found.module, found.name, this.at(found.span, env)) : undefined;
  }

  private starExport(index: UnitIndex, modules: readonly (readonly [string, number])[], name: string, env: Env): Value | undefined {
    for (const [module, level] of modules) {
      const target = this.program.resolver.resolve(index.unit.path, index.unit.language, module, level);
      const value = target.kind === 'file' ? this.exported(target.path, name, { start: 0, end: 0 }, env) : undefined;
      if (value) return value;
      if (target.kind === 'package' && this.program.isSdkModule(module)) return this.externalImport(module, name, this.at({ start: 0, end: 0 }, env));
    }
    return undefined;
  }

  /** An instance of an outside or workspace class, when a type annotation names one. */
  typed(type: Expr | undefined, env: Env): Value | undefined {
    if (!type) return undefined;
    if (type.kind === 'binary' && type.op === '|') return this.typed(type.left, env) ?? this.typed(type.right, env);
    if (type.kind === 'index') {
      const name = dotted(type.object);
      return name && /(^|\.)(Optional|Annotated|Union|Final|ClassVar|Readonly|Promise|Awaitable|Coroutine)$/.test(name)
        ? this.typed(type.index, env)
        : this.typed(type.object, env);
    }
    if (type.kind === 'array') return type.items.map((t) => this.typed(t, env)).find((v) => v);
    if (type.kind !== 'name' && type.kind !== 'member') return undefined;
    const value = this.evaluate(type, env);
    if (value.kind === 'external' && value.module !== '<global>' && value.signature !== '')
      return { ...value, signature: `${value.signature}()`, calls: [...value.calls, undefined] };
    if (value.kind === 'class') return { kind: 'instance', cls: value.cls, env: value.env, at: value.at };
    return undefined;
  }

  // ── parameters and callers ───────────────────────────────────────────────────────────────────────────────────────────────────

  private parameter(def: Definition, env: Env): Value {
    const fn = functionOf(def.frame)?.fn;
    const { param } = def;
    if (!fn || !param) return this.unknown('dynamic', def.span, env);
    const given = env.args?.get(fn);
    if (given) {
      const argument = findArgument(given, fn, def);
      if (argument === 'spread') return this.unknown('spread', def.span, env);
      if (argument) return this.path(this.evaluate(argument.value, given.env), { ...def, path: param.target.kind === 'name' ? [] : def.path }, env);
      return param.default
        ? reword(this.evaluate(param.default, { ...env, frame: def.frame.parent ?? def.frame }), 'default')
        : this.unknown('absent', def.span, env);
    }
    if (this.parametersInProgress.has(param.target)) return this.unknown('dynamic', def.span, env, { parameter: def.name });
    this.parametersInProgress.add(param.target);
    try {
      return this.openParameter(def, fn, env);
    } finally {
      this.parametersInProgress.delete(param.target);
    }
  }

  /** A parameter without a known call: its type, its default, or what all callers agree on. */
  private openParameter(def: Definition, fn: Fn, env: Env): Value {
    const param = def.param as NonNullable<Definition['param']>;
    const outer: Env = { index: env.index, frame: def.frame.parent ?? def.frame };
    const fallback = def.fallback ?? param.default;
    const standard = fallback ? this.evaluate(fallback, outer) : undefined;
    if (standard?.kind === 'const' && standard.value !== null && standard.value !== '') return reword(standard, 'default');
    const typed = def.path.length === 0 ? this.typed(def.type, outer) : undefined;
    if (typed?.kind === 'external') return typed;
    if (!param.rest) {
      const values = this.callersOf(fn, env.index).map((caller) => {
        const argument = findArgument(caller, fn, def);
        if (argument === 'spread') return this.unknown('dynamic', caller.call, caller.env);
        return argument
          ? this.path(this.evaluate(argument.value, caller.env), { ...def, path: param.target.kind === 'name' ? [] : def.path }, env)
          : undefined;
      });
      const agreed = agree(values.filter((v) => v !== undefined));
      if (agreed) return agreed;
    }
    if (typed) return typed;
    // A caller may give other entries than the default has.
    if (standard?.kind === 'object')
      return { ...standard, added: [...standard.added, { key: undefined, value: undefined, env: outer, certain: false }] };
    if (standard && standard.kind !== 'const') return standard;
    return this.unknown('dynamic', def.span, env, { cause: this.cause('input', def.span, env), parameter: def.name });
  }

  /** Calls of a function or constructor of the workspace, in this file and in files that import it. */
  callersOf(fn: Fn, index: UnitIndex): readonly Caller[] {
    if (!this.follows.callers) return [];
    const known = this.callers.get(fn);
    if (known) return known;
    this.callers.set(fn, []);
    const found = this.findCallers(fn, index);
    this.callers.set(fn, found);
    return found;
  }

  private isTest(path: string): boolean {
    return isTestPath(path.slice(this.program.root.length));
  }

  private findCallers(fn: Fn, index: UnitIndex): Caller[] {
    const frame = index.frames.get(fn);
    const cls = frame?.parent?.kind === 'class' ? frame.parent.cls : undefined;
    const isConstructor = cls !== undefined && (fn.name === '__init__' || fn.name === 'constructor');
    const name = isConstructor ? cls.name : (index.fnNames.get(fn) ?? fn.name);
    if (!name) return [];
    const callers: Caller[] = [];
    const search = (unit: UnitIndex) => {
      for (const info of [...(unit.callsByName.get(name) ?? []), ...(unit.handedByName.get(name) ?? [])]) {
        if (callers.length >= MAX_CALLERS) return;
        const env: Env = { index: unit, frame: info.frame };
        if (this.calls(info, env, fn, cls, isConstructor, unit === index)) callers.push({ call: info.call, env, skip: 0, info });
      }
    };
    const inherited = (unit: UnitIndex) => {
      if (isConstructor) for (const caller of this.superCalls(unit, cls)) if (callers.length < MAX_CALLERS) callers.push(caller);
    };
    search(index);
    inherited(index);
    // What tests pass says nothing of what the program does.
    const inTest = this.isTest(index.unit.path);
    for (const path of this.program.importers(index.unit.path)) {
      if (!inTest && this.isTest(path)) continue;
      const unit = this.program.read(path)?.includes(name) ? this.program.unit(path) : undefined;
      if (!unit) continue;
      search(unit);
      inherited(unit);
    }
    return callers;
  }

  /** How classes of a unit that extend `cls` construct it: `super(…)` in a constructor of their own, or else the calls that make them. */
  private superCalls(unit: UnitIndex, cls: ClassStmt): readonly Caller[] {
    const found: Caller[] = [];
    for (const info of unit.classes.values()) {
      if (
        info.cls.bases.length === 0 ||
        !this.bases(info.cls, { index: unit, frame: info.frame.parent ?? info.frame }).some((b) => b.kind === 'class' && b.cls === cls)
      )
        continue;
      const own = constructorOf(info);
      const calls = own ? superCallsIn(unit, own) : (unit.callsByName.get(info.cls.name) ?? []);
      for (const call of calls) found.push({ call: call.call, env: { index: unit, frame: call.frame }, skip: 0, info: call });
    }
    return found;
  }

  private calls(info: CallInfo, env: Env, fn: Fn, cls: ClassStmt | undefined, isConstructor: boolean, sameFile: boolean): boolean {
    const callee = this.evaluate(info.call.callee, env);
    if (isConstructor) return callee.kind === 'class' && (callee.cls === cls || callee.cls.bases.some((b) => dotted(b) === cls?.name));
    if (callee.kind === 'function') return callee.fn === fn;
    // A method of an object that could not be followed: the name decides, when it is no common one.
    if (cls && info.call.callee.kind === 'member' && callee.kind === 'unknown') return sameFile || fn.name.length > 6;
    return false;
  }

  // ── members, properties, options ─────────────────────────────────────────────────────────────────────────────────────────────

  member(value: Value, name: string, span: Span, env: Env): Value {
    switch (value.kind) {
      case 'external':
        if (isEnvironment(value)) return this.unknown('config', span, env, this.environment(span, env));
        return { ...value, signature: value.signature ? `${value.signature}.${name}` : name, at: this.at(span, env) };
      case 'const':
        // The value of an enum's member.
        return name === 'value' ? value : this.unknown('dynamic', span, env);
      case 'module':
        return this.exported(value.index.unit.path, name, span, env) ?? this.unknown('dynamic', span, env);
      case 'object':
        return reword(this.property(value, name, span, env), 'constant');
      case 'instance':
        return this.attribute(value, name, span, env);
      case 'class':
        return this.attribute({ kind: 'instance', cls: value.cls, env: value.env, at: value.at }, name, span, env);
      case 'chain':
        return { ...value, member: name, at: this.at(span, env) };
      case 'choice':
        return choice(
          value.options.map((o) => this.member(o, name, span, env)),
          this.at(span, env),
        );
      case 'unknown':
        return { ...value, why: value.why === 'absent' ? 'dynamic' : value.why, at: this.at(span, env) };
      default:
        return this.unknown('dynamic', span, env);
    }
  }

  /** A property of an object, an option of an outside call, an attribute: for reading options. Absent and unknown are told apart. */
  property(value: Value, name: string, span: Span, env: Env): Value {
    switch (value.kind) {
      case 'object': {
        // `options = { ...options, x }` leads back to itself.
        const busy = this.activeProperties.get(value.expr) ?? new Set<string>();
        this.activeProperties.set(value.expr, busy);
        if (busy.has(name) || ++this.work > this.follows.work) return this.unknown('absent', value.at, env);
        busy.add(name);
        try {
          return this.ownProperty(value, name, env);
        } finally {
          busy.delete(name);
        }
      }
      case 'external':
        return this.option(value, name, span, env);
      case 'choice':
        return choice(
          value.options.map((o) => this.property(o, name, span, env)),
          value.at,
        );
      case 'unknown':
        return { ...value, why: value.why === 'absent' ? 'absent' : value.why };
      case 'const':
        return this.unknown('absent', span, env);
      default:
        return this.member(value, name, span, env);
    }
  }

  private ownProperty(value: ObjectValue, name: string, env: Env): Value {
    const set = value.added.findLast((a) => a.key === name);
    const written = this.entry(value.expr.entries, name, value.env);
    if (set?.value) {
      const assigned = this.evaluate(set.value, set.env);
      return set.certain || !written || written.kind === 'unknown' ? assigned : choice([assigned, written], value.at);
    }
    return written ?? this.unknown(value.added.some((a) => a.key === undefined) ? 'spread' : 'absent', value.at, env, { at: value.at });
  }

  private entry(entries: readonly ObjectEntry[], name: string, env: Env): Value | undefined {
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i];
      if (!entry) continue;
      if (entry.spread) {
        const inner = this.evaluate(entry.value, env);
        if (inner.kind === 'const') continue;
        // What an outside call returns is not what it was given.
        if (inner.kind === 'external') return this.unknown('spread', entry, env);
        const found = this.property(inner, name, entry, env);
        const given = (found.kind === 'choice' ? found.options : [found]).filter((o) => !isAbsent(o));
        if (given.length === 0) continue;
        if (found.kind !== 'choice' || given.length === found.options.length) return found.kind === 'unknown' ? { ...found, why: 'spread' } : found;
        // `...(long ? { max_tokens: 100 } : {})`: what stands before it, where it gives nothing.
        return choice([...given, this.entry(entries.slice(0, i), name, env) ?? this.unknown('absent', entry, env)], found.at);
      }
      if (entry.key === name) return this.evaluate(entry.value, env);
      if (entry.key === undefined) return this.unknown('spread', entry, env);
    }
    return undefined;
  }

  /** An option of the last call in an outside value: a keyword, or a property of an object argument. */
  private option(value: ExternalValue, name: string, span: Span, env: Env): Value {
    if (!value.signature.endsWith('()')) return this.member(value, name, span, env);
    const made = value.calls.at(-1);
    if (!made) return this.unknown('dynamic', span, env);
    return this.argument(made, name, undefined) ?? this.unknown('absent', made.call, made.env);
  }

  /**
   * An argument of a call by name: a keyword, an entry of an unpacked dict, a property of an object argument, or by position.
   * Undefined when the call surely does not give it; `unknown('spread')` when it may.
   */
  argument(made: ExternalCall, name: string, position: number | undefined): Value | undefined {
    const own = this.ownArgument(made, name, position);
    return own ?? (made.defaults && this.ownArgument(made.defaults, name, undefined));
  }

  private ownArgument(made: ExternalCall, name: string, position: number | undefined): Value | undefined {
    const { call, env } = made;
    let maybe: Value | undefined;
    for (const arg of call.args) {
      if (arg.name === name) return this.evaluate(arg.value, env);
      if (arg.spread) {
        const inner = this.evaluate(arg.value, env);
        if (arg.spread === '**' && (inner.kind === 'object' || inner.kind === 'choice')) {
          const found = this.property(inner, name, arg, env);
          if (found.kind !== 'unknown' || found.why !== 'absent') return found;
        } else if (inner.kind !== 'const') {
          maybe = this.unknown('spread', arg, env);
        }
      }
    }
    if (position !== undefined) {
      const positional = call.args.filter((a) => a.name === undefined);
      const before = positional.slice(0, position + 1);
      const arg = positional[position];
      if (arg && before.every((a) => !a.spread)) return this.evaluate(arg.value, env);
    }
    if (env.index.unit.language === 'python') return maybe;
    for (const [i, arg] of call.args.entries()) {
      if (arg.spread || arg.value.kind === 'function' || arg.value.kind === 'string') continue;
      const object = this.evaluate(arg.value, env);
      // A body that is only known by its type, or made elsewhere, may hold anything.
      if (i === 0 && object.kind === 'external' && object.module !== '<global>') maybe ??= this.unknown('spread', arg, env);
      const bodies = (object.kind === 'choice' ? object.options : [object]).filter((o) => !/^(const|text|array|function|external)$/.test(o.kind));
      if (bodies.length === 0) continue;
      const found = this.property(choice(bodies, object.at), name, arg, env);
      if (found.kind !== 'unknown' || found.why !== 'absent')
        return found.kind === 'unknown' && object.kind === 'unknown' ? this.unknown('spread', arg, env) : found;
    }
    return maybe;
  }

  private attribute(instance: InstanceValue, name: string, span: Span, env: Env, depth = 0): Value {
    const info = instance.env.index.classes.get(instance.cls);
    const method = info?.methods.get(name);
    if (method) return this.method(method.def, method.frame, instance, env, span);
    const definitions = info?.attributes.get(name);
    if (definitions?.length && info) return this.attributeValue(definitions, name, instance, info, span, env);
    if (depth < 5) {
      for (const base of this.bases(instance.cls, instance.env)) {
        if (base.kind === 'class') {
          const value = this.attribute(this.asBase(instance, base, info), name, span, env, depth + 1);
          if (value.kind !== 'unknown' || value.why !== 'absent') return value;
        }
        if (base.kind === 'external' && base.module !== '<global>') {
          const signature = `${base.signature}().${name}`;
          return { kind: 'external', module: base.module, signature, calls: [...base.calls, instance.made], at: this.at(span, env) };
        }
      }
    }
    return this.unknown('absent', span, env, { cause: this.cause('state', span, env) });
  }

  /** An instance seen as one of its base class: the arguments are those that its own constructor hands on. */
  private asBase(instance: InstanceValue, base: ClassValue, info: ClassInfo | undefined): InstanceValue {
    const { made, ...rest } = instance;
    const as = { ...rest, cls: base.cls, env: base.env };
    const own = info && constructorOf(info);
    if (!own || !made) return made ? { ...as, made } : as;
    const handed = superCallsIn(instance.env.index, own)[0];
    if (!handed) return as;
    return {
      ...as,
      made: { call: handed.call, env: { index: instance.env.index, frame: handed.frame, args: new Map([[own, { ...made, skip: 0 }]]) } },
    };
  }

  /** `Settings(model='x')` of a dataclass or model: a class without a constructor takes its fields as arguments. */
  private field(instance: InstanceValue, name: string, info: ClassInfo): Value | undefined {
    const { made } = instance;
    if (!made || constructorOf(info) || instance.env.index.unit.language !== 'python') return undefined;
    const fields = [...info.attributes.values()].filter((d) => d[0]?.type).map((d) => d[0]?.name);
    const position = fields.indexOf(name);
    const value = this.argument(made, name, position < 0 ? undefined : position);
    return value && reword(value, 'constant');
  }

  private method(def: { readonly fn: Fn; readonly accessor?: 'get' | 'set' }, frame: Frame, instance: InstanceValue, env: Env, span: Span): Value {
    const methodEnv: Env = { index: instance.env.index, frame, self: instance };
    const value: FunctionValue = { kind: 'function', fn: def.fn, env: methodEnv, self: instance, at: this.at(span, env) };
    const isProperty = def.accessor === 'get' || def.fn.decorators.some((d) => /(^|\.)(property|cached_property)$/.test(dotted(d) ?? ''));
    return isProperty ? this.returns(value, undefined) : value;
  }

  private attributeValue(definitions: readonly Definition[], name: string, instance: InstanceValue, info: ClassInfo, span: Span, env: Env): Value {
    const given = this.field(instance, name, info);
    if (given) return given;
    const options: Value[] = [];
    for (const def of withoutDeclarations(definitions)) {
      if (def.kind === 'add') continue;
      const inside = functionOf(def.frame);
      const inConstructor = inside?.fn.name === '__init__' || inside?.fn.name === 'constructor';
      const args = inConstructor && instance.made && inside ? new Map([[inside.fn, { ...instance.made, skip: 0 }]]) : undefined;
      const defEnv: Env = { index: instance.env.index, frame: def.frame, self: instance, ...(args && { args }) };
      const value = def.value ? this.definitionValue({ ...def, type: def.type }, defEnv) : this.typed(def.type, defEnv);
      if (!value || (value.kind === 'const' && value.value === null && definitions.length > 1)) continue;
      options.push(inside === undefined ? capStability(value, 'per-process') : inConstructor ? capStability(value, 'per-run') : value);
    }
    const known = options.filter((o) => o.kind !== 'unknown');
    const base = choice(known.length > 0 ? known : options, this.at(span, env));
    const settled =
      options.length === 0
        ? this.unknown('dynamic', span, env, { cause: this.cause('state', span, env) })
        : reword(base, this.readsEnvironment(info) ? 'env-default' : 'constant');
    return this.withMutations(settled, `self.${name}`, info.frame, span, env);
  }

  /** A class whose fields are filled from environment variables. */
  private readsEnvironment(info: ClassInfo): boolean {
    return info.cls.bases.some((b) => /(^|\.)BaseSettings$/.test(dotted(b) ?? ''));
  }

  private indexed(expr: Expr & { kind: 'index' }, env: Env): Value {
    const object = this.evaluate(expr.object, env);
    if (object.kind === 'external' && (isEnvironment(object) || object.signature === 'environ' || object.signature === 'env'))
      return this.unknown('config', expr, env, this.environment(expr, env));
    const key = this.evaluate(expr.index, env);
    if (key.kind === 'const' && typeof key.value === 'string')
      return object.kind === 'external'
        ? { ...object, signature: `${object.signature}[]`, at: this.at(expr, env) }
        : reword(this.property(object, key.value, expr, env), 'constant');
    if (object.kind === 'array') {
      const i = key.kind === 'const' && typeof key.value === 'number' ? key.value : undefined;
      const item = i === undefined ? undefined : object.items.at(i);
      if (item && !object.items.some((x) => x.many)) return item.value;
      return i === undefined && expr.index.kind === 'other' ? { ...object, at: this.at(expr, env) } : this.unknown('dynamic', expr, env);
    }
    if (object.kind === 'external')
      return this.clockPart(object, expr, env) ?? { ...object, signature: `${object.signature}[]`, at: this.at(expr, env) };
    return (
      this.anyOf(object, expr, env) ?? this.unknown('dynamic', expr, env, object.kind === 'unknown' && object.cause ? { cause: object.cause } : {})
    );
  }

  /** `now.isoformat()[:10]`, `now.toISOString().split('T')[0]`: the date of a clock; other parts are as short-lived as the clock. */
  private clockPart(object: ExternalValue, expr: Expr & { kind: 'index' }, env: Env): Value | undefined {
    const changing = volatility(object);
    if (changing?.kind !== 'clock') return undefined;
    const written = env.index.unit.text.slice(expr.index.start, expr.index.end).trim();
    const length = /^0?\s*:\s*(\d+)$/.exec(written)?.[1];
    const isDate = length !== undefined ? Number(length) <= 10 : written === '0' && /split\(\)$/.test(object.signature);
    const stability = isDate ? 'per-day' : changing.stability;
    return this.unknown('dynamic', expr, env, { stability, cause: this.cause('clock', expr, env, true) });
  }

  /** A table of constants looked up by a key that is only known later: one of its values. */
  private anyOf(table: Value, span: Span, env: Env): Value | undefined {
    if (table.kind !== 'object' || table.added.length > 0) return undefined;
    const { entries } = table.expr;
    if (entries.length === 0 || entries.length > 12 || entries.some((e) => e.spread)) return undefined;
    const values = entries.map((e) => this.evaluate(e.value, table.env));
    return reword(choice(values, this.at(span, env)), 'constant');
  }

  /** `table.get(key)` and `table.get(key, default)` of a dict. */
  private dictGet(expr: CallExpr, env: Env, at: Location): Value | undefined {
    const [key, standard] = expr.args;
    if (expr.callee.kind !== 'member' || expr.callee.name !== 'get' || !key || key.name !== undefined) return undefined;
    const table = this.evaluate(expr.callee.object, env);
    if (table.kind !== 'object') return undefined;
    const name = this.evaluate(key.value, env);
    if (name.kind !== 'const') {
      const found = this.anyOf(table, expr, env);
      return found && standard ? choice([found, this.evaluate(standard.value, env)], at) : (found ?? this.unknown('dynamic', expr, env));
    }
    const found = reword(this.property(table, String(name.value), expr, env), 'constant');
    if (found.kind !== 'unknown') return found;
    if (standard) return this.fallback(found, standard.value, env, at);
    return found.why === 'absent' ? { kind: 'const', value: null, at, via: 'literal' } : found;
  }

  private environment(span: Span, env: Env): Partial<UnknownValue> {
    return { stability: 'per-process', cause: this.cause('environment', span, env) };
  }

  // ── operators ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  private binary(expr: Expr & { kind: 'binary' }, env: Env): Value {
    const at = this.at(expr, env);
    if (expr.op === '=') return this.evaluate(expr.right, env);
    const left = this.evaluate(expr.left, env);
    if (expr.op === '??' || expr.op === 'or') return this.fallback(left, expr.right, env, at);
    const right = this.evaluate(expr.right, env);
    if (expr.op === 'and') return right;
    if (expr.op === '+') {
      if (left.kind === 'array' && right.kind === 'array') return { kind: 'array', items: [...left.items, ...right.items], at };
      if (left.kind === 'array' || right.kind === 'array') {
        const side = (v: Value) => (v.kind === 'array' ? v.items : [{ value: v, many: true }]);
        return { kind: 'array', items: [...side(left), ...side(right)], at };
      }
      if (isNumber(left) && isNumber(right)) return { kind: 'const', value: left.value + right.value, at, via: left.via };
      if (isText(left) || isText(right)) return { kind: 'text', parts: [left, right], at };
      return this.unknown('dynamic', expr, env);
    }
    // pathlib: `Path(__file__).parent / 'prompts'` is still a path.
    if (expr.op === '/' && left.kind === 'external' && /^(pathlib\.)?Path\(\)/.test(left.signature))
      return { ...left, signature: 'Path().joinpath()', calls: left.calls.slice(0, 2), at };
    if (expr.op === '%' && isText(left))
      return templateText(left, 'percent', expr.right.kind === 'array' ? expr.right.items.map((i) => this.evaluate(i, env)) : [right], at);
    if (expr.op === '|') {
      if (left.kind === 'object' && right.kind === 'object')
        return {
          ...left,
          added: [...left.added, ...right.expr.entries.map((e) => ({ key: e.key, value: e.value, env: right.env, certain: true })), ...right.added],
        };
      if (left.kind === 'external' || right.kind === 'external' || left.kind === 'chain')
        return { kind: 'chain', parts: left.kind === 'chain' ? [...left.parts, right] : [left, right], at };
    }
    if (isNumber(left) && isNumber(right)) {
      const value = arithmetic(expr.op, left.value, right.value);
      if (value !== undefined) return { kind: 'const', value, at, via: left.via };
    }
    return this.unknown('dynamic', expr, env);
  }

  /** `a ?? b`, `a or b`: the left one when known, otherwise the right one as a default. */
  private fallback(left: Value, rightExpr: Expr, env: Env, at: Location): Value {
    if (left.kind === 'const' && left.value !== null && left.value !== '') return left;
    const right = this.evaluate(rightExpr, env);
    if (left.kind === 'const' || (left.kind === 'unknown' && left.why === 'absent')) return reword(right, 'default');
    if (left.kind === 'external' && /^(env|environ|Deno\.env)\b/.test(left.signature)) return reword(right, 'env-default');
    if (left.kind === 'unknown') {
      if (right.kind === 'const' && right.value !== null && right.value !== '')
        return reword(right, left.why === 'config' ? 'env-default' : 'default');
      if (right.kind === 'const' || right.kind === 'unknown') return left;
      if (right.kind === 'array') return right.items.length === 0 ? left : right;
      // What is given wins over the default, and may hold anything.
      if (right.kind === 'object') return right.expr.entries.length === 0 ? left : choice([left, right], at);
      return right;
    }
    return right.kind === 'const' && (right.value === null || right.value === '') ? left : choice([left, reword(right, 'default')], at);
  }

  private unary(expr: Expr & { kind: 'unary' }, env: Env): Value {
    const operand = this.evaluate(expr.operand, env);
    if (expr.op === '-' && isNumber(operand)) return { ...operand, value: -operand.value };
    return this.unknown('dynamic', expr, env, operand.kind === 'unknown' && operand.cause ? { cause: operand.cause } : {});
  }

  // ── calls ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  private call(expr: CallExpr, env: Env): Value {
    const at = this.at(expr, env);
    const special = stringCall(this, expr, env, at) ?? this.listCall(expr, env, at) ?? this.dictGet(expr, env, at);
    if (special) return special;
    const callee = this.evaluate(expr.callee, env);
    return this.result(callee, expr, env);
  }

  private result(callee: Value, expr: CallExpr, env: Env): Value {
    const at = this.at(expr, env);
    switch (callee.kind) {
      case 'external': {
        if (isRebinding(expr)) return { ...callee, signature: callee.signature.replace(/\.bind$/, ''), at };
        const { bound, limit: _, ...plain } = callee;
        // `const Anthropic = require('@anthropic-ai/sdk')` is the class itself.
        const value: ExternalValue = {
          ...plain,
          signature: `${callee.signature || 'default'}()`,
          calls: [...callee.calls, { call: expr, env, ...(bound && { defaults: bound }) }],
          at,
        };
        return (
          this.environmentRead(value, expr, env) ??
          readTextFile(this, value, expr, env) ??
          this.passThrough(value, expr, env) ??
          this.fieldDefault(value, expr, env) ??
          value
        );
      }
      case 'class':
        return { kind: 'instance', cls: callee.cls, env: callee.env, made: { call: expr, env }, at };
      case 'function':
        return through(this.returns(callee, { call: expr, env, skip: 0 }), at);
      case 'choice':
        return choice(
          callee.options.map((o) => this.result(o, expr, env)),
          at,
        );
      case 'chain':
        return callee.member === 'bind' || callee.member?.startsWith('with') || callee.member === 'pipe'
          ? { ...callee, at }
          : this.unknown('dynamic', expr, env);
      case 'unknown':
        return this.unknown('dynamic', expr, env, {
          ...(callee.cause && { cause: { ...callee.cause, text: shorten(env.index.unit.text.slice(expr.start, expr.end)) } }),
        });
      default:
        return this.unknown('dynamic', expr, env);
    }
  }

  private environmentRead(value: ExternalValue, expr: CallExpr, env: Env): Value | undefined {
    if (
      !/^(os:(getenv|environ\.get)\(\)|<global>:Deno\.env\.get\(\)|decouple:config\(\)|environs:\w+\(\)(\.str)?\(\))$/.test(
        `${value.module}:${value.signature}`,
      )
    )
      return undefined;
    const fallback = expr.args[1];
    if (!fallback) return this.unknown('config', expr, env, this.environment(expr, env));
    const standard = this.evaluate(fallback.value, env);
    return standard.kind === 'const' && standard.value !== null && standard.value !== ''
      ? reword(standard, 'env-default')
      : this.unknown('config', expr, env, this.environment(expr, env));
  }

  /** Outside functions that return their argument as far as cost is concerned. */
  private passThrough(value: ExternalValue, expr: CallExpr, env: Env): Value | undefined {
    const name = `${value.module}:${value.signature}`;
    if (
      !/^(<global>:(str|String|list|tuple|dict|Array\.from|structuredClone|Object\.freeze|int|Number|float|parseInt)\(\)|copy:(deep)?copy\(\)|typing:cast\(\)|functools:partial\(\)|textwrap:dedent\(\)|inspect:cleandoc\(\)|dedent:default\(\)|ts-dedent:\w+\(\)|string:Template\(\)|jinja2:Template\(\)|server-only:\w+|react:cache\(\)|<global>:Promise\.all\(\))$/.test(
        name,
      )
    )
      return undefined;
    const arg = expr.args[name.startsWith('typing') ? 1 : 0];
    if (name === '<global>:dict()' && expr.args.every((a) => a.name !== undefined || a.spread === '**')) return this.keywordDict(expr, env);
    if (!arg || arg.name !== undefined) return undefined;
    if (
      name.startsWith('<global>:float') ||
      name.startsWith('<global>:int') ||
      name.startsWith('<global>:Number') ||
      name.startsWith('<global>:parseInt')
    )
      return this.numeric(this.evaluate(arg.value, env), arg, env);
    const inner = this.evaluate(arg.value, env);
    return name === 'functools:partial()' && inner.kind === 'external'
      ? { ...inner, bound: { call: expr, env, ...(inner.bound && { defaults: inner.bound }) } }
      : inner;
  }

  /** `Field(default='x')` of pydantic, `field(default_factory=…)` of dataclasses and attrs: the default. */
  private fieldDefault(value: ExternalValue, expr: CallExpr, env: Env): Value | undefined {
    if (!/^(pydantic(\.\w+)*:Field|dataclasses:field|attrs?:(field|ib)|sqlmodel:Field)\(\)$/.test(`${value.module}:${value.signature}`))
      return undefined;
    const made: ExternalCall = { call: expr, env };
    const standard = this.argument(made, 'default', value.module === 'dataclasses' ? undefined : 0);
    if (standard && standard.kind !== 'unknown' && !(standard.kind === 'external' && standard.module !== '<global>'))
      return reword(standard, 'default');
    const factory = this.argument(made, 'default_factory', undefined);
    return factory?.kind === 'function' ? this.returns(factory, undefined) : this.unknown('dynamic', expr, env);
  }

  private numeric(value: Value, span: Span, env: Env): Value {
    if (value.kind !== 'const') return value;
    if (typeof value.value === 'string') {
      const text = value.value.trim().toLowerCase();
      const number = text === 'inf' || text === 'infinity' ? Number.POSITIVE_INFINITY : Number(text);
      return Number.isNaN(number) ? this.unknown('dynamic', span, env) : { ...value, value: number };
    }
    return value;
  }

  private keywordDict(expr: CallExpr, env: Env): Value {
    const entries: ObjectEntry[] = expr.args.map((a) => ({
      start: a.start,
      end: a.end,
      value: a.value,
      ...(a.name !== undefined ? { key: a.name } : { spread: true }),
    }));
    return { kind: 'object', expr: { kind: 'object', start: expr.start, end: expr.end, entries }, env, added: [], at: this.at(expr, env) };
  }

  /** What a workspace function returns, with its arguments bound. */
  returns(callee: FunctionValue, args: ArgumentList | undefined): Value {
    const value = this.returned(callee, args);
    return this.annotated(value, callee.fn.returnType, callee.env);
  }

  /** A value that is not known by itself, by its type annotation. */
  private annotated(value: Value, type: Expr | undefined, env: Env): Value {
    if (!type) return value;
    const isOpaque = value.kind === 'external' && this.program.isSdkModule(value.module) === undefined;
    if (value.kind !== 'unknown' && !isOpaque && !(value.kind === 'const' && value.value === null)) return value;
    const typed = this.typed(type, env);
    if (!typed || (isOpaque && !(typed.kind === 'external' && this.program.isSdkModule(typed.module)))) return value;
    return typed;
  }

  private returned(callee: FunctionValue, args: ArgumentList | undefined): Value {
    const { fn } = callee;
    const frame = callee.env.index.frames.get(fn);
    const returns = callee.env.index.returns.get(fn)?.filter((r) => r.value) ?? [];
    if (!frame || returns.length === 0 || returns.length > 6 || fn.isGenerator) return this.unknown('dynamic', fn, callee.env);
    const bound = new Map(callee.env.args);
    if (args) bound.set(fn, args);
    const options = returns.map((r) =>
      this.evaluate(r.value as Expr, {
        index: callee.env.index,
        frame: r.frame,
        args: bound,
        ...((callee.self ?? callee.env.self) ? { self: callee.self ?? callee.env.self } : {}),
      }),
    );
    const named = options.filter((o) => !(o.kind === 'const' && o.value === null));
    return choice(named.length > 0 ? named : options, this.at(fn, callee.env));
  }

  /** Methods of lists that build a new list. */
  private listCall(expr: CallExpr, env: Env, at: Location): Value | undefined {
    const { callee } = expr;
    if (callee.kind !== 'member' || !/^(concat|map|filter|slice|copy|flat|flatMap|reverse|toReversed|at|items|values)$/.test(callee.name))
      return undefined;
    const list = this.evaluate(callee.object, env);
    if (list.kind !== 'array') return callee.name === 'map' ? this.mapped(list, expr, env, at) : undefined;
    if (callee.name === 'concat')
      return {
        kind: 'array',
        at,
        items: [...list.items, ...expr.args.flatMap((a) => this.items({ kind: 'spread', value: a.value, start: a.start, end: a.end }, env))],
      };
    if (callee.name === 'map') {
      const arg = expr.args[0];
      const fn = arg && this.evaluate(arg.value, env);
      if (fn?.kind !== 'function') return { ...list, items: list.items.map((i) => ({ ...i, many: true })), at };
      return { kind: 'array', at, items: [{ value: this.returns(fn, undefined), many: true }] };
    }
    return { ...list, at };
  }

  /** `rows.map((row) => …)` of a list that is not known: any number of what the function gives. */
  private mapped(list: Value, expr: CallExpr, env: Env, at: Location): Value | undefined {
    const fn = expr.args[0]?.value;
    if (fn?.kind !== 'function' || (list.kind !== 'unknown' && !(list.kind === 'external' && !this.program.isSdkModule(list.module))))
      return undefined;
    return { kind: 'array', at, items: [{ value: this.returns({ kind: 'function', fn: fn.fn, env, at }, undefined), many: true }] };
  }

  // ── mutations ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Adds to a list or object what later statements put into it. */
  private withMutations(value: Value, name: string, scope: Frame, use: Span, env: Env): Value {
    if (value.kind !== 'array' && value.kind !== 'object') return value;
    const { index } = env.index.unit.path === value.at.path ? env : { index: this.program.unit(value.at.path) ?? env.index };
    const roots = name.startsWith('self.') ? [name, `this.${name.slice(5)}`] : [name];
    const mutations = roots.flatMap((root) => index.mutations.get(root) ?? []).filter((m) => m.kind !== 'replace' && sameOwner(m, scope, name));
    if (mutations.length === 0) return value;
    const before = mutations.filter(
      (m) => m.span.start < use.start || functionOf(m.frame) !== functionOf(env.frame) || sharedLoop(m.frame, env.frame),
    );
    if (value.kind === 'object') return this.filled(value, before, use, env, index);
    const mutationEnv = (m: Mutation): Env => ({ ...env, index, frame: m.frame });
    return this.grown(value, before, scope, use, env, mutationEnv);
  }

  /** A dict or object with what statements set in it: `d['k'] = v`, `d.update(k=v)`, `Object.assign(d, {k: v})`; a helper may set anything. */
  private filled(value: ObjectValue, mutations: readonly Mutation[], use: Span, env: Env, index: UnitIndex): Value {
    const added: ObjectValue['added'][number][] = [];
    for (const m of mutations) {
      const own: Env = { ...env, index, frame: m.frame };
      const certain = contains(m.frame, env.frame);
      if (m.kind === 'set') added.push({ key: m.key, value: m.value, env: own, certain });
      else if (m.kind === 'passed') {
        if (this.mayFill(m, use, own)) added.push({ key: undefined, value: undefined, env: own, certain: false });
      } else if (m.kind === 'extend' || m.kind === 'add') {
        const merged = m.value && this.evaluate(m.value, own);
        if (m.key !== undefined) added.push({ key: m.key, value: m.value, env: own, certain });
        else if (merged?.kind === 'object' && merged.added.length === 0 && merged.expr.entries.every((e) => e.key !== undefined)) {
          for (const e of merged.expr.entries) added.push({ key: e.key, value: e.value, env: merged.env, certain });
        } else added.push({ key: undefined, value: m.value, env: own, certain: false });
      }
    }
    return added.length > 0 ? { ...value, added: [...value.added, ...added] } : value;
  }

  /** `addCap(params)` may set something: a helper here that sets a key of that parameter, or one from outside that is called for its effect. */
  private mayFill(m: Mutation, use: Span, env: Env): boolean {
    const call = m.value;
    if (call?.kind !== 'call' || (call.start <= use.start && call.end >= use.end)) return false;
    const callee = this.evaluate(call.callee, env);
    if (callee.kind === 'function') {
      const names = callee.fn.params.map((p) => (p.target.kind === 'name' ? p.target.name : ''));
      const inside = callee.env.index.frames.get(callee.fn);
      return names.some((name) =>
        (callee.env.index.mutations.get(name) ?? []).some((x) => x.kind !== 'replace' && inside && contains(inside, x.frame)),
      );
    }
    if (callee.kind !== 'external' || this.program.isSdkModule(callee.module)) return false;
    return !READERS.test(callee.signature);
  }

  private grown(value: ArrayValue, mutations: readonly Mutation[], scope: Frame, use: Span, env: Env, mutationEnv: (m: Mutation) => Env): Value {
    const items: Item[] = [...value.items];
    for (const m of mutations) {
      if (!m.value || m.kind === 'remove' || m.kind === 'passed') continue;
      const inner = this.evaluate(m.value, mutationEnv(m));
      const here = functionOf(m.frame) === functionOf(env.frame) && sharedLoop(m.frame, env.frame);
      const later = here && m.span.start > use.start;
      const repeated = !here && (enclosing(m.frame, 'loop') !== enclosing(scope, 'loop') || functionOf(m.frame) !== functionOf(scope));
      const add = (item: Value, many: boolean) => items.push({ value: item, many: many || repeated, ...(later && { later }) });
      if (m.kind === 'append' || m.kind === 'insert' || m.kind === 'set') add(inner, false);
      else if (inner.kind === 'array') for (const i of inner.items) add(i.value, i.many);
      else add(inner, true);
    }
    return { ...value, items };
  }
}

/** Functions that are called for an effect, but not on what they are given. */
const READERS =
  /log|print|debug|info|warn|error|trace|dump|json|stringify|assert|check|valid|emit|send|write|save|put|post|append|push|track|record|freeze|console/i;

/** Names of Python itself, which a star import does not bring. */
const BUILTINS =
  /^(str|int|float|bool|bytes|list|dict|tuple|set|frozenset|open|print|len|range|enumerate|zip|map|filter|sorted|reversed|min|max|sum|any|all|input|isinstance|getattr|setattr|hasattr|super|type|repr|iter|next|\w*(Error|Exception)|__\w+__)$/;

/** A place that calls a function. */
export interface Caller extends ArgumentList {
  readonly info: CallInfo;
}

/** Declarations without a value do not count where another definition gives one: `let model;`. */
function withoutDeclarations(definitions: readonly Definition[]): readonly Definition[] {
  const given = definitions.filter((d) => d.kind !== 'value' || d.value !== undefined);
  return given.length > 0 ? given : definitions;
}

const constructorOf = (info: ClassInfo): Fn | undefined => (info.methods.get('__init__') ?? info.methods.get('constructor'))?.def.fn;

/** `super(…)`, `super().__init__(…)` in a constructor. */
function superCallsIn(unit: UnitIndex, fn: Fn): readonly CallInfo[] {
  const calls = fn.name === 'constructor' ? unit.callsByName.get('super') : unit.callsByName.get('__init__');
  return (calls ?? []).filter(
    (c) =>
      functionOf(c.frame)?.fn === fn &&
      (c.call.callee.kind === 'name' || (c.call.callee.kind === 'member' && dotted(c.call.callee.object) === 'super()')),
  );
}

/** `client.messages.create.bind(client.messages)`: the same method. */
function isRebinding(expr: CallExpr): boolean {
  const { callee, args } = expr;
  if (callee.kind !== 'member' || callee.name !== 'bind' || callee.object.kind !== 'member' || args.length !== 1 || !args[0]) return false;
  const owner = dotted(callee.object.object);
  return owner !== undefined && dotted(args[0].value) === owner;
}

/** The object whose members are environment variables. */
const isEnvironment = (value: ExternalValue): boolean =>
  /^(process|import\.meta|Bun)\.env$|^env$/.test(value.signature) && /^(<global>|(node:)?process)$/.test(value.module);

const endOf = (index: UnitIndex): Span => ({ start: index.unit.text.length, end: index.unit.text.length });

const isNumber = (v: Value): v is ConstValue & { value: number } => v.kind === 'const' && typeof v.value === 'number';
const isText = (v: Value): boolean => v.kind === 'text' || (v.kind === 'const' && typeof v.value === 'string');

function arithmetic(op: string, a: number, b: number): number | undefined {
  switch (op) {
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? undefined : a / b;
    case '**':
      return a ** b;
    default:
      return undefined;
  }
}

/** The argument that a call gives to a parameter. */
function findArgument(list: ArgumentList, fn: Fn, def: Definition): Argument | 'spread' | undefined {
  const { call } = list;
  const keyword = call.args.find((a) => a.name === def.name && a.name !== undefined);
  if (keyword) return keyword;
  const params = fn.params.filter((p) => !(p.target.kind === 'name' && (p.target.name === 'self' || p.target.name === 'cls')));
  const position = params.findIndex((p) => p === def.param);
  const positional = call.args.filter((a) => a.name === undefined && a.spread !== '**');
  if (positional.slice(0, position + 1).some((a) => a.spread)) return 'spread';
  const arg = positional[position];
  if (arg) return arg;
  return call.args.some((a) => a.spread) ? 'spread' : undefined;
}

/** One value that all agree on; undefined when they differ or one is unknown. */
function agree(values: readonly Value[]): Value | undefined {
  const first = values[0];
  if (!first) return undefined;
  if (values.length === 1) return first.kind === 'unknown' ? undefined : reword(first, 'constant');
  if (values.every((v) => v.kind === 'const' && first.kind === 'const' && v.value === first.value)) return reword(first, 'constant');
  if (values.every((v) => v.kind === 'external' && first.kind === 'external' && v.module === first.module && v.signature === first.signature))
    return first;
  if (values.length <= 4 && values.every((v) => v.kind === 'const' && typeof v.value === 'string' && v.value.length < 100))
    return choice(values, first.at);
  return undefined;
}

const isAbsent = (value: Value): boolean => value.kind === 'unknown' && value.why === 'absent';

/** One value for several: equal constants fold, nested choices flatten. */
export function choice(options: readonly Value[], at: Location): Value {
  const flat = options.flatMap((o) => (o.kind === 'choice' ? o.options : [o]));
  const distinct: Value[] = [];
  for (const option of flat) {
    const same = distinct.some(
      (d) =>
        d === option ||
        (d.kind === 'const' && option.kind === 'const' && d.value === option.value) ||
        (isAbsent(d) && isAbsent(option)) ||
        (d.kind === 'external' &&
          option.kind === 'external' &&
          d.module === option.module &&
          d.signature === option.signature &&
          d.calls.at(-1)?.call === option.calls.at(-1)?.call),
    );
    if (!same) distinct.push(option);
  }
  const only = distinct.length === 1 ? distinct[0] : undefined;
  return only ?? { kind: 'choice', options: distinct.slice(0, 12), at };
}

const VIA_ORDER: readonly Via[] = ['literal', 'constant', 'import', 'default', 'env-default'];

/** Records how a constant travelled: the more telling way wins. */
function reword(value: Value, via: Via): Value {
  if (value.kind === 'choice') return { ...value, options: value.options.map((o) => reword(o, via)) };
  if (value.kind !== 'const') return value;
  return VIA_ORDER.indexOf(via) > VIA_ORDER.indexOf(value.via) ? { ...value, via } : value;
}

/** The value as seen from code that runs more often than the definition: a clock read at import is fixed for the process. */
export function capStability(value: Value, limit: Stability): Value {
  const cap = (s: Stability): Stability => (STABILITIES.indexOf(s) > STABILITIES.indexOf(limit) ? limit : s);
  switch (value.kind) {
    case 'unknown':
      return { ...value, stability: cap(value.stability) };
    case 'text':
      return { ...value, parts: value.parts.map((p) => capStability(p, limit)) };
    case 'choice':
      return { ...value, options: value.options.map((o) => capStability(o, limit)) };
    case 'external': {
      const changing = volatility(value);
      if (!changing) return value.calls.length > 0 ? { ...value, limit: value.limit ? cap(value.limit) : limit } : value;
      return {
        kind: 'unknown',
        why: 'dynamic',
        stability: cap(changing.stability),
        cause: { kind: changing.kind, text: value.signature, at: value.at, certain: true },
        at: value.at,
      };
    }
    default:
      return value;
  }
}

/** A value that a helper returned, with the place where the helper was called. */
function through(value: Value, at: Location): Value {
  switch (value.kind) {
    case 'unknown':
    case 'external':
      return { ...value, through: at };
    case 'text':
      return { ...value, parts: value.parts.map((p) => through(p, at)) };
    case 'choice':
      return { ...value, options: value.options.map((o) => through(o, at)) };
    default:
      return value;
  }
}

function sameOwner(m: Mutation, scope: Frame, name: string): boolean {
  if (name.startsWith('self.')) return classFrame(m.frame)?.cls === (scope.kind === 'class' ? scope.cls : classFrame(scope)?.cls);
  const owner = functionOf(scope);
  return owner === undefined || contains(owner, m.frame);
}

function sharedLoop(a: Frame, b: Frame): boolean {
  for (let f: Frame | undefined = a; f; f = f.parent) if (f.kind === 'loop' && contains(f, b)) return true;
  return false;
}

export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
