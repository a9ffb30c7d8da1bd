/** One meter for all APIs: picks the framing by what the response says it is, and hands messages to the API's own reader. */
import { AwsEventFraming } from './event-stream.ts';
import { type Framing, WholeBody } from './framing.ts';
import { parsed } from './json.ts';
import { JsonObjectFraming } from './json-stream.ts';
import { metered, NOTHING, sumUsage } from './metered.ts';
import { SseFraming } from './sse.ts';
import type { DenialDetail, Metered, ResponseContext, StreamMeter } from './types.ts';

/** Reads the messages of one stream. */
export interface EventReader {
  event(json: unknown, name: string): void;
  /** The bill as of now; `ended`: nothing more comes; `cut`: the connection broke. */
  bill(ended: boolean, cut: boolean): Metered;
}

export interface ApiReading {
  /** Usage of a whole body. */
  readonly whole: (json: unknown) => Metered;
  readonly events: (context: ResponseContext) => EventReader;
  /** One line of batch results. */
  readonly item?: (json: unknown) => Metered | undefined;
  /** An error event in the stream's framing. */
  readonly interrupt: (detail: DenialDetail, framing: Shape) => Uint8Array;
  /** The API streams JSON objects where it does not stream events. */
  readonly jsonStream?: boolean;
}

export type Shape = 'sse' | 'aws' | 'objects' | 'body';
const utf8 = new TextDecoder();

/** What the content type says; undefined where it says nothing useful. */
function shapeOf(context: ResponseContext, reading: ApiReading): Shape | undefined {
  const type = (context.contentType ?? '').toLowerCase();
  const stream = context.match.stream ?? context.facts?.stream ?? false;
  if (context.status >= 400) return 'body';
  if (context.match.operation === 'batch-results') return 'objects';
  if (type.startsWith('text/event-stream')) return 'sse';
  if (type.startsWith('application/vnd.amazon.eventstream')) return 'aws';
  if (/^application\/(x-)?(jsonl|ndjson|x-jsonlines)/.test(type)) return 'objects';
  if (type.startsWith('application/json')) return stream && reading.jsonStream ? 'objects' : 'body';
  return undefined;
}

/** By the first byte: JSON begins with a bracket, a frame with a zero, an event with a letter or colon. */
function sniffed(first: number, context: ResponseContext, reading: ApiReading): Shape {
  if (first === 0) return 'aws';
  if (first !== 0x7b && first !== 0x5b) return 'sse';
  const stream = context.match.stream ?? context.facts?.stream ?? false;
  return stream && reading.jsonStream ? 'objects' : 'body';
}

const framingOf: Readonly<Record<Shape, () => Framing>> = {
  sse: () => new SseFraming(),
  aws: () => new AwsEventFraming(),
  objects: () => new JsonObjectFraming(),
  body: () => new WholeBody(),
};

class Meter implements StreamMeter {
  readonly #context: ResponseContext;
  readonly #reading: ApiReading;
  readonly #reader: EventReader;
  #shape: Shape | undefined;
  #framing: Framing | undefined;
  #body: Metered | undefined;
  #items: Metered | undefined;
  #done: Metered | undefined;
  pushed = 0;

  constructor(context: ResponseContext, reading: ApiReading) {
    this.#context = context;
    this.#reading = reading;
    this.#reader = reading.events(context);
    this.#shape = shapeOf(context, reading);
  }

  get boundary(): number {
    return this.#framing?.boundary ?? 0;
  }

  get streaming(): boolean {
    return this.#shape !== undefined && this.#shape !== 'body';
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#done) return;
    this.#shape ??= sniffed(
      bytes.find((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) ?? 0x20,
      this.#context,
      this.#reading,
    );
    this.#framing ??= framingOf[this.#shape]();
    this.pushed += bytes.length;
    this.#framing.push(bytes, this.#message);
  }

  end(cut: boolean): Metered {
    if (this.#done) return this.#done;
    this.#framing?.end(this.#message);
    this.#done = this.#result(cut);
    return this.#done;
  }

  soFar(): Metered {
    return this.#done ?? this.#items ?? this.#body ?? this.#reader.bill(false, false);
  }

  interrupt(detail: DenialDetail): Uint8Array {
    return this.#reading.interrupt(detail, this.#shape ?? 'body');
  }

  #result(cut: boolean): Metered {
    if (this.#context.status >= 400) return failed(this.#body, this.#context.status);
    if (this.#context.match.operation === 'batch-results') return this.#items ?? metered({ source: 'exact', outcome: cut ? 'cut' : 'completed' });
    if (this.#shape === 'body') return this.#body ?? this.#unread(cut);
    const bill = this.#reader.bill(true, cut);
    return this.#framing && this.#framing.dropped > 0 ? { ...bill, notes: [...bill.notes, 'a message was too large to read'] } : bill;
  }

  /** A body that is no JSON: cut off, too large, or something else. */
  #unread(cut: boolean): Metered {
    const bill = this.#reader.bill(true, true);
    return { ...bill, outcome: cut ? 'cut' : bill.outcome, notes: [...bill.notes, 'the response could not be read'] };
  }

  readonly #message = (data: Uint8Array, name: string): void => {
    const source = utf8.decode(data);
    if (source === '[DONE]') return;
    const json = parsed(source);
    if (json === undefined) return;
    if (this.#shape === 'body') this.#body = this.#reading.whole(json);
    else if (this.#context.match.operation === 'batch-results') this.#item(json);
    else this.#reader.event(json, name);
  };

  #item(json: unknown): void {
    const item = this.#reading.item?.(json);
    if (!item) return;
    this.#context.onItem?.(item);
    const sum = this.#items ?? metered({ source: 'none', outcome: 'completed', batch: true });
    this.#items = { ...sum, usage: item.billed ? sumUsage(sum.usage, item.usage) : sum.usage, notes: ['the sum of a batch: bill its items'] };
  }
}

/** Error responses use nothing; the body's error type is kept. */
function failed(body: Metered | undefined, status: number): Metered {
  return { ...NOTHING, ...(body?.responseId ? { responseId: body.responseId } : {}), error: body?.error ?? `http-${status}` };
}

export const meterWith = (context: ResponseContext, reading: ApiReading): StreamMeter => new Meter(context, reading);
