/** `costlint.json`: found upwards from a directory, JSON with comments, and errors that name the key and the line. */
import { findNodeAtLocation, getLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { z } from 'zod';
import { type Config, configSchema, defaultConfig, RULE_IDS } from '../core/config.ts';
import { issueWords } from '../core/issue-words.ts';
import { closest } from './closest.ts';
import { findConfig } from './config-path.ts';
import { readTextFile } from './text-file.ts';

/** Something wrong in a configuration file. `line` and `column` count from 1; `start`/`end` are offsets in the file's text. */
export interface ConfigProblem {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly end: number;
  /** Dotted, as `rules.no-output-cap`; empty for the file as a whole. */
  readonly key: string;
  readonly message: string;
}

export interface LoadedConfig {
  /** The defaults where the file has problems. */
  readonly config: Config;
  /** Undefined when there is no configuration file. */
  readonly path: string | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** The nearest `costlint.json` in `root` or above it. */
export function loadConfig(root: string): LoadedConfig {
  const path = findConfig(root);
  return path === undefined ? { config: defaultConfig, path, problems: [] } : loadConfigFile(path);
}

export function loadConfigFile(path: string): LoadedConfig {
  const file = readTextFile(path);
  if ('problem' in file)
    return { config: defaultConfig, path, problems: [{ path, line: 1, column: 1, start: 0, end: 0, key: '', message: file.problem }] };
  return parseConfigText(path, file.text);
}

/** Reads configuration from text, as an editor holds it. */
export function parseConfigText(path: string, text: string): LoadedConfig {
  const syntax: ParseError[] = [];
  const tree = parseTree(text, syntax, { allowTrailingComma: true });
  const failed = (problems: readonly ConfigProblem[]): LoadedConfig => ({ config: defaultConfig, path, problems });
  if (syntax.length > 0 || !tree) {
    const at = syntax[0] ?? { offset: 0, length: 0, error: 4 as const };
    const key = getLocation(text, at.offset).path.join('.');
    return failed([
      problemAt(path, text, { start: at.offset, end: at.offset + at.length }, key, `not valid JSON: ${sentence(printParseErrorCode(at.error))}`),
    ]);
  }
  const result = configSchema.safeParse(valueOfNode(tree));
  if (result.success) return { config: result.data, path, problems: [] };
  return failed(result.error.issues.flatMap((issue) => problemsOf(path, text, tree, issue)));
}

/** `PropertyNameExpected` → `property name expected`. */
const sentence = (code: string): string => code.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();

/** The plain value of a JSON tree; own code, since the library's `getNodeValue` would let a `__proto__` key through. */
function valueOfNode(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOfNode);
  if (node.type !== 'object') return node.value;
  const entries = (node.children ?? []).flatMap((property): [string, unknown][] => {
    const [key, value] = property.children ?? [];
    return key && value ? [[String(key.value), valueOfNode(value)]] : [];
  });
  return Object.fromEntries(entries);
}

function problemsOf(path: string, text: string, tree: Node, issue: z.core.$ZodIssue): ConfigProblem[] {
  const at = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => problemAt(path, text, keySpan(tree, [...at, key]), [...at, key].join('.'), unknownKey(key, knownKeys(at))));
  }
  return [problemAt(path, text, valueSpan(tree, at), at.join('.'), issueWords(issue))];
}

const unknownKey = (key: string, known: readonly string[]): string => {
  const meant = closest(key, known);
  return `unknown key${meant ? `, did you mean ${JSON.stringify(meant)}?` : known.length > 0 ? `; known are ${known.join(', ')}` : ''}`;
};

/** The keys that the schema knows at a place, for suggestions. */
function knownKeys(at: readonly (string | number)[]): readonly string[] {
  const shape = configSchema.shape;
  if (at.length === 0) return Object.keys(shape).filter((key) => key !== '$schema');
  if (at[0] === 'rules') return RULE_IDS;
  if (at[0] === 'assumptions') return Object.keys(defaultConfig.assumptions);
  if (at[0] === 'prices') return ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'];
  if (at[0] === 'budgets') return at.length === 1 ? ['perCall', 'perRun', 'perMonth', 'paths'] : ['perCall', 'perRun', 'perMonth'];
  return [];
}

interface TextSpan {
  readonly start: number;
  readonly end: number;
}

const valueSpan = (tree: Node, at: (string | number)[]): TextSpan => {
  const node = findNodeAtLocation(tree, at) ?? tree;
  return { start: node.offset, end: node.offset + node.length };
};

const keySpan = (tree: Node, at: (string | number)[]): TextSpan => {
  const key = findNodeAtLocation(tree, at)?.parent?.children?.[0] ?? tree;
  return { start: key.offset, end: key.offset + key.length };
};

function problemAt(path: string, text: string, span: TextSpan, key: string, message: string): ConfigProblem {
  const before = text.slice(0, span.start).split('\n');
  return { path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, start: span.start, end: span.end, key, message };
}

/** One line for a terminal or a log: `costlint.json:3:5: rules.foo: unknown key`. */
export const describeProblem = (problem: ConfigProblem): string =>
  `${problem.path}:${problem.line}:${problem.column}: ${problem.key === '' ? '' : `${problem.key}: `}${problem.message}`;
