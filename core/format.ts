/** Figures as people read them: the one place where money and tokens become text. */
import { NANO_PER_USD, type NanoUsd, type Range } from './model.ts';

/** What is shown in place of a figure that nobody knows; never 0. */
export const UNKNOWN = 'unknown';

/** Digits after the point: money below a dollar keeps three significant digits, below 1/100 of a cent two, dollars keep cents up to 100. */
function decimals(usd: number): number {
  if (usd >= 100) return 0;
  if (usd >= 1) return 2;
  const leadingZeros = Math.max(0, -Math.floor(Math.log10(usd)) - 1);
  return leadingZeros + (usd < 0.0001 ? 2 : usd < 0.1 ? 3 : 2);
}

const group = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');

/** A whole number in full: `1,234`. */
export const formatCount = (count: number): string => group(String(count));

/** Cuts the zeros that carry nothing (`0.0100` → `0.01`), but leaves cents whole (`0.50`). */
function trim(text: string): string {
  const short = text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
  const cents = /\.(\d)$/.exec(short);
  return cents ? `${short}0` : short;
}

/** The digits alone, without the currency sign: `0.0123`, `1.20`, `1,234`, `12.3k`, `4.50M`. */
function digits(usd: number): string {
  if (usd >= 1e6) return `${(usd / 1e6).toFixed(usd >= 1e8 ? 0 : 2)}M`;
  if (usd >= 1e4) return `${(usd / 1e3).toFixed(usd >= 1e5 ? 0 : 1).replace(/\.0$/, '')}k`;
  if (usd >= 100) return group(usd.toFixed(0));
  return trim(usd.toFixed(decimals(usd)));
}

/** Nano-dollars as `$0.0123`. A positive amount never reads as $0. */
export function formatUsd(nano: NanoUsd): string {
  if (!Number.isFinite(nano)) return UNKNOWN;
  if (nano < 0) return `−${formatUsd(-nano)}`;
  if (nano === 0) return '$0';
  if (nano < 1000) return '<$0.000001';
  return `$${digits(nano / NANO_PER_USD)}`;
}

function joinRange(low: string, high: string, expected: string, unit: string): string {
  if (low === high) return low;
  const upper = unit && high.startsWith(unit) && !low.startsWith('<') ? high.slice(unit.length) : high;
  return `${low}–${upper} (≈ ${expected})`;
}

/** `$0.01–0.05 (≈ $0.02)`; one figure where both ends read the same. */
export const formatUsdRange = (range: Range): string => joinRange(formatUsd(range.low), formatUsd(range.high), formatUsd(range.expected), '$');

/** `≈ $0.02` for a range, `$0.02` where low and high are the same amount. */
export const formatUsdExpected = (range: Range): string => `${range.low === range.high ? '' : '≈ '}${formatUsd(range.expected)}`;

/** Tokens as `999`, `12.3k`, `1.2M`, `3.4B`. */
export function formatTokens(tokens: number): string {
  if (!Number.isFinite(tokens)) return UNKNOWN;
  const n = Math.round(tokens);
  if (n < 1000) return String(n);
  const [value, unit] = n < 999_950 ? [n / 1e3, 'k'] : n < 999_950_000 ? [n / 1e6, 'M'] : [n / 1e9, 'B'];
  return `${value.toFixed(1).replace(/\.0$/, '')}${unit}`;
}

/** `1.2k–3.4k (≈ 2k)`; one figure where both ends read the same. */
export const formatTokenRange = (range: Range): string =>
  joinRange(formatTokens(range.low), formatTokens(range.high), formatTokens(range.expected), '');

/** A share between 0 and 1 as `73%`; above none it is never 0%, below all never 100%. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return UNKNOWN;
  if (share > 0 && share < 0.005) return '<1%';
  if (share < 1 && share > 0.995) return '>99%';
  return `${Math.round(share * 100)}%`;
}

/** `1 call`, `3 calls`, `1,200 calls`. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${formatCount(count)} ${count === 1 ? one : many}`;

/** The beginning of a text, on one line. `most`: characters. */
export function shorten(text: string, most = 40): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
