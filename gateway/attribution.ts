/** Whose call it is: session, agent, project and key, from what the client sends. Keys and prompts leave here only as salted hashes. */
import type { IncomingHttpHeaders } from 'node:http';
import type { AppliedLimit, Layer, Limit } from '../core/budget/types.ts';
import type { Attribution } from '../core/protocol/gateway.ts';
import { compact, type RequestFacts } from '../core/wire/index.ts';
import type { Hasher } from '../workspace/salted-hash.ts';
import { firstOf } from './headers.ts';
import type { CallingProcess } from './processes.ts';
import type { PathTags } from './target.ts';

/** Longest name that is kept, characters. */
const MAX_NAME = 128;

/** A client's word for something: printable, short. It is stored and shown. */
function named(value: string | undefined): string | undefined {
  const text = value
    ?.trim()
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, MAX_NAME);
  return text ? text : undefined;
}

/** The credential of a request, wherever its provider wants it. Held only to be hashed. */
function credentialOf(headers: IncomingHttpHeaders, path: string): string | undefined {
  const direct = firstOf(headers['x-api-key']) ?? firstOf(headers['x-goog-api-key']) ?? firstOf(headers['api-key']);
  if (direct) return direct;
  const authorization = headers.authorization;
  // AWS signatures differ in every request; the access key id in them does not.
  const aws = /Credential=([^/,\s]+)/.exec(authorization ?? '')?.[1];
  return aws ?? authorization?.replace(/^Bearer\s+/i, '') ?? /[?&]key=([^&]+)/.exec(path)?.[1];
}

