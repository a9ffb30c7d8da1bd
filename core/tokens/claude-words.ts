export const CLAUDE_WORD_COSTS = '';
