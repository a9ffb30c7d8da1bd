/** Names for people of what the gateway calls by short words. */
import type { CallEvent, SessionStatus } from '../core/protocol/gateway.ts';
import type { CacheBreak } from '../core/protocol/observed.ts';
import type { HistoryQuery } from '../core/protocol/panel.ts';

export type Split = HistoryQuery['by'];

export const splitNames: Readonly<Record<Split, string>> = {
  model: 'Model',
  agent: 'Agent',
  project: 'Project',
  session: 'Session',
  site: 'Call site',
  kind: 'Tokens by kind',
};

/** Keys of the split by kind; the order in which they are stacked. */
export const tokenKinds: Readonly<Record<string, string>> = {
  cacheRead: 'Cache read',
  cacheWrite: 'Cache write',
  uncachedInput: 'Uncached input',
  output: 'Output',
  reasoning: 'Reasoning',
};

const nobody: Readonly<Record<Split, string>> = {
  model: 'Unknown model',
  agent: 'No agent name',
  project: 'No project',
  session: 'No session',
  site: 'No call site found',
  kind: 'Other',
};

/** What a series is called; `sent` is the gateway's own label. */
export function seriesName(by: Split, key: string, sent: string | undefined, sites: Readonly<Record<string, string>>): string {
  if (key === '') return nobody[by];
  if (key === 'other') return 'Other';
  if (by === 'kind') return tokenKinds[key] ?? key;
  if (by === 'site') return sites[key] ?? sent ?? key;
  return sent || key;
}

export const statusNames: Readonly<Record<SessionStatus, string>> = {
  running: 'Running',
  idle: 'Idle',
  paused: 'Paused',
  done: 'Done',
  failed: 'Failed',
  looped: 'Looped',
  stopped: 'Stopped',
};

/** From what a session's status is known. */
export const viaNames: Readonly<Record<string, string>> = {
  header: 'said by the program',
  'stop-reason': 'from its last answer',
  silence: 'no call for a while',
  breaker: 'by the circuit breaker',
  limit: 'by a limit',
  person: 'by a person',
};

export const outcomeNames: Readonly<Record<CallEvent['outcome'], string>> = {
  completed: 'Completed',
  'tool-use': 'Tool use',
  truncated: 'Cut at the output limit',
  refused: 'Refused',
  failed: 'Failed',
  cut: 'Stream cut',
  pending: 'Pending',
  paused: 'Paused',
  cancelled: 'Cancelled',
};

export const sourceNames: Readonly<Record<string, string>> = {
  gateway: 'Gateway',
  'claude-code': 'Claude Code log',
  codex: 'Codex log',
  'gemini-cli': 'Gemini CLI log',
};

/** Options that change calls, and what they do. */
export const optionNames: Readonly<Record<string, string>> = {
  'cache-mark': 'Cache marks are added to prompts',
  routing: 'Routing is on: some calls go to another model',
  cascade: 'Cascade is on: some calls are repeated on a stronger model',
  hook: 'A hook looks at calls before they are sent',
};

const pieces: Readonly<Record<NonNullable<CacheBreak['role']>, string>> = {
  tools: 'tool definition',
  system: 'system text',
  user: 'user message',
  assistant: 'assistant message',
  'tool-result': 'tool result',
};

/** Why a prompt was not read from the cache, and which piece of it changed. */
export function breakReason(one: Pick<CacheBreak, 'why' | 'role' | 'item'>): string {
  const piece = one.role ? `${pieces[one.role]}${one.item === undefined ? '' : ` ${one.item + 1}`}` : '';
  switch (one.why) {
    case 'model':
      return 'the model changed';
    case 'expired':
      return 'the cache entry had expired';
    case 'unknown':
      return 'the reason is not known';
    case 'tools':
      return piece ? `${piece} changed` : 'the tool definitions changed';
    case 'system':
      return piece ? `${piece} changed` : 'the system text changed';
    case 'messages':
      return piece ? `${piece} changed` : 'an earlier message changed';
  }
}

/** `abc12345…` for ids that are long. */
export const shortId = (id: string): string => (id.length > 14 ? `${id.slice(0, 12)}…` : id);
