/**
 * Methods that are called on an object of which only the interface or base class is known: an agent that is handed `provider: Provider` calls the `chat`
 * of whatever class implements it.
 */
import type { ClassStmt, Expr } from '../frontends/source-unit.ts';
import type { Evaluator } from './evaluate.ts';
import { classFrame } from './frames.ts';
import { reaching } from './reaching.ts';
import type { Definition, UnitIndex } from './unit-index.ts';
import type { Env } from './values.ts';
import type { ProgramView } from './view.ts';

/** An interface or class, where it is declared. */
export interface Contract {
  readonly path: string;
  readonly name: string;
}

const MAX_HOPS = 3;
/** More files than this that may hold a caller are not worth reading. */
const MAX_FILES = 100;

/** What a class implements or extends, itself left out. */
export function contractsOf(evaluator: Evaluator, cls: ClassStmt, index: UnitIndex): readonly Contract[] {
  return [...(cls.contracts ?? []), ...cls.bases].flatMap((expr) => namesIn(expr).map((name) => contractOf(evaluator, name, index)));
}

/** Files that may call a method through one of the contracts: where it is declared, who imports it from there or from a file that hands it on. */
export function filesAround(evaluator: Evaluator, contracts: readonly Contract[]): readonly string[] {
  const found = new Set(contracts.flatMap(({ path }) => [path, ...importersOf(evaluator.program, path, /(^|\/)(index\.\w+|__init__\.py)$/)]));
  return [...found].slice(0, MAX_FILES);
}

/** Who imports a file, also from the barrel of a folder that hands on what is in it. */
export function importersOf(program: ProgramView, path: string, barrel = /\/__init__\.py$/): readonly string[] {
  const importers = program.importers(path);
  return [...importers, ...importers.filter((p) => barrel.test(p)).flatMap((b) => program.importers(b))];
}

/** True when the expression is declared to be one of the contracts: `this.provider` of `constructor(private provider: Provider)`. */
export function isDeclaredAs(evaluator: Evaluator, expr: Expr, env: Env, contracts: readonly Contract[]): boolean {
  return typesOf(evaluator, expr, env).some(({ type, index }) =>
    namesIn(type).some((name) => {
      const own = contractOf(evaluator, name, index);
      return contracts.some((c) => c.name === own.name && c.path === own.path);
    }),
  );
}

interface Declared {
  readonly type: Expr;
  readonly index: UnitIndex;
}

function typesOf(evaluator: Evaluator, expr: Expr, env: Env, depth = 0): readonly Declared[] {
  const { index } = env;
  if (depth > MAX_HOPS) return [];
  const ofDefinitions = (definitions: readonly Definition[]): readonly Declared[] =>
    definitions.flatMap((d) => {
      if (d.type && d.path.length === 0) return [{ type: d.type, index }];
      return d.value && d.kind === 'value' && d.path.length === 0 ? typesOf(evaluator, d.value, { index, frame: d.frame }, depth + 1) : [];
    });
  switch (expr.kind) {
    case 'await':
      return typesOf(evaluator, expr.value, env, depth);
    case 'name': {
      const cls = expr.name === 'this' || expr.name === 'self' ? classFrame(env.frame)?.cls : undefined;
      if (cls) return [{ type: { kind: 'name', name: cls.name, start: cls.start, end: cls.start }, index }];
      return ofDefinitions(reaching(expr.name, env.frame, expr.start));
    }
    case 'member': {
      const cls = expr.object.kind === 'name' && /^(this|self)$/.test(expr.object.name) ? classFrame(env.frame)?.cls : undefined;
      return cls ? ofDefinitions(index.classes.get(cls)?.attributes.get(expr.name) ?? []) : [];
    }
    case 'binary':
      return /^(\?\?|\|\||or)$/.test(expr.op) ? [expr.left, expr.right].flatMap((e) => typesOf(evaluator, e, env, depth + 1)) : [];
    case 'call': {
      const callee = evaluator.evaluate(expr.callee, env);
      return callee.kind === 'function' && callee.fn.returnType ? [{ type: callee.fn.returnType, index: callee.env.index }] : [];
    }
    default:
      return [];
  }
}

/** The names of types in a type: of `Promise<Provider | undefined>`, `Promise` and `Provider`. */
function namesIn(type: Expr): readonly string[] {
  switch (type.kind) {
    case 'name':
      return [type.name];
    case 'string':
      return [type.value];
    case 'binary':
      return [...namesIn(type.left), ...namesIn(type.right)];
    case 'index':
      return [...namesIn(type.object), ...namesIn(type.index)];
    case 'array':
      return type.items.flatMap(namesIn);
    default:
      return [];
  }
}

/** Where the type is declared that a file knows by this name, over re-exports. */
export function contractOf(evaluator: Evaluator, name: string, index: UnitIndex, hops = 0): Contract {
  const { program } = evaluator;
  const { path, language } = index.unit;
  const follow = (module: string, level: number, as: string): Contract | undefined => {
    const target = hops < MAX_HOPS ? program.resolver.resolve(path, language, module, level) : undefined;
    const inner = target?.kind === 'file' ? program.unit(target.path) : undefined;
    return inner && contractOf(evaluator, as, inner, hops + 1);
  };
  for (const stmt of index.imports) {
    const found = stmt.names.find((n) => n.local === name && n.imported !== '*');
    if (found) return follow(stmt.module, stmt.level, found.imported) ?? { path, name };
  }
  if (declares(index, name)) return { path, name };
  const from = index.exports.get(name);
  if (from?.kind === 'from') return follow(from.module, 0, from.name) ?? { path, name };
  for (const module of index.starExports) {
    const found = follow(module, 0, name);
    const inner = found && program.unit(found.path);
    if (found && inner && declares(inner, found.name)) return found;
  }
  return { path, name };
}

/** Interfaces leave nothing in the tree: the text tells. */
const declares = (index: UnitIndex, name: string): boolean =>
  /^\w+$/.test(name) && new RegExp(`\\b(interface|type|class)\\s+${name}\\b`).test(index.unit.text);
