/** Times as `--since`, `--until` and `--prune` take them. */
import { UsageError } from './args.ts';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** `7d` before now, or a date in the local time zone, in ms. */
export function timeOf(option: string, text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const ago = /^(\d{1,6})([mhdw])$/.exec(text);
  if (ago) return nowMs - Number(ago[1]) * (UNITS[ago[2] ?? ''] ?? 0);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const at = Date.parse(isDay ? `${text}T00:00` : text);
  if (Number.isNaN(at)) throw new UsageError(`--${option} needs a time such as 12h, 7d or 2026-11-01, not "${text}"`);
  return at;
}
