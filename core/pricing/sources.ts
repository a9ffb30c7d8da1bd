/** Where the overlay's figures come from: readable names, and the day each was published or, where it bears no date, seen (2026-11-23). */
import type { IsoDay } from './types.ts';

export interface Source {
  readonly name: string;
  readonly date: IsoDay;
}

export const SOURCES = {
  CC: { name: 'Claude Code 2.1.330, model catalogue', date: '2026-11-20' },
  AS: { name: '@anthropic-ai/sdk 1.12.0, type comments', date: '2026-11-20' },
  AD: { name: 'platform.claude.com pricing and prompt-caching pages', date: '2026-08-22' },
  AR: { name: 'platform.claude.com release notes', date: '2026-11-12' },
  OS: { name: 'openai 7.57.0 (npm), type comments', date: '2026-11-13' },
  OM: { name: 'developers.openai.com model page, gpt-6.2-sol', date: '2026-11-17' },
  OP: { name: 'developers.openai.com prompt caching guide', date: '2026-11-23' },
  OF: { name: 'developers.openai.com flex processing guide', date: '2026-11-17' },
  OD: { name: 'developers.openai.com deprecations', date: '2026-10-26' },
  OC: { name: 'OpenAI prompt caching announcement (models before 5.6)', date: '2024-10-01' },
  GP: { name: 'genai-prices 0.1.8', date: '2026-09-23' },
  GC: { name: 'ai.google.dev context caching', date: '2026-10-13' },
  GD: { name: 'ai.google.dev deprecations, as quoted by aideprecations.com', date: '2026-11-10' },
  FB: { name: 'firebase.google.com, AI Logic', date: '2026-06-18' },
  GV: { name: 'cloud.google.com, Vertex AI model versions', date: '2026-11-23' },
  GO: { name: 'ai.google.dev optimization page', date: '2026-11-23' },
  DS: { name: 'api-docs.deepseek.com pricing', date: '2026-11-15' },
  LZ: { name: 'docs.laozhang.ai announcement; Vercel AI Gateway page', date: '2026-11-23' },
  PF: { name: 'PromptFuel v1.0.22 release notes', date: '2026-11-23' },
  LL: { name: 'LiteLLM blog; apidog.com', date: '2026-11-23' },
  TM: { name: 'LiteLLM discussion 46238; TokenMeter 0.13.1', date: '2026-10-13' },
  XD: { name: 'docs.x.ai models page; LiteLLM 42287', date: '2026-11-23' },
  MD: { name: 'docs.mistral.ai prompt caching', date: '2026-11-23' },
  LB: { name: 'LiteLLM model map (Bedrock cache minimums)', date: '2026-10-07' },
  AT: { name: 'aws/agent-toolkit-for-aws, prompt-caching.md', date: '2026-11-23' },
  MP: { name: 'model pages of Anthropic, OpenAI and Cohere: models of 2023 and early 2024', date: '2026-11-23' },
  SK: { name: 'anthropics/skills, Claude API reference', date: '2026-07-01' },
} as const satisfies Record<string, Source>;

export type SourceKey = keyof typeof SOURCES;
