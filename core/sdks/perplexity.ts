import { defineSdk, openAiShaped } from './sdk.ts';

export default defineSdk({
  id: 'perplexity',
  name: 'Perplexity SDK',
  source: 'perplexityai 0.46.1, @perplexity-ai/perplexity_ai 0.38.5',
  python: openAiShaped(['perplexity'], 'perplexity', 'Perplexity,AsyncPerplexity', { cap: 'max_tokens' }),
  typescript: openAiShaped(['@perplexity-ai/perplexity_ai'], 'perplexity', 'default,Perplexity', { cap: 'max_tokens' }),
});
