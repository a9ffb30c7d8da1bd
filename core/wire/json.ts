/** Reading JSON that nobody has checked: a field of another type than expected is absent. */

export type Json = Readonly<Record<string, unknown>>;

export const record = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {});
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const named = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
/** A token or unit count: finite and not negative, rounded. */
export const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;
export const tokens = (value: unknown): number => count(value) ?? 0;
export const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parsed JSON, or undefined where it is none. */
export function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

/** An object without the fields that are undefined. */
export function compact<T extends object>(value: T): T {
  // Every call goes through here several times: `in` costs half of a list of keys, and that a tenth of entries, filter and fromEntries.
  const known: Partial<T> = {};
  for (const name in value) {
    const field = value[name];
    if (field !== undefined) known[name] = field;
  }
  return known as T;
}
