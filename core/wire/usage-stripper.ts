/** Takes out of a chat stream the usage chunk that the gateway asked for and the client did not: the one without choices. All else passes byte for byte. */
import { Pieces } from './framing.ts';
import { list, parsed, record } from './json.ts';
import { SseFraming } from './sse.ts';
import type { StreamFilter } from './types.ts';

const utf8 = new TextDecoder();

function isUsageOnly(data: Uint8Array): boolean {
  const chunk = record(parsed(utf8.decode(data)));
  return Array.isArray(chunk.choices) && list(chunk.choices).length === 0 && typeof chunk.usage === 'object' && chunk.usage !== null;
}

export class UsageStripper implements StreamFilter {
  readonly #framing = new SseFraming();
  /** Bytes since the last whole event. */
  readonly #held = new Pieces(Number.POSITIVE_INFINITY);
  /** The last event was taken out: an LF that comes alone is the rest of its line end. */
  #stripped = false;

  push(bytes: Uint8Array): readonly Uint8Array[] {
    const out: Uint8Array[] = [];
    // Event by event: a cut behind every line end shows where each event ends.
    for (const piece of lines(bytes)) {
      let strip = false;
      const before = this.#framing.boundary;
      this.#framing.push(piece, (data) => {
        strip = isUsageOnly(data);
      });
      this.#held.add(piece);
      const { boundary } = this.#framing;
      if (boundary === before) continue;
      const whole = this.#held.take()!;
      const isRest = this.#stripped && whole.length === 1 && whole[0] === 10;
      if (!strip && !isRest) out.push(whole);
      this.#stripped = strip;
    }
    this.#held.own();
    return out;
  }

  end(): readonly Uint8Array[] {
    const rest = this.#held.take();
    return rest && rest.length > 0 ? [rest] : [];
  }
}

/** A chunk cut behind each LF. */
function* lines(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  for (let lf = bytes.indexOf(10); lf >= 0; lf = bytes.indexOf(10, start)) {
    yield bytes.subarray(start, lf + 1);
    start = lf + 1;
  }
  if (start < bytes.length) yield bytes.subarray(start);
}
