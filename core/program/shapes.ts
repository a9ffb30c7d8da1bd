/** Members of interfaces and type literals: `deps: Deps` with `interface Deps { client: OpenAI }`. */
import type { Expr } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';
import { valueOfType } from './annotations.ts';
import { contractOf } from './contracts.ts';
import type { Evaluator } from './evaluate.ts';
import type { PathStep } from './unit-index.ts';
import type { Declared, Env, Value } from './values.ts';
import { dotted } from './visit.ts';

const MAX_DEPTH = 4;

/** What a member is by the type of its object: a client or model, or something whose members may be. Undefined where the type says nothing of it. */
export function memberOfType(evaluator: Evaluator, of: Declared, name: string, span: Span, env: Env): Value | undefined {
  const declared = memberType(evaluator, of, name, 0);
  if (!declared) return undefined;
  return valueOfType(evaluator, declared.type, declared.env) ?? evaluator.unknown('dynamic', span, env, { declared });
}

/** The type of what a pattern takes out of a value of a type. */
export function declaredAt(evaluator: Evaluator, of: Declared, path: readonly PathStep[]): Declared | undefined {
  let current: Declared | undefined = of;
  for (const step of path) current = current && typeof step === 'string' ? memberType(evaluator, current, step, 0) : undefined;
  return current;
}

function memberType(evaluator: Evaluator, { type, env }: Declared, name: string, depth: number): Declared | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const inside = (inner: Expr): Declared | undefined => memberType(evaluator, { type: inner, env }, name, depth + 1);
  switch (type.kind) {
    case 'object': {
      const entry = type.entries.find((e) => e.key === name);
      return entry && { type: entry.value, env };
    }
    case 'binary':
      return inside(type.left) ?? inside(type.right);
    case 'index':
      return /^(Readonly|Partial|Required|NonNullable|Awaited|Promise)$/.test(dotted(type.object) ?? '') ? inside(type.index) : inside(type.object);
    case 'name': {
      const { path, name: declaredAs } = contractOf(evaluator, type.name, env.index);
      const index = path === env.index.unit.path ? env.index : evaluator.program.unit(path);
      const shape = index?.shapes.get(declaredAs);
      return index && shape && shape !== type
        ? memberType(evaluator, { type: shape, env: { index, frame: index.module } }, name, depth + 1)
        : undefined;
    }
    default:
      return undefined;
  }
}
