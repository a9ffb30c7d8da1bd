import type { ModelFamily } from './types.ts';

/** `anthropic.claude-sonnet-4-5-20250929-v1:0`, `models/gemini-2.5-flash`, `openrouter/anthropic/claude-opus-4.5` → the bare model name, lower case. */
export function bareModel(model: string): string {
  const last = model.toLowerCase().split('/').at(-1) ?? '';
  const claude = last.indexOf('claude');
  return (claude > 0 ? last.slice(claude) : last).replace(/@.*$|-v\d+(:\d+)?$/, '');
}

interface ClaudeName {
  readonly tier: string;
  readonly version: number;
}

/** `claude-3-5-sonnet-20241022`, `claude-sonnet-4-5`, `claude-opus-4.7`, `claude-fable-5-2` → tier and version (3.5, 4.5, 4.7, 5.2). */
export function claudeName(bare: string): ClaudeName | undefined {
  const tier = /opus|sonnet|haiku|fable|mythos|instant/.exec(bare)?.[0] ?? '';
  const numbers = /(?:^|-)(\d)(?:[-.](\d{1,2}))?(?![\d])/.exec(bare.replace(/-?20\d{6}.*/, ''));
  if (!numbers) return undefined;
  return { tier, version: Number(numbers[1]) + Number(numbers[2] ?? 0) / 10 };
}

function claude(bare: string): ModelFamily {
  const name = claudeName(bare);
  if (!name) return { id: 'claude-v47', generation: '', known: false, note: 'unknown Claude version: counted as Claude 4.7 and later' };
  const id = name.version >= 4.7 ? 'claude-v47' : 'claude-v3';
  const generation = `${name.tier || 'claude'}-${name.version}`;
  const known = name.version >= 3 && name.version < 6;
  const range = id === 'claude-v3' ? 'Claude 3 to 4.6' : 'Claude 4.7 and later';
  return { id, generation, known, note: known ? `tokenizer of ${range}, estimated` : `unknown Claude version: counted as ${range}` };
}

const openai = (id: ModelFamily['id'], generation: string, note = 'o200k_base'): ModelFamily => ({ id, generation, known: true, note });

function openaiFamily(bare: string): ModelFamily | undefined {
  const name = bare.replace(/^ft:/, '');
  if (/^(gpt-4o|gpt-4\.1|gpt-4\.5|chatgpt-4o)/.test(name)) return openai('openai-4o', /^gpt-4\.1/.test(name) ? 'gpt-4.1' : 'gpt-4o');
  if (/^o[134](-|$)/.test(name)) return openai('openai-o', name.slice(0, 2));
  const later = /^gpt-(\d+)(?:\.(\d+))?/.exec(name);
  if (later && Number(later[1]) >= 5) return openai('openai-5', `gpt-${later[1]}${later[2] ? `.${later[2]}` : ''}`);
  if (/^gpt-oss/.test(name)) return openai('openai-5', 'gpt-oss');
  if (/^(codex|computer-use-preview)/.test(name)) return openai('openai-o', name);
  if (/^gpt-(4|3\.5)/.test(name)) return openai('openai-cl100k', name.slice(0, 7), 'cl100k_base');
  return undefined;
}

/** `gemini` alone tells neither of its APIs. */
function geminiApi(vendor: string): Pick<ModelFamily, 'api'> {
  if (/vertex/.test(vendor)) return { api: 'vertex' };
  return vendor === 'gemini' ? {} : { api: 'developer' };
}

/** Which models count alike. Unknown ids get the nearest family by provider, with `known: false` and a wider range. */
export function familyOf(provider: string, model: string): ModelFamily {
  const bare = bareModel(model);
  const vendor = provider.toLowerCase();
  if (bare.includes('claude')) return claude(bare);
  if (/^gemini/.test(bare)) {
    return { id: 'gemini', generation: bare, ...geminiApi(vendor), known: true, note: 'Gemini tokenizer, estimated' };
  }
  const known = openaiFamily(bare);
  if (known) return known;
  if (vendor === 'anthropic') return claude(bare);
  if (vendor === 'openai' || vendor === 'azure') {
    return { id: 'openai-5', generation: '', known: false, note: 'unknown OpenAI model: counted as gpt-5' };
  }
  return { id: 'other', generation: bare, known: false, note: 'no tokenizer known for this model: o200k_base with a wide range' };
}
