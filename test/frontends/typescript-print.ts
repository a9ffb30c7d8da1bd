/** The neutral form on one line, for tests: what a case lowers to can be read beside its source. */
import type { Block, Expr, Fn, ObjectEntry, SourceUnit, Stmt } from '../../core/frontends/source-unit.ts';

export const printUnit = (unit: SourceUnit): string => printStatements(unit.body.statements);

const printStatements = (statements: readonly Stmt[]): string => statements.map(printStatement).join('; ');
const printBlock = (block: Block): string => (block.statements.length === 0 ? '{}' : `{ ${printStatements(block.statements)} }`);
const optional = (prefix: string, expr: Expr | undefined): string => (expr ? prefix + print(expr) : '');

export function printStatement(stmt: Stmt): string {
  switch (stmt.kind) {
    case 'assign':
      return `${stmt.declares ? `${stmt.declares} ` : ''}${print(stmt.target)}${optional(': ', stmt.type)}${optional(` ${stmt.op} `, stmt.value)}`;
    case 'expr':
      return print(stmt.value);
    case 'return':
      return `return${optional(' ', stmt.value)}`;
    case 'raise':
      return `raise${optional(' ', stmt.value)}`;
    case 'if':
      return stmt.branches.map((branch) => `${branch.test ? `if ${print(branch.test)}` : 'else'} ${printBlock(branch.body)}`).join(' ');
    case 'loop':
      return printLoop(stmt);
    case 'try':
      return `try ${printBlock(stmt.body)}${stmt.handlers.map((h) => ` catch ${printBlock(h.body)}`).join('')}${stmt.finally ? ` finally ${printBlock(stmt.finally)}` : ''}`;
    case 'with': {
      const items = stmt.items.map((item) => print(item.value) + optional(' as ', item.target));
      return `${stmt.isAsync ? 'async ' : ''}with ${items.join(', ')} ${printBlock(stmt.body)}`;
    }
    case 'def':
      return `${stmt.isStatic ? 'static ' : ''}${stmt.accessor ? `${stmt.accessor} ` : ''}def ${printFn(stmt.fn)}`;
    case 'class': {
      const decorators = stmt.decorators.map((d) => `@${print(d)} `).join('');
      return `${decorators}class ${stmt.name}${stmt.bases.length > 0 ? `(${stmt.bases.map(print).join(', ')})` : ''} ${printBlock(stmt.body)}`;
    }
    case 'shape':
      return `type ${stmt.name} = ${print(stmt.type)}`;
    case 'outer':
      return `${stmt.isGlobal ? 'global' : 'nonlocal'} ${stmt.names.join(', ')}`;
    case 'import': {
      const names = stmt.names.map((name) => (name.imported === name.local ? name.local : `${name.imported} as ${name.local}`));
      return `import ${stmt.typeOnly ? 'type ' : ''}[${names.join(', ')}] from ${stmt.module}`;
    }
    case 'export': {
      const names = stmt.names.map((name) => (name.local === name.exported ? name.local : `${name.local} as ${name.exported}`));
      return `export [${names.join(', ')}]${stmt.from === undefined ? '' : ` from ${stmt.from}`}${optional(' = ', stmt.value)}`;
    }
    case 'block':
      return printBlock(stmt.body);
    case 'break':
    case 'continue':
      return stmt.kind;
  }
}

function printLoop(stmt: Extract<Stmt, { kind: 'loop' }>): string {
  const body = printBlock(stmt.body);
  if (stmt.form === 'while') return `while${optional(' ', stmt.test)} ${body}`;
  if (stmt.form === 'each') return `${stmt.isAsync ? 'async ' : ''}each${optional(' ', stmt.target)}${optional(' of ', stmt.iterable)} ${body}`;
  return `count (${printStatements(stmt.init ?? [])};${optional(' ', stmt.test)};${optional(' ', stmt.update)}) ${body}`;
}

function printFn(fn: Fn): string {
  const params = fn.params.map((p) => `${p.rest ?? ''}${print(p.target)}${optional(': ', p.type)}${optional(' = ', p.default)}`);
  const decorators = fn.decorators.map((d) => `@${print(d)} `).join('');
  const doc = fn.doc ? ` "${fn.doc}"` : '';
  return `${decorators}${fn.isAsync ? 'async ' : ''}${fn.isGenerator ? '*' : ''}${fn.name}(${params.join(', ')})${optional(' -> ', fn.returnType)}${doc} ${printBlock(fn.body)}`;
}

const list = (exprs: readonly Expr[]): string => exprs.map(print).join(', ');

function printEntry(entry: ObjectEntry): string {
  if (entry.spread) return `...${print(entry.value)}`;
  return `${entry.keyExpr ? `[${print(entry.keyExpr)}]` : entry.key}: ${print(entry.value)}`;
}

export function print(expr: Expr): string {
  switch (expr.kind) {
    case 'string':
      return JSON.stringify(expr.value);
    case 'template':
      return `\`${expr.parts.map((part) => (part.kind === 'string' ? part.value : `\${${print(part)}}`)).join('')}\``;
    case 'number':
    case 'boolean':
      return String(expr.value);
    case 'null':
      return 'null';
    case 'name':
      return expr.name;
    case 'member':
      return `${print(expr.object)}.${expr.name}`;
    case 'index':
      return `${print(expr.object)}[${print(expr.index)}]`;
    case 'call':
      return `${expr.isNew ? 'new ' : ''}${print(expr.callee)}(${expr.args.map((arg) => (arg.spread ?? '') + print(arg.value)).join(', ')})`;
    case 'object':
      return `{${expr.entries.map(printEntry).join(', ')}}`;
    case 'array':
      return `[${list(expr.items)}]`;
    case 'spread':
      return `...${print(expr.value)}`;
    case 'binary':
      return `(${print(expr.left)} ${expr.op} ${print(expr.right)})`;
    case 'unary':
      return `(${expr.op} ${print(expr.operand)})`;
    case 'conditional':
      return `(${print(expr.test)} ? ${print(expr.then)} : ${print(expr.else)})`;
    case 'function':
      return `fn ${printFn(expr.fn)}`;
    case 'comprehension':
      return `<comprehension ${print(expr.element)}>`;
    case 'await':
      return `await ${print(expr.value)}`;
    case 'other':
      return `<${list(expr.children)}>`;
  }
}
