/** JSON files as source units, so that `import config from './config.json'` is followed like any other import. */
import { type Node, parseTree } from 'jsonc-parser';
import type { Expr, ObjectEntry, SourceUnit } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';

/** A unit whose default export is the document; undefined when it is not JSON. */
export function jsonUnit(path: string, text: string): SourceUnit | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const value = root && expression(root);
  if (!value) return undefined;
  const span = { start: 0, end: text.length };
  return {
    path,
    language: 'typescript',
    text,
    body: { ...span, statements: [{ kind: 'export', ...span, names: [], value }] },
    comments: [],
    damage: [],
  };
}

const spanOf = (node: Node): Span => ({ start: node.offset, end: node.offset + node.length });

function expression(node: Node): Expr {
  const span = spanOf(node);
  const children = node.children ?? [];
  switch (node.type) {
    case 'string':
    case 'number':
    case 'boolean':
      return { kind: node.type, value: node.value, ...span } as Expr;
    case 'array':
      return { kind: 'array', items: children.map(expression), ...span };
    case 'object':
      return { kind: 'object', entries: children.flatMap(entry), ...span };
    default:
      return { kind: 'null', ...span };
  }
}

function entry(node: Node): readonly ObjectEntry[] {
  const [key, value] = node.children ?? [];
  return key && value ? [{ key: String(key.value), value: expression(value), ...spanOf(node) }] : [];
}
