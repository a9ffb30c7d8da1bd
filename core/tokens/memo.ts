/** A cache keyed by a short name and a text. The least recently used entries go when the kept texts pass `capacity` characters. */
export function createMemo<T>(capacity: number): (name: string, text: string, make: () => T) => T {
  const entries = new Map<string, T>();
  let held = 0;
  return (name, text, make) => {
    const key = `${name}\0${text}`;
    const known = entries.get(key);
    if (known !== undefined) {
      entries.delete(key);
      entries.set(key, known);
      return known;
    }
    const value = make();
    if (key.length > capacity / 4) return value;
    entries.set(key, value);
    held += key.length;
    for (const oldest of entries.keys()) {
      if (held <= capacity) break;
      entries.delete(oldest);
      held -= oldest.length;
    }
    return value;
  };
}
