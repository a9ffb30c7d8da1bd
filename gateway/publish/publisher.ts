/** Sends every event to every reader, over a Unix socket or named pipe (one JSON message a line) and as Server-Sent Events. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { GATEWAY_PROTOCOL, type GatewayEvent, type GatewayMessage, type GatewayState } from '../../core/protocol/gateway.ts';
import type { LiveState } from '../../core/protocol/gateway-state.ts';
import { Channel, type Sink } from './channel.ts';
import type { Publisher, PublisherLimits } from './types.ts';

const PING_MS = 15_000;
/** How long a reader may take to read the goodbye, ms. */
const GOODBYE_MS = 1000;

type Framing = (message: GatewayMessage, json: string) => string;
const asLine: Framing = (_, json) => `${json}\n`;
const asEvent: Framing = ({ type, seq }, json) => `id: ${seq}\nevent: ${type}\ndata: ${json}\n\n`;

interface Reader {
  readonly channel: Channel;
  readonly framing: Framing;
  readonly sink: Sink;
}

/** `live` follows the events that are emitted; `midnight(at)` is the start of the day that `at` is in. */
export interface PublisherOptions extends PublisherLimits {
  readonly live: LiveState;
  readonly midnight?: (at: number) => number;
}

export class EventPublisher implements Publisher {
  readonly #live: LiveState;
  readonly #midnight: ((at: number) => number) | undefined;
  readonly #limits: Required<PublisherLimits>;
  readonly #readers = new Set<Reader>();
  readonly #ping: NodeJS.Timeout;
  #seq = 0;
  #closed = false;

  constructor({ live, midnight, maxWaiting = 1 << 20, maxBehindMs = 30_000, maxReaders = 64 }: PublisherOptions) {
    this.#live = live;
    this.#midnight = midnight;
    this.#limits = { maxWaiting, maxBehindMs, maxReaders };
    // A connection that is gone without a word shows itself when it is written to.
    this.#ping = setInterval(() => this.#pingAll(), PING_MS).unref();
  }

  get seq(): number {
    return this.#seq;
  }
  get readers(): number {
    return this.#readers.size;
  }
  state(): GatewayState {
    return this.#live.state;
  }

  emit(event: GatewayEvent): void {
    this.#turnDay(event.at);
    this.#live.apply(event);
    this.#seq += 1;
    if (this.#readers.size === 0) return;
    const message: GatewayMessage = { type: 'event', seq: this.#seq, event };
    this.#sendAll(message);
  }

  /** Sends all readers a snapshot: what they know of the day is over. */
  #turnDay(at: number): void {
    const since = this.#midnight?.(at);
    if (since === undefined || since <= this.#live.todaySince) return;
    this.#live.startDay(since);
    for (const { channel } of this.#readers) channel.renew();
  }

  serveEvents(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isFull()) {
      response.writeHead(503, { 'content-type': 'text/plain' }).end('too many readers\n');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    request.socket.setNoDelay(true);
    this.#add(responseSink(response), asEvent);
  }

  /** A reader has connected to the socket. */
  serveSocket(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    if (this.#isFull()) {
      socket.destroy();
      return;
    }
    // Readers have nothing to say; whatever comes is thrown away.
    socket.resume();
    this.#add(socketSink(socket), asLine);
  }

  async close(reason: string): Promise<void> {
    this.#closed = true;
    clearInterval(this.#ping);
    const bye: GatewayMessage = { type: 'bye', seq: this.#seq, reason };
    const gone = [...this.#readers].map(({ channel, framing, sink }) => {
      const closed = new Promise<void>((resolve) => sink.onClose(resolve));
      channel.end(framing(bye, JSON.stringify(bye)));
      const late = setTimeout(() => sink.destroy(), GOODBYE_MS);
      return closed.finally(() => clearTimeout(late));
    });
    await Promise.all(gone);
  }

  #isFull(): boolean {
    return this.#closed || this.#readers.size >= this.#limits.maxReaders;
  }

  #add(sink: Sink, framing: Framing): void {
    const snapshot = (): string => {
      const message: GatewayMessage = { type: 'snapshot', protocol: GATEWAY_PROTOCOL, seq: this.#seq, state: this.#live.state };
      return framing(message, JSON.stringify(message));
    };
    const reader: Reader = { channel: new Channel(sink, snapshot, this.#limits), framing, sink };
    this.#readers.add(reader);
    sink.onClose(() => this.#readers.delete(reader));
  }

  #sendAll(message: GatewayMessage): void {
    const json = JSON.stringify(message);
    for (const { channel, framing } of this.#readers) channel.send(framing(message, json));
  }

  #pingAll(): void {
    for (const { channel, framing } of this.#readers) channel.send(framing === asEvent ? ': \n\n' : '\n');
  }
}

const socketSink = (socket: Socket): Sink => ({
  write: (text) => socket.write(text),
  get waiting() {
    return socket.writableLength;
  },
  onDrain: (listener) => socket.on('drain', listener),
  onClose: (listener) => socket.once('close', listener),
  end: (text) => socket.end(text),
  destroy: () => socket.destroy(),
});

const responseSink = (response: ServerResponse): Sink => ({
  write: (text) => response.write(text),
  get waiting() {
    return response.writableLength;
  },
  onDrain: (listener) => response.on('drain', listener),
  onClose: (listener) => response.once('close', listener),
  end: (text) => response.end(text),
  destroy: () => response.destroy(),
});
