/**
 * The neutral form of a source file. Each language frontend lowers its own syntax tree into this one, and everything after it
 * (imports, values, loops, SDK matching, rules) is written once. It keeps what cost analysis asks for (names, calls, literals,
 * control flow) and folds the rest into `other`. Every node carries its span; no node points at its parent.
 */
import type { LanguageId, Span } from '../model.ts';

export type Expr =
  | StringExpr
  | TemplateExpr
  | NumberExpr
  | BooleanExpr
  | NullExpr
  | NameExpr
  | MemberExpr
  | IndexExpr
  | CallExpr
  | ObjectExpr
  | ArrayExpr
  | SpreadExpr
  | BinaryExpr
  | UnaryExpr
  | ConditionalExpr
  | FunctionExpr
  | ComprehensionExpr
  | AwaitExpr
  | OtherExpr;

/** A string literal. `value` is cooked (escapes resolved, adjacent Python literals joined); `span` has the quotes. */
export interface StringExpr extends Span {
  readonly kind: 'string';
  readonly value: string;
}
/** Template literal or f-string: literal pieces (`string`, without quotes) and holes in order. A template without holes is a `string`. */
export interface TemplateExpr extends Span {
  readonly kind: 'template';
  readonly parts: readonly Expr[];
}
export interface NumberExpr extends Span {
  readonly kind: 'number';
  readonly value: number;
}
export interface BooleanExpr extends Span {
  readonly kind: 'boolean';
  readonly value: boolean;
}
/** `None`, `null`, `undefined`. */
export interface NullExpr extends Span {
  readonly kind: 'null';
}
/** An identifier; `self`, `cls` and `this` are names too (`this` for TypeScript, as written for Python). */
export interface NameExpr extends Span {
  readonly kind: 'name';
  readonly name: string;
}
export interface MemberExpr extends Span {
  readonly kind: 'member';
  readonly object: Expr;
  readonly name: string;
  readonly nameSpan: Span;
}
export interface IndexExpr extends Span {
  readonly kind: 'index';
  readonly object: Expr;
  readonly index: Expr;
}
/** An argument: `name` for keyword arguments (Python); `spread` for `*x` / `...x` (`*`) and `**x` (`**`). `span` covers the whole argument. */
export interface Argument extends Span {
  readonly name?: string;
  readonly spread?: '*' | '**';
  readonly value: Expr;
}
export interface CallExpr extends Span {
  readonly kind: 'call';
  readonly callee: Expr;
  readonly args: readonly Argument[];
  /** Between the parentheses, without them; for `new X` without parentheses an empty span at the end. */
  readonly argsSpan: Span;
  readonly isNew: boolean;
}
/** An object literal or dict. Object patterns use it too: entries whose values are targets (a default is a `binary` with op `=`). */
export interface ObjectExpr extends Span {
  readonly kind: 'object';
  readonly entries: readonly ObjectEntry[];
}
/** `key` is the constant key; undefined for a computed key (`keyExpr`) and for spreads. Methods are entries with a `function` value. */
export interface ObjectEntry extends Span {
  readonly key?: string;
  readonly keyExpr?: Expr;
  readonly spread?: boolean;
  readonly value: Expr;
}
/** Array, list, tuple or set; also array patterns. */
export interface ArrayExpr extends Span {
  readonly kind: 'array';
  readonly items: readonly Expr[];
}
export interface SpreadExpr extends Span {
  readonly kind: 'spread';
  readonly value: Expr;
}
/** `op` in a common spelling: `+ - * / % ** | & == != < <= > >= in and or ??` and `=` (assignment used as a value; in patterns: target = default). `&&`→`and`, `||`→`or`, `===`→`==`. */
export interface BinaryExpr extends Span {
  readonly kind: 'binary';
  readonly op: string;
  readonly left: Expr;
  readonly right: Expr;
}
/** `op`: `not`, `-`, `+`, `~`, `typeof`, `void`, `delete`, `++`, `--`. */
export interface UnaryExpr extends Span {
  readonly kind: 'unary';
  readonly op: string;
  readonly operand: Expr;
}
export interface ConditionalExpr extends Span {
  readonly kind: 'conditional';
  readonly test: Expr;
  readonly then: Expr;
  readonly else: Expr;
}
/** Arrow function, function expression, lambda, object or class method as a value. */
export interface FunctionExpr extends Span {
  readonly kind: 'function';
  readonly fn: Fn;
}
/** List/set/dict comprehension or generator expression (Python). A dict comprehension has an `array` of key and value as element. */
export interface ComprehensionExpr extends Span {
  readonly kind: 'comprehension';
  readonly element: Expr;
  readonly loops: readonly { readonly target: Expr; readonly iterable: Expr }[];
  readonly conditions: readonly Expr[];
}
export interface AwaitExpr extends Span {
  readonly kind: 'await';
  readonly value: Expr;
}
/** Anything else; sub-expressions that may hold calls are kept. JSX, regular expressions, yield, class expressions, type arguments … */
export interface OtherExpr extends Span {
  readonly kind: 'other';
  readonly children: readonly Expr[];
}

