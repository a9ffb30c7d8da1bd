/** `npm run bench:panel`: runs scripts/bench/panel.ts on Node 24, in a real browser. */
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { node24 } from './lib/node24.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

await ensureInstalled();
const { code } = await run(await node24(), ['--no-warnings', join(root, 'scripts/bench/panel.ts')]);
process.exitCode = code;
