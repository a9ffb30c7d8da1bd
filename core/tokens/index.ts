export type { RankTable } from './byte-pairs.ts';
export {
  type CalibratedCount,
  type CalibratedCounter,
  calibrated,
  hashText,
  type Narrowed,
  narrowed,
  type TrueCount,
} from './calibrate.ts';
export { type CounterOptions, createCounter } from './counter.ts';
export { type LoadRanks, loadTokenizer } from './encodings.ts';
export { familyOf } from './family.ts';
export { type FileRow, fileTable } from './file-table.ts';
export { jsonlCounter } from './jsonl.ts';
export { type MessageOverhead, messageOverhead, type ToolChoice, toolPromptOverhead } from './overhead.ts';
export type * from './types.ts';
