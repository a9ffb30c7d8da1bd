/** Who calls a function or constructs a class, in its file and in the files that import it. */
import type { ClassStmt, Expr, Fn } from '../frontends/source-unit.ts';
import { ancestors, bases, constructorOf, instanceAt, superCallsIn } from './classes.ts';
import { type Contract, contractsOf, filesAround, importersOf, isDeclaredAs } from './contracts.ts';
import type { Evaluator } from './evaluate.ts';
import { oncePer } from './memo.ts';
import { isSelf } from './tables.ts';
import type { CallInfo, UnitIndex } from './unit-index.ts';
import type { ArgumentList, Env, FunctionValue, Value } from './values.ts';
import type { ProgramView } from './view.ts';
import { dotted, leafName } from './visit.ts';

const MAX_CALLERS = 8;
/** More files than this that name a function and hold no caller are not worth reading. */
const MAX_FILES = 100;
/** More importers than this of a class are no factories of it. */
const MAX_FACTORIES = 10;
/** Files behind a factory that are read for callers. */
const MAX_BEHIND = 20;

/** A method of a `Protocol`: objects of any class that has such a method may stand there. */
function isOfProtocol({ fn, env }: FunctionValue): boolean {
  const owner = env.index.frames.get(fn)?.parent;
  return owner?.kind === 'class' && owner.cls.bases.some((base) => leafName(base.kind === 'index' ? base.object : base) === 'Protocol');
}

/** Other names that a unit gives to functions, by their own: `self.complete = call_model`. */
const aliasesOf = oncePer((unit: UnitIndex): ReadonlyMap<string, ReadonlySet<string>> => {
  const aliases = new Map<string, Set<string>>();
  for (const [root, mutations] of unit.mutations) {
    const alias = root.slice(root.lastIndexOf('.') + 1);
    for (const { kind, value } of mutations) {
      if (kind !== 'replace' || value?.kind !== 'name' || value.name === alias || !unit.callsByName.has(alias)) continue;
      const known = aliases.get(value.name);
      if (known) known.add(alias);
      else aliases.set(value.name, new Set([alias]));
    }
  }
  return aliases;
});

/** `agent(question)`, `self.agent(question)`: what is called may be an object. */
const mayCallObject = ({ call: { callee } }: CallInfo): boolean => callee.kind === 'name' || (callee.kind === 'member' && isSelfName(callee.object));

const isSelfName = (expr: Expr): boolean => expr.kind === 'name' && expr.name === 'self';

/** Files that import those which import the class, and that call such a method. */
function behind(program: ProgramView, near: ReadonlySet<string>, call: string): readonly string[] {
  const next = new Set([...near].slice(0, MAX_FACTORIES).flatMap((path) => importersOf(program, path)));
  return [...next].filter((path) => !near.has(path) && program.read(path)?.includes(call)).slice(0, MAX_BEHIND);
}

/** `self.step()`, `this.step()`. */
const isOwnMethod = ({ call: { callee } }: CallInfo): boolean =>
  callee.kind === 'member' && callee.object.kind === 'name' && isSelf(callee.object.name);

/** A place that calls a function. */
export interface Caller extends ArgumentList {
  readonly info: CallInfo;
  /** Of the object only a base class, a protocol or an interface is known. */
  readonly open?: true;
}

/** Which names of methods tell by themselves: in the file of the class any, in those that import it long ones. */
type ByName = 'any' | 'long' | 'none';

export class Callers {
  private readonly evaluator: Evaluator;
  private readonly known = new Map<Fn, readonly Caller[]>();

  constructor(evaluator: Evaluator) {
    this.evaluator = evaluator;
  }

  /** Calls of a function or constructor of the workspace, in this file and in files that import it. */
  callersOf(fn: Fn, index: UnitIndex): readonly Caller[] {
    if (!this.evaluator.follows.callers) return [];
    const seen = this.known.get(fn);
    if (seen) return seen;
    this.known.set(fn, []);
    const found = this.findCallers(fn, index);
    this.known.set(fn, found);
    return found;
  }

