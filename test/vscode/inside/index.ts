/** What VS Code runs in its extension host: mocha over the suites. The bundle of harness/extension-host.ts makes it the tests' entry point. */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

export interface TestResult {
  readonly title: string;
  readonly error?: string;
  readonly skipped?: boolean;
}

/** @param load imports the suites; they register themselves with mocha */
export async function runSuites(load: () => Promise<void>): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000 });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await load();
  const results: TestResult[] = [];
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (test) => results.push({ title: test.fullTitle() }));
    runner.on('pending', (test) => results.push({ title: test.fullTitle(), skipped: true }));
    runner.on('fail', (test, error) => results.push({ title: test.fullTitle(), error: error.stack ?? String(error) }));
  });
  const file = process.env.COSTLINT_TEST_RESULT;
  if (file) writeFileSync(file, JSON.stringify(results));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