/** Claude Code writes the session into `metadata.user_id` as well: as JSON today, behind `session_` before. */
const sessionInUser = (user: string | undefined): string | undefined => /(?:^|[_"])session_(?:id":\s*")?([0-9a-f-]{8,})/i.exec(user ?? '')?.[1];

const SESSION_HEADERS = ['x-costlint-session', 'x-session-id', 'session_id', 'session-id', 'x-grok-conv-id', 'helicone-session-id'] as const;
const AGENT_HEADERS = ['x-costlint-agent', 'x-claude-code-agent-name', 'x-claude-code-agent-type', 'x-claude-code-agent'] as const;
/** Claude Code names its sub-agents by an id of their own each time: a cap of each agent would begin anew with every one, so they share a name. */
const SUB_AGENT_HEADER = 'x-claude-code-agent-id';
const SUB_AGENT = 'claude-code-subagent';
const PARENT_HEADERS = ['x-costlint-parent', 'x-claude-code-parent-agent-id'] as const;
const PROJECT_HEADERS = ['x-costlint-project', 'openai-project'] as const;

const headerOf = (headers: IncomingHttpHeaders, names: readonly string[]): string | undefined => {
  for (const name of names) {
    const value = named(firstOf(headers[name]));
    if (value) return value;
  }
  return undefined;
};

export interface AttributionInput {
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
  readonly tags: PathTags;
  readonly facts?: Pick<RequestFacts, 'user'>;
  /** Looked up where the client names no session. */
  readonly process?: CallingProcess;
}

/** How sessions are named that no client names: same key, agent, project and program, with no longer silence between calls than this, ms. */
export const SESSION_SILENCE_MS = 30 * 60_000;

export class Attributor {
  readonly #hash: Hasher;
  readonly #aliases: Readonly<Record<string, string>>;
  readonly #derived = new Map<string, { id: string; lastMs: number }>();
  readonly #keys = new Map<string, string>();

  constructor(hash: Hasher, aliases: Readonly<Record<string, string>> = {}) {
    this.#hash = hash;
    this.#aliases = aliases;
  }

  /** Whether the client says which session it is. */
  named({ headers, tags, facts }: AttributionInput): boolean {
    return this.#session(headers, tags, facts?.user) !== undefined;
  }

  of({ headers, path, tags, facts, process }: AttributionInput, nowMs: number): Attribution {
    const key = this.#keyName(credentialOf(headers, path));
    const subAgent = headers[SUB_AGENT_HEADER] === undefined ? undefined : SUB_AGENT;
    const agent = named(tags.agent) ?? headerOf(headers, AGENT_HEADERS) ?? subAgent ?? named(process?.name);
    const project = named(tags.project) ?? headerOf(headers, PROJECT_HEADERS);
    const parent = headerOf(headers, PARENT_HEADERS);
    const client = named(headers['user-agent']?.split(' ', 1)[0]);
    const rest = compact({ agent, parent, project, key, client });
    const session = this.#session(headers, tags, facts?.user);
    if (session) return { ...session, ...rest };
    if (!process) return { session: this.#derive([key, agent, project, client].join('\n'), nowMs), via: 'key', ...rest };
    const { pid } = process;
    return { session: this.#derive([key, agent, project, client, pid].join('\n'), nowMs), via: 'process', pid, ...rest };
  }

  #session(headers: IncomingHttpHeaders, tags: PathTags, user: string | undefined): Pick<Attribution, 'session' | 'via'> | undefined {
    const own = headerOf(headers, SESSION_HEADERS.slice(0, 1));
    if (own) return { session: own, via: 'header' };
    const tag = named(tags.session);
    if (tag) return { session: tag, via: 'path' };
    const claude = headerOf(headers, ['x-claude-code-session-id']);
    if (claude) return { session: claude, via: 'claude-code' };
    const other = headerOf(headers, SESSION_HEADERS.slice(1));
    if (other) return { session: other, via: 'header' };
    const body = named(sessionInUser(user));
    return body ? { session: body, via: 'body' } : undefined;
  }

  #keyName(credential: string | undefined): string | undefined {
    if (!credential) return undefined;
    const known = this.#keys.get(credential);
    if (known) return known;
    const hash = this.#hash(credential);
    const name = this.#aliases[hash] ?? `key-${hash.slice(0, 8)}`;
    if (this.#keys.size < 1_000) this.#keys.set(credential, name);
    return name;
  }

  #derive(base: string, nowMs: number): string {
    const known = this.#derived.get(base);
    if (known && nowMs - known.lastMs < SESSION_SILENCE_MS) {
      known.lastMs = nowMs;
      return known.id;
    }
    const id = `auto-${this.#hash(`${base}\n${nowMs}`)}`;
    if (this.#derived.size >= 10_000) this.#derived.clear();
    this.#derived.set(base, { id, lastMs: nowMs });
    return id;
  }
}

/** The limits that a call falls under, each with the counter of its scope. Calls without an agent or project share the counter `-`. */
export function limitsFor(limits: readonly Limit[], who: Attribution, model: string | undefined): AppliedLimit[] {
  const scopes: Readonly<Record<Layer, string>> = {
    call: 'call',
    session: who.session,
    agent: who.agent ?? '-',
    project: who.project ?? '-',
    account: 'all',
    key: who.key ?? '-',
    model: model ?? '-',
  };
  const applied: AppliedLimit[] = [];
  for (const limit of limits) {
    const scope = scopes[limit.layer];
    if (limit.scope === undefined || limit.scope === scope) applied.push(appliedTo(limit, scope));
  }
  return applied;
}

/** Scopes of a limit that are remembered: sessions come and go. */
const MAX_SCOPES = 1_000;
const known = new WeakMap<Limit, Map<string, AppliedLimit>>();

/** The same one for the same scope: its counter's name is looked up a dozen times a call, which costs less with a text that has been looked up before. */
function appliedTo(limit: Limit, scope: string): AppliedLimit {
  const scopes = known.get(limit) ?? new Map<string, AppliedLimit>();
  const before = scopes.get(scope);
  if (before) return before;
  if (scopes.size >= MAX_SCOPES) scopes.clear();
  const applied = { limit, counter: `${limit.id}|${scope}` };
  known.set(limit, scopes.set(scope, applied));
  return applied;
}
