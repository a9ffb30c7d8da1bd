/**
 * A table of things that come and go quickly. A Map that is added to and deleted from makes a new table for itself again and again, and each old one holds the next: once one of them
 * has grown old in the collector's eyes, they and all that ever was in them stay until the next full collection. This one begins anew before that.
 */
export class FleetingMap<K, V> {
  #map: Map<K, V>;
  #deleted = 0;
  /** What came last, while it is there. */
  #last: K | undefined;

  constructor(entries: Iterable<readonly [K, V]> = []) {
    this.#map = new Map(entries);
  }

  get size(): number {
    return this.#map.size;
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  set(key: K, value: V): void {
    const { size } = this.#map;
    this.#map.set(key, value);
    if (this.#map.size > size) this.#last = key;
  }

  /** Puts it last. */
  renew(key: K, value: V): void {
    if (key !== this.#last) this.delete(key);
    this.set(key, value);
  }

  /** The key that came first. */
  get first(): K | undefined {
    return this.#map.keys().next().value;
  }

  delete(key: K): boolean {
    if (!this.#map.delete(key)) return false;
    this.#deleted++;
    if (this.#deleted >= MANY && this.#deleted >= this.#map.size) {
      this.#map = new Map(this.#map);
      this.#deleted = 0;
    }
    return true;
  }

  clear(): void {
    this.#map = new Map();
    this.#deleted = 0;
  }

  keys(): Iterable<K> {
    return this.#map.keys();
  }

  /** In the order in which they came. */
  values(): Iterable<V> {
    return this.#map.values();
  }

  [Symbol.iterator](): Iterator<[K, V]> {
    return this.#map[Symbol.iterator]();
  }
}

/** So many times something has gone before it begins anew: few enough that no table lives through two collections of a busy gateway. */
const MANY = 256;
