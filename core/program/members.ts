/** `a.b`: members of outside values, modules, objects and instances. */
import type { Span } from '../model.ts';
import { choice, reword } from './combine.ts';
import { commandLineOption } from './command-line.ts';
import { checkedEntry, environmentValue, isEnvironment } from './environment.ts';
import type { Evaluator } from './evaluate.ts';
import { attribute } from './instances.ts';
import { ofNamespace } from './outside.ts';
import { keptOn } from './outside-state.ts';
import { memberOfType } from './shapes.ts';
import { sessionEntry } from './streamlit.ts';
import type { Env, Value } from './values.ts';

export function member(evaluator: Evaluator, value: Value, name: string, span: Span, env: Env): Value {
  switch (value.kind) {
    case 'external':
      if (isEnvironment(value)) return environmentValue(evaluator, span, env);
      {
        const checked =
          checkedEntry(evaluator, value, name, span, env) ??
          commandLineOption(evaluator, value, name, span, env) ??
          sessionEntry(evaluator, value, name, span, env) ??
          keptOn(evaluator, value, name, span, env) ??
          ofNamespace(evaluator, value, name);
        if (checked) return checked;
      }
      return { ...value, signature: value.signature ? `${value.signature}.${name}` : name, at: evaluator.at(span, env) };
    case 'const':
      // The value of an enum's member.
      return name === 'value' ? value : evaluator.unknown('dynamic', span, env);
    case 'module':
      return evaluator.imports.exported(value.index.unit.path, name) ?? evaluator.unknown('dynamic', span, env);
    case 'object':
      return reword(evaluator.property(value, name, span, env), 'constant');
    case 'instance':
      return attribute(evaluator, value, name, span, env);
    case 'class':
      return attribute(evaluator, { kind: 'instance', cls: value.cls, env: value.env, at: value.at }, name, span, env);
    case 'chain':
      return { ...value, member: name, at: evaluator.at(span, env) };
    case 'choice':
      return choice(
        value.options.map((o) => member(evaluator, o, name, span, env)),
        evaluator.at(span, env),
      );
    case 'unknown': {
      const declared = value.declared && memberOfType(evaluator, value.declared, name, span, env);
      if (declared) return declared;
      const why = value.why === 'absent' ? 'dynamic' : value.why;
      return { ...value, why, at: evaluator.at(span, env), standard: undefined, declared: undefined };
    }
    default:
      return evaluator.unknown('dynamic', span, env);
  }
}
