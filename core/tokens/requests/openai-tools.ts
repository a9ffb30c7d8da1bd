import { DEEPEST, type Dict, dict, isDict, list, text } from '../json.ts';

/**
 * Function tools as OpenAI's models read them: a TypeScript-like namespace, with descriptions as comments. The shape is inferred from counted requests.
 */
const comment = (lines: readonly string[]): string => lines.map((line) => (line ? `// ${line}\n` : '//\n')).join('');
const trimmed = (value: unknown): string[] => {
  const words = text(value).trim();
  return words ? words.split('\n').map((line) => line.trim()) : [];
};

const LIMITS = ['minLength', 'maxLength', 'pattern', 'format', 'minimum', 'maximum', 'minItems', 'maxItems'];

const titleAndDescription = (schema: Dict): string[] => [...trimmed(schema.title), ...trimmed(schema.description)];

/** What references lead to, and how many schemas may still be written out: references that multiply must not keep anyone waiting. */
interface Scope {
  readonly definitions: Dict;
  left: number;
}
const MOST_SCHEMAS = 20_000;

function typeName(schema: unknown, scope: Scope, depth: number): string {
  if (!isDict(schema) || depth > DEEPEST || scope.left-- <= 0) return 'any';
  const { definitions } = scope;
  const reference = text(schema.$ref).split('/').at(-1) ?? '';
  // A schema that refers to itself would never end: deep references keep their name.
  if (reference) return depth < 6 && isDict(definitions[reference]) ? typeName(definitions[reference], scope, depth + 1) : reference;
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const union = list(schema.anyOf ?? schema.oneOf);
  if (union.length) return union.map((member) => typeName(member, scope, depth + 1)).join(' | ');
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? (schema.properties ? 'object' : undefined)];
  return types.map((type) => ofType(text(type), schema, scope, depth)).join(' | ');
}

function ofType(type: string, schema: Dict, scope: Scope, depth: number): string {
  if (type === 'object') return Object.keys(dict(schema.properties)).length ? objectOf(schema, scope, depth + 1) : 'object';
  if (type === 'array') return `${schema.items ? typeName(schema.items, scope, depth + 1) : 'any'}[]`;
  if (type === 'integer') return 'number';
  return type || 'any';
}

/** An object with its properties: on one line where nothing is said about any of them, else one a line. */
function objectOf(schema: Dict, scope: Scope, depth: number): string {
  const required = list(schema.required);
  const members = Object.entries(dict(schema.properties)).map(([name, value]) => {
    const property = dict(value);
    const { default: fallback } = property;
    const remark = fallback === undefined ? '' : ` // default: ${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}`;
    const lines = [...titleAndDescription(property), ...LIMITS.filter((key) => property[key] !== undefined).map((key) => `${key}: ${property[key]}`)];
    return { lines, remark, shown: `${name}${required.includes(name) ? '' : '?'}: ${typeName(value, scope, depth)}` };
  });
  if (members.every(({ lines, remark }) => lines.length === 0 && remark === '')) return `{ ${members.map(({ shown }) => shown).join(', ')} }`;
  return `{\n${members.map(({ lines, remark, shown }) => `${comment(lines)}${shown},${remark}\n`).join('')}}`;
}

/** `{type: 'function', function: {…}}` of the chat API or the flat form of the responses API. */
export function functionOf(tool: unknown): Dict {
  const outer = dict(tool);
  return isDict(outer.function) ? outer.function : outer;
}

function declaration(tool: unknown): string {
  const { name, description, parameters } = functionOf(tool);
  const schema = dict(parameters);
  const head = comment(titleAndDescription(schema));
  const scope = { definitions: dict(schema.$defs ?? schema.definitions), left: MOST_SCHEMAS };
  const body = Object.keys(dict(schema.properties)).length ? `_: ${head}${objectOf(schema, scope, 0)}` : head ? `_: ${head}{}` : '';
  return `${comment(trimmed(description))}type ${text(name)} = (${body}) => any;\n\n`;
}

export const renderTools = (tools: readonly unknown[]): string =>
  `namespace functions {\n\n${tools.map(declaration).join('')}} // namespace functions`;

/** Keys for the decoder alone; that limits and defaults are among them, counts of two APIs and repositories say. */
const DROPPED = new Set([
  ...['additionalProperties', '$schema', 'required', 'strict', 'default', 'format', 'pattern'],
  ...['minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems'],
]);

/** A response schema as the model reads it: JSON without the keys that only the decoder needs. */
export function renderResponseSchema(schema: unknown): string {
  const kept = (value: unknown, names: boolean, depth: number): unknown => {
    if (depth > DEEPEST) return null;
    if (Array.isArray(value)) return value.map((item) => kept(item, false, depth + 1));
    if (!isDict(value)) return value;
    const entries = Object.entries(value).filter(([key]) => names || !DROPPED.has(key));
    return Object.fromEntries(entries.map(([key, item]) => [key, kept(item, !names && (key === 'properties' || key === '$defs'), depth + 1)]));
  };
  return JSON.stringify(kept(schema, false, 0)) ?? '';
}
