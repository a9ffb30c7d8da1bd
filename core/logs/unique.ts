/** One call is logged more than once: a line each content block, a resumed session, a side conversation. It is billed once. */
import { tokensOf } from '../wire/metered.ts';
import type { LogCall } from './types.ts';

const total = ({ bill, parts }: LogCall): number => parts.reduce((sum, { usage }) => sum + tokensOf(usage), tokensOf(bill.usage));

/** Which of two records of a call is the true one: the main conversation's, then the one with more tokens (an early line of a stream has fewer), for Gemini the later. */
function isBetter(candidate: LogCall, known: LogCall): boolean {
  if (candidate.side !== known.side) return known.side;
  if (candidate.source === 'gemini-cli') return true;
  return total(candidate) > total(known);
}

/** A side conversation repeats an answer under a request of its own, at the time of the first. */
const isCopy = (a: LogCall, b: LogCall): boolean => (a.side || b.side) && a.session === b.session && a.at === b.at;

const isSameAnswer = (a: LogCall, b: LogCall): boolean =>
  a.id !== undefined && a.id === b.id && a.request === b.request && a.session === b.session && a.side === b.side;

/** Adds a call to those of its log. The lines of one stream stand together; the true one of them is kept, so that a copy has one answer to be compared with. */
export function addTo(calls: LogCall[], call: LogCall): void {
  const last = calls.at(-1);
  if (!last || !isSameAnswer(last, call)) calls.push(call);
  else if (isBetter(call, last)) calls[calls.length - 1] = call;
}

export class UniqueCalls {
  private readonly calls: LogCall[] = [];
  /** Places in `calls`; nearly every answer has one, so that only the others get a list. */
  private readonly byId = new Map<string, number | number[]>();

  add(call: LogCall): void {
    const known = call.id === undefined ? undefined : this.byId.get(call.id);
    const index = this.find(call, known);
    if (index === undefined) {
      const next = this.calls.push(call) - 1;
      if (call.id !== undefined) this.byId.set(call.id, known === undefined ? next : [known, next].flat());
      return;
    }
    const other = this.calls[index];
    if (other && isBetter(call, other)) this.calls[index] = call;
  }

  private find(call: LogCall, known: number | number[] | undefined): number | undefined {
    if (known === undefined) return undefined;
    const at = (i: number): LogCall => this.calls[i] ?? call;
    if (typeof known === 'number') return at(known).request === call.request || isCopy(at(known), call) ? known : undefined;
    return known.find((i) => at(i).request === call.request) ?? known.find((i) => isCopy(at(i), call));
  }

  all(): readonly LogCall[] {
    return this.calls;
  }
}
