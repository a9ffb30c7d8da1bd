/** The neutral form of Python on one line, for tests: keyword arguments, annotations and handlers included. */
import type { Argument, Block, Expr, Fn, ObjectEntry, SourceUnit, Stmt } from '../../core/frontends/source-unit.ts';

export const printUnit = (unit: SourceUnit): string => unit.body.statements.map(statement).join('; ');

const block = (b: Block): string => (b.statements.length === 0 ? '{}' : `{ ${b.statements.map(statement).join('; ')} }`);
const maybe = (before: string, e: Expr | undefined): string => (e ? before + print(e) : '');
const list = (exprs: readonly Expr[]): string => exprs.map(print).join(', ');
const decorators = (exprs: readonly Expr[]): string => exprs.map((d) => `@${print(d)} `).join('');

function statement(s: Stmt): string {
  switch (s.kind) {
    case 'assign':
      return `${s.declares ? `${s.declares} ` : ''}${print(s.target)}${maybe(': ', s.type)}${maybe(` ${s.op} `, s.value)}`;
    case 'expr':
      return print(s.value);
    case 'return':
    case 'raise':
      return s.kind + maybe(' ', s.value);
    case 'if':
      return s.branches.map((b) => `${b.test ? `if ${print(b.test)}` : 'else'} ${block(b.body)}`).join(' ');
    case 'loop':
      return `${s.isAsync ? 'async ' : ''}${s.form}${maybe(' ', s.test ?? s.target)}${maybe(' in ', s.iterable)} ${block(s.body)}`;
    case 'try': {
      const handlers = s.handlers.map((h) => ` except${maybe(' ', h.type)} ${block(h.body)}`).join('');
      return `try ${block(s.body)}${handlers}${s.finally ? ` finally ${block(s.finally)}` : ''}`;
    }
    case 'with':
      return `${s.isAsync ? 'async ' : ''}with ${s.items.map((i) => print(i.value) + maybe(' as ', i.target)).join(', ')} ${block(s.body)}`;
    case 'def':
      return `${s.isStatic ? 'static ' : ''}${s.accessor ? `${s.accessor} ` : ''}def ${fn(s.fn)}`;
    case 'class': {
      const bases = s.bases.length > 0 ? `(${list(s.bases)})` : '';
      return `${decorators(s.decorators)}class ${s.name}${bases}${s.doc ? ` ${JSON.stringify(s.doc)}` : ''} ${block(s.body)}`;
    }
    case 'outer':
      return `${s.isGlobal ? 'global' : 'nonlocal'} ${s.names.join(', ')}`;
    case 'import': {
      const names = s.names.map((n) => (n.imported === n.local ? n.local : `${n.imported} as ${n.local}`));
      return `import [${names.join(', ')}] from ${s.module}${s.level > 0 ? ` up ${s.level}` : ''}`;
    }
    case 'block':
      return block(s.body);
    default:
      return s.kind;
  }
}

function fn(f: Fn): string {
  const params = f.params.map((p) => `${p.rest ?? ''}${print(p.target)}${maybe(': ', p.type)}${maybe(' = ', p.default)}`).join(', ');
  const doc = f.doc ? ` ${JSON.stringify(f.doc)}` : '';
  return `${decorators(f.decorators)}${f.isAsync ? 'async ' : ''}${f.isGenerator ? '*' : ''}${f.name}(${params})${maybe(' -> ', f.returnType)}${doc} ${block(f.body)}`;
}

const argument = (a: Argument): string => `${a.name === undefined ? '' : `${a.name}=`}${a.spread ?? ''}${print(a.value)}`;

function entry(e: ObjectEntry): string {
  if (e.spread) return `**${print(e.value)}`;
  return `${e.keyExpr ? `[${print(e.keyExpr)}]` : JSON.stringify(e.key)}: ${print(e.value)}`;
}

export function print(e: Expr): string {
  switch (e.kind) {
    case 'string':
      return JSON.stringify(e.value);
    case 'template':
      return `\`${e.parts.map((p) => (p.kind === 'string' ? JSON.stringify(p.value).slice(1, -1) : `\${${print(p)}}`)).join('')}\``;
    case 'number':
    case 'boolean':
      return String(e.value);
    case 'null':
      return 'null';
    case 'name':
      return e.name;
    case 'member':
      return `${print(e.object)}.${e.name}`;
    case 'index':
      return `${print(e.object)}[${print(e.index)}]`;
    case 'call':
      return `${print(e.callee)}(${e.args.map(argument).join(', ')})`;
    case 'object':
      return `{${e.entries.map(entry).join(', ')}}`;
    case 'array':
      return `[${list(e.items)}]`;
    case 'spread':
      return `*${print(e.value)}`;
    case 'binary':
      return `(${print(e.left)} ${e.op} ${print(e.right)})`;
    case 'unary':
      return `(${e.op} ${print(e.operand)})`;
    case 'conditional':
      return `(${print(e.test)} ? ${print(e.then)} : ${print(e.else)})`;
    case 'function':
      return `lambda ${fn(e.fn)}`;
    case 'comprehension': {
      const loops = e.loops.map((l) => ` for ${print(l.target)} in ${print(l.iterable)}`).join('');
      return `<${print(e.element)}${loops}${e.conditions.map((c) => ` if ${print(c)}`).join('')}>`;
    }
    case 'await':
      return `await ${print(e.value)}`;
    case 'other':
      return `<${list(e.children)}>`;
  }
}
