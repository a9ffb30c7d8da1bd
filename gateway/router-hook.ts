/** A person's own router: asked for the model of each call, told facts and never a text. */
import type { Dispatcher } from 'undici';
import * as z from 'zod';
import type { AskedCall } from './call.ts';
import { firstOf } from './headers.ts';
import { codeOf } from './retry.ts';
import { hasTools, modelOf } from './route.ts';

/** Raised when a router of an older version could misread what is sent. */
const VERSION = 1;
const MAX_ANSWER = 16 * 1024;

const answerSchema = z.object({
  model: z.string().min(1).max(256).optional(),
  deny: z.string().min(1).max(500).optional(),
});
export type RouterAnswer = z.infer<typeof answerSchema>;

/** What the router is told. Texts are lengths (UTF-16 units) and salted hashes. */
export function routerFacts(call: AskedCall): Readonly<Record<string, unknown>> {
  const { id, who, route, request, asked } = call;
  const { facts, print, quick } = asked;
  return {
    version: VERSION,
    id,
    upstream: route.upstream.name,
    provider: route.upstream.provider,
    api: route.api.id,
    operation: route.match.operation,
    model: modelOf(call),
    stream: facts.stream,
    inputTokens: quick,
    outputCap: facts.outputCap,
    messages: facts.messages,
    media: facts.media,
    tools: hasTools(facts),
    toolNames: print.tools,
    segments: print.segments.map(({ role, hash, length }) => ({ role, hash, length })),
    session: who.session,
    agent: who.agent,
    project: who.project,
    task: firstOf(request.headers['x-costlint-task']),
  };
}

/** Asks; an answer, or in a few words why there is none. Redirects are not followed: only the configured address ever gets a request. */
export async function askRouter(call: AskedCall): Promise<RouterAnswer | string> {
  const { core, response } = call;
  const { router } = core.options;
  if (!router) return {};
  const url = new URL(router.url);
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  response.once('close', stop);
  try {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(router.timeoutMs)]);
    const answer = await core.pools.of(url.origin).request({
      method: 'POST',
      path: `${url.pathname}${url.search}`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(routerFacts(call)),
      signal,
    });
    return await read(answer);
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? `no answer within ${router.timeoutMs} ms` : codeOf(error as Error);
  } finally {
    response.off('close', stop);
  }
}

async function read({ statusCode, body }: Dispatcher.ResponseData): Promise<RouterAnswer | string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop ends the connection.
    if (length > MAX_ANSWER) return `an answer of more than ${MAX_ANSWER} bytes`;
    chunks.push(chunk);
  }
  if (statusCode !== 200) return `status ${statusCode}`;
  const parsed = answerSchema.safeParse(jsonOf(Buffer.concat(chunks).toString('utf8')));
  return parsed.success ? parsed.data : 'an answer that is not {"model"?: string, "deny"?: string}';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
