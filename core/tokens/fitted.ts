import type { Fitted } from './counter.ts';

const text = { weights: {}, perToken: 0, groups: {} };
export const FITTED: Fitted = { texts: { v3: text, v47: text, gemini: text }, constants: {}, widen: {} };
