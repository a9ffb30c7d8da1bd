/** Options: entries of objects, keywords and positions of calls. What is surely not given and what is not known are told apart. */
import type { Expr, ObjectEntry } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';
import { choice, isAbsent, reword } from './combine.ts';
import type { Evaluator } from './evaluate.ts';
import type { Env, ExternalCall, ExternalValue, ObjectValue, Value } from './values.ts';

export class Options {
  private readonly evaluator: Evaluator;
  /** Entries that are being read, by object: `options = { ...options, x }` leads back to itself. */
  private readonly active = new Map<Expr, Set<string>>();

  constructor(evaluator: Evaluator) {
    this.evaluator = evaluator;
  }

  /** A property of an object, an option of an outside call, an attribute: for reading options. Absent and unknown are told apart. */
  property(value: Value, name: string, span: Span, env: Env): Value {
    switch (value.kind) {
      case 'object': {
        const busy = this.active.get(value.expr) ?? new Set<string>();
        this.active.set(value.expr, busy);
        if (this.evaluator.isSpent()) return this.evaluator.unknown('dynamic', value.at, env);
        if (busy.has(name)) return this.evaluator.unknown('absent', value.at, env);
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
        return { ...value, why: value.why === 'absent' ? 'absent' : value.why, standard: undefined };
      case 'const':
        return this.evaluator.unknown('absent', span, env);
      default:
        return this.evaluator.member(value, name, span, env);
    }
  }

  private ownProperty(value: ObjectValue, name: string, env: Env): Value {
    const set = value.added.findLast((a) => a.key === name);
    const written = this.entry(value.expr.entries, name, value.env);
    if (set?.value) {
      const assigned = this.evaluator.evaluate(set.value, set.env);
      return set.certain || !written || written.kind === 'unknown' ? assigned : choice([assigned, written], value.at);
    }
    return written ?? this.evaluator.unknown(value.added.some((a) => a.key === undefined) ? 'spread' : 'absent', value.at, env, { at: value.at });
  }

  private entry(entries: readonly ObjectEntry[], name: string, env: Env): Value | undefined {
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i];
      if (!entry) continue;
      if (entry.spread) {
        const inner = this.evaluator.evaluate(entry.value, env);
        if (inner.kind === 'const') continue;
        // What an outside call returns is not what it was given.
        const found = inner.kind === 'external' ? this.evaluator.unknown('spread', entry, env) : this.property(inner, name, entry, env);
        const given = (found.kind === 'choice' ? found.options : [found]).filter((o) => !isAbsent(o));
        if (given.length === 0) continue;
        // `{...DEFAULTS, ...config}` with a config that may leave it out.
        if (found.kind === 'unknown') {
          const standard = this.entry(entries.slice(0, i), name, env);
          if (standard?.kind === 'const') return reword(standard, 'default');
        }
        if (found.kind !== 'choice' || given.length === found.options.length) return found.kind === 'unknown' ? { ...found, why: 'spread' } : found;
        // `...(long ? { max_tokens: 100 } : {})`: what stands before it, where it gives nothing.
        return choice([...given, this.entry(entries.slice(0, i), name, env) ?? this.evaluator.unknown('absent', entry, env)], found.at);
      }
      const key = entry.key ?? this.writtenKey(entry, env);
      if (key === name) return this.evaluator.evaluate(entry.value, env);
      if (key === undefined) return this.evaluator.unknown('spread', entry, env);
    }
    return undefined;
  }

  /** `{Provider.OPENAI: …}`, `{ [KEY]: … }`: the constant that stands for the key. */
  private writtenKey({ keyExpr }: ObjectEntry, env: Env): string | undefined {
    const key = keyExpr && this.evaluator.evaluate(keyExpr, env);
    return key?.kind === 'const' ? String(key.value) : undefined;
  }

  /** An option of the last call in an outside value: a keyword, or a property of an object argument. */
  private option(value: ExternalValue, name: string, span: Span, env: Env): Value {
    if (!value.signature.endsWith('()')) return this.evaluator.member(value, name, span, env);
    const made = value.calls.at(-1);
    if (!made) return this.evaluator.unknown('dynamic', span, env);
    return this.argument(made, name, undefined) ?? this.evaluator.unknown('absent', made.call, made.env);
  }

  /**
   * An argument of a call by name: a keyword, an entry of an unpacked dict, a property of an object argument, or by position.
   * Undefined when the call surely does not give it; `unknown('spread')` when it may.
   */
  argument(made: ExternalCall, name: string, position: number | undefined): Value | undefined {
    const own = this.ownArgument(made, name, made.over ? undefined : position);
    if (own && own.kind === 'unknown' && own.why === 'absent' && made.over) return this.argument(made.over, name, position);
    // `partial(create, model=MODEL)(**kwargs)`: what was given beforehand holds until another is given.
    if (own && own.kind === 'unknown' && own.why === 'spread' && made.defaults) {
      const before = this.argument(made.defaults, name, undefined);
      if (before && before.kind !== 'unknown') return reword(before, 'default');
    }
    return own ?? (made.defaults && this.ownArgument(made.defaults, name, undefined)) ?? (made.over && this.argument(made.over, name, position));
  }

  private ownArgument(made: ExternalCall, name: string, position: number | undefined): Value | undefined {
    const { call, env } = made;
    let maybe: Value | undefined;
    for (const arg of call.args) {
      if (arg.name === name) return this.evaluator.evaluate(arg.value, env);
      if (arg.spread) {
        const inner = this.evaluator.evaluate(arg.value, env);
        if (arg.spread === '**' && (inner.kind === 'object' || inner.kind === 'choice')) {
          const found = this.property(inner, name, arg, env);
          if (found.kind !== 'unknown' || found.why !== 'absent') return found;
        } else if (inner.kind !== 'const') {
          maybe = this.evaluator.unknown('spread', arg, env);
        }
      }
    }
    if (position !== undefined) {
      const positional = call.args.filter((a) => a.name === undefined);
      const before = positional.slice(0, position + 1);
      const arg = positional[position];
      if (arg && before.every((a) => !a.spread)) return this.evaluator.evaluate(arg.value, env);
    }
    if (env.index.unit.language === 'python') return maybe;
    for (const [i, arg] of call.args.entries()) {
      if (arg.spread || arg.value.kind === 'function' || arg.value.kind === 'string') continue;
      const object = this.evaluator.evaluate(arg.value, env);
      // A body that is only known by its type, or made elsewhere, may hold anything.
      if (i === 0 && object.kind === 'external' && object.module !== '<global>') maybe ??= this.evaluator.unknown('spread', arg, env);
      const bodies = (object.kind === 'choice' ? object.options : [object]).filter((o) => !/^(const|text|array|function|external)$/.test(o.kind));
      if (bodies.length === 0) continue;
      const found = this.property(choice(bodies, object.at), name, arg, env);
      if (found.kind !== 'unknown' || found.why !== 'absent')
        return found.kind === 'unknown' && object.kind === 'unknown' ? this.evaluator.unknown('spread', arg, env) : found;
    }
    return maybe;
  }
}
