/** Subscription plans, as far as sources were seen. Dated: plans change without notice. */
export interface Plan {
  readonly vendor: 'Anthropic' | 'OpenAI';
  readonly name: string;
  /** USD a month and person; undefined: no official price was seen. */
  readonly usd: number | undefined;
  readonly covers: string;
  readonly note: string;
  /** No official page was seen. */
  readonly unverified?: true;
  readonly source: { readonly name: string; readonly date: string };
}

const GUIDE = { name: 'claude-code-ultimate-guide v3.45.0', date: '2026-10-31' } as const;
const THREADS = { name: 'issue threads of Codex users', date: '2026-07-01' } as const;

export const PLANS: readonly Plan[] = [
  { vendor: 'Anthropic', name: 'Pro', usd: 20, covers: 'Claude Code and chat', note: '$17 a month when paid by the year', source: GUIDE },
  {
    vendor: 'Anthropic',
    name: 'Max',
    usd: 100,
    covers: 'Claude Code and chat',
    note: 'was Max 5x; with monthly API credits since 2026-10-07, amount not seen',
    source: GUIDE,
  },
  {
    vendor: 'Anthropic',
    name: 'Ultra',
    usd: 200,
    covers: 'Claude Code and chat',
    note: 'was Max 20x; 10 times the weekly limit of Pro; with monthly API credits since 2026-10-07, amount not seen',
    source: GUIDE,
  },
  { vendor: 'OpenAI', name: 'Plus', usd: undefined, covers: 'Codex and chat', note: 'price not seen', source: THREADS },
  {
    vendor: 'OpenAI',
    name: 'Pro, lower level',
    usd: 100,
    covers: 'Codex and chat',
    note: 'unverified: no official price page was seen',
    unverified: true,
    source: THREADS,
  },
  {
    vendor: 'OpenAI',
    name: 'Pro',
    usd: 200,
    covers: 'Codex and chat',
    note: 'unverified: no official price page was seen',
    unverified: true,
    source: THREADS,
  },
];

/** What plans do and do not cover, with dates. */
export const TERMS: readonly { readonly text: string; readonly source: { readonly name: string; readonly date?: string } }[] = [
  {
    text: 'On 2026-04-04 the quota of Claude subscriptions was closed to agents of other vendors.',
    source: { name: 'claude-mem issue 1826', date: '2026-04-04' },
  },
  {
    text: 'A separate credit for the Agent SDK ($20, $100, $200) was announced for 2026-06-15 and paused: Agent SDK, “claude -p” and agents of other vendors still draw on the plan’s limits. Sources differ; expect it to change.',
    source: { name: 'OpenClaw documentation, citing Anthropic; pi-claude-code wiki' },
  },
  {
    text: 'How many tokens a plan’s limits allow is not published. One measurement put the former Max 20x at about $2,130 a month of list price.',
    source: { name: 'rhombus.so', date: '2026-01-01' },
  },
];

/** Claude Code by API: about $13 a developer and active day, below $30 for 90% of them. */
export const ACTIVE_DAY = { usd: 13, source: { name: 'Claude Code documentation, costs page', date: '2026-08-22' } } as const;