/** A function of any form. */
export interface Fn extends Span {
  /** '' when anonymous. */
  readonly name: string;
  readonly nameSpan?: Span;
  readonly params: readonly Param[];
  readonly body: Block;
  readonly decorators: readonly Expr[];
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  /** Docstring (Python) or JSDoc text; '' without. */
  readonly doc: string;
  /** For an arrow function with an expression body, the body is one `return`. */
  readonly returnType?: Expr;
}
export interface Param extends Span {
  /** A name, or an object/array pattern. */
  readonly target: Expr;
  readonly default?: Expr;
  /** Type annotation as an expression: names, members, `index` for generics/subscripts, strings; unions as `binary |`. */
  readonly type?: Expr;
  readonly rest?: '*' | '**';
}

export interface Block extends Span {
  readonly statements: readonly Stmt[];
}

export type Stmt =
  | AssignStmt
  | ExprStmt
  | ReturnStmt
  | IfStmt
  | LoopStmt
  | TryStmt
  | WithStmt
  | FunctionStmt
  | ClassStmt
  | ShapeStmt
  | OuterStmt
  | ImportStmt
  | ExportStmt
  | BlockStmt
  | JumpStmt
  | RaiseStmt;

/** One target and its value. `const a = 1, b = 2` is two. `a += b` has op `+=`. Class fields and enum members are assigns in the class body. */
export interface AssignStmt extends Span {
  readonly kind: 'assign';
  readonly target: Expr;
  readonly value?: Expr;
  readonly op: '=' | '+=' | '|=' | 'other';
  readonly declares?: 'const' | 'let' | 'var' | 'field';
  readonly type?: Expr;
}
/** `interface X { … }`, `type X = …`: what the name of a type stands for; its members are the entries of an object. */
export interface ShapeStmt extends Span {
  readonly kind: 'shape';
  readonly name: string;
  readonly type: Expr;
}
/** `global client`, `nonlocal count`: assignments to these names in the function are to those of a scope further out. */
export interface OuterStmt extends Span {
  readonly kind: 'outer';
  readonly names: readonly string[];
  /** The scope of the module, whether it has the names by itself or not. */
  readonly isGlobal: boolean;
}
export interface ExprStmt extends Span {
  readonly kind: 'expr';
  readonly value: Expr;
}
export interface ReturnStmt extends Span {
  readonly kind: 'return';
  readonly value?: Expr;
}
/** if/elif/else, switch and match: `test` may be absent (match without a usable test); each alternative is a branch in order, the last one without test is `else`. */
export interface IfStmt extends Span {
  readonly kind: 'if';
  readonly branches: readonly { readonly test?: Expr; readonly body: Block }[];
}
/** `while`: while/do · `each`: for…of, for…in, Python for · `count`: for (init; test; update). `else` of Python loops is appended to the body's parent as a block. */
export interface LoopStmt extends Span {
  readonly kind: 'loop';
  readonly form: 'while' | 'each' | 'count';
  readonly isAsync: boolean;
  /** while and count: the condition; absent in `for (;;)`. */
  readonly test?: Expr;
  /** each: loop variable and iterable. */
  readonly target?: Expr;
  readonly iterable?: Expr;
  /** count: initial statements and the update. */
  readonly init?: readonly Stmt[];
  readonly update?: Expr;
  readonly body: Block;
  /** The head, from the keyword to the body. */
  readonly head: Span;
}
export interface TryStmt extends Span {
  readonly kind: 'try';
  readonly body: Block;
  readonly handlers: readonly { readonly type?: Expr; readonly body: Block }[];
  readonly finally?: Block;
}
/** Python `with`; also TypeScript `using`. */
export interface WithStmt extends Span {
  readonly kind: 'with';
  readonly isAsync: boolean;
  readonly items: readonly { readonly value: Expr; readonly target?: Expr }[];
  readonly body: Block;
}
export interface FunctionStmt extends Span {
  readonly kind: 'def';
  readonly fn: Fn;
  /** Class members only. */
  readonly isStatic?: boolean;
  readonly accessor?: 'get' | 'set';
}
/** In TypeScript, constructor parameter properties are also `field` assigns in `body` (value = the parameter's name). The constructor is a `def` named `constructor` (TS) / `__init__` (Python). */
export interface ClassStmt extends Span {
  readonly kind: 'class';
  readonly name: string;
  readonly bases: readonly Expr[];
  /** Interfaces that it implements. */
  readonly contracts?: readonly Expr[];
  readonly body: Block;
  readonly decorators: readonly Expr[];
  readonly doc: string;
}
/** One import statement or `const x = require('m')` / `await import('m')` bound to a name or pattern. */
export interface ImportStmt extends Span {
  readonly kind: 'import';
  /** As written: `./prompts`, `openai`, `..config`, `anthropic.types`. */
  readonly module: string;
  /** Leading dots (Python); they are part of `module` too. */
  readonly level: number;
  readonly names: readonly ImportName[];
  readonly typeOnly: boolean;
}
/** `imported`: a name, `default`, or `*` for the whole module (namespace import, `import m`). Python `import a.b` binds local `a` to module `a` (imported `*`, module `a`)
 * and a second ImportStmt records `a.b` with no names. `from m import *` has imported `*` and local `*`. */
