import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Log } from 'sarif';
import { check } from '../../cli/check.ts';
import { folder } from '../workspace/folder.ts';
import { argumentsOf, capture, openToy } from './toy.ts';

async function sarif(t: TestContext, files: Readonly<Record<string, string | Uint8Array>>): Promise<Log> {
  const { terminal, out } = capture(folder(t, files));
  await check(argumentsOf('check', '--format', 'sarif'), terminal, openToy);
  return JSON.parse(out());
}

test('a result has its rule, level, place, fingerprint and the fix as replacements', async (t) => {
  const log = await sarif(t, { 'src/a b.ts': 'x\n  BAD\n', 'bin.ts': Uint8Array.from([0]) });
  assert.equal(log.version, '2.1.0');
  const run = log.runs[0];
  assert.ok(run);
  assert.match(run.originalUriBaseIds?.SRCROOT?.uri ?? '', /^file:\/\/\/.*\/$/);
  assert.equal(run.invocations?.[0]?.toolExecutionNotifications?.length, 1);
  const [result] = run.results ?? [];
  assert.ok(result);
  assert.equal(run.tool.driver.rules?.[result.ruleIndex ?? -1]?.id, 'no-output-cap');
  assert.equal(result.level, 'warning');
  const { physicalLocation } = result.locations?.[0] ?? {};
  assert.deepEqual(physicalLocation, {
    artifactLocation: { uri: 'src/a%20b.ts', uriBaseId: 'SRCROOT' },
    region: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 6 },
  });
  assert.deepEqual(result.fixes?.[0]?.artifactChanges?.[0]?.replacements, [
    { deletedRegion: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 6 }, insertedContent: { text: 'GOOD\n' } },
  ]);
});

test('a fingerprint survives lines that are inserted above, and tells two alike apart', async (t) => {
  const prints = async (text: string): Promise<string[]> =>
    (await sarif(t, { 'a.ts': text })).runs[0]?.results?.map((r) => r.partialFingerprints?.['costlint/v1'] ?? '') ?? [];
  const before = await prints('BAD\nBAD\n');
  assert.equal(new Set(before).size, 2);
  assert.deepEqual(await prints('// new\n\n  BAD\nBAD\n'), before);
});

test('what the schema demands beyond types: rules once each, levels, base URIs that end in a slash', async (t) => {
  const log = await sarif(t, { 'a.ts': 'BAD RISKY LOOP' });
  const run = log.runs[0];
  const ids = run?.tool.driver.rules?.map(({ id }) => id) ?? [];
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(
    run?.results?.map(({ level }) => level),
    ['warning', 'warning', 'note'],
  );
  for (const { uri } of Object.values(run?.originalUriBaseIds ?? {})) assert.ok(uri?.endsWith('/'));
  for (const result of run?.results ?? []) assert.equal(ids[result.ruleIndex ?? -1], result.ruleId);
});
