/** Local logs of coding agents: lines → calls → sums. Pure; reading files is the room `logs/`. */
export { claudeCodeReader } from './claude-code.ts';
export { type CodexReader, codexReader, withoutCopied } from './codex.ts';
export { geminiDocument, geminiReader } from './gemini-cli.ts';
export { type Group, LogPrices, type LogSums, type PricedCall, sumsOf } from './sums.ts';
export { type LineReader, LOG_SOURCES, type LogCall, type LogSource } from './types.ts';
export { UniqueCalls } from './unique.ts';
