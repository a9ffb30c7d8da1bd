/** What a calibration would send, what of it is counted already, and how a person is told. Knows nothing of VS Code. */
import * as z from 'zod';
import { type CountingApi, type CountingText, type ProviderCount, providerCountSchema } from '../core/protocol/calibration.ts';
import type { Counted, CountJob } from './calibrate-http.ts';

export const API_NAMES: Readonly<Record<CountingApi, string>> = { anthropic: 'Anthropic', gemini: 'Google Gemini' };
/** Variables of the environment in which people keep their keys. */
export const KEY_NAMES: Readonly<Record<CountingApi, string>> = { anthropic: 'ANTHROPIC_API_KEY', gemini: 'GEMINI_API_KEY' };

/** More counts than this are not kept; the oldest go first. */
const MOST_KEPT = 5000;

/** One request to come: a text for one group of models. */
export interface Job extends CountJob {
  readonly role: string;
  /** By estimate. */
  readonly tokens: number;
  /** `src/agent.ts:12`. */
  readonly places: readonly string[];
}

const keyOf = ({ family, generation, hash }: Pick<ProviderCount, 'family' | 'generation' | 'hash'>): string => `${family} ${generation} ${hash}`;

/** All texts for the models of one provider, without those that `counts` knows. */
export function jobsOf(texts: readonly CountingText[], api: CountingApi, counts: readonly ProviderCount[]): readonly Job[] {
  const known = new Set(counts.map(keyOf));
  return texts.flatMap(({ hash, text, role, places, targets }) =>
    targets
      .filter((target) => target.api === api && !known.has(keyOf({ ...target, hash })))
      .map((target) => ({ ...target, hash, text, role, places: places.map(({ name }) => name) })),
  );
}

export const tokensOf = (jobs: readonly Job[]): number => jobs.reduce((sum, job) => sum + job.tokens, 0);
export const textsIn = (jobs: readonly Job[]): number => new Set(jobs.map((job) => job.hash)).size;
/** `1 text`, `1,200 texts`. */
export const plural = (n: number, one: string): string => `${n.toLocaleString('en-US')} ${one}${n === 1 ? '' : 's'}`;

/** `12 texts, about 8,400 tokens`. */
export const amountWords = (jobs: readonly Job[]): string =>
  `${plural(textsIn(jobs), 'text')}, about ${Math.round(tokensOf(jobs)).toLocaleString('en-US')} tokens`;

/** Everything that would be sent, as a page to read before it is. */
export function previewPage(jobs: readonly Job[], api: CountingApi, baseUrl: string): string {
  const models = [...new Set(jobs.flatMap((job) => job.models))];
  const head = [
    '# What Costlint would send to count tokens',
    '',
    `- ${amountWords(jobs)}, in ${plural(jobs.length, 'request')} and one more for each group of models`,
    `- to **${new URL(baseUrl).host}** (${API_NAMES[api]}’s counting endpoint at ${baseUrl}), with your key`,
    `- asked for: ${models.join(', ')}`,
    '- this text leaves your machine; counting is free, no model answers',
    '- kept afterwards, in this workspace’s storage: hashes, numbers and the date; neither text nor key',
    '',
    'Nothing has been sent yet.',
  ];
  const byHash = new Map(jobs.map((job) => [job.hash, job]));
  const bodies = [...byHash.values()].flatMap((job, at) => {
    const fence = '`'.repeat(Math.max(3, ...[...job.text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
    const place = job.places.slice(0, 3).join(', ') + (job.places.length > 3 ? ` and ${job.places.length - 3} more` : '');
    return ['', `## ${at + 1}. ${job.role}, about ${Math.round(job.tokens)} tokens: ${place}`, '', `${fence}text`, job.text, fence];
  });
  return [...head, ...bodies, ''].join('\n');
}

/** `date`: YYYY-MM-DD. Newer counts replace older ones of the same text and model. */
export function mergeCounts(before: readonly ProviderCount[], counted: readonly Counted[], date: string): readonly ProviderCount[] {
  const all = new Map(before.map((each) => [keyOf(each), each]));
  for (const { job, tokens } of counted) {
    const { family, generation, hash } = job;
    all.delete(keyOf(job));
    all.set(keyOf(job), { family, generation, hash, tokens, date });
  }
  return [...all.values()].slice(-MOST_KEPT);
}

const storedSchema = z.object({ version: z.literal(1), counts: z.array(providerCountSchema) });

/** Counts from the editor's storage; none where it holds something else. */
export function readCounts(stored: unknown): readonly ProviderCount[] {
  const parsed = storedSchema.safeParse(stored);
  return parsed.success ? parsed.data.counts : [];
}

export const stored = (counts: readonly ProviderCount[]): z.infer<typeof storedSchema> => ({ version: 1, counts: [...counts] });

/** `The estimates were 4 % too low at the median.` */
export function comparison(counted: readonly Counted[], jobs: readonly Job[]): string {
  const estimates = new Map(jobs.map((job) => [keyOf(job), job.tokens]));
  const ratios = counted
    .flatMap(({ job, tokens }) => {
      const estimate = estimates.get(keyOf(job));
      return estimate ? [tokens / estimate] : [];
    })
    .sort((a, b) => a - b);
  const middle = ratios[ratios.length >> 1];
  if (middle === undefined) return '';
  const percent = Math.round(100 * Math.abs(middle - 1));
  return percent === 0
    ? 'The estimates were right at the median.'
    : `The estimates were ${percent} % too ${middle > 1 ? 'low' : 'high'} at the median.`;
}
