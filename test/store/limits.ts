import type { Amount, AppliedLimit, Limit, Unit, Window } from '../../core/budget/index.ts';

export const amount = (nanoUsd: number, tokens = nanoUsd): Amount => ({ nanoUsd, tokens, calls: 1 });

export function limit(max: number, part: Partial<Limit> & { readonly window?: Window; readonly unit?: Unit } = {}, scope = ''): AppliedLimit {
  const whole: Limit = { id: 'account', layer: 'account', unit: 'nanoUsd', max, window: { kind: 'lifetime' }, action: 'stop', ...part };
  return { limit: whole, counter: `${whole.id}|${scope}` };
}
