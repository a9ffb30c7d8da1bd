/** A ledger as months of work leave it, written by the gateway's own writer before the gateway starts. */
import type { LedgerEvent } from '../../../core/protocol/gateway.ts';
import { openKeep } from '../../../gateway/store/open.ts';

const MINUTE = 60_000;
const AT_ONCE = 2_000;

/** Sessions `past-0`, `past-1` …, the first the latest: one call each of $0.003 and more, every third not completed. */
function eventsOf(n: number, now: number): LedgerEvent[] {
  const at = now - (n + 1) * 5 * MINUTE;
  const session = `past-${n}`;
  const whose = { session, agent: `agent-${n % 7}`, project: n % 2 === 0 ? 'shop' : 'support' };
  return [
    {
      kind: 'call',
      id: `seed-${n}`,
      at,
      ...whose,
      provider: 'anthropic',
      api: 'anthropic-messages',
      operation: 'messages',
      model: n % 3 === 0 ? 'claude-haiku-4-5' : 'claude-sonnet-4-6',
      stream: true,
      durationMs: 1_500,
      status: 200,
      outcome: 'completed',
      source: 'exact',
      billed: true,
      usage: { uncachedInput: 500, cacheRead: 4_000 + (n % 50) * 100, output: 200 },
      cost: { kind: 'known', nanoUsd: 3_000_000 + n * 100 },
    },
    { kind: 'session', id: `seed-end-${n}`, at: at + 2_000, session, status: n % 3 === 0 ? 'failed' : 'done', via: 'header' },
  ];
}

/** @param folder the gateway's state folder; no gateway may be running there */
export async function seedSessions(folder: string, count: number): Promise<void> {
  const now = Date.now();
  const { ledger, close } = await openKeep(folder);
  try {
    for (let from = 0; from < count; from += AT_ONCE) {
      const events = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => eventsOf(from + index, now)).flat();
      await Promise.all(events.map((event) => ledger.append(event)));
    }
  } finally {
    await close();
  }
}
