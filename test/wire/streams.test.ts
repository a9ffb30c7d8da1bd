/** Streams of every API in any split, broken off, hostile. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { matchWire } from '../../core/wire/index.ts';
import type { DenialDetail, Metered, StreamMeter } from '../../core/wire/types.ts';
import { SAMPLES, type Sample } from './streams.ts';

const meterFor = ({ path, contentType }: Sample): StreamMeter => {
  const { api, match } = matchWire('POST', path)!;
  return api.meter({ match, status: 200, contentType, inputEstimate: { low: 90, expected: 100, high: 110 } });
};
function metered(sample: Sample, pieces: readonly Uint8Array[], cut = false): Metered {
  const meter = meterFor(sample);
  // One buffer for all pieces, as a decoder would reuse it: the meter may keep no view of it.
  const shared = new Uint8Array(Math.max(0, ...pieces.map(({ length }) => length)));
  for (const piece of pieces) {
    shared.set(piece);
    meter.push(shared.subarray(0, piece.length));
  }
  shared.fill(0);
  return meter.end(cut);
}
const at = (bytes: Buffer, places: readonly number[]): Uint8Array[] => {
  const edges = [0, ...places, bytes.length];
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
};

for (const sample of SAMPLES) {
  describe(sample.name, () => {
    const { bytes } = sample;

    test('is metered exactly', () => {
      const bill = metered(sample, [bytes]);
      assert.deepEqual([bill.source, bill.billed, bill.outcome], ['exact', true, sample.outcome]);
      assert.deepEqual(bill.usage, sample.usage);
      assert.equal(bill.reasoning, sample.reasoning);
    });

    test('is metered alike cut at every byte, and byte by byte', () => {
      const whole = metered(sample, [bytes]);
      for (let i = 1; i < bytes.length; i++) assert.deepEqual(metered(sample, at(bytes, [i])), whole, `at byte ${i}`);
      assert.deepEqual(
        metered(
          sample,
          at(
            bytes,
            Array.from({ length: bytes.length - 1 }, (_, i) => i + 1),
          ),
        ),
        whole,
      );
    });

    test('is metered alike in random pieces', () => {
      const whole = metered(sample, [bytes]);
      fc.assert(
        fc.property(fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 20 }), (places) => {
          assert.deepEqual(
            metered(
              sample,
              at(
                bytes,
                places.sort((a, b) => a - b),
              ),
            ),
            whole,
          );
        }),
        { numRuns: 50 },
      );
    });

    test('that breaks off at any byte is exact or estimated, never free and never a guess called exact', () => {
      for (let i = 0; i < bytes.length; i++) {
        const bill = metered(sample, [bytes.subarray(0, i)], true);
        if (bill.source === 'exact') assert.deepEqual(bill.usage, sample.usage);
        else {
          assert.deepEqual([bill.source, bill.billed, bill.outcome], ['estimated', true, 'cut'], `at ${i}`);
          assert.ok(bill.output && bill.output.low <= bill.output.expected && bill.output.expected <= bill.output.high);
        }
      }
    });

    test('tells where an error event may be written, and writes one', () => {
      const detail: DenialDetail = { kind: 'budget', message: 'spent', limit: 'session' };
      for (let i = 1; i <= bytes.length; i += 3) {
        const meter = meterFor(sample);
        meter.push(bytes.subarray(0, i));
        assert.ok(meter.boundary <= i && meter.pushed === i);
        assert.equal(meter.streaming, true);
        const again = meterFor(sample);
        again.push(bytes.subarray(0, meter.boundary));
        again.push(meter.interrupt(detail));
        const bill = again.end(false);
        // The error is understood wherever the stream stood, unless all was said before it.
        assert.ok(bill.error !== undefined || bill.source === 'exact', `at ${i} of ${bytes.length}`);
      }
    });
  });
}

test('garbage in any framing is survived', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SAMPLES), fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), fc.boolean(), (sample, pieces, cut) => {
      const bill = metered(sample, pieces, cut);
      assert.notEqual(bill.source, 'exact');
    }),
    { numRuns: 300 },
  );
});

test('fields of the wrong type are absent, not fatal', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(
        '/v1/messages',
        '/v1/chat/completions',
        '/v1/responses',
        '/v1/embeddings',
        '/v1beta/models/m:generateContent',
        '/model/m/converse',
        '/model/m/invoke',
      ),
      fc.json(),
      (path, body) => {
        const { api, match } = matchWire('POST', path)!;
        const meter = api.meter({ match, status: 200, contentType: 'application/json' });
        meter.push(Buffer.from(body));
        meter.end(false);
        api.facts(match, JSON.parse(body));
      },
    ),
    { numRuns: 500 },
  );
});
