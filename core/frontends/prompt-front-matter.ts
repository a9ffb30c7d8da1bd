/** The YAML front matter of a prompt file: model and output cap, with their places. */
import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import type { Span } from '../model.ts';
import type { Comment, PromptDocument } from './source-unit.ts';

export interface FrontMatter {
  readonly model?: PromptDocument['model'];
  readonly maxOutputTokens?: PromptDocument['maxOutputTokens'];
  /** With its `---` lines. */
  readonly span?: Span;
  /** Offset of the body. */
  readonly bodyStart: number;
  readonly damage: readonly Span[];
  readonly comments: readonly Comment[];
}

/**
 * Where prompt formats name the model: dotprompt and VS Code `model: x`; Prompty 1 `model.configuration.*`, Prompty 2 `model.id`;
 * Semantic Kernel `execution_settings.default.model_id`.
 */
const MODEL_PATHS = [
  'model',
  'model.id',
  'model.name',
  'model.configuration.model',
  'model.configuration.name',
  'model.configuration.model_id',
  'model.configuration.azure_deployment',
  'execution_settings.default.model_id',
  'config.model',
].map((path) => path.split('.'));

const CAP_NAMES = ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'maxOutputTokens', 'maxTokens'];

/** Prompty 1 `model.parameters`, Prompty 2 `model.options`, dotprompt `config`, Semantic Kernel `execution_settings.default`. */
const CAP_PATHS = ['model.parameters', 'model.options', 'config', 'parameters', 'execution_settings.default', '']
  .flatMap((parent) => CAP_NAMES.map((name) => (parent === '' ? name : `${parent}.${name}`)))
  .map((path) => path.split('.'));

const OPEN = /^\uFEFF?---[ \t]*\r?\n/;
const CLOSE = /^---[ \t]*(?:\r?\n|$)/m;

/** Front matter without its closing line is not closed yet: the whole file is damaged YAML, not a prompt. */
export function readFrontMatter(text: string): FrontMatter {
  const open = OPEN.exec(text)?.[0].length;
  if (open === undefined) return { bodyStart: text.startsWith('\uFEFF') ? 1 : 0, damage: [], comments: [] };
  const close = CLOSE.exec(text.slice(open));
  const yamlEnd = close ? open + close.index : text.length;
  const bodyStart = close ? yamlEnd + close[0].length : text.length;
  const yaml = text.slice(open, yamlEnd);
  const errors: Span[] = [];
  const contents = readYaml(yaml, open, errors);
  const damage = close ? errors : [{ start: 0, end: text.length }];
  const model = scalarAt(
    contents,
    MODEL_PATHS,
    (value) => (typeof value === 'string' && value !== '' && !value.includes('${') ? value : undefined),
    open,
  );
  const cap = scalarAt(contents, CAP_PATHS, (value) => (typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined), open);
  return { model, maxOutputTokens: cap, span: { start: 0, end: bodyStart }, bodyStart, damage, comments: yamlComments(yaml, open) };
}

function readYaml(yaml: string, offset: number, damage: Span[]): Node | null {
  try {
    const document = parseDocument(yaml, { logLevel: 'silent', prettyErrors: false });
    for (const { pos } of document.errors) damage.push({ start: offset + pos[0], end: offset + Math.max(pos[1], pos[0]) });
    return document.contents;
  } catch (error) {
    // Nesting that overflows the stack.
    if (!(error instanceof Error)) throw error;
    damage.push({ start: offset, end: offset + yaml.length });
    return null;
  }
}

/** The first path that leads to a usable value. A list stands for its first item. */
function scalarAt<T>(
  contents: Node | null,
  paths: readonly (readonly string[])[],
  accept: (value: unknown) => T | undefined,
  offset: number,
): { value: T; span: Span } | undefined {
  for (const path of paths) {
    let node: unknown = contents;
    for (const key of path) node = isMap(node) ? node.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.value : undefined;
    if (isSeq(node)) node = node.items[0];
    const value = isScalar(node) ? accept(node.value) : undefined;
    if (value !== undefined && isScalar(node) && node.range) return { value, span: { start: offset + node.range[0], end: offset + node.range[1] } };
  }
  return undefined;
}

function yamlComments(yaml: string, offset: number): readonly Comment[] {
  return [...yaml.matchAll(/(?:^|[ \t])#(.*)$/gm)].map((match) => {
    const start = offset + match.index + match[0].indexOf('#');
    return { start, end: offset + match.index + match[0].length, text: (match[1] ?? '').trim() };
  });
}
