/** Google, DeepSeek, xAI, Mistral, Cohere: newest first within a tier. */
import type { OverlayEntry } from '../overlay.ts';

const june = { 'first-party': '2026-06-01', vertex: '2026-06-01', source: 'FB' } as const;
const september = { 'first-party': '2025-09-24', vertex: '2025-09-24', source: 'GV' } as const;

export const GOOGLE: readonly OverlayEntry[] = [
  {
    id: 'gemini-4-argon',
    tier: 'flagship',
    context: 1_000_000,
    source: 'TM',
    rows: [
      { in: 2, out: 10, read: 0.1, source: 'TM' },
      { from: '2026-12-01', in: 4, out: 20, read: 0.2, source: 'TM' },
    ],
    note: 'sources disagree on the output maximum (64K or 1M)',
  },
  { id: 'gemini-3.8-flash', tier: 'balanced', source: 'GP' },
  { id: 'gemini-3.7-flash', tier: 'balanced', source: 'GP' },
  { id: 'gemini-3.6-flash', tier: 'balanced', source: 'GP' },
  { id: 'gemini-3.5-flash', tier: 'balanced', source: 'GP' },
  { id: 'gemini-3.5-flash-lite', tier: 'small', source: 'GP' },
  { id: 'gemini-3.1-flash-lite', tier: 'small', source: 'GP' },
  { id: 'gemini-3.1-pro-preview', tier: 'flagship', source: 'GP' },
  {
    id: 'gemini-2.5-pro',
    tier: 'flagship',
    source: 'GP',
    retires: {
      'first-party': '2026-12-01',
      source: 'GD',
      note: 'from then on gemini-3.8-flash answers, at its own price',
    },
  },
  {
    id: 'gemini-2.5-flash',
    tier: 'balanced',
    source: 'GP',
    retires: {
      'first-party': '2026-12-01',
      source: 'GD',
      note: 'from then on gemini-3.5-flash-lite answers, at its own price',
    },
  },
  { id: 'gemini-2.5-flash-lite', tier: 'small', source: 'GP' },
  { id: 'gemini-2.0-flash', tier: 'balanced', source: 'GP', retires: june },
  { id: 'gemini-2.0-flash-lite', tier: 'small', source: 'GP', retires: june },
  { id: 'gemini-1.5-pro', tier: 'flagship', source: 'GP', retires: september },
  { id: 'gemini-1.5-flash', tier: 'balanced', source: 'GP', retires: september },
];

/** Peak hours on weekdays, UTC: every rate doubles. */
const PEAK = {
  windows: [
    { from: '01:00', to: '04:00' },
    { from: '06:00', to: '10:00' },
  ],
  weekdaysOnly: true,
} as const;

export const DEEPSEEK: readonly OverlayEntry[] = [
  {
    id: 'deepseek-flash',
    tier: 'balanced',
    context: 1_000_000,
    maxOutput: 384_000,
    source: 'DS',
    rows: [{ in: 0.15, out: 0.6, read: 0.003, peak: { ...PEAK, in: 0.3, out: 1.2, read: 0.006 }, source: 'DS' }],
  },
  {
    id: 'deepseek-v4-flash',
    tier: 'balanced',
    source: 'GP',
    note: 'DeepSeek’s own page (2026-11-15) lists its successor deepseek-flash at $0.15 in, $0.6 out; whether this name still has the older price is not known',
  },
  {
    id: 'deepseek-v4-pro',
    tier: 'flagship',
    context: 1_000_000,
    source: 'DS',
    rows: [{ from: '2026-08-17', in: 0.66, out: 1.98, read: 0.022, peak: { ...PEAK, in: 1.32, out: 3.96, read: 0.044 }, source: 'DS' }],
  },
];

const grok = (input: number, output: number, read: number) => ({
  in: input,
  out: output,
  read,
  // "200K and more": inclusive.
  long: { above: 199_999, in: input * 2, out: output * 2, read: read * 2 },
  source: 'XD' as const,
});

export const XAI: readonly OverlayEntry[] = [
  { id: 'grok-4.7', tier: 'flagship', context: 500_000, source: 'XD', rows: [grok(2, 6, 0.5)] },
  { id: 'grok-4.6', tier: 'flagship', context: 500_000, source: 'XD', rows: [grok(2, 6, 0.5)] },
  { id: 'grok-4.3', tier: 'flagship', source: 'GP' },
];

export const MISTRAL: readonly OverlayEntry[] = [
  { id: 'mistral-large-2512', tier: 'flagship', context: 262_144, source: 'GP' },
  { id: 'mistral-medium-3-5', tier: 'balanced', context: 262_144, source: 'GP' },
  { id: 'mistral-small-2603', tier: 'small', context: 262_144, source: 'GP' },
];

export const COHERE: readonly OverlayEntry[] = ['command-r-plus', 'command-r', 'command', 'command-light'].map((id) => ({
  id,
  maxOutput: 4_096,
  source: 'MP',
}));
