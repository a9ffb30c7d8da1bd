/** What the address of a request means: remembered, since programs call the same few again and again. */
import { matchWire, type WireApi, type WireMatch } from '../core/wire/index.ts';
import { parseTarget, type Target } from './target.ts';

export interface Address {
  readonly target: Target;
  /** The API that it belongs to; undefined for what is no model call. */
  readonly found: { readonly api: WireApi; readonly match: WireMatch } | undefined;
}

/** Addresses that are remembered, and the longest of them, characters: ids in paths must not fill the memory. */
const MAX_KNOWN = 500;
const MAX_LENGTH = 500;

export type AddressBook = (method: string, url: string) => Address | { readonly problem: string };

/** `isUpstream` never changes what it says of a name. */
export function addressBook(isUpstream: (name: string) => boolean): AddressBook {
  const known = new Map<string, Address>();
  return (method, url) => {
    const key = `${method} ${url}`;
    const before = known.get(key);
    if (before) return before;
    const target = parseTarget(url, isUpstream);
    if ('problem' in target) return target;
    const address = { target, found: matchWire(method, target.path) };
    if (known.size >= MAX_KNOWN) known.clear();
    if (key.length <= MAX_LENGTH) known.set(key, address);
    return address;
  };
}
