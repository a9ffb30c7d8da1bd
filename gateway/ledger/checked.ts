/** What may be written: fields that the schema names, with values that a reader will take. */
import { type CallEvent, callEventSchema, type LedgerEvent, ledgerEventSchema } from '../../core/protocol/gateway.ts';
import { TOKEN_COLUMNS } from './sums.ts';

const FIELDS: ReadonlySet<string> = new Set(Object.keys(callEventSchema.shape));
const CLASSES: ReadonlySet<string> = new Set(TOKEN_COLUMNS);

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isAmount = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;

/** The usual call, made by the gateway's own code: only what arithmetic and other people's figures could have spoilt is looked at. Anything else the schema judges. */
function isUsual(event: CallEvent): boolean {
  for (const name in event) if (!FIELDS.has(name)) return false;
  const { usage, cost, reserved, firstByteMs } = event;
  for (const name in usage) if (!CLASSES.has(name) || !isAmount(usage[name as (typeof TOKEN_COLUMNS)[number]])) return false;
  return (
    isCount(event.at) &&
    isCount(event.status) &&
    isAmount(event.durationMs) &&
    (firstByteMs === undefined || isAmount(firstByteMs)) &&
    cost.kind === 'known' &&
    isCount(cost.nanoUsd) &&
    (reserved === undefined || (isCount(reserved.nanoUsd) && isCount(reserved.tokens) && isCount(reserved.calls)))
  );
}

/** The event without fields that the schema does not name: nothing else of a request can slip into the file. Throws where a value is wrong. */
export const checked = (event: LedgerEvent): LedgerEvent => (event.kind === 'call' && isUsual(event) ? event : ledgerEventSchema.parse(event));
