/** Who may come in: loopback names only, no web pages, and a token where the gateway is open to other machines. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DenialDetail } from '../core/wire/index.ts';
import { firstOf } from './headers.ts';
import type { GatewayOptions } from './options.ts';
import type { PathTags } from './target.ts';

export interface Refusal {
  readonly detail: DenialDetail;
  readonly status: number;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i;

/** Whether an address to listen on is reachable from this machine only. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** `Host` without port. */
const nameOf = (host: string): string => host.replace(/:\d+$/, '').toLowerCase();

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
/** Compares secrets in a time that says nothing of how much agrees. */
export const sameSecret = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

const refusal = (status: number, message: string, kind: DenialDetail['kind'] = 'unauthorized'): Refusal => ({
  status,
  detail: { kind, message: `Costlint: ${message}` },
});

/** A page in a browser must neither spend nor read: its requests carry an origin. Editors' panels and pages on loopback are let in. */
const isForeign = (origin: string | undefined): boolean => {
  if (origin === undefined || origin.startsWith('vscode-')) return false;
  const url = URL.parse(origin);
  return !url || !LOOPBACK.test(url.hostname);
};

/** `open`: no proof beyond being here · `guarded`: whoever may change limits or read sessions proves that they can read the discovery file. */
export type AdminAccess = 'open' | 'guarded';

/** `admin` is undefined for calls that are forwarded. */
export type Doorkeeper = (request: IncomingMessage, tags: PathTags, admin: AdminAccess | undefined) => Refusal | undefined;

export function doorkeeper({ host, hosts, token }: Pick<GatewayOptions, 'host' | 'hosts' | 'token'>, adminToken: string): Doorkeeper {
  /** The latest `Host` that was ours: most often the next one is the same. */
  let ours: string | undefined;
  return ({ headers }, tags, admin) => {
    if (headers.host === undefined || headers.host !== ours) {
      const called = nameOf(headers.host ?? '');
      // A name that someone else's DNS points here (rebinding) is not one of ours.
      if (!LOOPBACK.test(called) && called !== host.toLowerCase() && !hosts.some((name) => name.toLowerCase() === called)) {
        return refusal(421, `"${called}" is not a name of this gateway; add it with --allow-host`, 'invalid');
      }
      ours = headers.host;
    }
    if (isForeign(headers.origin) || headers['sec-fetch-site'] === 'cross-site') return refusal(403, 'web pages may not use the gateway');
    if (token === undefined && admin !== 'guarded') return undefined;
    const bearer = headers.authorization?.replace(/^Bearer\s+/i, '');
    const given = [firstOf(headers['x-costlint-token']), tags.token, ...(admin ? [bearer] : [])].filter((one) => one !== undefined);
    const has = (secret: string): boolean => given.some((one) => sameSecret(one, secret));
    if (token !== undefined && !has(token) && !(admin && has(adminToken)))
      return refusal(401, 'the gateway wants its token: header x-costlint-token, or /@token=… in the base URL');
    return admin === 'guarded' && !has(adminToken) && !(token !== undefined && has(token))
      ? refusal(401, 'this needs the token of the discovery file')
      : undefined;
  };
}