export interface ImportName extends Span {
  readonly imported: string;
  readonly local: string;
}
/** `export { a as b }`, `export … from`, `export default expr`, `export const` (names only; the declaration itself precedes it as its own statement). */
export interface ExportStmt extends Span {
  readonly kind: 'export';
  readonly from?: string;
  /** `exported` `default` for default exports; `*` with `from` for `export *` (`local` `*`), or a namespace name. */
  readonly names: readonly { readonly local: string; readonly exported: string }[];
  /** `export default <expression>` / `module.exports = <expression>`. */
  readonly value?: Expr;
}
export interface BlockStmt extends Span {
  readonly kind: 'block';
  readonly body: Block;
}
export interface JumpStmt extends Span {
  readonly kind: 'break' | 'continue';
}
export interface RaiseStmt extends Span {
  readonly kind: 'raise';
  readonly value?: Expr;
}

/** A comment that speaks to costlint. */
export interface Comment extends Span {
  /** Text without the comment marks, trimmed. */
  readonly text: string;
}

/** A file in neutral form. */
export interface SourceUnit {
  readonly path: string;
  readonly language: LanguageId;
  readonly text: string;
  readonly body: Block;
  /** Only comments that contain `costlint`. */
  readonly comments: readonly Comment[];
  /** Where the parser had to recover: what stands there may be incomplete. */
  readonly damage: readonly Span[];
  /** Why nothing could be read, for a person: a notebook that is no JSON. */
  readonly problem?: string;
  /** Prompt files: the template's front matter and body as one prompt; code files: undefined. */
  readonly prompt?: PromptDocument;
}

/** A prompt file: messages of text and variables. */
export interface PromptDocument {
  readonly messages: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly parts: readonly Expr[]; readonly span: Span }[];
  /** From the front matter (.prompty, .prompt). */
  readonly model?: { readonly value: string; readonly span: Span };
  readonly maxOutputTokens?: { readonly value: number; readonly span: Span };
  readonly frontMatter?: Span;
}

/** How a language writes what fixes insert. */
export interface LanguageSyntax {
  readonly lineComment: string;
  /** An option in a call: `name=value` or `name: value`. */
  readonly option: (name: string, value: string, form: 'keywords' | 'object' | 'dict') => string;
  readonly true: string;
  readonly null: string;
}

/** One language: how its text becomes a SourceUnit. */
export interface Frontend {
  readonly id: LanguageId;
  /** VS Code language ids. */
  readonly languageIds: readonly string[];
  /** With the dot, lower case. */
  readonly extensions: readonly string[];
  /** Files of other extensions that belong to this language by their name or folder. */
  readonly matches?: (path: string) => boolean;
  readonly syntax: LanguageSyntax;
  /** Where source stands inside another format (JSON strings of notebooks): how inserted text is written there. */
  readonly encode?: (text: string) => string;
  /** Parses and lowers. Never throws on bad input: damaged parts are listed. `previous` may speed up a re-parse of the same path. */
  readonly parse: (path: string, text: string, previous?: SourceUnit) => SourceUnit;
}
