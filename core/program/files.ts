/** Prompts that stand in files of the workspace: `readFileSync(join(__dirname, 'prompt.md'))`, `Path(__file__).parent / 'x.md'`. */
import type { CallExpr, Expr, Fn } from '../frontends/source-unit.ts';
import type { Evaluator } from './evaluate.ts';
import { reaching } from './reaching.ts';
import { dirname, join } from './resolve.ts';
import type { Env, ExternalValue, Value } from './values.ts';
import { dotted, leafName } from './visit.ts';

const READS =
  /^((node:)?fs(\/promises)?:((default|promises)\.)*readFile(Sync)?\(\)|(node:)?fs\/promises:(default\.)?readFile\(\)|<global>:(open|Bun\.file|Deno\.readTextFile(Sync)?)\(\)(\.(read|text)\(\))?|pathlib:Path\(\)(\.(parent|parents\[\]|resolve\(\)|absolute\(\)|joinpath\(\)))*\.read_text\(\)|(io|codecs|aiofiles):open\(\)\.read\(\))$/;

/** The text of the file that a call reads; undefined when the call reads no file. */
export function readTextFile(evaluator: Evaluator, value: ExternalValue, expr: CallExpr, env: Env): Value | undefined {
  const name = `${value.module}:${value.signature}`;
  if (!READS.test(name) || name.endsWith('open()') || name === '<global>:Bun.file()') return undefined;
  const pathExpr =
    name.endsWith('.read()') || name.endsWith('.text()')
      ? value.calls[0]?.call.args[0]?.value
      : name.endsWith('read_text()') && expr.callee.kind === 'member'
        ? expr.callee.object
        : expr.args[0]?.value;
  const from = name.endsWith('.read()') ? (value.calls[0]?.env ?? env) : env;
  const path = pathExpr && pathOf(evaluator, pathExpr, from, 0);
  return text(evaluator, path, expr, env);
}

function text(evaluator: Evaluator, path: string | undefined, expr: Expr, env: Env): Value {
  const cause = evaluator.cause('retrieval', expr, env);
  for (const candidate of candidates(evaluator, path, env)) {
    const content = evaluator.program.read(candidate);
    if (content !== undefined) return { kind: 'const', value: content, at: { path: candidate, start: 0, end: content.length }, via: 'import' };
  }
  return { kind: 'unknown', why: 'dynamic', stability: 'per-run', cause, at: evaluator.at(expr, env) };
}

/** Where in the workspace a path may lead: programs run in the folder of a file or at the root. */
function candidates(evaluator: Evaluator, path: string | undefined, env: Env): readonly string[] {
  const { root } = evaluator.program;
  const all = path === undefined ? [] : path.startsWith('/') ? [path] : [join(dirname(env.index.unit.path), path), join(root, path)];
  return all.filter((candidate) => candidate.startsWith(`${root}/`));
}

/** What the settings file says that a call parses: `yaml.safe_load(open('config.yaml'))`; undefined when the call parses no file. */
export function readSettings(evaluator: Evaluator, value: ExternalValue, expr: CallExpr, env: Env): Value | undefined {
  const name = `${value.module}:${value.signature}`;
  const [first] = expr.args;
  if (first && name === 'omegaconf:OmegaConf.load()')
    return settingsIn(evaluator, candidates(evaluator, pathOf(evaluator, first.value, env, 0), env));
  if (!/^(yaml:(safe_load|full_load|load)|json:loads?)\(\)$/.test(name)) return undefined;
  const given = first && evaluator.evaluate(first.value, env);
  const opened = given?.kind === 'external' && /(^|\.)open\(\)(\.read\(\))?$/.test(given.signature) ? given.calls[0] : undefined;
  const written =
    opened?.call.callee.kind === 'member' && opened.call.args[0]?.value.kind !== 'string' ? opened.call.callee.object : opened?.call.args[0]?.value;
  const paths =
    given?.kind === 'const' && given.at.path !== env.index.unit.path
      ? [given.at.path]
      : candidates(evaluator, written && opened && pathOf(evaluator, written, opened.env, 0), env);
  return settingsIn(evaluator, paths);
}

/** What the first of these files holds that is one of settings. */
function settingsIn(evaluator: Evaluator, paths: readonly string[]): Value | undefined {
  for (const path of paths.filter((p) => /\.(ya?ml|json)$/.test(p))) {
    const index = evaluator.program.unit(path);
    const root = index?.exports.get('default');
    if (index && root?.kind === 'value') return evaluator.evaluate(root.value, { index, frame: index.module });
  }
  return undefined;
}

