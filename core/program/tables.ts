/** The tables of one unit while its walk fills them, and the ways to write into them: names, targets of assignments, changes in place. */
import type { ClassStmt, Expr, Fn, ImportStmt, OuterStmt, SourceUnit } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';
import { enclosing } from './frames.ts';
import type { CallInfo, ClassInfo, Definition, Export, Frame, FrameOf, Mutation, PathStep, Return, Scope, UnitIndex } from './unit-index.ts';
import { placeOf } from './visit.ts';

/** A definition before the name is known that it defines. */
type Undefined = Omit<Definition, 'name' | 'path' | 'span' | 'blockScoped'> & Partial<Pick<Definition, 'path' | 'blockScoped'>>;

const WHOLE: readonly PathStep[] = [];

export class Tables implements UnitIndex {
  readonly unit: SourceUnit;
  readonly root: Scope = { kind: 'module', parent: undefined, definitions: new Map() };
  readonly module: Frame = { kind: 'module', parent: undefined, scope: this.root };
  readonly calls: CallInfo[] = [];
  readonly callsByName = new Map<string, CallInfo[]>();
  readonly handedByName = new Map<string, CallInfo[]>();
  readonly imports: ImportStmt[] = [];
  readonly exports = new Map<string, Export>();
  readonly starExports: string[] = [];
  readonly mutations = new Map<string, Mutation[]>();
  readonly classes = new Map<ClassStmt, ClassInfo>();
  readonly shapes = new Map<string, Expr>();
  readonly returns = new Map<Fn, Return[]>();
  readonly frames = new Map<Fn, FrameOf<'function'>>();
  readonly comprehensions = new Map<Expr, Frame>();
  readonly fnNames = new Map<Fn, string>();

  /** Assignments that may be to names of scopes further out, in the order of the text. */
  private readonly undeclared: Definition[] = [];
  /** Which names a function says to be those of a scope further out. */
  private readonly outer = new Map<Scope, Map<string, OuterStmt>>();

  constructor(unit: SourceUnit) {
    this.unit = unit;
  }

  /** `global client`, `nonlocal count` in a function. */
  declareOuter(stmt: OuterStmt, scope: Scope): void {
    const names = this.outer.get(scope) ?? new Map<string, OuterStmt>();
    for (const name of stmt.names) names.set(name, stmt);
    this.outer.set(scope, names);
  }

  /** Lets the scope that declares a name know what inner functions assign to it; those may stand before the declaration. */
  settleOuter(): void {
    const own = new Set(this.undeclared);
    const isDeclared = (scope: Scope, name: string) => scope.definitions.get(name)?.some((d) => !own.has(d) && !d.outer) ?? false;
    for (const def of this.undeclared) {
      const inside = def.frame.scope;
      const said = this.outer.get(inside)?.get(def.name);
      let scope: Scope | undefined = said?.isGlobal ? this.root : inside;
      while (scope && !said?.isGlobal && (!isDeclared(scope, def.name) || (said && scope === inside))) scope = scope.parent;
      if (!scope || scope === inside) continue;
      const outer: Definition = { ...def, outer: true };
      pushTo(scope.definitions, def.name, outer);
      const definitions = inside.definitions.get(def.name) ?? [];
      definitions[definitions.indexOf(def)] = outer;
    }
  }

  /** Records a definition of a name; names in a class body are attributes of the class too. */
  define(name: string, span: Span, def: Undefined): void {
    const definition: Definition = { path: WHOLE, blockScoped: false, ...def, span, name };
    const { scope } = def.frame;
    pushTo(scope.definitions, name, definition);
    if (def.isBare || this.outer.get(scope)?.has(name)) this.undeclared.push(definition);
    if (scope.kind !== 'class' || !scope.cls || (def.kind !== 'value' && def.kind !== 'class')) return;
    const info = this.classes.get(scope.cls);
    if (info) pushTo(info.attributes, name, definition);
  }

  /** Records a definition for every name of a target: a name, an attribute, an object or array pattern. */
  bind(target: Expr, base: Undefined): void {
    const path = base.path ?? WHOLE;
    switch (target.kind) {
      case 'name':
        this.define(target.name, target, base);
        return;
      case 'member':
        if (target.object.kind === 'name') {
          const own = this.classOf(base.frame);
          // `Service.client = …` in a method of Service.
          const info = own && (isSelf(target.object.name) || target.object.name === own.cls.name) ? own : undefined;
          if (info) pushTo(info.attributes, target.name, { ...base, path, name: target.name, span: target.nameSpan, blockScoped: false });
        }
        return;
      case 'object':
        for (const entry of target.entries) this.bind(entry.value, { ...base, path: entry.spread ? path : [...path, entry.key ?? '?'] });
        return;
      case 'array':
        for (const [i, item] of target.items.entries()) this.bind(item, { ...base, path: [...path, i] });
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

  /** A change in place of what a dotted name or an entry holds. */
  mutate(target: Expr, kind: Mutation['kind'], key: string | undefined, value: Expr | undefined, frame: Frame, span: Span): void {
    const root = placeOf(target);
    if (root !== undefined) pushTo(this.mutations, root, { root, kind, frame, span, ...(key !== undefined && { key }), ...(value && { value }) });
  }

  classOf(frame: Frame | undefined): ClassInfo | undefined {
    const found = enclosing(frame, 'class');
    return found && this.classes.get(found.cls);
  }
}

/** Names that stand for the instance inside a method. */
export const isSelf = (name: string): boolean => name === 'this' || name === 'self' || name === 'cls';

export function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
