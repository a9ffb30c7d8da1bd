import type { CallEvent } from '../../core/protocol/gateway.ts';

let made = 0;

/** A billed call of 1,000 uncached input and 100 output tokens for $0.0045. */
export function call(part: Partial<CallEvent> = {}): CallEvent {
  made += 1;
  return {
    kind: 'call',
    id: `call-${made}`,
    at: Date.UTC(2026, 10, 20, 12),
    session: 'session-a',
    provider: 'anthropic',
    api: 'anthropic-messages',
    operation: 'generate',
    model: 'claude-sonnet-4-6',
    stream: true,
    durationMs: 1500,
    status: 200,
    outcome: 'completed',
    source: 'exact',
    billed: true,
    usage: { uncachedInput: 1000, output: 100 },
    cost: { kind: 'known', nanoUsd: 4_500_000 },
    ...part,
  };
}
