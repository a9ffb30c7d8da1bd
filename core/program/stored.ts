/** `%store -r NAME` of a notebook: what another notebook of the folder put there with `%store NAME`. */
import { agree } from './combine.ts';
import type { Evaluator } from './evaluate.ts';
import type { Env, Value } from './values.ts';

/** The value that the notebooks of the folder agree on; undefined where the notebook restores no such name. */
export function storedValue(evaluator: Evaluator, name: string, env: Env): Value | undefined {
  const { path, text } = env.index.unit;
  if (!path.endsWith('.ipynb') || !mentions(text, '-r\\s+', name)) return undefined;
  const { program } = evaluator;
  const values: Value[] = [];
  for (const other of program.beside(path)) {
    if (other === path || !other.endsWith('.ipynb') || !mentions(program.read(other) ?? '', '(?!-)', name)) continue;
    const value = evaluator.imports.exported(other, name);
    if (value) values.push(value);
  }
  return agree(values);
}

const mentions = (text: string, option: string, name: string): boolean => new RegExp(`%store\\s+${option}[\\w ]*\\b${name}\\b`).test(text);
