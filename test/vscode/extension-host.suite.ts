/** The suites of test/vscode/inside, each of their tests reported as one here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInside } from './harness/extension-host.ts';

test('in the extension host', async (context) => {
  const results = await runInside('examples/typescript-agent');
  assert.ok(results.length > 0, 'no test ran');
  for (const { title, error, skipped } of results) {
    await context.test(title, { skip: skipped ?? false }, () => {
      if (error) throw new Error(error);
    });
  }
});
