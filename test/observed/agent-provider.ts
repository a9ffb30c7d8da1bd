/** The provider of the example agent: Messages API, chat completions and the shop that its tool asks. */
import { freshId, json, messageBody, type Provider, provider } from '../gateway/support/provider.ts';

const USAGE = { input_tokens: 2_000, output_tokens: 1_700, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };

/** `isCold`: each prompt is written to the cache, and nothing is found there. The agent gets a tool to use first, and its answer then. */
export const agentProvider = (isCold: () => boolean = () => false): Promise<Provider> =>
  provider((asked, response) => {
    const body = JSON.parse(asked.body.toString() || '{}');
    if (asked.path.startsWith('/shop')) return json(response, '{"found":[]}');
    if (asked.path.includes('/chat/completions')) {
      const choices = [{ index: 0, message: { role: 'assistant', content: 'delivery' }, finish_reason: 'stop' }];
      const usage = { prompt_tokens: 120, completion_tokens: 3, total_tokens: 123 };
      return json(
        response,
        JSON.stringify({ id: freshId('chatcmpl'), object: 'chat.completion', created: 1, model: 'gpt-5.4-2026-03-05', choices, usage }),
      );
    }
    const first = body.tools && body.messages.length === 1;
    const content = first
      ? [{ type: 'tool_use', id: freshId('toolu'), name: 'find_product', input: { words: 'tent' } }]
      : [{ type: 'text', text: 'Yes.' }];
    const input = 2_000 + 900 * body.messages.length;
    const usage = isCold() ? { ...USAGE, input_tokens: 10, cache_creation_input_tokens: input } : { ...USAGE, input_tokens: input };
    json(response, messageBody(usage, { model: body.model, content, stop_reason: first ? 'tool_use' : 'end_turn' }));
  });