/** `@hydra.main(config_path='conf', config_name='config')`: the file that the parameter of the function holds, to which others may add. */
export function composedSettings(evaluator: Evaluator, fn: Fn, env: Env): Value | undefined {
  for (const decorator of fn.decorators) {
    if (decorator.kind !== 'call') continue;
    const callee = evaluator.evaluate(decorator.callee, env);
    if (callee.kind !== 'external' || callee.module !== 'hydra' || callee.signature !== 'main') continue;
    const [folder = '.', name] = ['config_path', 'config_name'].map((option) => {
      const arg = decorator.args.find((a) => a.name === option);
      return arg && constant(evaluator, arg.value, env);
    });
    const path = name && join(dirname(env.index.unit.path), `${folder}/${name.replace(/\.ya?ml$/, '')}`);
    const value = path === undefined || path === '' ? undefined : settingsIn(evaluator, [`${path}.yaml`, `${path}.yml`]);
    if (value?.kind === 'object') return { ...value, added: [...value.added, { key: undefined, value: undefined, env, certain: false }] };
  }
  return undefined;
}

/** A path expression as a path: absolute when it starts at the file's own folder, else as written. */
function pathOf(evaluator: Evaluator, expr: Expr, env: Env, depth: number): string | undefined {
  if (depth > 12) return undefined;
  const inner = (e: Expr) => pathOf(evaluator, e, env, depth + 1);
  const here = env.index.unit.path;
  switch (expr.kind) {
    case 'string':
      return expr.value;
    case 'await':
      return inner(expr.value);
    case 'template': {
      const parts = expr.parts.map(inner);
      return parts.every((p) => p !== undefined) ? parts.join('') : undefined;
    }
    case 'name': {
      if (expr.name === '__file__') return here;
      if (expr.name === '__dirname') return dirname(here);
      const definitions = reaching(expr.name, env.frame, expr.start);
      const def = definitions.length === 1 ? definitions[0] : undefined;
      if (def?.kind === 'value' && def.value && def.path.length === 0) return pathOf(evaluator, def.value, { ...env, frame: def.frame }, depth + 1);
      return constant(evaluator, expr, env);
    }
    case 'binary':
      return expr.op === '/'
        ? joined([inner(expr.left), inner(expr.right)])
        : expr.op === '+'
          ? concatenated(inner(expr.left), inner(expr.right))
          : undefined;
    case 'member': {
      if (dotted(expr) === 'import.meta.url' || dotted(expr) === 'import.meta.filename') return here;
      if (dotted(expr) === 'import.meta.dirname') return dirname(here);
      const base = expr.name === 'parent' ? inner(expr.object) : undefined;
      return base === undefined ? constant(evaluator, expr, env) : dirname(base);
    }
    case 'index': {
      if (expr.object.kind === 'member' && expr.object.name === 'parents' && expr.index.kind === 'number') {
        let base = inner(expr.object.object);
        for (let i = 0; base !== undefined && i <= expr.index.value; i++) base = dirname(base);
        return base;
      }
      return undefined;
    }
    case 'other':
      return /^import\.meta\.(url|filename)$/.test(env.index.unit.text.slice(expr.start, expr.end)) ? here : undefined;
    case 'call':
      return callPath(expr, inner);
    default:
      return undefined;
  }
}

function callPath(expr: CallExpr, inner: (e: Expr) => string | undefined): string | undefined {
  const name = leafName(expr.callee);
  const args = expr.args.map((a) => inner(a.value));
  const [first, second] = args;
  switch (name) {
    case 'join':
    case 'joinpath':
    case 'resolve':
    case 'absolute':
    case 'normalize': {
      const receiver = expr.callee.kind === 'member' ? inner(expr.callee.object) : undefined;
      return joined(receiver === undefined ? args : [receiver, ...args]);
    }
    case 'dirname':
      return first === undefined ? undefined : dirname(first);
    case 'abspath':
    case 'realpath':
    case 'fileURLToPath':
    case 'Path':
    case 'str':
      return args.length > 1 ? joined(args) : first;
    case 'URL':
      return first !== undefined && second !== undefined ? join(dirname(second), first) : first;
    case 'cwd':
    case 'getcwd':
      return '.';
    default:
      return undefined;
  }
}

function joined(parts: readonly (string | undefined)[]): string | undefined {
  if (parts.length === 0 || parts.some((p) => p === undefined)) return undefined;
  const known = parts as readonly string[];
  return known.reduce((base, part) => (part.startsWith('/') || base === '' ? part : base.startsWith('/') ? join(base, part) : `${base}/${part}`));
}

const concatenated = (a: string | undefined, b: string | undefined): string | undefined => (a !== undefined && b !== undefined ? a + b : undefined);

function constant(evaluator: Evaluator, expr: Expr, env: Env): string | undefined {
  const value = evaluator.evaluate(expr, env);
  return value.kind === 'const' && typeof value.value === 'string' ? value.value : undefined;
}
