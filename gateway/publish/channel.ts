/** One reader. What it has not taken yet waits up to a limit; beyond it the reader gets no increments, and a snapshot when it has caught up. */

/** A connection that can be written to. */
export interface Sink {
  write(text: string): void;
  /** Bytes that the connection has not taken yet. */
  readonly waiting: number;
  onDrain(listener: () => void): void;
  onClose(listener: () => void): void;
  end(text: string): void;
  destroy(): void;
}

export interface ChannelLimits {
  readonly maxWaiting: number;
  readonly maxBehindMs: number;
}

export class Channel {
  readonly #sink: Sink;
  readonly #snapshot: () => string;
  readonly #limits: ChannelLimits;
  #behind: NodeJS.Timeout | undefined;

  constructor(sink: Sink, snapshot: () => string, limits: ChannelLimits) {
    this.#sink = sink;
    this.#snapshot = snapshot;
    this.#limits = limits;
    sink.onDrain(() => this.#caughtUp());
    sink.onClose(() => clearTimeout(this.#behind));
    sink.write(snapshot());
  }

  send(text: string): void {
    if (this.#behind) return;
    if (this.#sink.waiting > this.#limits.maxWaiting) {
      this.#behind = setTimeout(() => this.#sink.destroy(), this.#limits.maxBehindMs).unref();
      return;
    }
    this.#sink.write(text);
  }

  /** A snapshot out of turn. */
  renew(): void {
    if (!this.#behind) this.send(this.#snapshot());
  }

  end(text: string): void {
    clearTimeout(this.#behind);
    if (this.#behind) this.#sink.destroy();
    else this.#sink.end(text);
  }

  #caughtUp(): void {
    if (!this.#behind) return;
    clearTimeout(this.#behind);
    this.#behind = undefined;
    this.#sink.write(this.#snapshot());
  }
}
