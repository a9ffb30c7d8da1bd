/** Building `Metered`: the shapes that all APIs share. */
import type { Range } from '../model.ts';
import { type BillableUsage, TOKEN_CLASSES } from '../pricing/types.ts';
import { compact } from './json.ts';
import type { BillingKey, Metered, ResponseContext } from './types.ts';

export const NOTHING: Metered = {
  source: 'none',
  billed: false,
  outcome: 'failed',
  usage: {},
  parts: [],
  serverTools: {},
  toolCalls: [],
  notes: [],
};

export const metered = (fields: Partial<Metered>): Metered => compact({ ...NOTHING, ...fields });

/** Usage without zeroes, so that equal usage is equal data. */
export function usageOf(fields: BillableUsage): BillableUsage {
  const usage: Record<string, number> = {};
  for (const name of TOKEN_CLASSES) {
    const tokens = fields[name] ?? 0;
    if (tokens > 0) usage[name] = tokens;
  }
  if (!fields.fees) return usage;
  const fees = Object.entries(fields.fees).filter(([, units]) => units !== undefined && units > 0);
  return fees.length > 0 ? { ...usage, fees: Object.fromEntries(fees) } : usage;
}

/** All tokens of a usage. */
export function tokensOf(usage: BillableUsage): number {
  let sum = 0;
  for (const name of TOKEN_CLASSES) sum += usage[name] ?? 0;
  return sum;
}

/** Tokens of a whole bill: the response's own and those of its parts. */
export const tokensOfMetered = (bill: Metered): number => bill.parts.reduce((sum, part) => sum + tokensOf(part.usage), tokensOf(bill.usage));

/** Adds what one response used to another, class by class. */
export function sumUsage(a: BillableUsage, b: BillableUsage): BillableUsage {
  const fees: Record<string, number> = { ...a.fees };
  for (const [name, units] of Object.entries(b.fees ?? {})) fees[name] = (fees[name] ?? 0) + (units ?? 0);
  return usageOf({ ...Object.fromEntries(TOKEN_CLASSES.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)])), fees });
}

/** The bill that a response belongs to; undefined where it bears no id. Items of a batch share its response ids, retrieved responses those of their creation. */
export const billingKey = (provider: string, { responseId }: Metered): BillingKey | undefined =>
  responseId === undefined ? undefined : `${provider}:${responseId}`;

/**
 * A stream that ended without its final usage: what is known stays, what is missing is estimated (output from the text seen, input from the count before the call).
 * Nothing seen and nothing known of the input leaves `none`.
 */
export function estimated(known: Metered, context: Pick<ResponseContext, 'inputEstimate'>, seen: Range, inputKnown: boolean): Metered {
  const said = known.usage.output ?? 0;
  const output: Range = { low: Math.max(said, seen.low), expected: Math.max(said, seen.expected), high: Math.max(said, seen.high) };
  const input = inputKnown ? undefined : context.inputEstimate;
  const usage = usageOf({ ...known.usage, output: output.expected, ...(input ? { uncachedInput: input.expected } : {}) });
  const notes = [...known.notes, ...(inputKnown || input ? [] : ['the stream ended before the input was counted']), ...hiddenNote(known)];
  const anything = tokensOf(usage) > 0;
  return compact({ ...known, source: anything ? 'estimated' : 'none', usage, output, input, notes } satisfies Metered);
}

const hiddenNote = ({ reasoning }: Metered): string[] =>
  reasoning === undefined ? ['reasoning that the stream does not show is not in the estimate'] : [];
