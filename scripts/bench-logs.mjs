/** `npm run bench:logs`: runs scripts/bench-logs.ts on Node 24, on the built command. */
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { node24 } from './lib/node24.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

await ensureInstalled();
const args = process.argv.slice(2);
const built = args.includes('--cli') ? { code: 0 } : await run(process.execPath, [join(root, 'esbuild.mjs')], { quiet: true });
const { code } = built.code === 0 ? await run(await node24(), ['--no-warnings', join(root, 'scripts/bench-logs.ts'), ...args]) : built;
process.exitCode = code;
