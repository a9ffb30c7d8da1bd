/**
 * Builds dist/:
 *   extension.cjs           the VS Code extension (CommonJS: VS Code loads it with require)
 *   cli.js, server.js, …    command line, language server, gateway and the thread that reads logs: ES modules that share chunks, so that the parser
 *                           and the token tables exist once and are loaded only where a dynamic import() asks for them
 *   webview.js, report.js   the panels, for the browser
 *   *.wasm                  the Python parser
 * Options: --watch builds again on every change; --meta prints what is big; --dev leaves out minification.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, context } from 'esbuild';
import { notices } from './scripts/lib/notices.mjs';
import { dist, out, root } from './scripts/lib/paths.mjs';

const watch = process.argv.includes('--watch');
const showMeta = process.argv.includes('--meta');

/** Bundled CommonJS packages ask for these; an ES module does not have them. */
const commonJsNames = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { dirname as __pathDirname } from 'node:path';",
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = __fileURLToPath(import.meta.url);',
  'const __dirname = __pathDirname(__filename);',
].join('\n');

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  minify: !watch && !process.argv.includes('--dev'),
  sourcemap: watch ? 'linked' : false,
  metafile: true,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: watch ? 'info' : 'warning',
};

/** The lowest Node is that of the lowest VS Code in package.json's engines (docs/decisions/versions.md). */
// jsonc-parser's `main` is UMD, whose inner require() no bundler follows: take ES modules where a package has them.
const node = { ...common, platform: /** @type {const} */ ('node'), target: 'node20', mainFields: ['module', 'main'] };

const targets = [
  {
    name: 'extension',
    entries: { extension: 'client/extension.ts' },
    options: { ...node, format: 'cjs', external: ['vscode'], outExtension: { '.js': '.cjs' } },
  },
  {
    name: 'node programs',
    entries: { cli: 'cli/main.ts', server: 'server/main.ts', gateway: 'gateway/main.ts', 'logs-worker': 'logs/worker.ts' },
    // Chunks lie beside the entries: './x.wasm' relative to import.meta.url is right in both.
    options: {
      ...node,
      format: 'esm',
      splitting: true,
      chunkNames: '[name]-[hash]',
      banner: { js: commonJsNames },
      plugins: [parserOnly(), ranksAsText(), hashbang()],
    },
  },
  {
    name: 'webview',
    entries: { webview: 'webview/main.ts', report: 'webview/report.ts' },
    options: { ...common, platform: 'browser', format: 'iife', target: 'es2022' },
  },
];

/**
 * Only the compiler inside ts-morph is used, to parse. Its own wrapper and the copies of lib.*.d.ts that it carries would double the chunk. An import of
 * anything but `ts` fails the build: then take this plugin out, or take the thing from elsewhere.
 */
function parserOnly() {
  return {
    name: 'parser-only',
    setup(builder) {
      builder.onResolve({ filter: /^ts-morph$/ }, () => ({ path: 'ts-morph', namespace: 'parser-only' }));
      builder.onLoad({ filter: /.*/, namespace: 'parser-only' }, () => ({
        contents: "export { default as ts } from './node_modules/@ts-morph/common/dist/typescript.js';",
        resolveDir: root,
      }));
    },
  };
}

/** The tables of tokens, 200,000 strings, as one text: JSON is read in less time than an array in JavaScript takes to compile. */
function ranksAsText() {
  return {
    name: 'ranks-as-text',
    setup(builder) {
      builder.onLoad({ filter: /[\\/]bpeRanks[\\/]\w+\.js$/ }, async ({ path }) => {
        const { default: table } = await import(pathToFileURL(path).href);
        return { contents: `export default JSON.parse(${JSON.stringify(JSON.stringify(table))});` };
      });
    },
  };
}

/** Makes dist/cli.js start by itself; esbuild puts banners into chunks too, where a hashbang is a syntax error. */
function hashbang() {
  return {
    name: 'hashbang',
    setup(builder) {
      builder.onEnd(({ errors }) => {
        const file = join(dist, 'cli.js');
        if (errors.length > 0 || !existsSync(file)) return;
        const text = readFileSync(file, 'utf8');
        if (!text.startsWith('#!')) writeFileSync(file, `#!/usr/bin/env node\n${text}`);
        chmodSync(file, 0o755);
      });
    },
  };
}

function copyParsers() {
  const require = createRequire(join(root, 'package.json'));
  const python = join(dirname(require.resolve('tree-sitter-python/package.json')), 'tree-sitter-python.wasm');
  const runtime = join(dirname(require.resolve('web-tree-sitter')), 'web-tree-sitter.wasm');
  copyFileSync(python, join(dist, 'tree-sitter-python.wasm'));
  copyFileSync(runtime, join(dist, 'web-tree-sitter.wasm'));
}

const kilobytes = (bytes) => `${Math.round(bytes / 1024)} kB`.padStart(9);

/** Every output file with the packages and folders that fill it. */
function printMeta(outputs) {
  for (const [path, output] of Object.entries(outputs).sort(([, a], [, b]) => b.bytes - a.bytes)) {
    const parts = new Map();
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const part = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.split('/').slice(0, 2).join('/');
      parts.set(part, (parts.get(part) ?? 0) + bytesInOutput);
    }
    const biggest = [...parts].sort(([, a], [, b]) => b - a).slice(0, 4);
    console.log(`${kilobytes(output.bytes)}  ${path}  ${biggest.map(([part, bytes]) => `${part}${kilobytes(bytes).replace(/ +/, ' ')}`).join(', ')}`);
  }
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
copyParsers();

/** @type {import('esbuild').Metafile['outputs']} */
const outputs = {};
for (const { name, entries, options } of targets) {
  const present = Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(join(root, file))));
  for (const [entry, file] of Object.entries(entries)) if (!present[entry]) console.log(`${name}: no ${file} yet, skipped`);
  if (Object.keys(present).length === 0) continue;
  const settings = /** @type {import('esbuild').BuildOptions} */ ({ ...options, entryPoints: present, outdir: dist });
  if (watch) {
    await (await context(settings)).watch();
    continue;
  }
  const { metafile } = await build(settings).catch(() => process.exit(1));
  Object.assign(outputs, metafile.outputs);
}
if (watch) {
  console.log('watching');
} else {
  if (showMeta) printMeta(outputs);
  // Which file holds and imports what, for test/bundle.test.ts and for https://esbuild.github.io/analyze/
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'build.json'), JSON.stringify({ inputs: {}, outputs }));
  writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), notices(outputs));
  const bytes = Object.values(outputs).reduce((sum, output) => sum + output.bytes, 0);
  console.log(`dist: ${kilobytes(bytes).trim()} of JavaScript`);
}
