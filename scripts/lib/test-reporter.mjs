/**
 * A reporter for node:test: one line per test file, failures in full, and the counts as JSON in the file that COSTLINT_TEST_RESULT names, for the table
 * at the end of `npm test`.
 */
import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { inspect } from 'node:util';
import { root } from './paths.mjs';

/** A failure of a parent that only repeats the failure of its child. */
const repeats = (error) => error?.failureType === 'subtestsFailed';

/** @param {AsyncIterable<{ type: string, data: any }>} events */
export default async function* report(events) {
  const files = new Map();
  const entry = (file) => {
    const name = relative(root, file);
    if (!files.has(name)) files.set(name, { passed: 0, failed: 0, skipped: 0, ms: 0, failures: [], skips: [], notes: [] });
    return files.get(name);
  };
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message;
    if ((type !== 'test:pass' && type !== 'test:fail') || !data.file) continue;
    // A file without tests of its own (all filtered out) passes as if it were one.
    if (type === 'test:pass' && resolve(root, data.name) === data.file) continue;
    const file = entry(data.file);
    const { error, type: kind, duration_ms: ms } = data.details;
    if (data.nesting === 0) file.ms += ms;
    if (data.skip !== undefined || data.todo !== undefined) {
      file.skipped++;
      file.skips.push({ test: data.name, why: String(data.skip || data.todo || '') });
    } else if (type === 'test:pass') {
      if (kind !== 'suite') file.passed++;
    } else if (!repeats(error)) {
      file.failed++;
      file.failures.push(data.name);
      yield `\n✖ ${relative(root, data.file)}${data.line ? `:${data.line}` : ''} › ${data.name}\n${indent(explain(error))}\n\n`;
    }
  }
  const names = [...files.keys()].sort();
  for (const name of names) {
    const { passed, failed, skipped, ms } = files.get(name);
    yield `${failed > 0 ? '✖' : '✔'} ${name}  ${passed} passed${failed ? `, ${failed} failed` : ''}${skipped ? `, ${skipped} skipped` : ''}  ${Math.round(ms)} ms\n`;
  }
  if (process.env.COSTLINT_TEST_RESULT) writeFileSync(process.env.COSTLINT_TEST_RESULT, JSON.stringify(Object.fromEntries(files)));
}

const explain = (error) => (error?.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : inspect(error?.cause ?? error));
const indent = (text) => text.replace(/^/gm, '  ');
