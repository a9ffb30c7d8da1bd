export { createCounter } from './counter.ts';
export { type LoadRanks, loadTokenizer } from './encodings.ts';
export { familyOf } from './family.ts';
export { type MessageOverhead, messageOverhead, type ToolChoice, toolPromptOverhead } from './overhead.ts';
export type * from './types.ts';
