/** A gateway for tests: its ledger in memory, its upstreams the test's provider. */

import type { CallEvent, DeniedEvent, GatewayEvent } from '../../../core/protocol/gateway.ts';
import { CommitQueue, openDatabase, SqliteLedger } from '../../../gateway/ledger/index.ts';
import { type GatewayInput, gatewayOptions } from '../../../gateway/options.ts';
import { type Gateway, type Parts, startGateway } from '../../../gateway/start.ts';
import { MemoryStore } from '../../../gateway/store/memory.ts';

export interface TestGateway extends Gateway {
  readonly events: readonly GatewayEvent[];
  readonly warnings: readonly string[];
  readonly ledger: SqliteLedger;
  calls(): CallEvent[];
  denials(): DeniedEvent[];
}

export async function gateway(upstream: string, input: GatewayInput = {}, parts: Partial<Parts> = {}): Promise<TestGateway> {
  const db = openDatabase(':memory:');
  const ledger = new SqliteLedger(db, new CommitQueue(db));
  const events: GatewayEvent[] = [];
  const warnings: string[] = [];
  const names = ['anthropic', 'openai', 'gemini', 'bedrock'];
  const upstreams = { ...Object.fromEntries(names.map((name) => [name, upstream])), ...input.upstreams };
  const running = await startGateway(gatewayOptions({ port: 0, drainMs: 1_000, breaker: false, ...input, upstreams }), {
    store: new MemoryStore(parts.now ? { now: parts.now } : {}),
    ledger,
    sinks: [(event) => events.push(event)],
    warn: (message) => warnings.push(message),
    ...parts,
  });
  return {
    ...running,
    events,
    warnings,
    ledger,
    calls: () => [...ledger.events({ kinds: ['call'] })].filter((event): event is CallEvent => event.kind === 'call'),
    denials: () => [...ledger.events({ kinds: ['denied'] })].filter((event): event is DeniedEvent => event.kind === 'denied'),
    close: async () => {
      await running.close();
      await ledger.close();
    },
  };
}
