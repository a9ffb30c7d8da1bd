/**
 * The limits as they are now: those of the configuration, with what a person has changed or added while the gateway runs. Changes outlive the process: they are kept
 * in the store (`ledger.db` in the state folder, or Redis). Where the configuration itself has another amount since, it is the newer word and the change is dropped.
 */
import * as z from 'zod';
import type { Limit } from '../core/budget/types.ts';
import { configuredLimits, type GatewayOptions, limitInput, limitSchema, nanoOf } from './options.ts';
import { amountText } from './refusal.ts';
import type { BudgetStore, StateChange } from './store/types.ts';

/** Name of the stored state. */
const STATE = 'limits';
const MAX_ADDED = 200;

const changeFields = {
  usd: z.number().positive().max(1e9).optional(),
  tokens: z.number().int().positive().optional(),
  calls: z.number().int().positive().optional(),
  warnAt: z.number().min(0).max(1).optional(),
  action: z.enum(['stop', 'warn']).optional(),
  when: z.enum(['now', 'next']).optional(),
};

/** A limit that is there already, or a whole new one as in the option `limits`; `restore`: as configured. */
export const setLimitSchema = z.union([
  z.strictObject({ id: z.string(), restore: z.literal(true) }),
  z.strictObject({ id: z.string(), ...changeFields }),
  limitSchema,
]);
export type SetLimit = z.infer<typeof setLimitSchema>;

const storedSchema = z.object({
  /** By the id of a configured limit; `was`: its amount when it was changed. */
  changed: z.record(
    z.string(),
    z.object({ was: z.number(), max: z.number(), warnAt: z.number().optional(), action: z.enum(['stop', 'warn']).optional() }),
  ),
  added: z.array(limitSchema),
});
type Stored = z.infer<typeof storedSchema>;
const NOTHING: Stored = { changed: {}, added: [] };

/** What became of a change. `before` is missing of a new limit, `after` of one that is gone. */
export interface LimitChange {
  readonly before?: Limit;
  readonly after?: Limit;
}

export class LimitBook {
  readonly #options: GatewayOptions;
  readonly #configured: readonly Limit[];
  readonly #save: (change: StateChange) => Promise<string | undefined>;
  #stored: Stored = NOTHING;
  #current: readonly Limit[];

  constructor(options: GatewayOptions, save: (change: StateChange) => Promise<string | undefined> = async (change) => change(undefined)) {
    this.#options = options;
    this.#configured = configuredLimits(options);
    this.#current = this.#configured;
    this.#save = save;
  }

  /** With what was changed before this start. `elsewhere` is told what other gateways of the same store change. */
  static async open(
    options: GatewayOptions,
    store: Pick<BudgetStore, 'getState' | 'changeState' | 'watchState'>,
    warn: (message: string) => void,
    elsewhere: (change: LimitChange) => void = () => {},
  ): Promise<LimitBook> {
    const book = new LimitBook(options, (change) => store.changeState(STATE, change));
    const read = (json: string | undefined): void => {
      const stored = storedIn(json);
      if (stored) book.#use(stored);
      else warn('limits that were changed while the gateway ran cannot be read; those of the configuration hold');
    };
    read(await store.getState(STATE));
    store.watchState(STATE, (json) => {
      const before = book.#current;
      read(json);
      for (const change of differences(before, book.#current)) elsewhere(change);
    });
    return book;
  }

  get current(): readonly Limit[] {
    return this.#current;
  }

  /** A sentence where it cannot be done. Resolves when the change would survive the end of the process. */
  async set(input: SetLimit): Promise<LimitChange | string> {
    const before = this.#current.find(({ id }) => id === input.id);
    const next = this.#next(input);
    if (typeof next === 'string') return next;
    this.#use(next);
    await this.#save((json) => {
      const stored = storedIn(json);
      if (!stored) return JSON.stringify(next);
      // Other gateways may have changed other limits since.
      this.#use(stored);
      const newer = this.#next(input);
      if (typeof newer !== 'string') this.#use(newer);
      return JSON.stringify(this.#stored);
    });
    const after = this.#current.find(({ id }) => id === input.id);
    return changeOf(before, after);
  }

  #next(input: SetLimit): Stored | string {
    if ('restore' in input) return this.#restored(input.id);
    const before = this.#current.find(({ id }) => id === input.id);
    return before ? this.#changed(before, input) : this.#added(input);
  }

