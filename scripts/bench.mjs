/**
 * `npm run bench`: cold scan against the bare parse, tokentoll and ESLint on the same files; edits; memory; activation. Prints the tables and writes
 * them into docs/benchmarks.md. Options:
 *
 *   --corpus DIR   checkouts to scan (each directory in it is one); default: a generated project, which anyone can repeat
 *   --files N      at most so many files of each language; default 1000
 *   --runs N       runs of each figure, of which the median counts; default 5
 *   --only PART    scan, edits or activation
 *   --built        take dist/ as it is
 *   --dry          print, do not write docs/benchmarks.md
 */
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { node24 } from './lib/node24.mjs';
import { cache, root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const args = process.argv.slice(2);
await ensureInstalled();
if (!args.includes('--built') && (await run(process.execPath, [join(root, 'esbuild.mjs')], { quiet: true })).code !== 0) {
  console.error('the build failed: npm run build says why');
  process.exit(1);
}
const program = join(root, 'scripts/bench/main.ts');
const passed = args.filter((arg) => arg !== '--built');
const { code } = await run(await node24(), ['--no-warnings', '--expose-gc', program, '--cache', join(cache, 'bench'), ...passed]);
process.exitCode = code;
