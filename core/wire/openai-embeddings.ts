/** OpenAI embeddings and hosts that speak it: input only. */

import { errorOf } from './error-name.ts';
import { embeddingFacts } from './facts-openai.ts';
import { named, record } from './json.ts';
import { meterWith } from './meter.ts';
import { estimated, metered } from './metered.ts';
import { hasUsage, openaiDenial, openaiInterrupt, openaiUsage } from './openai-shared.ts';
import { decoded, splitPath } from './path.ts';
import type { Metered, WireApi, WireMatch } from './types.ts';

function match(method: string, target: string): WireMatch | undefined {
  const found = /(?:\/deployments\/([^/]+))?\/embeddings$/.exec(splitPath(target).path);
  if (!found || method !== 'POST') return undefined;
  return { api: 'openai-embeddings', operation: 'embed', stream: false, ...(found[1] ? { model: decoded(found[1]), route: 'azure' as const } : {}) };
}

function whole(json: unknown): Metered {
  const body = record(json);
  if (body.error) return metered({ error: errorOf(json) ?? 'error' });
  const model = named(body.model);
  if (!hasUsage(body.usage)) return metered({ billed: true, outcome: 'completed', model, notes: ['the response has no usage'] });
  return metered({ source: 'exact', billed: true, outcome: 'completed', model, usage: openaiUsage(body.usage, model) });
}

const NO_OUTPUT = { low: 0, expected: 0, high: 0 };

export const openaiEmbeddings: WireApi = {
  id: 'openai-embeddings',
  provider: 'openai',
  match,
  facts: embeddingFacts,
  usageOf: whole,
  meter: (context) =>
    meterWith(context, {
      whole,
      events: (c) => ({ event: () => {}, bill: () => estimated(metered({ billed: true, outcome: 'cut' }), c, NO_OUTPUT, false) }),
      interrupt: (detail) => openaiInterrupt(detail),
    }),
  denial: openaiDenial,
};
