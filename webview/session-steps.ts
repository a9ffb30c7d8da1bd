/** One session step by step: what each call carried, where its cache broke, what stood in its way. */
import type { CallEvent, DeniedEvent, LedgerEvent } from '../core/protocol/gateway.ts';
import type { SessionDetail } from '../core/protocol/panel.ts';
import { type PromptTokens, promptTokens, tokens, usd } from './format.ts';
import { breakReason } from './names.ts';

export interface Step {
  /** 1 for the first call. */
  readonly number: number;
  readonly call: CallEvent;
  readonly prompt: PromptTokens;
  readonly output: number;
  /** Why the cache broke here, in words. */
  readonly cacheBreak?: string;
}

/** What happened beside calls, and where it stands in time. */
export interface Incident {
  readonly id: string;
  readonly at: number;
  readonly level: 'error' | 'warning' | 'info';
  readonly text: string;
}

export interface Story {
  readonly steps: readonly Step[];
  readonly incidents: readonly Incident[];
}

export function storyOf({ events, breaks }: SessionDetail): Story {
  const calls = events.filter((event): event is CallEvent => event.kind === 'call');
  const steps = calls.map((call, index): Step => {
    const broke = breaks[call.id];
    const step = { number: index + 1, call, prompt: promptTokens(call.usage), output: call.usage.output ?? 0 };
    return broke ? { ...step, cacheBreak: breakReason(broke) } : step;
  });
  const incidents = [...events.flatMap(incidentOf), ...steps.flatMap(brokenCache)].sort((a, b) => a.at - b.at);
  return { steps, incidents };
}

function brokenCache({ number, call, cacheBreak, prompt }: Step): readonly Incident[] {
  if (!cacheBreak) return [];
  const text = `Step ${number}: ${tokens(prompt.all - prompt.read)} of ${tokens(prompt.all)} prompt tokens were not read from the cache, ${cacheBreak}`;
  return [{ id: `${call.id} cache`, at: call.at, level: 'warning', text }];
}

function denied({ id, at, reason, message }: DeniedEvent): Incident {
  return { id, at, level: 'error', text: `Call denied (${reason}): ${message}` };
}

function incidentOf(event: LedgerEvent): readonly Incident[] {
  const { id, at } = event;
  switch (event.kind) {
    case 'call':
      return event.outcome === 'failed' || event.error
        ? [{ id, at, level: 'error', text: `Call failed: ${event.error ?? `status ${event.status}`}${event.billed ? '' : ', not billed'}` }]
        : [];
    case 'denied':
      return [denied(event)];
    case 'breaker':
      if (event.state === 'closed') return [{ id, at, level: 'info', text: `Breaker closed (${event.cause})` }];
      return [{ id, at, level: 'error', text: `${loops.has(event.cause) ? 'Loop: ' : 'Breaker open: '}${event.message}` }];
    case 'alert':
      return [{ id, at, level: event.level === 'critical' ? 'error' : event.level, text: event.message }];
    case 'limit': {
      const { standing } = event;
      const spent = standing.unit === 'nanoUsd' ? ` at ${usd(standing.spent)}` : '';
      return [{ id, at, level: event.state === 'reached' ? 'error' : 'warning', text: `Limit ${standing.limit} ${event.state}${spent}` }];
    }
    default:
      return [];
  }
}

/** Breaker causes that mean: it goes round in circles. */
const loops = new Set(['repeats', 'no-progress', 'tool-loop']);
