import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AlertGate } from '../../client/gateway/alert-gate.ts';
import type { AlertEvent } from '../../core/protocol/gateway.ts';

const MINUTE = 60_000;
const alert = (part: Partial<AlertEvent> = {}): AlertEvent => ({
  kind: 'alert',
  id: 'x',
  at: 0,
  alert: 'session-cost',
  level: 'warning',
  message: 'much',
  value: 6,
  threshold: 5,
  ...part,
});

describe('notifications of alerts', () => {
  test('come once in ten minutes for the same thing, again when it is worse', () => {
    const gate = new AlertGate();
    assert.ok(gate.pass(alert({ session: 'a' }), 0));
    assert.equal(gate.pass(alert({ session: 'a' }), 5 * MINUTE), undefined);
    assert.ok(gate.pass(alert({ session: 'a', level: 'critical' }), 5 * MINUTE));
    assert.ok(gate.pass(alert({ session: 'b' }), 5 * MINUTE));
    assert.ok(gate.pass(alert({ session: 'a' }), 11 * MINUTE));
  });

  test('do not come in heaps: what is held back is counted and told with the next', () => {
    const gate = new AlertGate();
    const shown = Array.from({ length: 10 }, (_, n) => gate.pass(alert({ session: `s${n}` }), n)).filter(Boolean);
    assert.equal(shown.length, 3);
    const critical = gate.pass(alert({ session: 'c', level: 'critical' }), 20);
    assert.equal(critical?.heldBack, 7, 'what is critical has room of its own');
    assert.equal(gate.pass(alert({ session: 'd' }), 6 * MINUTE)?.heldBack, 0);
  });

  test('leave out what only informs', () => {
    assert.equal(new AlertGate().pass(alert({ alert: 'too-little-history', level: 'info' }), 0), undefined);
  });
});
