/** The kinds of reports, apart from their schema: a list of choices needs no more. */
export const reportKinds = ['cost', 'cache', 'routing', 'budget', 'batch', 'subscription', 'self-hosted', 'lifecycle'] as const;
export type ReportKind = (typeof reportKinds)[number];

/** For lists of choices. */
export const reportNames: Readonly<Record<ReportKind, { readonly name: string; readonly about: string }>> = {
  cost: { name: 'Workspace cost', about: 'What each call costs a call, a run and a month, and what could be saved' },
  cache: { name: 'Cache audit', about: 'What each prompt cache keeps, what breaks it, and what it could keep' },
  routing: { name: 'Routing plan', about: 'What if a share of the calls went to cheaper models, or a cheap model tried first' },
  budget: { name: 'Budget plan', about: 'Ceilings for sessions, days and months, and the worst case they leave' },
  batch: { name: 'Batch chances', about: 'Calls nobody waits for, at half the price' },
  subscription: { name: 'API against subscription', about: 'When a plan costs less than the tokens' },
  'self-hosted': { name: 'Self-hosted break-even', about: 'From which volume and utilisation a GPU of your own costs less' },
  lifecycle: { name: 'Retirements and price changes', about: 'Announced dates that touch this code' },
};
