/** `npm run bench:tokens`: runs scripts/bench-tokens.ts on Node 24. Without --data it takes ../shared/data where that exists. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { node24 } from './lib/node24.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const args = process.argv.slice(2);
await ensureInstalled();
const shared = join(root, '../shared/data');
const data = args.includes('--data') || !existsSync(shared) ? [] : ['--data', shared];
const { code } = await run(await node24(), ['--no-warnings', join(root, 'scripts/bench-tokens.ts'), ...data, ...args]);
process.exitCode = code;
