/** Lists that outlive the call: those of a session of a web framework, those by user or conversation in a table. */
import type { Expr } from '../frontends/source-unit.ts';
import { functionOf } from '../program/frames.ts';
import { reaching } from '../program/reaching.ts';
import type { Definition } from '../program/unit-index.ts';
import { placeOf } from '../program/visit.ts';
import type { Level } from './levels.ts';

/** What web frameworks keep for a visitor between requests: Streamlit, Chainlit, Flask, Starlette, Express. */
const SESSION = /(^|\.)(session_state|user_session)\.|(^|\.)(request|req)\.session\./;
/** Calls that hand out what a table holds, not a copy of it. */
const ENTRY = /^(get|setdefault|get_or_create)$/;
const MAX_STEPS = 4;

/** What a place holds is still there when the function has returned. */
export function isKept(place: string, level: Level): boolean {
  const base = place.split(/[.[]/)[0] ?? place;
  return isOutside(place, base, level) || definitionsOf(base, level).some((d) => isEntry(d, level, MAX_STEPS));
}

const definitionsOf = (name: string, { info }: Level): readonly Definition[] => reaching(name, info.frame, info.call.start);

function isOutside(place: string, base: string, level: Level): boolean {
  if (SESSION.test(place)) return true;
  if (place === base) return false;
  if (/^(self|this)$/.test(base)) return true;
  const definitions = definitionsOf(base, level);
  if (definitions.some((d) => d.kind === 'import')) return base === 'session' && definitions.some((d) => d.stmt?.module === 'flask');
  // An entry of a table that stands at the top of the module, used in a function of it.
  return functionOf(level.info.frame) !== undefined && definitions.length > 0 && definitions.every((d) => d.kind === 'value' && !functionOf(d.frame));
}

/** `history = histories.setdefault(user, [])`: a name for what is kept elsewhere. */
function isEntry({ kind, value, path }: Definition, level: Level, steps: number): boolean {
  if (kind !== 'value' || !value || path.length > 0 || steps === 0) return false;
  const held = heldBy(value);
  if (held === undefined) return false;
  const base = held.split(/[.[]/)[0] ?? held;
  return isOutside(held, base, level) || (held !== base && definitionsOf(base, level).some((d) => isEntry(d, level, steps - 1)));
}

/** The place that an expression takes an entry from. */
function heldBy(expr: Expr): string | undefined {
  if (expr.kind === 'await') return heldBy(expr.value);
  // `table.get(user) ?? []`
  if (expr.kind === 'binary' && /^(\?\?|\|\||or)$/.test(expr.op)) return heldBy(expr.left);
  if (expr.kind !== 'call') return placeOf(expr);
  if (expr.callee.kind !== 'member' || !ENTRY.test(expr.callee.name)) return undefined;
  const table = placeOf(expr.callee.object);
  return table === undefined ? undefined : `${table}.${ENTRY_NAME}`;
}

const ENTRY_NAME = 'entry';
