import type { AppliedLimit } from '../../core/budget/index.ts';

export const limits: readonly AppliedLimit[] = [
  {
    limit: { id: 'account', layer: 'account', unit: 'nanoUsd', max: Number.MAX_SAFE_INTEGER, window: { kind: 'lifetime' }, action: 'stop' },
    counter: 'account',
  },
];
