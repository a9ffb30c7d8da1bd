/**
 * Node kinds and fields of the Python grammar as small numbers of our own, so that lowering compares and dispatches on numbers
 * that do not change with the grammar's version.
 */
import type { Language } from 'web-tree-sitter';

/** Kinds that lowering knows by name. Everything else that is named becomes `unknown` and is looked through. */
const KINDS = [
  'unknown',
  'ERROR',
  'reused',
  'operator',
  'async',
  'module',
  'identifier',
  'string',
  'concatenated_string',
  'interpolation',
  'integer',
  'float',
  'true',
  'false',
  'none',
  'ellipsis',
  'attribute',
  'subscript',
  'slice',
  'call',
  'argument_list',
  'keyword_argument',
  'list_splat',
  'dictionary_splat',
  'parenthesized_expression',
  'parenthesized_list_splat',
  'generator_expression',
  'list_comprehension',
  'set_comprehension',
  'dictionary_comprehension',
  'for_in_clause',
  'if_clause',
  'list',
  'tuple',
  'set',
  'dictionary',
  'pair',
  'expression_list',
  'pattern_list',
  'tuple_pattern',
  'list_pattern',
  'list_splat_pattern',
  'dictionary_splat_pattern',
  'binary_operator',
  'boolean_operator',
  'comparison_operator',
  'not_operator',
  'unary_operator',
  'conditional_expression',
  'named_expression',
  'as_pattern',
  'as_pattern_target',
  'lambda',
  'lambda_parameters',
  'await',
  'yield',
  'type',
  'generic_type',
  'union_type',
  'constrained_type',
  'member_type',
  'splat_type',
  'type_parameter',
  'parameters',
  'default_parameter',
  'typed_parameter',
  'typed_default_parameter',
  'keyword_separator',
  'positional_separator',
  'block',
  'expression_statement',
  'assignment',
  'augmented_assignment',
  'return_statement',
  'delete_statement',
  'raise_statement',
  'assert_statement',
  'print_statement',
  'exec_statement',
  'pass_statement',
  'break_statement',
  'continue_statement',
  'global_statement',
  'nonlocal_statement',
  'type_alias_statement',
  'import_statement',
  'import_from_statement',
  'future_import_statement',
  'dotted_name',
  'aliased_import',
  'relative_import',
  'wildcard_import',
  'if_statement',
  'elif_clause',
  'else_clause',
  'for_statement',
  'while_statement',
  'try_statement',
  'except_clause',
  'finally_clause',
  'with_statement',
  'with_clause',
  'with_item',
  'function_definition',
  'class_definition',
  'decorated_definition',
  'decorator',
  'match_statement',
  'case_clause',
  'case_pattern',
  'class_pattern',
  'splat_pattern',
] as const;
export type KindName = (typeof KINDS)[number];
export const KIND = Object.fromEntries(KINDS.map((name, i) => [name, i])) as Readonly<Record<KindName, number>>;
export const KIND_COUNT = KINDS.length;

/** Field 0 is "no field". */
const FIELDS = [
  '',
  'alias',
  'alternative',
  'argument',
  'arguments',
  'attribute',
  'body',
  'cause',
  'condition',
  'consequence',
  'definition',
  'expression',
  'function',
  'guard',
  'key',
  'left',
  'module_name',
  'name',
  'object',
  'operator',
  'operators',
  'parameters',
  'return_type',
  'right',
  'subject',
  'subscript',
  'superclasses',
  'type',
  'type_parameters',
  'value',
] as const;
export type FieldName = Exclude<(typeof FIELDS)[number], ''>;
export const FIELD = Object.fromEntries(FIELDS.map((name, i) => [name, i])) as Readonly<Record<FieldName, number>>;

/** How a reader treats a grammar symbol, where it does not become a row of that kind. */
export const DROP = 255;
export const COMMENT = 254;
/** Anonymous tokens: a row only where the grammar names them an operator. */
export const TOKEN = 253;

/** Pieces that lowering reads from the text instead. */
const DROPPED = new Set([
  'string_start',
  'string_content',
  'string_end',
  'format_specifier',
  'type_conversion',
  'line_continuation',
  'import_prefix',
]);
/** Kinds without rows inside: lowering takes their text. */
const LEAVES: ReadonlySet<string> = new Set<KindName>(['operator', 'dotted_name', 'relative_import', 'global_statement', 'nonlocal_statement']);

/** Tables from the grammar's own numbers to ours. */
export interface GrammarTables {
  /** By symbol: one of KIND, or DROP, COMMENT, TOKEN. */
  readonly kindOf: Uint8Array;
  /** By field id: one of FIELD, 0 for fields that nothing asks for. */
  readonly fieldOf: Uint8Array;
}

export function grammarTables(language: Language): GrammarTables {
  const kindOf = new Uint8Array(65536).fill(TOKEN);
  const known: Readonly<Record<string, number | undefined>> = KIND;
  language.types.forEach((name, symbol) => {
    if (name === 'comment') kindOf[symbol] = COMMENT;
    else if (DROPPED.has(name)) kindOf[symbol] = DROP;
    else if (language.nodeTypeIsNamed(symbol)) kindOf[symbol] = known[name] ?? KIND.unknown;
    else if (name === 'async') kindOf[symbol] = KIND.async;
  });
  kindOf[ERROR_SYMBOL] = KIND.ERROR;
  const fieldOf = new Uint8Array(language.fields.length);
  language.fields.forEach((name, id) => {
    fieldOf[id] = Math.max(0, (FIELDS as readonly string[]).indexOf(name ?? ''));
  });
  return { kindOf, fieldOf };
}

/** `ts_builtin_sym_error`: the symbol of ERROR nodes in every grammar. */
export const ERROR_SYMBOL = 65535;

/** By kind: 1 where a reader does not go into the node. */
export const IS_LEAF = Uint8Array.from(KINDS, (name) => (LEAVES.has(name) ? 1 : 0));
