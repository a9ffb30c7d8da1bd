/** Files that ship beside the bundle: the parsers' WebAssembly and the pages of the rules. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** `docs/rules`, seen from the bundle in `dist/` or from this source file. */
export function rulePages(): string | undefined {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const directory = path.join(here, '..', 'docs', 'rules');
  return fs.existsSync(directory) ? directory : undefined;
}
