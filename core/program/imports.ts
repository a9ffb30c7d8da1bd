/** Imports followed to what the other file exports, over re-exports and star imports. */
import type { ImportStmt } from '../frontends/source-unit.ts';
import type { Location, Span } from '../model.ts';
import { capStability, reword } from './combine.ts';
import type { Evaluator } from './evaluate.ts';
import type { Definition, UnitIndex } from './unit-index.ts';
import type { Env, ExternalValue, Value } from './values.ts';
import type { ProgramView } from './view.ts';

/** Files that one value may lead through. */
const MAX_HOPS = 3;

const TEXT_FILE = /\.(md|mdx|txt|prompt|jinja2?|j2|hbs|mustache|xml)$/;

export class Imports {
  private readonly evaluator: Evaluator;
  private hops = 0;
  /** What comes from outside is the same wherever it is used. */
  private readonly outside = new Map<Definition, ExternalValue>();

  constructor(evaluator: Evaluator) {
    this.evaluator = evaluator;
  }

  private get program(): ProgramView {
    return this.evaluator.program;
  }

  /** What an import statement brings under a name. */
  imported(def: Definition, env: Env): Value {
    const { stmt, imported } = def;
    if (!stmt || imported === undefined) return this.evaluator.unknown('dynamic', def.span, env);
    if (this.hops >= MAX_HOPS && this.sdkOf(stmt, imported, env) !== 'strong') return this.evaluator.unknown('dynamic', def.span, env);
    const outside = this.fromOutside(def, env);
    if (outside) return outside;
    const { unit } = env.index;
    const at = this.evaluator.at(def.span, env);
    const target = this.program.resolver.resolve(unit.path, unit.language, stmt.module, stmt.level);
    if (target.kind === 'package') return this.evaluator.unknown('dynamic', def.span, env);
    if (target.kind === 'folder') {
      const sub = this.program.resolver.submodule(target.path, imported);
      const index = sub.kind === 'file' ? this.program.unit(sub.path) : undefined;
      return index ? { kind: 'module', index, at } : this.evaluator.unknown('dynamic', def.span, env);
    }
    if (imported === '*') {
      const index = this.program.unit(target.path);
      return index ? { kind: 'module', index, at } : this.evaluator.unknown('dynamic', def.span, env);
    }
    return this.exported(target.path, imported) ?? this.evaluator.unknown('dynamic', def.span, env);
  }

  /** What an import brings from outside the workspace, told without a look at what the workspace's files hold; undefined where it leads to one of them. */
  fromOutside(def: Definition, env: Env): ExternalValue | undefined {
    const known = this.outside.get(def);
    if (known) return known;
    const { stmt, imported } = def;
    if (!stmt || imported === undefined) return undefined;
    const sdk = this.sdkOf(stmt, imported, env);
    const { path, language } = env.index.unit;
    const isOutside =
      sdk === 'strong' ||
      this.program.resolver.resolve(path, language, stmt.module, stmt.level).kind === 'package' ||
      (sdk === 'weak' && this.isInsidePackage(stmt.module, path));
    if (!isOutside) return undefined;
    const value = externalImport(stmt.module, imported, this.evaluator.at(def.span, env));
    this.outside.set(def, value);
    return value;
  }

  /** How surely an import is one of an SDK. */
  private sdkOf({ module, level }: ImportStmt, imported: string, { index }: Env): ReturnType<ProgramView['isSdkModule']> {
    if (level > 0) return undefined;
    const family = index.unit.language === 'python' ? 'python' : 'typescript';
    const whole = this.program.isSdkModule(module, family);
    return whole ?? (imported !== '*' && family === 'python' ? this.program.isSdkModule(`${module}.${imported}`, family) : undefined);
  }

  /** What a workspace file exports under a name; undefined when it exports no such thing. */
  exported(path: string, name: string): Value | undefined {
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
      if (own?.length) return this.evaluator.definedValue(own, name, endOf(index), env);
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
      return module ? { kind: 'module', index: module, at: this.evaluator.at({ start: 0, end: 0 }, env) } : undefined;
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
      const entry = this.evaluator.member(this.evaluator.evaluate(whole.value, env), name, whole.value, env);
      return entry.kind === 'unknown' ? undefined : entry;
    }
    if (found.kind === 'value') return this.evaluator.evaluate(found.value, env);
    if (found.kind === 'local') {
      const own = index.root.definitions.get(found.name);
      return own?.length ? this.evaluator.definedValue(own, found.name, endOf(index), env) : undefined;
    }
    const target = this.program.isSdkModule(found.module, 'typescript')
      ? { kind: 'package' as const }
      : this.program.resolver.resolve(unit.path, unit.language, found.module, 0);
    if (target.kind === 'file' && found.name === '*') {
      const module = this.program.unit(target.path);
      return module && { kind: 'module', index: module, at: this.evaluator.at(found.span, env) };
    }
    if (target.kind === 'file') return this.exported(target.path, found.name);
    return target.kind === 'package' ? externalImport(found.module, found.name, this.evaluator.at(found.span, env)) : undefined;
  }

  private starExport(index: UnitIndex, modules: readonly (readonly [string, number])[], name: string, env: Env): Value | undefined {
    for (const [module, level] of modules) {
      const target = this.program.resolver.resolve(index.unit.path, index.unit.language, module, level);
      const value = target.kind === 'file' ? this.exported(target.path, name) : undefined;
      if (value) return value;
      if (target.kind === 'package' && this.program.isSdkModule(module))
        return externalImport(module, name, this.evaluator.at({ start: 0, end: 0 }, env));
    }
    return undefined;
  }

  /** A folder within a package is no root of absolute imports: `app/agents` is `app.agents`, not `agents`. */
  private isInsidePackage(module: string, from: string): boolean {
    const first = this.program.resolver.resolve(from, 'python', module.split('.')[0] ?? module, 0);
    if (first.kind !== 'file') return false;
    const folder = first.path.replace(/(\/__init__)?\.py$/, '').replace(/\/[^/]*$/, '');
    return this.program.read(`${folder}/__init__.py`) !== undefined;
  }
}

/** A name of a package from outside; `*` is the package itself. */
export function externalImport(module: string, imported: string, at: Location): ExternalValue {
  return { kind: 'external', module, signature: imported === '*' ? '' : imported, calls: [], at };
}

const endOf = (index: UnitIndex): Span => ({ start: index.unit.text.length, end: index.unit.text.length });
