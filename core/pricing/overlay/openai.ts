/** OpenAI: newest prices, what the library lacks, and shutdown days. Newest first within a tier; release days from snapshot ids. */
import type { OverlayEntry, OverlayRow, UsdRates } from '../overlay.ts';
import type { SourceKey } from '../sources.ts';

/** Above 272K prompt tokens the whole request costs 2× input and cache, 1.5× output (model page, 6.x flagships). */
function flagship(rates: UsdRates, source: SourceKey): OverlayRow {
  const twice = (usd: number | undefined): number | undefined => (usd === undefined ? undefined : usd * 2);
  const long = { in: rates.in * 2, out: rates.out * 1.5, read: twice(rates.read), w30m: twice(rates.w30m), w12h: twice(rates.w12h) };
  return { ...rates, long: { above: 272_000, ...long }, source };
}

const large = { context: 1_050_000, maxOutput: 128_000 } as const;
const gone = { 'first-party': '2026-10-23', source: 'OD' } as const;
const december = { 'first-party': '2026-12-11', source: 'OD', note: 'OpenAI names gpt-6.1 models as replacements' } as const;
const january = { 'first-party': '2027-01-14', source: 'OD', note: 'OpenAI names gpt-6.1 models as replacements' } as const;

export const OPENAI: readonly OverlayEntry[] = [
  {
    id: 'gpt-6.2-astra',
    tier: 'frontier',
    released: '2026-11-17',
    ...large,
    source: 'LZ',
    rows: [flagship({ in: 8, out: 40 }, 'LZ')],
    note: 'cache prices not seen; the long-prompt tier is that of the other 6.x flagships',
  },
  {
    id: 'gpt-6.2-sol',
    tier: 'flagship',
    released: '2026-11-17',
    ...large,
    source: 'OM',
    rows: [flagship({ in: 2, out: 10, read: 0.1, w30m: 2.5, w12h: 5 }, 'OM')],
  },
  {
    id: 'gpt-6.1-sol',
    tier: 'flagship',
    released: '2026-09-29',
    ...large,
    source: 'PF',
    rows: [flagship({ in: 2, out: 10, read: 0.1, w30m: 2.5 }, 'PF')],
  },
  {
    id: 'gpt-6.1-terra',
    tier: 'balanced',
    released: '2026-10-26',
    ...large,
    source: 'LL',
    rows: [flagship({ in: 1, out: 5, read: 0.05, w30m: 1.25, w12h: 2.5 }, 'LL')],
  },
  { id: 'gpt-6-astra', tier: 'frontier', ...large, source: 'GP' },
  { id: 'gpt-6-sol', tier: 'flagship', ...large, source: 'GP' },
  { id: 'gpt-6-luna', tier: 'small', ...large, source: 'GP' },
  { id: 'gpt-5.6-sol', tier: 'flagship', ...large, source: 'GP' },
  { id: 'gpt-5.6-terra', tier: 'balanced', ...large, source: 'GP' },
  { id: 'gpt-5.6-luna', tier: 'small', ...large, source: 'GP' },
  { id: 'gpt-5.5', tier: 'flagship', released: '2026-04-23', source: 'GP' },
  { id: 'gpt-5.4', tier: 'flagship', released: '2026-03-05', ...large, source: 'GP' },
  { id: 'gpt-5.4-mini', tier: 'balanced', released: '2026-03-17', context: 400_000, source: 'GP' },
  { id: 'gpt-5.4-nano', tier: 'small', released: '2026-03-17', context: 400_000, source: 'GP' },
  { id: 'gpt-5.2', tier: 'flagship', released: '2025-12-11', context: 400_000, source: 'GP' },
  { id: 'gpt-5.1', tier: 'flagship', released: '2025-11-13', context: 400_000, source: 'GP', retires: { 'first-party': '2027-04-01', source: 'OD' } },
  { id: 'gpt-5', tier: 'flagship', released: '2025-08-07', context: 400_000, source: 'GP', retires: december },
  { id: 'gpt-5-mini', tier: 'balanced', released: '2025-08-07', context: 400_000, source: 'GP', retires: december },
  { id: 'gpt-5-nano', tier: 'small', released: '2025-08-07', context: 400_000, source: 'GP', retires: december },
  { id: 'gpt-5-pro', tier: 'frontier', released: '2025-10-06', source: 'GP', retires: december },
  { id: 'o3', tier: 'flagship', released: '2025-04-16', context: 200_000, source: 'GP', retires: december },
  { id: 'o3-pro', tier: 'frontier', released: '2025-06-10', context: 200_000, source: 'GP', retires: december },
  { id: 'gpt-4.1', tier: 'flagship', released: '2025-04-14', context: 1_000_000, source: 'GP', retires: january },
  { id: 'gpt-4.1-mini', tier: 'balanced', released: '2025-04-14', context: 1_000_000, source: 'GP', retires: january },
  { id: 'gpt-4o', tier: 'flagship', released: '2024-05-13', context: 128_000, source: 'GP', retires: january },
  { id: 'gpt-4o-mini', tier: 'small', released: '2024-07-18', context: 128_000, source: 'GP', retires: january },
  { id: 'gpt-4.1-nano', tier: 'small', released: '2025-04-14', source: 'GP', retires: gone },
  { id: 'o4-mini', tier: 'balanced', released: '2025-04-16', source: 'GP', retires: gone },
  { id: 'o3-mini', tier: 'balanced', released: '2025-01-31', source: 'GP', retires: gone },
  { id: 'o1', tier: 'flagship', released: '2024-12-17', source: 'GP', retires: gone },
  { id: 'o1-pro', tier: 'frontier', released: '2025-03-19', source: 'GP', retires: gone },
  { id: 'gpt-4-turbo', tier: 'flagship', maxOutput: 4_096, source: 'GP', retires: gone },
  { id: 'gpt-4-vision-preview', maxOutput: 4_096, source: 'MP' },
  { id: 'gpt-4', tier: 'flagship', source: 'GP', retires: gone },
  { id: 'gpt-4o-2024-05-13', tier: 'flagship', released: '2024-05-13', source: 'GP', retires: gone },
  { id: 'gpt-3.5-turbo', tier: 'small', maxOutput: 4_096, source: 'GP', retires: gone },
  ...['gpt-3.5-turbo-0613', 'gpt-3.5-turbo-1106', 'gpt-3.5-turbo-16k', 'gpt-3.5-turbo-instruct', 'ft:gpt-3.5-turbo'].map(
    (id) => ({ id, maxOutput: 4_096, source: 'MP' }) as const,
  ),
];