  private findCallers(fn: Fn, index: UnitIndex): Caller[] {
    const frame = index.frames.get(fn);
    const cls = frame?.parent?.kind === 'class' ? frame.parent.cls : undefined;
    const isConstructor = cls !== undefined && (fn.name === '__init__' || fn.name === 'constructor');
    const name = isConstructor ? cls.name : (index.fnNames.get(fn) ?? fn.name);
    if (!name) return [];
    const callers: Caller[] = [];
    // Who is given an object of this class may only know the class that it extends: `llm: LLM`, where an `OpenAILLM` stands.
    const declared = cls && !isConstructor ? this.declaring(cls, name, index) : [];
    const contracts = cls && !isConstructor ? contractsOf(this.evaluator, cls, index) : [];
    // `self.step()` in the class that it extends calls the method of this class on an object of it.
    const own = frame && cls && !isConstructor ? instanceAt(this.evaluator, { index, frame }) : undefined;
    const meant = new Set([fn, ...declared.map((d) => d.fn)]);
    const search = (unit: UnitIndex, byName: ByName) => {
      const direct = name === '__call__' ? unit.calls.filter(mayCallObject) : (unit.callsByName.get(name) ?? []);
      const aliased = cls ? [] : [...(aliasesOf(unit).get(name) ?? [])].flatMap((alias) => unit.callsByName.get(alias) ?? []);
      for (const info of [...direct, ...(unit.handedByName.get(name) ?? []), ...aliased]) {
        if (callers.length >= MAX_CALLERS) return;
        const env: Env = { index: unit, frame: info.frame };
        const reached =
          this.calls(info, env, fn, meant, cls, isConstructor, byName) ?? (this.callsThrough(info, env, fn, contracts) ? 'open' : undefined);
        if (!reached) continue;
        const from: Env = own && isOwnMethod(info) ? { ...env, self: own } : env;
        callers.push({ call: info.call, env: from, info, ...(reached === 'open' && { open: true }) });
      }
    };
    const inherited = (unit: UnitIndex) => {
      if (isConstructor) for (const caller of this.superCalls(unit, cls)) if (callers.length < MAX_CALLERS) callers.push(caller);
    };
    search(index, 'any');
    inherited(index);
    // What tests pass says nothing of what the program does.
    const { program } = this.evaluator;
    const inTest = program.isTest(index.unit.path);
    const places = declared.map((d) => d.path);
    const near = new Set([...places, ...[index.unit.path, ...places].flatMap((p) => importersOf(program, p))]);
    const mention = name === '__call__' && cls ? cls.name : name;
    let read = 0;
    const searchIn = (paths: Iterable<string>) => {
      for (const path of paths) {
        if (path === index.unit.path || (!inTest && program.isTest(path))) continue;
        if (callers.length >= MAX_CALLERS || read > MAX_FILES) return;
        const unit = program.read(path)?.includes(mention) ? program.unit(path) : undefined;
        if (!unit) continue;
        read++;
        search(unit, near.has(path) ? 'long' : 'none');
        inherited(unit);
      }
    };
    searchIn(new Set([...near, ...filesAround(this.evaluator, contracts)]));
    // A factory makes the object, and its own importers call it.
    if (callers.length === 0 && cls && !isConstructor && index.unit.language === 'python') searchIn(behind(program, near, `.${mention}(`));
    return callers;
  }

  /** The methods of the name in the classes that `cls` extends. */
  private declaring(cls: ClassStmt, method: string, index: UnitIndex): readonly { readonly fn: Fn; readonly path: string }[] {
    const info = index.classes.get(cls);
    if (!info || cls.bases.length === 0) return [];
    return ancestors(this.evaluator, cls, { index, frame: info.frame.parent ?? info.frame }).flatMap(({ cls: base, env }) => {
      const fn = env.index.classes.get(base)?.methods.get(method)?.def.fn;
      return fn ? [{ fn, path: env.index.unit.path }] : [];
    });
  }

  /** How classes of a unit that extend `cls` construct it: `super(…)` in a constructor of their own, or else the calls that make them. */
  private superCalls(unit: UnitIndex, cls: ClassStmt): readonly Caller[] {
    const found: Caller[] = [];
    for (const info of unit.classes.values()) {
      if (
        info.cls.bases.length === 0 ||
        !bases(this.evaluator, info.cls, { index: unit, frame: info.frame.parent ?? info.frame }).some((b) => b.kind === 'class' && b.cls === cls)
      )
        continue;
      const own = constructorOf(info);
      const calls = own ? superCallsIn(unit, own) : (unit.callsByName.get(info.cls.name) ?? []);
      for (const call of calls) found.push({ call: call.call, env: { index: unit, frame: call.frame }, info: call });
    }
    return found;
  }

  /** How a call reaches the function: `open` where it may reach another one in its place. */
  private calls(
    info: CallInfo,
    env: Env,
    fn: Fn,
    meant: ReadonlySet<Fn>,
    cls: ClassStmt | undefined,
    isConstructor: boolean,
    byName: ByName,
  ): 'direct' | 'open' | undefined {
    const callee = this.evaluator.evaluate(info.call.callee, env);
    if (isConstructor)
      return callee.kind === 'class' && (callee.cls === cls || callee.cls.bases.some((b) => dotted(b) === cls?.name)) ? 'direct' : undefined;
    const options = callee.kind === 'choice' ? callee.options : [callee];
    // `agent(question)` of an object with a `__call__`.
    if (options.some((one) => (one.kind === 'function' && one.fn === fn) || (one.kind === 'instance' && one.cls === cls))) return 'direct';
    if (options.some((one) => one.kind === 'function' && (meant.has(one.fn) || (cls !== undefined && isOfProtocol(one))))) return 'open';
    // A method of an object that could not be followed: the name decides, when it is no common one.
    if (!cls || info.call.callee.kind !== 'member' || callee.kind !== 'unknown') return undefined;
    return byName === 'any' || (byName === 'long' && info.call.callee.name.length > 6) ? 'direct' : undefined;
  }

  /** A method of an interface: of which object, the code does not tell. */
  private callsThrough({ call }: CallInfo, env: Env, fn: Fn, contracts: readonly Contract[]): boolean {
    if (contracts.length === 0 || call.callee.kind !== 'member' || call.callee.name !== fn.name) return false;
    return this.isOpen(this.evaluator.evaluate(call.callee, env)) && isDeclaredAs(this.evaluator, call.callee.object, env, contracts);
  }

  /** A method of an object whose making could not be followed. */
  private isOpen(callee: Value): boolean {
    if (callee.kind === 'choice') return callee.options.some((o) => this.isOpen(o));
    if (callee.kind === 'function') return callee.self !== undefined && callee.self.made === undefined;
    return callee.kind === 'unknown' || (callee.kind === 'external' && !this.evaluator.program.isSdkModule(callee.module));
  }
}
