/** A table for things that come and go: it is to behave as a Map does, however often it begins anew. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FleetingMap } from '../../core/fleeting-map.ts';

const step = fc.record({ what: fc.constantFrom('set', 'renew', 'delete', 'clear'), key: fc.integer({ min: 0, max: 12 }), value: fc.integer() });

test('holds what a Map would hold, in its order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const [mine, map] = [new FleetingMap<number, number>(), new Map<number, number>()];
      for (const { what, key, value } of steps) {
        if (what === 'delete') assert.equal(mine.delete(key), map.delete(key));
        // Seldom: else nothing would ever stand in it for long.
        else if (what === 'clear' && key === 0) for (const one of [mine, map]) one.clear();
        else if (what === 'renew') {
          mine.renew(key, value);
          map.delete(key);
          map.set(key, value);
        } else for (const one of [mine, map]) one.set(key, value);
        assert.deepEqual([...mine], [...map]);
        assert.deepEqual([mine.size, mine.first, mine.get(key), mine.has(key)], [map.size, map.keys().next().value, map.get(key), map.has(key)]);
      }
    }),
  );
});

test('keeps what stays while thousands come and go', () => {
  const map = new FleetingMap<string, number>([['stays', 1]]);
  for (let i = 0; i < 5_000; i++) {
    map.set(`call ${i}`, i);
    if (i >= 32) assert.equal(map.delete(`call ${i - 32}`), true);
  }
  assert.equal(map.size, 33);
  assert.deepEqual([...map.keys()].slice(0, 2), ['stays', 'call 4968']);
  assert.deepEqual([...map.values()].at(-1), 4_999);
});
