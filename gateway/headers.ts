/** Headers as they came: names, values, order and case; without those that belong to one connection (RFC 9110 §7.6.1) and those of Costlint. */

const HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Beside the hop-by-hop ones: `host` is the upstream's own, `expect` has been answered. */
const OF_REQUEST = new Set(['host', 'expect', 'http2-settings']);

/** These belong to the body that came. */
const OF_BODY = new Set(['content-length', 'content-encoding']);

/** Names that a `Connection` header makes hop-by-hop. */
function connectionNames(raw: readonly string[]): readonly string[] {
  const names: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (!isNamed(raw[i]!, 'connection') || raw[i + 1] === 'keep-alive') continue;
    names.push(...raw[i + 1]!.split(',').map((name) => name.trim().toLowerCase()));
  }
  return names;
}

const isNamed = (header: string, name: string): boolean => header.length === name.length && header.toLowerCase() === name;

/** The first value of a header among names and values in turn. */
export function headerIn(raw: readonly string[], name: string): string | undefined {
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (isNamed(raw[i]!, name)) return raw[i + 1];
  }
  return undefined;
}

function kept(raw: readonly string[], drop: (name: string) => boolean): string[] {
  const out: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (!drop(name.toLowerCase())) out.push(name, raw[i + 1] ?? '');
  }
  return out;
}

/** A request's headers for upstream. `changed`: the body is not the one that came, so its length is set anew, and it is not compressed. */
export function requestHeaders(raw: readonly string[], changed: boolean): string[] {
  const named = connectionNames(raw);
  return kept(
    raw,
    (name) => HOP.has(name) || OF_REQUEST.has(name) || named.includes(name) || name.startsWith('x-costlint-') || (changed && OF_BODY.has(name)),
  );
}

/** A response's headers for the client. `changed`: its length may be another. */
export function responseHeaders(raw: readonly string[], changed: boolean): string[] {
  const named = connectionNames(raw);
  return kept(raw, (name) => HOP.has(name) || named.includes(name) || (changed && name === 'content-length'));
}

/** The parser gives bytes; HTTP headers are Latin-1. */
export const headerStrings = (raw: unknown): string[] =>
  Array.isArray(raw) ? raw.map((one: unknown) => (Buffer.isBuffer(one) ? one.toString('latin1') : String(one))) : [];

/** The first value of a header, in whatever form Node gives it. */
export const firstOf = (value: string | readonly string[] | undefined): string | undefined => (typeof value === 'string' ? value : value?.[0]);
