/** YAML files as source units, so that settings in them are followed like a dict of the code. */
import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import type { Expr, ObjectEntry, SourceUnit } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';

/** A unit whose default export is the document; undefined when it is not YAML or holds nothing. */
export function yamlUnit(path: string, text: string): SourceUnit | undefined {
  const document = parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length > 0 || !document.contents) return undefined;
  const span = { start: 0, end: text.length };
  const value = expression(document.contents as Node);
  return { path, language: 'python', text, body: { ...span, statements: [{ kind: 'export', ...span, names: [], value }] }, comments: [], damage: [] };
}

const spanOf = (node: Node): Span => ({ start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 0 });

function expression(node: Node | null): Expr {
  if (!node) return { kind: 'null', start: 0, end: 0 };
  const span = spanOf(node);
  if (isMap(node)) return { kind: 'object', entries: node.items.map(({ key, value }) => entry(key as Node, value as Node | null)), ...span };
  if (isSeq(node)) return { kind: 'array', items: node.items.map((item) => expression(item as Node)), ...span };
  const value = isScalar(node) ? node.value : undefined;
  if (typeof value === 'string') return { kind: 'string', value, ...span };
  if (typeof value === 'number') return { kind: 'number', value, ...span };
  if (typeof value === 'boolean') return { kind: 'boolean', value, ...span };
  // An alias stands for something written elsewhere.
  return value === null ? { kind: 'null', ...span } : { kind: 'other', children: [], ...span };
}

function entry(key: Node, value: Node | null): ObjectEntry {
  const name = isScalar(key) ? String(key.value) : undefined;
  const span = { start: spanOf(key).start, end: value ? spanOf(value).end : spanOf(key).end };
  return { ...span, value: expression(value), ...(name !== undefined && name !== '<<' && { key: name }) };
}
