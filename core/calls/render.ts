/** Writes a value as the JSON that goes over the wire, as far as it is known: for tool definitions and structured parts of prompts. */
import type { Fn, Param } from '../frontends/source-unit.ts';
import type { Evaluator } from '../program/evaluate.ts';
import type { Env, ExternalValue, FunctionValue, Value } from '../program/values.ts';
import { dotted } from '../program/visit.ts';

/** `complete`: every part of the text is known. */
export interface Rendered {
  readonly text: string;
  readonly complete: boolean;
}

const MAX_DEPTH = 12;
const HOLE: Rendered = { text: '""', complete: false };
const json = (value: unknown): Rendered => ({ text: JSON.stringify(value), complete: true });

export function render(evaluator: Evaluator, value: Value, depth = 0): Rendered {
  if (depth > MAX_DEPTH) return HOLE;
  switch (value.kind) {
    case 'const':
      return json(value.value);
    case 'text': {
      const parts = value.parts.map((p) => (p.kind === 'const' ? String(p.value) : undefined));
      return { text: JSON.stringify(parts.filter((p) => p !== undefined).join('')), complete: parts.every((p) => p !== undefined) };
    }
    case 'array': {
      const items = value.items.map((i) => render(evaluator, i.value, depth + 1));
      return { text: `[${items.map((i) => i.text).join(',')}]`, complete: items.every((i) => i.complete) && !value.items.some((i) => i.many) };
    }
    case 'object':
      return renderObject(evaluator, value, depth);
    case 'choice': {
      const options = value.options.map((o) => render(evaluator, o, depth + 1));
      return { text: options[0]?.text ?? '""', complete: false };
    }
    case 'function':
      return renderFunction(value);
    case 'external':
      return renderExternal(evaluator, value, depth);
    case 'class':
      return renderClass(evaluator, value.cls.name, value.cls.doc, value.env, value.cls, depth);
    default:
      return HOLE;
  }
}

function renderObject(evaluator: Evaluator, value: Extract<Value, { kind: 'object' }>, depth: number): Rendered {
  const parts: string[] = [];
  let complete = value.added.length === 0;
  for (const entry of value.expr.entries) {
    const inner = evaluator.evaluate(entry.value, value.env);
    if (entry.value.kind === 'function' || inner.kind === 'function') continue;
    const rendered = render(evaluator, inner, depth + 1);
    complete &&= rendered.complete && entry.key !== undefined;
    if (entry.spread) parts.push(rendered.text.replace(/^\{|\}$/g, ''));
    else parts.push(`${JSON.stringify(entry.key ?? '')}:${rendered.text}`);
  }
  return { text: `{${parts.filter(Boolean).join(',')}}`, complete };
}

const TYPES: Readonly<Record<string, string>> = {
  str: 'string',
  int: 'integer',
  float: 'number',
  bool: 'boolean',
  list: 'array',
  List: 'array',
  dict: 'object',
  Dict: 'object',
  string: 'string',
  number: 'number',
  boolean: 'boolean',
};

function parameter(param: Param): string {
  const name = param.target.kind === 'name' ? param.target.name : '';
  const type = param.type ? (TYPES[dotted(param.type.kind === 'index' ? param.type.object : param.type) ?? ''] ?? 'string') : 'string';
  return `${JSON.stringify(name)}:{"title":${JSON.stringify(name)},"type":"${type}"}`;
}

/** A function as a tool: name, docstring, parameters. What frameworks send for a Python function. */
export function functionSchema(fn: Fn, name = fn.name): string {
  const params = fn.params.filter(
    (p) => p.target.kind === 'name' && !/^(self|cls|ctx|context|run_context|tool_context)$/.test(p.target.name) && !p.rest,
  );
  const required = params.filter((p) => !p.default).map((p) => (p.target.kind === 'name' ? p.target.name : ''));
  return `{"name":${JSON.stringify(name)},"description":${JSON.stringify(fn.doc)},"input_schema":{"type":"object","properties":{${params.map(parameter).join(',')}},"required":${JSON.stringify(required)}}}`;
}

const renderFunction = (value: FunctionValue): Rendered => ({ text: functionSchema(value.fn), complete: value.fn.name !== '' });

function renderClass(
  evaluator: Evaluator,
  name: string,
  doc: string,
  env: Env,
  cls: { body: { statements: readonly unknown[] } },
  depth: number,
): Rendered {
  const fields: string[] = [];
  for (const stmt of cls.body.statements as readonly { kind: string; target?: { kind: string; name?: string }; value?: never; type?: never }[]) {
    if (stmt.kind !== 'assign' || stmt.target?.kind !== 'name') continue;
    const description = stmt.value ? render(evaluator, evaluator.evaluate(stmt.value, env), depth + 1).text : '""';
    fields.push(`${JSON.stringify(stmt.target.name)}:{"title":${JSON.stringify(stmt.target.name)},"type":"string","description":${description}}`);
  }
  return {
    text: `{"title":${JSON.stringify(name)},"description":${JSON.stringify(doc)},"type":"object","properties":{${fields.join(',')}}}`,
    complete: true,
  };
}

/** zod schemas as JSON schema; `tool({…})` and other wrappers by their arguments. */
function renderExternal(evaluator: Evaluator, value: ExternalValue, depth: number): Rendered {
  const made = value.calls.at(-1);
  if (!made) return HOLE;
  if (/^zod(\/|$)/.test(value.module)) return zod(evaluator, value, depth);
  const parts: string[] = [];
  let complete = true;
  for (const arg of made.call.args) {
    const inner = evaluator.evaluate(arg.value, made.env);
    if (arg.value.kind === 'function') continue;
    const rendered = render(evaluator, inner, depth + 1);
    complete &&= rendered.complete && !arg.spread;
    parts.push(arg.name !== undefined ? `${JSON.stringify(arg.name)}:${rendered.text}` : rendered.text);
  }
  const only = parts.length === 1 ? parts[0] : undefined;
  return { text: only?.startsWith('{') ? only : `{${parts.join(',')}}`, complete };
}

function zod(evaluator: Evaluator, value: ExternalValue, depth: number): Rendered {
  const steps = [...value.signature.matchAll(/\.?(\w+)\(\)/g)].map((m) => m[1] as string);
  let schema = '{}';
  let complete = true;
  steps.forEach((step, i) => {
    const made = value.calls[i];
    const arg = made?.call.args[0];
    const inner = arg && made ? evaluator.evaluate(arg.value, made.env) : undefined;
    const rendered = inner ? render(evaluator, inner, depth + 1) : undefined;
    if (step === 'object' || step === 'strictObject') {
      schema = `{"type":"object","properties":${rendered?.text ?? '{}'},"additionalProperties":false}`;
      complete &&= rendered?.complete ?? true;
    } else if (step === 'array') schema = `{"type":"array","items":${rendered?.text ?? schema}}`;
    else if (step === 'enum' || step === 'union' || step === 'literal') schema = `{"type":"string","enum":${rendered?.text ?? '[]'}}`;
    else if (step === 'describe') schema = schema.replace(/\}$/, `${schema === '{}' ? '' : ','}"description":${rendered?.text ?? '""'}}`);
    else if (/^(string|number|boolean|integer|int|date|any|unknown|record)$/.test(step)) schema = `{"type":"${step === 'int' ? 'integer' : step}"}`;
  });
  return { text: schema, complete };
}
