/** Asks the gateway's own endpoints, with the token of its discovery file. This machine only: the token never goes further. */
import { request } from 'node:http';
import * as z from 'zod';
import type { Discovery } from '../../core/protocol/gateway.ts';

const TIMEOUT_MS = 20_000;
/** 20,000 sessions are some 8 MB. */
const MAX_ANSWER = 128 * 1024 * 1024;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;
const ANYWHERE = /^(0\.0\.0\.0|::|)$/;

/** The address on this machine at which a gateway listens; undefined where it listens on another interface alone. */
export function loopbackOf(host: string): string | undefined {
  if (LOOPBACK.test(host)) return host;
  if (ANYWHERE.test(host)) return host === '::' ? '::1' : '127.0.0.1';
  return undefined;
}

export const urlOf = ({ host, port }: Pick<Discovery, 'host' | 'port'>): string => {
  const name = loopbackOf(host) ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
};

/** The gateway refused, or did not answer; the message is for people. */
export class GatewayError extends Error {
  readonly status: number | undefined;
  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

const errorSchema = z.object({ error: z.object({ message: z.string() }) });

export class GatewayHttp {
  readonly #discovery: Discovery;
  readonly #timeoutMs: number;

  constructor(discovery: Discovery, timeoutMs = TIMEOUT_MS) {
    this.#discovery = discovery;
    this.#timeoutMs = timeoutMs;
  }

  /** The answer as the schema has it; throws `GatewayError`. */
  get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return this.#ask('GET', path, undefined, schema);
  }

  post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.#ask('POST', path, JSON.stringify(body), schema);
  }

  async #ask<T>(method: string, path: string, body: string | undefined, schema: z.ZodType<T>): Promise<T> {
    const { status, text } = await this.#send(method, path, body);
    const json = parsed(text);
    if (status < 200 || status >= 300) {
      const said = errorSchema.safeParse(json).data?.error.message.replace(/^Costlint:? ?/, '');
      throw new GatewayError(said ?? `the gateway answered ${status}`, status);
    }
    const result = schema.safeParse(json);
    if (result.success) return result.data;
    throw new GatewayError(`the gateway's answer to ${path.split('?', 1)[0]} is not of this version: ${z.prettifyError(result.error)}`, status);
  }

  #send(method: string, path: string, body: string | undefined): Promise<{ readonly status: number; readonly text: string }> {
    const { host, port, token } = this.#discovery;
    const hostname = loopbackOf(host);
    if (hostname === undefined) throw new GatewayError(`the gateway listens on ${host} only; start it on 127.0.0.1 to use it from here`);
    const content = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const asked = request(
        { hostname, port, method, path, headers: { 'x-costlint-token': token, ...content }, timeout: this.#timeoutMs },
        (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > MAX_ANSWER) asked.destroy(new GatewayError('the gateway answered with more than can be shown'));
            else chunks.push(chunk);
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
          response.on('error', reject);
        },
      );
      asked.on('timeout', () => asked.destroy(new GatewayError(`the gateway did not answer within ${this.#timeoutMs / 1000} s`)));
      asked.on('error', (error) =>
        reject(error instanceof GatewayError ? error : new GatewayError(`the gateway cannot be reached (${codeOf(error)})`)),
      );
      asked.end(body);
    });
  }
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : error.message);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
