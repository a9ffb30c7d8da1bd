/** Runs the suites of test/vscode/inside in the extension host of a real VS Code, with the extension loaded from the checkout. */
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { out, root } from '../../../scripts/lib/paths.mjs';
import { type ElectronHost, type ServerHost, vscodeHost } from '../../../scripts/lib/vscode-host.mjs';
import type { TestResult } from '../inside/index.ts';
import { newPage, screenshot, startBrowser } from './browser.ts';
import { startServer } from './server.ts';
import { newRun, type Run } from './workspace.ts';

/** The longest that a whole run may take, ms. */
const limit = 240_000;

/** @returns every test with its error, if it had one; throws when the suites did not run to their end. */
export async function runInside(sample: string): Promise<readonly TestResult[]> {
  const { host, reason } = await vscodeHost();
  if (!host) throw new Error(`no VS Code: ${reason}`);
  const tests = await bundleSuites();
  const run = newRun('extension-host', sample);
  const resultFile = join(run.folder, 'result.json');
  const env = { COSTLINT_TEST_RESULT: resultFile };
  let failed = true;
  try {
    await (host.kind === 'server' ? onServer(host, run, tests, env) : onDesktop(host, run, tests, env));
    if (!existsSync(resultFile)) throw new Error('VS Code ended without a test result: see its logs');
    const results: readonly TestResult[] = JSON.parse(readFileSync(resultFile, 'utf8'));
    failed = results.length === 0 || results.some(({ error }) => error !== undefined);
    return results;
  } finally {
    run.end(failed);
  }
}

/** One CommonJS file of all suites (or those that COSTLINT_INSIDE names), as VS Code wants it: it exports `run`. */
async function bundleSuites(): Promise<string> {
  const only = (process.env.COSTLINT_INSIDE ?? '').split(',').filter((path) => path !== '');
  const folder = join(root, 'test/vscode/inside');
  const all = readdirSync(folder).filter((name) => name.endsWith('.mocha.ts'));
  const suites = all.filter((name) => only.length === 0 || only.some((path) => path.endsWith(`/${name}`)));
  const outfile = join(out, 'vscode/suites.cjs');
  await build({
    stdin: {
      contents: `import { runSuites } from './index.ts';
        exports.run = () => runSuites(async () => { ${suites.map((name) => `await import('./${name}');`).join(' ')} });`,
      resolveDir: folder,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
    outfile,
  });
  return outfile;
}

async function onServer(host: ServerHost, run: Run, tests: string, env: NodeJS.ProcessEnv): Promise<void> {
  const server = await startServer(host, run, env);
  try {
    const browser = await startBrowser();
    try {
      const page = await newPage(browser, run);
      const ended = new Promise<void>((resolve, reject) => {
        setTimeout(() => reject(new Error(`no end within ${limit / 1000} s`)), limit).unref();
        // The workbench calls these two: when the tests ended, and with every line they print.
        void page.exposeFunction('codeAutomationExit', () => resolve());
        void page.exposeFunction('codeAutomationLog', (type: string, args: readonly unknown[]) => log(run, type, args));
      });
      const remote = (path: string) => `vscode-remote://${server.authority}${path}`;
      const payload = [
        ['extensionDevelopmentPath', remote(root)],
        ['extensionTestsPath', remote(tests)],
      ];
      await page.goto(`http://${server.authority}/?${new URLSearchParams({ folder: run.workspace, payload: JSON.stringify(payload) })}`);
      await ended.finally(() => screenshot(page, 'extension-host'));
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

const log = (run: Run, type: string, args: readonly unknown[]) =>
  appendFileSync(
    join(run.folder, 'automation.log'),
    `[${type}] ${args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ')}\n`,
  );

async function onDesktop(host: ElectronHost, run: Run, tests: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { runTests } = await import('@vscode/test-electron');
  await runTests({
    vscodeExecutablePath: host.executable,
    extensionDevelopmentPath: root,
    extensionTestsPath: tests,
    extensionTestsEnv: env as Record<string, string>,
    launchArgs: [run.workspace, '--user-data-dir', run.userData, '--extensions-dir', run.extensions, '--disable-workspace-trust'],
  }).catch(() => undefined); // it rejects when a test fails; the result file says which
}
