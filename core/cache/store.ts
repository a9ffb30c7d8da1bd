/** Entries of a prefix cache: which beginnings of requests are stored, from when and how long. */
interface Entry {
  readonly life: number;
  /** First moment at which another request can read it, exclusive. */
  readonly ready: number;
  /** Exclusive. */
  readonly expires: number;
}

export class PrefixStore {
  readonly #ids = new Map<string, number>();
  readonly #entries = new Map<number, Entry>();

  /** The identity of a prefix that grows by one piece; 0 is the empty prefix. */
  extend(prefix: number, identity: string): number {
    const key = `${prefix} ${identity}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#ids.size + 1;
    this.#ids.set(key, id);
    return id;
  }

  readable(prefix: number, at: number): boolean {
    const entry = this.#entries.get(prefix);
    return entry !== undefined && at > entry.ready && at < entry.expires;
  }

  /** Stores a prefix; its life runs from the start of the request, reading it from the first token of the answer. */
  write(prefix: number, at: number, life: number, respondsAfter: number): void {
    const entry = this.#entries.get(prefix);
    const alive = entry !== undefined && at < entry.expires;
    const ready = alive ? Math.min(entry.ready, at + respondsAfter) : at + respondsAfter;
    this.#entries.set(prefix, { life: alive ? Math.max(life, entry.life) : life, ready, expires: Math.max(alive ? entry.expires : 0, at + life) });
  }

  /** A read starts the life of an entry anew, without a fee. */
  refresh(prefix: number, at: number): void {
    const entry = this.#entries.get(prefix);
    if (entry && at < entry.expires) this.#entries.set(prefix, { ...entry, expires: Math.max(entry.expires, at + entry.life) });
  }
}
