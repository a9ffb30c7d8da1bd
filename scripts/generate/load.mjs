/** The parts of the core that tables and schemas are made from, bundled so that any Node ≥ 20 can load them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { cache, root } from '../lib/paths.mjs';

const entry = `
export { z } from 'zod';
export { configSchema, assumptionsSchema, RULE_IDS, severitySchema } from './core/config.ts';
export { editorSettingsSchema } from './core/protocol/settings.ts';
export { rules } from './core/rules/index.ts';
`;

let loaded;

/** @returns {Promise<any>} */
export function loadSources() {
  loaded ??= bundle();
  return loaded;
}

async function bundle() {
  const outfile = join(cache, 'generate', 'sources.mjs');
  mkdirSync(join(cache, 'generate'), { recursive: true });
  await build({
    stdin: { contents: entry, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
  });
  return import(`${pathToFileURL(outfile).href}?${Date.now()}`);
}
