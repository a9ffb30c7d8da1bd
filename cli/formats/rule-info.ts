/** What formats say of the rules themselves. */
import type { RuleMeta } from '../../core/rules/rule.ts';

export interface RuleInfo extends RuleMeta {
  readonly id: string;
}

export async function loadRuleInfo(): Promise<readonly RuleInfo[]> {
  const { rules } = await import('../../core/rules/index.ts');
  return rules.map(({ id, meta }) => ({ id, ...meta }));
}
