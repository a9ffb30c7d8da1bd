import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { get_encoding } from 'tiktoken';
import { bareModel, claudeName } from '../../core/tokens/family.ts';
import { type Dict, dict, isDict, list } from '../../core/tokens/json.ts';
import type { Flat } from './flatten.ts';

/** Another way to count a request, to stand beside ours. `undefined`: it does not know the model. */
export interface Rival {
  readonly name: string;
  count(flat: Flat, model: string): number | undefined;
}

const all = (flat: Flat): string[] => [...flat.messages.map(({ text }) => text), ...flat.tools.map((tool) => JSON.stringify(tool))];

/** o200k_base tokens of all texts and of the tools as JSON: what a person does who has only tiktoken. */
export function tiktokenRival(): Rival {
  const encoding = get_encoding('o200k_base');
  return { name: 'tiktoken', count: (flat) => all(flat).reduce((sum, text) => sum + encoding.encode(text, [], []).length, 0) };
}

export const charactersRival: Rival = { name: 'chars/4', count: (flat) => Math.ceil(all(flat).reduce((sum, text) => sum + text.length, 0) / 4) };

interface AiTokenizer {
  readonly Tokenizer: new (encoding: unknown) => unknown;
  readonly models: Record<string, { readonly encoding: string }>;
}
type CountSdk = (input: { tokenizer: unknown; model: unknown; messages: unknown; tools: unknown }) => { readonly total: number };

/** ai-tokenizer's own count of an AI SDK request, where its table has the model or one of its generation. */
export async function aiTokenizerRival(folder: string): Promise<Rival> {
  const load = async (name: string): Promise<unknown> => import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href);
  const { Tokenizer, models } = (await load('ai-tokenizer')) as AiTokenizer;
  const { count } = (await load('ai-tokenizer/sdk')) as { count: CountSdk };
  const encodings = (await load('ai-tokenizer/encoding')) as Record<string, unknown>;
  const tokenizers = new Map<string, unknown>();
  return {
    name: 'ai-tokenizer',
    count(flat, name) {
      const model = models[nearest(name, Object.keys(models)) ?? ''];
      if (!model) return undefined;
      const tokenizer = tokenizers.get(model.encoding) ?? new Tokenizer(encodings[model.encoding]);
      tokenizers.set(model.encoding, tokenizer);
      const messages = flat.messages.map(({ role, text }) => ({ role, content: text }));
      const tools = Object.fromEntries(
        flat.tools.map((tool) => [tool.name, { description: tool.description, inputSchema: zodLike(tool.schema, 0) }]),
      );
      return count({ tokenizer, model, messages, tools }).total;
    },
  };
}

/** The same model in its table, else the newest of the same maker. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const bare = bareModel(name).replace(/-20\d{6}.*|-\d{4}-\d{2}-\d{2}|-preview.*|-latest/g, '');
  const claude = bare.includes('claude') ? claudeName(bare) : undefined;
  const dotted = claude
    ? [`anthropic/claude-${claude.tier}-${claude.version}`, `anthropic/claude-${claude.version}-${claude.tier}`]
    : [`openai/${bare}`, `google/${bare}`];
  const found = dotted.find((id) => known.includes(id));
  if (found) return found;
  const newest = claude
    ? 'anthropic/claude-opus-4.5'
    : /^gemini/.test(bare)
      ? 'google/gemini-3-pro-preview'
      : /^(gpt-[5-9]|o\d)/.test(bare)
        ? 'openai/gpt-5'
        : /^gpt/.test(bare)
          ? 'openai/gpt-4o'
          : '';
  return known.includes(newest) ? newest : undefined;
}

/** The parts of a Zod schema that it looks at, from a JSON schema. */
function zodLike(schema: Dict, depth: number): unknown {
  const description = typeof schema.description === 'string' ? schema.description : undefined;
  if (depth > 20) return { _def: { type: 'any' } };
  if (list(schema.enum).length) return { description, _def: { type: 'enum', values: list(schema.enum) } };
  if (isDict(schema.properties)) {
    const shape = Object.fromEntries(Object.entries(schema.properties).map(([key, value]) => [key, zodLike(dict(value), depth + 1)]));
    return { description, _def: { type: 'object', shape } };
  }
  if (isDict(schema.items)) return { description, _def: { type: 'array', element: zodLike(schema.items, depth + 1) } };
  return { description, _def: { type: 'string' } };
}
