/** What the panel remembers while it is hidden or closed. */
import type { RangeName } from './history.ts';
import type { Split } from './names.ts';
import { FIRST_VIEW, type SessionView } from './session-list.ts';

export const tabs = ['now', 'time', 'sessions'] as const;
export type Tab = (typeof tabs)[number];

export interface Saved {
  readonly tab: Tab;
  readonly by: Split;
  /** Left out until the person chooses one. */
  readonly range?: RangeName;
  /** The time chart as a table. */
  readonly table: boolean;
  readonly view: SessionView;
  /** The session that is open. */
  readonly session?: string | undefined;
}

export const FIRST: Saved = { tab: 'now', by: 'model', table: false, view: FIRST_VIEW };

/** State of an older version may lack fields. */
export function restore(state: unknown): Saved {
  const saved = (state && typeof state === 'object' ? state : {}) as Partial<Saved>;
  return { ...FIRST, ...saved, view: { ...FIRST_VIEW, ...saved.view } };
}
