/** The ledger as JSON lines (all of each event) or CSV (one row a call, for spreadsheets). */
import type { CallEvent, LedgerEvent } from '../../core/protocol/gateway.ts';
import { TOKEN_COLUMNS } from './sums.ts';

export type ExportFormat = 'jsonl' | 'csv';

/** Columns of the CSV. Money twice: exact in nano-dollars, and in USD for reading. */
const columns: readonly (readonly [name: string, of: (call: CallEvent) => string | number | boolean | undefined])[] = [
  ['id', (call) => call.id],
  ['time', (call) => new Date(call.at).toISOString()],
  ['session', (call) => call.session],
  ['agent', (call) => call.agent],
  ['project', (call) => call.project],
  ['key', (call) => call.key],
  ['client', (call) => call.client],
  ['provider', (call) => call.provider],
  ['api', (call) => call.api],
  ['operation', (call) => call.operation],
  ['model', (call) => call.model],
  ['served_model', (call) => call.servedModel],
  ['status', (call) => call.status],
  ['outcome', (call) => call.outcome],
  ['metered', (call) => call.source],
  ['billed', (call) => call.billed],
  ...TOKEN_COLUMNS.map((name) => [snake(name), (call: CallEvent) => call.usage[name] ?? 0] as const),
  ['reasoning', (call) => call.reasoning],
  ['cost_known', (call) => call.cost.kind === 'known'],
  ['cost_nano_usd', (call) => nanoUsd(call)],
  ['cost_usd', (call) => usd(nanoUsd(call))],
  ['duration_ms', (call) => Math.round(call.durationMs)],
  ['first_byte_ms', (call) => (call.firstByteMs === undefined ? undefined : Math.round(call.firstByteMs))],
  ['service_tier', (call) => call.serviceTier],
  ['stop_reason', (call) => call.stopReason],
  ['response_id', (call) => call.responseId],
  ['error', (call) => call.error],
];

function snake(name: string): string {
  return name.replace(/[A-Z]|\d+[mh]/g, (part) => `_${part.toLowerCase()}`);
}

/** The known part; see `cost_known`. */
const nanoUsd = ({ cost }: CallEvent): number => (cost.kind === 'known' ? cost.nanoUsd : cost.atLeast);

/** Exact, without floating point. */
const usd = (nano: number): string => `${Math.floor(nano / 1e9)}.${String(nano % 1e9).padStart(9, '0')}`;

/** Quoted where it must be. A leading `=`, `+`, `-` or `@` would be a formula to a spreadsheet: these texts come from clients. */
function cell(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Lines with their ends. CSV has only calls. */
export function* exportLines(events: Iterable<LedgerEvent>, format: ExportFormat): Generator<string> {
  if (format === 'csv') yield `${columns.map(([name]) => name).join(',')}\n`;
  for (const event of events) {
    if (format === 'jsonl') yield `${JSON.stringify(event)}\n`;
    else if (event.kind === 'call') yield `${columns.map(([, of]) => cell(of(event))).join(',')}\n`;
  }
}
