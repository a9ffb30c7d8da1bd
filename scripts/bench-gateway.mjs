/** `npm run bench:gateway`: runs scripts/bench-gateway.ts on Node 24, on the built gateway. */
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { node24 } from './lib/node24.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

await ensureInstalled();
const built = await run(process.execPath, [join(root, 'esbuild.mjs')], { quiet: true });
const { code } =
  built.code === 0 ? await run(await node24(), ['--no-warnings', join(root, 'scripts/bench-gateway.ts'), ...process.argv.slice(2)]) : built;
process.exitCode = code;
