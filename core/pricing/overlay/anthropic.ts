/** Claude: prices from Claude Code's baked catalogue, release days from Anthropic's release notes and snapshot ids. Newest first within a tier. */
import type { OverlayEntry, OverlayRow, UsdRates } from '../overlay.ts';
import type { SourceKey } from '../sources.ts';

const M = 1_000_000;

/** Anthropic's fixed ratios: a five-minute write costs 1.25×, an hour's 2×, a read 0.1× unless said otherwise. */
const claude = (input: number, output: number, read = input / 10): UsdRates => ({
  in: input,
  out: output,
  read: Number(read.toFixed(6)),
  w5m: input * 1.25,
  w1h: input * 2,
});

const row = (rates: UsdRates, more: Omit<Partial<OverlayRow>, keyof UsdRates> & { source?: SourceKey } = {}): OverlayRow => ({
  source: 'CC',
  ...rates,
  ...more,
});

const big = { context: M, maxOutput: 128_000, source: 'CC' } as const;
const small = { context: 200_000, maxOutput: 64_000, source: 'CC' } as const;

export const ANTHROPIC: readonly OverlayEntry[] = [
  { id: 'claude-fable-5-2', tier: 'frontier', released: '2026-11-09', ...big, fast: { factor: 2, source: 'CC' }, rows: [row(claude(8, 40, 0.2))] },
  {
    id: 'claude-mythos-5-2',
    tier: 'frontier',
    limited: true,
    released: '2026-11-09',
    ...big,
    fast: { factor: 2, source: 'CC' },
    rows: [row(claude(8, 40, 0.2))],
  },
  { id: 'claude-fable-5-1', tier: 'frontier', released: '2026-09-01', ...big, rows: [row(claude(10, 50, 0.25))] },
  { id: 'claude-mythos-5-1', tier: 'frontier', limited: true, released: '2026-09-01', ...big, rows: [row(claude(10, 50, 0.25))] },
  { id: 'claude-fable-5', tier: 'frontier', released: '2026-06-09', ...big, rows: [row(claude(10, 50))] },
  { id: 'claude-mythos-5', tier: 'frontier', limited: true, released: '2026-06-09', ...big, rows: [row(claude(10, 50))] },
  { id: 'claude-opus-5-5', tier: 'flagship', released: '2026-09-22', ...big, fast: { factor: 2, source: 'CC' }, rows: [row(claude(4, 20, 0.2))] },
  { id: 'claude-opus-5', tier: 'flagship', ...big, fast: { factor: 2, source: 'CC' }, rows: [row(claude(5, 25))] },
  { id: 'claude-opus-4-8', tier: 'flagship', ...big, fast: { factor: 2, until: '2026-11-30', source: 'CC' }, rows: [row(claude(5, 25))] },
  { id: 'claude-opus-4-7', tier: 'flagship', ...big, rows: [row(claude(5, 25))] },
  // Before 13 March 2026 prompts above 200K cost more: the library has that row.
  { id: 'claude-opus-4-6', tier: 'flagship', released: '2026-02-05', ...big, rows: [row(claude(5, 25), { from: '2026-03-13' })] },
  {
    id: 'claude-opus-4-5',
    tier: 'flagship',
    released: '2025-11-24',
    ...small,
    rows: [row(claude(5, 25))],
    note: 'not retired before 2026-11-24 (platform.claude.com, 2026-08-22); no date announced there',
  },
  {
    id: 'claude-sonnet-5-5',
    tier: 'balanced',
    released: '2026-09-28',
    ...big,
    rows: [row(claude(2, 10)), row(claude(2, 10, 0.1), { from: '2026-10-07' })],
  },
  { id: 'claude-sonnet-5', tier: 'balanced', ...big, rows: [row(claude(2, 10))] },
  { id: 'claude-sonnet-4-6', tier: 'balanced', released: '2026-02-17', ...big, rows: [row(claude(3, 15), { from: '2026-03-13' })] },
  {
    id: 'claude-sonnet-4-5',
    tier: 'balanced',
    released: '2025-09-29',
    ...small,
    retires: { 'first-party': '2026-11-30', vertex: '2026-11-30', azure: '2026-11-30', source: 'CC' },
    rows: [row(claude(3, 15))],
  },
  {
    id: 'claude-haiku-5-5',
    tier: 'small',
    released: '2026-10-07',
    ...big,
    rows: [row(claude(0.1, 0.5), { long: { above: 100_000, ...claude(0.5, 2.5) } })],
  },
  { id: 'claude-haiku-4-5', tier: 'small', released: '2025-10-01', ...small, rows: [row(claude(1, 5))] },
  {
    id: 'claude-opus-4-1',
    tier: 'flagship',
    context: 200_000,
    maxOutput: 32_000,
    source: 'CC',
    retires: { 'first-party': '2026-08-05', source: 'CC' },
  },
  {
    id: 'claude-opus-4',
    tier: 'flagship',
    context: 200_000,
    maxOutput: 32_000,
    source: 'CC',
    retires: { 'first-party': '2026-06-15', bedrock: '2026-05-31', vertex: '2026-09-14', source: 'CC' },
  },
  {
    id: 'claude-sonnet-4',
    tier: 'balanced',
    ...small,
    retires: { 'first-party': '2026-06-15', bedrock: '2026-10-14', vertex: '2026-09-14', source: 'CC' },
  },
  {
    id: 'claude-3-7-sonnet',
    tier: 'balanced',
    ...small,
    retires: { 'first-party': '2026-02-19', bedrock: '2026-04-28', vertex: '2026-05-11', source: 'CC' },
  },
  {
    id: 'claude-3-5-sonnet',
    tier: 'balanced',
    context: 200_000,
    maxOutput: 8_192,
    source: 'CC',
    retires: { 'first-party': '2025-10-28', source: 'CC' },
  },
  { id: 'claude-3-5-haiku', tier: 'small', context: 200_000, maxOutput: 8_192, source: 'CC', retires: { 'first-party': '2026-02-19', source: 'CC' } },
  { id: 'claude-3-haiku', tier: 'small', context: 200_000, maxOutput: 4_096, source: 'CC', retires: { 'first-party': '2026-04-20', source: 'CC' } },
  {
    id: 'claude-3-opus',
    tier: 'flagship',
    context: 200_000,
    maxOutput: 4_096,
    source: 'CC',
    retires: { 'first-party': '2026-01-05', bedrock: '2026-01-15', vertex: '2026-01-05', azure: '2026-01-05', source: 'CC' },
  },
  { id: 'claude-3-sonnet', context: 200_000, maxOutput: 4_096, source: 'MP' },
  { id: 'claude-2', context: 200_000, maxOutput: 4_096, source: 'MP' },
];
