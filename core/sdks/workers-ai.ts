import { defineSdk } from './sdk.ts';

/** The platform hands the binding in, under the name that the project's configuration gives it. */
const run = ['AI.run', 'Ai().run'];

export default defineSdk({
  id: 'workers-ai',
  name: 'Cloudflare Workers AI',
  source: 'developers.cloudflare.com/workers-ai, @cloudflare/workers-types 4',
  typescript: {
    packages: ['@cloudflare/ai', 'cloudflare:workers-ai'],
    mention: /\.AI\.run\(/,
    provider: 'other',
    calls: [
      {
        signature: run,
        api: 'run',
        fields: { model: '@0', messages: ['messages', 'prompt'], tools: 'tools', cap: ['max_tokens', 'max_completion_tokens'] },
        // Embeddings, speech and pictures have neither.
        requires: { at: ['messages', 'prompt'] },
        omittedCap: 'not-applicable',
      },
    ],
  },
});