  #restored(id: string): Stored | string {
    const { changed, added } = this.#stored;
    if (!(id in changed) && !added.some((one) => one.id === id)) return `limit "${id}" is as configured`;
    const { [id]: _, ...rest } = changed;
    return { changed: rest, added: added.filter((one) => one.id !== id) };
  }

  #changed(limit: Limit, input: Exclude<SetLimit, { restore: true }>): Stored | string {
    if ('layer' in input) return `limit "${limit.id}" is there already: give its id and the new amount, or another id`;
    const max = amountOf(limit, input);
    if (typeof max === 'string') return max;
    const { warnAt, action, when } = input;
    const { changed, added } = this.#stored;
    const at = added.findIndex(({ id }) => id === limit.id);
    const more = { ...(warnAt === undefined ? {} : { warnAt }), ...(action ? { action } : {}) };
    if (at >= 0) {
      const { usd: _u, tokens: _t, calls: _c, ...rest } = added[at]!;
      const sizes = { nanoUsd: { usd: max / 1e9 }, tokens: { tokens: max }, calls: { calls: max } } as const;
      return { changed, added: added.with(at, { ...rest, ...sizes[limit.unit], ...more, ...(when ? { when } : {}) }) };
    }
    if (when) return `"when" of limit "${limit.id}" stands in the configuration`;
    const was = changed[limit.id]?.was ?? limit.max;
    return { changed: { ...changed, [limit.id]: { ...changed[limit.id], was, max, ...more } }, added };
  }

  #added(input: Exclude<SetLimit, { restore: true }>): Stored | string {
    if (!('layer' in input)) return `there is no limit "${input.id}"; a new one needs layer, window and an amount as well`;
    const { changed, added } = this.#stored;
    if ([input.usd, input.tokens, input.calls].filter((amount) => amount !== undefined).length !== 1)
      return `limit "${input.id}" needs one of usd, tokens and calls`;
    return added.length >= MAX_ADDED ? `${MAX_ADDED} limits were added already` : { changed, added: [...added, input] };
  }

  /** Without changes that the configuration has overtaken. Those of limits that are not configured here stay: another gateway of the same store may have them. */
  #stillMeant({ changed, added }: Stored): Stored {
    const configured = new Map(this.#configured.map((limit) => [limit.id, limit.max]));
    return {
      changed: Object.fromEntries(Object.entries(changed).filter(([id, { was }]) => (configured.get(id) ?? was) === was)),
      added: added.filter(({ id }) => !configured.has(id)),
    };
  }

  #use(stored: Stored): void {
    this.#stored = this.#stillMeant(stored);
    const { changed, added } = this.#stored;
    const configured = this.#configured.map((limit) => {
      const { was: _, ...change } = changed[limit.id] ?? { was: 0 };
      return { ...limit, ...change } as Limit;
    });
    this.#current = [...configured, ...added.flatMap((input) => limitInput(input, this.#options))];
  }
}

/** Nothing where it cannot be read. */
function storedIn(json: string | undefined): Stored | undefined {
  return json === undefined ? NOTHING : storedSchema.safeParse(JSON.parse(json)).data;
}

const changeOf = (before: Limit | undefined, after: Limit | undefined): LimitChange => ({
  ...(before ? { before } : {}),
  ...(after ? { after } : {}),
});

function differences(before: readonly Limit[], after: readonly Limit[]): LimitChange[] {
  const old = new Map(before.map((limit) => [limit.id, limit]));
  const now = new Map(after.map((limit) => [limit.id, limit]));
  const touched = [...new Set([...old.keys(), ...now.keys()])].filter((id) => JSON.stringify(old.get(id)) !== JSON.stringify(now.get(id)));
  return touched.map((id) => changeOf(old.get(id), now.get(id)));
}

/** The new amount in the limit's own unit; what it was where none is given. */
function amountOf(
  { id, unit, max }: Limit,
  { usd, tokens, calls }: { usd?: number | undefined; tokens?: number | undefined; calls?: number | undefined },
): number | string {
  const given = { nanoUsd: usd === undefined ? undefined : nanoOf(usd), tokens, calls };
  const wrong = (Object.keys(given) as (keyof typeof given)[]).filter((name) => name !== unit && given[name] !== undefined);
  if (wrong.length > 0) return `limit "${id}" counts ${unit === 'nanoUsd' ? 'usd' : unit}: its amount is given in that`;
  return given[unit] ?? max;
}

/** All that hold: of options, of the configuration's list, and those that a person set before. */
export const limitsInWords = (limits: readonly Limit[]): string =>
  limits.length === 0
    ? 'No limits are set: calls are only metered (costlint gateway --help).'
    : `Limits: ${limits.map(({ id, unit, max, action }) => `${id} ${amountText(unit, max)}${action === 'warn' ? ' (only warns)' : ''}`).join(', ')}`;
