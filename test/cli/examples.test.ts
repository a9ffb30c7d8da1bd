import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check } from '../../cli/check.ts';
import type { JsonCheck } from '../../cli/formats/json.ts';
import { openWorkspace } from '../../workspace/project.ts';
import { argumentsOf, capture } from './toy.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));

async function checkExamples(): Promise<JsonCheck> {
  const { terminal, out } = capture(examples);
  assert.equal(await check(argumentsOf('check', '.', '--format', 'json', '--today', '2026-11-23'), terminal), 1);
  return JSON.parse(out());
}

/** What the READMEs of the examples promise, by file. */
const PROMISED: Readonly<Record<string, readonly string[]>> = {
  'typescript-agent/src/agent.ts': ['cache-missing-breakpoint', 'unbounded-loop', 'no-budget-guard'],
  'typescript-agent/src/drafts.ts': ['cache-dynamic-prefix'],
  'typescript-agent/src/chat.ts': ['unbounded-history'],
  'typescript-agent/src/triage.ts': ['retry-without-backoff', 'no-output-cap', 'routing-cheaper-model', 'unbounded-fanout'],
  'typescript-agent/src/digest.ts': ['unbounded-loop'],
  'python-agent/research_agent/writer.py': ['cache-dynamic-prefix', 'unbounded-loop'],
  'python-agent/research_agent/reader.py': ['retry-without-backoff', 'no-output-cap', 'unbounded-fanout'],
  'python-agent/research_agent/planner.py': ['unbounded-loop'],
  'python-agent/research_agent/checker.py': ['unbounded-loop'],
};

test('the examples show what their READMEs say, every call has a model and a cost', async () => {
  const { calls, findings, skipped } = await checkExamples();
  assert.deepEqual(skipped, []);
  for (const [path, rules] of Object.entries(PROMISED)) {
    const found = new Set(findings.filter((finding) => finding.path === path).map((finding) => finding.rule));
    for (const rule of rules) assert.ok(found.has(rule), `${path}: no ${rule}, but ${[...found].join(', ') || 'nothing'}`);
  }
  for (const { path, line, model, cost } of calls) {
    assert.ok(model.value, `${path}:${line} has no model`);
    assert.ok(
      cost && cost.call.low <= cost.call.expected && cost.call.expected <= cost.call.high && cost.call.low > 0,
      `${path}:${line} has no cost`,
    );
  }
});

test('the first finding of the TypeScript agent has a fix that an editor can apply', async () => {
  const workspace = await openWorkspace(`${examples}/typescript-agent`, { today: '2026-11-23' });
  const { findings } = workspace.project.analyze(`${examples}/typescript-agent/src/agent.ts`);
  const [fix] = findings[0]?.fixes ?? [];
  assert.equal(fix?.safety, 'safe');
  assert.ok(fix.edits.length > 0);
});
