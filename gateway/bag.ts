/**
 * Things that come and go quickly. An array and not a Map: a Map that is added to and deleted from grows new tables, the old ones hold each other and all that was in
 * them until the next full garbage collection, and with it half of all calls that ever ran.
 */
export interface Slot<T> {
  readonly value: T;
  /** Place in the array; −1: taken out. */
  at: number;
}

export class Bag<T> implements Iterable<T> {
  readonly #slots: Slot<T>[] = [];

  get size(): number {
    return this.#slots.length;
  }

  add(value: T): Slot<T> {
    const slot = { value, at: this.#slots.length };
    this.#slots.push(slot);
    return slot;
  }

  /** Takes it out; the last one moves into its place. */
  remove(slot: Slot<T>): void {
    if (slot.at < 0) return;
    const last = this.#slots.pop();
    if (last && last !== slot) {
      this.#slots[slot.at] = last;
      last.at = slot.at;
    }
    slot.at = -1;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const { value } of this.#slots) yield value;
  }
}
