// Writes the table of rules in docs/rules/README.md. `--check` only tells whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { rules } from '../core/rules/index.ts';

const file = new URL('../docs/rules/README.md', import.meta.url);
const rows = rules.map(({ id, meta }) => `| [${id}](${id}.md) | ${meta.category} | ${meta.severity} | ${meta.summary} |`);
const table = ['| rule | category | default | finds |', '|---|---|---|---|', ...rows].join('\n');
const before = readFileSync(file, 'utf8');
const after = before.replace(/<!-- rules -->[\s\S]*<!-- \/rules -->/, () => `<!-- rules -->\n${table}\n<!-- /rules -->`);
if (process.argv.includes('--check')) {
  if (before !== after) {
    console.error('docs/rules/README.md is out of date: run node scripts/rules-table.mjs');
    process.exitCode = 1;
  }
} else writeFileSync(file, after);
