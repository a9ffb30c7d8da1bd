/** The address of a request: what stands before the API's own path, and whether it may be forwarded at all. */

/** `/@session=s1;agent=cron;project=shop/…` at the start of a base URL: attribution and token for clients that can set nothing else. */
export interface PathTags {
  readonly session?: string;
  readonly agent?: string;
  readonly project?: string;
  readonly token?: string;
}

export interface Target {
  /** Path and query as they go upstream: byte for byte what came, without tags and upstream name. */
  readonly path: string;
  readonly tags: PathTags;
  /** First part of the path where it is the name of an upstream. */
  readonly upstream?: string;
}

const TAG_NAMES = ['session', 'agent', 'project', 'token'] as const;
const MAX_TARGET = 16_384;

/** A target that may be forwarded, or what is wrong with it. Only origin-form is taken: an absolute address would name its own host. */
export function parseTarget(url: string, isUpstream: (name: string) => boolean): Target | { readonly problem: string } {
  if (!url.startsWith('/')) return { problem: 'the request target must be a path' };
  if (url.length > MAX_TARGET) return { problem: 'the request target is too long' };
  if (/[^\x21-\x7e]/.test(url)) return { problem: 'the request target holds characters that must be escaped' };
  const { tags, rest } = takeTags(url);
  const [, first = ''] = /^\/([^/?]*)/.exec(rest) ?? [];
  const named = isUpstream(first);
  const after = named ? rest.slice(first.length + 1) : rest;
  const path = after === '' || after.startsWith('?') ? `/${after}` : after;
  if (climbs(path)) return { problem: 'the path climbs out of its folder' };
  return { path, tags, ...(named ? { upstream: first } : {}) };
}

function takeTags(url: string): { readonly tags: PathTags; readonly rest: string } {
  const found = /^\/@([^/?]*)(.*)$/s.exec(url);
  if (!found) return { tags: {}, rest: url };
  const tags: Record<string, string> = {};
  for (const part of (found[1] ?? '').split(/[;,&]/)) {
    const at = part.indexOf('=');
    const name = TAG_NAMES.find((one) => one === part.slice(0, at));
    if (name) tags[name] = decoded(part.slice(at + 1));
  }
  return { tags, rest: found[2] || '/' };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `..` as a part of the path, also escaped and behind a backslash: a server behind may resolve it. */
function climbs(path: string): boolean {
  const plain = (path.split('?', 1)[0] ?? '').replaceAll(/%2e/gi, '.').replaceAll(/%2f|%5c|\\/gi, '/');
  return plain.split('/').some((part) => part === '..' || part === '.');
}
