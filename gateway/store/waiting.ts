/** Charges that a shared store has not taken yet. Kept on this machine's disk, so that the end of the process does not lose them. */
import * as z from 'zod';
import type { Amount, AppliedLimit } from '../../core/budget/index.ts';
import type { BudgetStore } from './types.ts';

export interface WaitingCharge {
  readonly id: string;
  readonly limits: readonly AppliedLimit[];
  readonly actual: Amount;
}

/** The store in the ledger's file. */
export type Journal = Pick<BudgetStore, 'getState' | 'changeState'>;

const NAME = 'waiting-charges';
/** Beyond this the oldest are given up; the ledger still has them. */
const MAX_WAITING = 20_000;
const listSchema = z.array(z.object({ id: z.string(), limits: z.array(z.unknown()), actual: z.unknown() }));

export class WaitingCharges {
  readonly #journal: Journal | undefined;
  readonly #waiting = new Map<string, WaitingCharge>();
  #saving: Promise<void> | undefined;

  constructor(journal: Journal | undefined) {
    this.#journal = journal;
  }

  get size(): number {
    return this.#waiting.size;
  }
  get all(): readonly WaitingCharge[] {
    return [...this.#waiting.values()];
  }

  async load(): Promise<void> {
    const json = await this.#journal?.getState(NAME);
    // Written below, so the inner parts are of their types.
    for (const one of json ? (listSchema.parse(JSON.parse(json)) as WaitingCharge[]) : []) this.#waiting.set(one.id, one);
  }

  async add(one: WaitingCharge): Promise<void> {
    this.#waiting.set(one.id, one);
    while (this.#waiting.size > MAX_WAITING) this.#waiting.delete(this.#waiting.keys().next().value!);
    await this.save();
  }

  remove(id: string): void {
    this.#waiting.delete(id);
  }

  /** Writes the list; while it is being written, at most one more writing waits. */
  save(): Promise<void> {
    if (!this.#journal) return Promise.resolve();
    this.#saving ??= Promise.resolve().then(async () => {
      this.#saving = undefined;
      const json = this.#waiting.size === 0 ? undefined : JSON.stringify(this.all);
      await this.#journal?.changeState(NAME, () => json);
    });
    return this.#saving;
  }
}
