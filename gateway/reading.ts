/** Reading a request: its body, what it asks for, and whose it is. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Attribution } from '../core/protocol/gateway.ts';
import { fingerprint } from '../core/wire/index.ts';
import { type AttributionInput, limitsFor } from './attribution.ts';
import { readBody } from './body.ts';
import type { AskedCall, Call, Route } from './call.ts';
import type { Core } from './core.ts';
import { decodeWhole } from './decode.ts';
import { firstOf } from './headers.ts';
import { refuse } from './refusal.ts';
import { priceQuery, quickInput } from './worst-case.ts';

/** `x-costlint-deadline-ms` counts from when the request came in. */
function deadlineOf(request: IncomingMessage, at: number): Pick<Call, 'deadlineMs'> {
  const patience = Number(firstOf(request.headers['x-costlint-deadline-ms']) ?? Number.NaN);
  return Number.isFinite(patience) && patience >= 0 ? { deadlineMs: at + patience } : {};
}

/** Whose request it is; where no client names a session the calling process may. */
function whoIs({ attributor, actions }: Core, request: IncomingMessage, input: AttributionInput, at: number): Attribution | Promise<Attribution> {
  if (!actions.processes || attributor.named(input)) return attributor.of(input, at);
  return actions.processes.of(request.socket).then((process) => attributor.of(process ? { ...input, process } : input, at));
}

export async function bare(core: Core, request: IncomingMessage, response: ServerResponse, route: Route): Promise<Call> {
  const at = core.now();
  const { target, match } = route;
  const who = await whoIs(core, request, { headers: request.headers, path: target.path, tags: target.tags }, at);
  return { core, id: core.newId(), at, route, request, response, who, limits: limitsFor(core.limits, who, match.model), ...deadlineOf(request, at) };
}

/** Reads and understands the body; a request that cannot be is answered here. */
export async function withBody(core: Core, request: IncomingMessage, response: ServerResponse, route: Route): Promise<AskedCall | undefined> {
  const at = core.now();
  const { api, match, target, upstream } = route;
  const max = core.options.maxBodyBytes;
  const read = await readBody(request, max);
  if ('problem' in read) {
    if (read.problem === 'too-large')
      refuse(response, { kind: 'invalid', message: `Costlint: the request body is larger than ${max} bytes (maxBodyBytes)` }, api, 413);
    return undefined;
  }
  const { body } = read;
  const plain = decodeWhole(body, firstOf(request.headers['content-encoding']), max);
  const json = plain && parsed(plain);
  if (!plain || json === undefined) {
    // What cannot be read cannot be limited, and what the provider would make of it is its own affair: some take more than JSON allows.
    refuse(response, { kind: 'invalid', message: 'Costlint: the request body is not JSON, so its cost cannot be limited' }, api);
    return undefined;
  }
  const facts = api.facts(match, json, request.headers);
  const known = whoIs(core, request, { headers: request.headers, path: target.path, tags: target.tags, facts }, at);
  const who = known instanceof Promise ? await known : known;
  return {
    core,
    id: core.newId(),
    at,
    route,
    request,
    response,
    who,
    limits: limitsFor(core.limits, who, facts.model ?? match.model),
    asked: {
      facts,
      quick: quickInput(facts),
      json,
      body,
      plain,
      text: plain,
      done: { actions: [], headers: [], notes: [] },
      print: core.fingerprints.of(facts),
      price: core.prices.of(priceQuery(facts, match, upstream.provider), at),
      similarity: () => fingerprint(facts, core.fingerprintSalt),
    },
    ...deadlineOf(request, at),
  };
}

function parsed(body: Buffer): unknown {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    return typeof json === 'object' && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}
