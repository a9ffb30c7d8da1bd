/**
 * Expressions whose value changes by itself: clocks, random sources, the machine. Everything here is certain; what is only likely to change
 * (a parameter, a file) is decided where it is met.
 */
import type { Cause, Stability } from '../model.ts';

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
  [/^<global>:Date\(\)\.(toLocaleDateString\(\)|toDateString\(\)|getFullYear\(\)|getMonth\(\)|getDate\(\)|getDay\(\))/, DAY],
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

/** Formats that leave the time of day out: `%Y-%m-%d`, `yyyy-MM-dd`, `PPP`. */
const DATE_ONLY = /^[^%]*(%-?[YmdBbAajUuy][^%]*)+$/;
const JS_DATE_ONLY = /^[^Hhmsx]*$/;

/** What changes a value from outside; undefined when nothing certain does. `firstArgument`: the constant first argument of the last call, for formats. */
export function volatility(module: string, signature: string, firstArgument?: unknown): Volatile | undefined {
  const name = `${module}:${signature}`;
  const found = SOURCES.find(([pattern]) => pattern.test(name))?.[1];
  if (!found || found.kind !== 'clock') return found;
  if (typeof firstArgument === 'string') {
    if (/strftime\(\)$/.test(signature) && DATE_ONLY.test(firstArgument)) return DAY;
    if (/\.(format|toFormat)\(\)$/.test(signature) && !firstArgument.includes('%') && firstArgument !== '' && JS_DATE_ONLY.test(firstArgument.replace(/\[[^\]]*\]/g, ''))) return DAY;
  }
  if (/\.(toISOString|isoformat)\(\)\.(split\(\)|slice\(\)|substring\(\)|\[\])/.test(signature)) return DAY;
  return found;
}
