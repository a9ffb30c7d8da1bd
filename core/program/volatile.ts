/**
 * Expressions whose value changes by itself: clocks, random sources, the machine. Everything here is certain; what is only likely to change
 * (a parameter, a file) is decided where it is met.
 */
import type { CallExpr, Expr } from '../frontends/source-unit.ts';
import type { Cause, Stability } from '../model.ts';
import type { ExternalValue } from './values.ts';
import { exprSome } from './visit.ts';

interface Volatile {
  readonly kind: Cause['kind'];
  readonly stability: Stability;
}

const CLOCK: Volatile = { kind: 'clock', stability: 'per-call' };
const DAY: Volatile = { kind: 'clock', stability: 'per-day' };
const RANDOM: Volatile = { kind: 'random', stability: 'per-call' };
const MACHINE: Volatile = { kind: 'environment', stability: 'per-process' };

/** `module:signature` → what it is. Signatures as in ExternalValue; `<global>` for names that no import or definition explains. */
const SOURCES: readonly (readonly [RegExp, Volatile])[] = [
  [/^datetime:(datetime\.)?(now|utcnow|today)\(\)\.(date\(\)|isocalendar|weekday\(\)|year|month|day\b)/, DAY],
  [/^datetime:date\.today\(\)/, DAY],
  [/^datetime:(datetime\.)?(datetime\.)?(now|utcnow|today)\(\)/, CLOCK],
  [/^time:(time|time_ns|ctime|localtime|gmtime|asctime|monotonic|perf_counter)\(\)/, CLOCK],
  [/^time:strftime\(\)/, CLOCK],
  [/^(pendulum|arrow):(now|utcnow|today)\(\)/, CLOCK],
  [/^django\.utils(\.timezone)?:(timezone\.)?now\(\)/, CLOCK],
  [/^uuid:(uuid1|uuid4|uuid7|v4|v1|v7|default)\(\)/, RANDOM],
  [/^(random|secrets|numpy\.random):\w+\(\)/, RANDOM],
  [/^numpy:random\.\w+\(\)/, RANDOM],
  [/^nanoid:\w+\(\)/, RANDOM],
  [/^(node:)?crypto:(default\.)?(randomUUID|randomBytes|randomInt)\(\)/, RANDOM],
  [/^<global>:crypto\.(randomUUID|getRandomValues)\(\)/, RANDOM],
  [/^<global>:Math\.random\(\)/, RANDOM],
  [/^<global>:Date\(\)\.(getFullYear|getMonth|getDate|getDay)\(\)/, DAY],
  [/^<global>:Date\.now\(\)/, CLOCK],
  [/^<global>:Date\(\)/, CLOCK],
  [/^<global>:performance\.now\(\)/, CLOCK],
  [/^(dayjs|moment|luxon|date-fns):(default\(\)|DateTime\.(now|local|utc)\(\))/, CLOCK],
  [/^os:(getcwd|getpid|getlogin|uname)\(\)/, MACHINE],
  [/^platform:\w+\(\)/, MACHINE],
  [/^socket:gethostname\(\)/, MACHINE],
  [/^(node:)?os:(default\.)?\w+\(\)/, MACHINE],
  [/^<global>:process\.(cwd\(\)|platform|pid|version|arch)/, MACHINE],
  [/^<global>:navigator\./, MACHINE],
];

/** What none of them can be, which is most of what a program calls, is told by one look. */
const ANY_SOURCE = new RegExp(SOURCES.map(([pattern]) => pattern.source).join('|'));

/** Formats that leave the time of day out: `%Y-%m-%d`, `yyyy-MM-dd`, `PPP`. */
const DATE_ONLY = /^[^%]*(%-?[YmdBbAajUuy][^%]*)+$/;
const JS_DATE_ONLY = /^[^Hhmsx]*$/;

/** What changes an outside value; undefined when nothing certain does. */
export function volatility(value: ExternalValue): Volatile | undefined {
  const name = `${value.module}:${value.signature}`;
  if (!ANY_SOURCE.test(name)) return undefined;
  const found = SOURCES.find(([pattern]) => pattern.test(name))?.[1];
  if (found?.kind !== 'clock') return found;
  // `new Date(order.createdAt)` reads no clock.
  const made = /^(<global>:Date|(dayjs|moment):default)\(\)/.test(name) ? value.calls[0]?.call : undefined;
  if (made && made.args.length > 0 && !made.args.some((a) => readsClock(a.value))) return undefined;
  return found === CLOCK && isDate(name, value.calls.at(-1)?.call) ? DAY : found;
}

/** True for functions that write a date they are given without its time: `format(new Date(), 'yyyy-MM-dd')`. */
export function writesDateOnly(value: ExternalValue): boolean {
  const name = `${value.module}:${value.signature}`;
  const last = value.calls.at(-1)?.call;
  if (name === '<global>:Intl.DateTimeFormat().format()') return !asksForTime(value.calls[0]?.call.args[1]?.value);
  const format = name === 'date-fns:format()' ? 1 : name === 'date-fns-tz:formatInTimeZone()' ? 2 : undefined;
  const text = format === undefined ? undefined : literal(last, format);
  return text !== undefined && isDateFormat(text);
}

/** What the last call of a clock leaves of it: only the date. */
function isDate(name: string, last: CallExpr | undefined): boolean {
  const step = /(\w+)\(\)$/.exec(name)?.[1] ?? '';
  const first = literal(last, 0);
  switch (step) {
    case 'strftime':
      return first !== undefined && DATE_ONLY.test(first);
    case 'format':
    case 'toFormat':
      return first !== undefined && first !== '' && !first.includes('%') && isDateFormat(first);
    case 'toLocaleDateString':
      return !asksForTime(last?.args[1]?.value);
    case 'toLocaleString': {
      const options = last?.args[1]?.value;
      return (
        options?.kind === 'object' && options.entries.some((e) => /^(year|month|day|weekday|dateStyle)$/.test(e.key ?? '')) && !asksForTime(options)
      );
    }
    case 'slice':
    case 'substring':
    case 'substr': {
      const [from, to] = last?.args.map((a) => (a.value.kind === 'number' ? a.value.value : Number.NaN)) ?? [];
      return from === 0 && to !== undefined && to <= 10 && /\.(toISOString|toJSON|isoformat)\(\)\.\w+\(\)$/.test(name);
    }
    default:
      return /^(toDateString|toISODate|to_date_string|to_formatted_date_string)$/.test(step);
  }
}

const isDateFormat = (text: string): boolean => JS_DATE_ONLY.test(text.replace(/\[[^\]]*\]|'[^']*'/g, ''));
const literal = (call: CallExpr | undefined, position: number): string | undefined => {
  const arg = call?.args[position]?.value;
  return arg?.kind === 'string' ? arg.value : undefined;
};
const asksForTime = (options: Expr | undefined): boolean =>
  options?.kind === 'object' &&
  options.entries.some((e) => e.spread || /^(hour|minute|second|fractionalSecondDigits|timeStyle|dayPeriod)$/.test(e.key ?? ''));

const readsClock = (expr: Expr): boolean => exprSome(expr, (e) => e.kind === 'name' && e.name === 'Date');
