/**
 * A cache keyed by a short name and a text. It keeps at least the last `capacity` characters of texts that were asked for, and at most twice as many:
 * two generations, of which the older one goes as a whole, so that an answer that is known costs one look.
 */
export function createMemo<T>(capacity: number): (name: string, text: string, make: () => T) => T {
  let young = new Map<string, Map<string, T>>();
  let old = young;
  let held = 0;
  const keep = (name: string, text: string, value: T): void => {
    if (held + text.length > capacity) {
      old = young;
      young = new Map();
      held = 0;
    }
    held += text.length;
    const texts = young.get(name) ?? new Map<string, T>();
    young.set(name, texts.set(text, value));
  };
  return (name, text, make) => {
    const known = young.get(name)?.get(text);
    if (known !== undefined) return known;
    const value = old.get(name)?.get(text) ?? make();
    if (text.length <= capacity / 4) keep(name, text, value);
    return value;
  };
}
