/** AWS signs a request together with the host that it is for, and the gateway has no keys to sign it again. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Upstream } from './upstreams.ts';

/** Why AWS would reject a request, before it is sent; undefined where it would not, or where the upstream is no host of AWS. */
export function signedForAnotherHost({ authorization, host }: IncomingHttpHeaders, upstream: Upstream): string | undefined {
  if (!authorization?.startsWith('AWS4-')) return undefined;
  const wanted = new URL(upstream.url);
  if (!wanted.hostname.endsWith('.amazonaws.com') || host === wanted.host) return undefined;
  return (
    `Costlint: this request is signed (AWS SigV4) for ${host}, so ${wanted.host} would reject it. Use a Bedrock API key (AWS_BEARER_TOKEN_BEDROCK; for boto3 see docs/gateway.md), ` +
    `or sign for ${wanted.host} and start the gateway with --allow-host ${wanted.hostname}`
  );
}
