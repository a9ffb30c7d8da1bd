/**
 * `npm run demo`: the main jobs, from a fresh clone with Node ≥ 20 and git. Installs and builds what is missing, checks the two sample agents in
 * examples/, lets the gateway stop an agent that would run for ever, and says how to see the same in VS Code.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runaway } from './demo/runaway.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { node24 } from './lib/node24.mjs';
import { dist, root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const bold = (text) => (colour ? `\u001b[1m${text}\u001b[22m` : text);
const cyan = (text) => (colour ? `\u001b[36m${text}\u001b[39m` : text);

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 20) fail(`Costlint needs Node 20 or newer; this is ${process.version}.`);

await ensureInstalled().catch((error) => fail(error.message));
await build();

console.log('Two sample agents: examples/typescript-agent (a support desk) and examples/python-agent (a research desk).');
await costlint('check', 'examples');
await costlint('report', 'examples', '--top', '5');
console.log(
  `\n${bold(cyan('$ costlint gateway --session 0.25'))}   and behind it an agent that would never stop (the provider is a stand-in: no key, no money)\n`,
);
await runaway(await node24(), bold).catch((error) => fail(error.message));
closing();

async function build() {
  console.log(bold('Building …'));
  const { code, output } = await run(process.execPath, [join(root, 'esbuild.mjs')], { quiet: true });
  if (code !== 0 || !existsSync(join(dist, 'cli.js'))) fail(`the build failed:\n${output}`);
}

/** Runs the built command as a person would. 1 means findings, which is what the samples are for. */
async function costlint(...args) {
  console.log(`\n${bold(cyan(`$ costlint ${args.join(' ')}`))}\n`);
  const { code } = await run(process.execPath, [join(dist, 'cli.js'), ...args], { quiet: false });
  if (code !== 0 && code !== 1) fail(`costlint ${args[0]} ended with ${code}`);
}

function closing() {
  console.log(`
${bold('The same in VS Code, at the lines:')}
  ${cyan('npm run package')}, then ${cyan('code --install-extension costlint-*.vsix')}, and open ${cyan('examples/typescript-agent')};
  or open this folder in VS Code and press ${cyan('F5')} ("Extension on the TypeScript example").
${bold('On your own project:')}
  ${cyan(`node ${join(dist, 'cli.js')} check /path/to/project`)}
  ${cyan(`node ${join(dist, 'cli.js')} gateway --session 5 --daily 50`)}, then ANTHROPIC_BASE_URL=http://127.0.0.1:4747`);
}

function fail(message) {
  console.error(`demo: ${message}`);
  process.exit(1);
}
