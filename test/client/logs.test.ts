/** Local logs as the panel gets them: from the real command line, over logs such as Claude Code writes. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readLogs } from '../../client/panel/logs.ts';
import { node24 } from '../../scripts/lib/node24.mjs';
import { root } from '../../scripts/lib/paths.mjs';

const cli = join(root, 'cli/main.ts');

const answer = (session: string, at: string) => ({
  ...{ type: 'assistant', sessionId: session, cwd: '/home/me/shop', timestamp: at, requestId: `r-${session}` },
  message: { id: `m-${session}`, model: 'claude-haiku-4-5', role: 'assistant', content: [], usage: { input_tokens: 10, output_tokens: 50 } },
});

test('sessions of local logs, the newest first, with progress; none where there are no logs', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'costlint-logs-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const env = { PATH: process.env.PATH, HOME: home, USERPROFILE: home };
  const execPath = await node24();
  assert.deepEqual(await readLogs({ cli, execPath, env, onProgress: () => {} }), { rows: [], skipped: 0 });

  const folder = join(home, '.claude/projects/-home-me-shop');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'a.jsonl'), `${JSON.stringify(answer('older', '2026-11-20T10:00:00.000Z'))}\n`);
  writeFileSync(join(folder, 'b.jsonl'), `${JSON.stringify(answer('newer', '2026-11-21T10:00:00.000Z'))}\n`);
  const shares: number[] = [];
  const { rows, skipped } = await readLogs({ cli, execPath, env, onProgress: (share) => shares.push(share) });
  assert.equal(skipped, 0, 'every line is understood');
  assert.deepEqual(
    rows.map(({ session, source, totals }) => [session, source, totals.calls]),
    [
      ['newer', 'claude-code', 1],
      ['older', 'claude-code', 1],
    ],
  );
  assert.equal(shares.at(-1), 1);
});
