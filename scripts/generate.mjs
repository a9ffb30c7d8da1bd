/**
 * `npm run generate`: writes everything that is made from something else. `-- --check` writes nothing and exits with 1 if a file is not up to date.
 * Names behind the options limit it: `npm run generate -- schema readme`.
 *
 *   indexes   core/rules/index.ts, core/sdks/index.ts    from the files of these folders
 *   schema    schemas/costlint.schema.json               from the configuration's zod schema and the rules
 *   package   contributes.configuration in package.json  from the same
 *   readme    the tables of README.md                    from the same
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { configurationProperties } from './generate/configuration.mjs';
import { formatAs } from './generate/format.mjs';
import { rulesIndex, sdksIndex } from './generate/indexes.mjs';
import { loadSources } from './generate/load.mjs';
import { configJsonSchema } from './generate/schema.mjs';
import { fillMarkers, rulesTable, settingsTable } from './generate/tables.mjs';
import { root } from './lib/paths.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { check: { type: 'boolean' } } });
const read = (path) => readFileSync(join(root, path), 'utf8');

/** Each part makes the wanted text of its files. Indexes come first: what the others load is reached through them. */
const parts = {
  indexes: async () => ({
    'core/rules/index.ts': formatAs('core/rules/index.ts', rulesIndex()),
    'core/sdks/index.ts': formatAs('core/sdks/index.ts', sdksIndex()),
  }),
  schema: async () => {
    const path = 'schemas/costlint.schema.json';
    return { [path]: formatAs(path, JSON.stringify(configJsonSchema(await loadSources()))) };
  },
  package: async () => {
    const manifest = JSON.parse(read('package.json'));
    const before = manifest.contributes?.configuration ?? { title: 'Costlint' };
    const configuration = { ...before, properties: configurationProperties(await loadSources(), before.properties ?? {}) };
    manifest.contributes = { ...manifest.contributes, configuration };
    return { 'package.json': formatAs('package.json', JSON.stringify(manifest)) };
  },
  readme: async () => {
    const sources = await loadSources();
    return { 'README.md': fillMarkers(read('README.md'), { rules: rulesTable(sources), settings: settingsTable(sources) }) };
  },
};

const unknown = positionals.find((name) => !(name in parts));
if (unknown) {
  console.error(`no part '${unknown}'; there are ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

let stale = 0;
for (const [name, make] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  for (const [path, text] of Object.entries(await make())) {
    if (current(path) === text) continue;
    stale++;
    if (values.check) console.error(`${path} is not up to date: run "npm run generate"`);
    else {
      writeFileSync(join(root, path), text);
      console.log(`wrote ${path}`);
    }
  }
}
if (values.check && stale > 0) process.exitCode = 1;

function current(path) {
  try {
    return read(path);
  } catch {
    // not there yet
    return undefined;
  }
}
