/** A cheap model first, and another where its answer will not do. Both are calls of their own: reserved, metered and billed each by itself. */
import * as z from 'zod';
import { answerOf, answerSchema, type Metered } from '../core/wire/index.ts';
import type { CascadeRule, Check } from './action-options.ts';
import type { AskedCall } from './call.ts';
import { decodeWhole } from './decode.ts';
import type { Held } from './hold.ts';
import { applies, headerText, mayRoute, modelNamed, modelOf, told, withModelOf } from './route.ts';

/** The first answer, which the client does not get. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
  readonly why: string;
  readonly status: number;
  readonly metered: Metered;

  constructor(why: string, status: number, metered: Metered) {
    super(why);
    this.why = why;
    this.status = status;
    this.metered = metered;
  }
}

/** Looks at a whole response: a reason against it, or undefined. */
export type Judge = (held: Held) => Rejected | undefined;

export interface Cascade {
  readonly first: AskedCall;
  readonly judge: Judge;
  /** The call in place of the one whose answer was rejected. */
  readonly then: (rejected: Rejected, id: string, at: number) => AskedCall;
}

/** What is to be done with a call in two steps; undefined where no rule fits. A first model that cannot be asked is said in the call. */
export function cascadeOf(call: AskedCall): Cascade | AskedCall {
  const { cascade, tiers } = call.core.options;
  if (cascade.length === 0 || call.asked.facts.stream || !mayRoute(call)) return call;
  const rule = cascade.find(({ when }) => applies(when, call));
  if (!rule) return call;
  const { upstream } = call.route;
  const wanted = modelOf(call) ?? 'unknown';
  const [cheap, dear] = [modelNamed(rule.first, tiers, upstream), rule.then === undefined ? wanted : modelNamed(rule.then, tiers, upstream)];
  if (cheap === undefined || dear === undefined || cheap === dear) return call;
  const [first, last] = [withModelOf(call, cheap), dear === wanted ? call : withModelOf(call, dear)];
  const problem = [first, last].find((one) => typeof one === 'string');
  if (typeof first === 'string' || typeof last === 'string')
    return told(call, { headers: ['x-costlint-cascade', headerText(`off; ${problem}`)], notes: [`cascade: ${problem}`] });
  const models = (used: string): string[] => ['x-costlint-requested-model', headerText(wanted), 'x-costlint-model', headerText(used)];
  const { judge, note } = judgeOf(rule, first);
  return {
    first: told(first, {
      actions: ['cascade-first'],
      headers: [...models(cheap), 'x-costlint-cascade', 'first'],
      notes: [`cascade: ${wanted} was asked for`, ...(note ? [note] : [])],
    }),
    judge,
    then: ({ why }, id, at) =>
      told(
        { ...last, id, at },
        {
          actions: ['cascade-then'],
          headers: [...models(dear), 'x-costlint-cascade', headerText(`then; first=${cheap}; call=${call.id}; rejected=${why}`)],
          notes: [`cascade: the answer of ${cheap} (call ${call.id}) was rejected: ${why}`],
        },
      ),
  };
}

/** Another model answers neither to a wrong key nor to an empty account. */
const HOPELESS: ReadonlySet<number> = new Set([401, 402, 403]);

function judgeOf({ valid, schema }: CascadeRule, call: AskedCall): { readonly judge: Judge; readonly note?: string } {
  const checks = typeof valid === 'string' ? [valid] : valid;
  const wanted = checks.includes('json-schema') ? checkerOf(schema ?? answerSchema(call.asked.json)) : undefined;
  const unchecked = checks.includes('json-schema') && !wanted;
  return {
    judge: (held) => {
      try {
        return judged(held, checks, wanted, call);
      } catch (error) {
        // An answer that cannot be judged is better than none.
        call.core.warn(`cascade ${call.id}: ${String(error)}`);
        return undefined;
      }
    },
    ...(unchecked ? { note: 'cascade: no schema that could be read, only JSON was asked for' } : {}),
  };
}

type Checker = (value: unknown) => boolean;

function judged({ status, headers, body }: Held, checks: readonly Check[], wanted: Checker | undefined, call: AskedCall): Rejected | undefined {
  const { api, match } = call.route;
  const { facts } = call.asked;
  const value = (name: string): string | undefined => headers.find((_, i) => i % 2 === 1 && headers[i - 1]?.toLowerCase() === name);
  const contentType = value('content-type');
  const plain = decodeWhole(body, value('content-encoding'), call.core.options.maxBodyBytes);
  const meter = api.meter({ match, status, facts, ...(contentType === undefined ? {} : { contentType }) });
  meter.push(plain ?? Buffer.alloc(0));
  const metered = meter.end(plain === undefined);
  const reject = (why: string): Rejected => new Rejected(why, status, metered);
  if (status >= 400) return HOPELESS.has(status) ? undefined : reject(`http-${status}`);
  const json = jsonOf(plain?.toString('utf8'));
  if (json === undefined) return reject('unreadable');
  const failed = checks.find((check) => !holds(check, json, metered, wanted));
  return failed === undefined ? undefined : reject(failed);
}

function holds(check: Check, json: unknown, { outcome, toolCalls }: Metered, wanted: Checker | undefined): boolean {
  const { text, refusal } = answerOf(json);
  if (check === 'not-truncated') return outcome !== 'truncated';
  if (check === 'no-refusal') return outcome !== 'refused' && !refusal;
  if (check === 'non-empty') return text.trim() !== '' || toolCalls.length > 0;
  // A model that asks for a tool has not answered yet.
  if (toolCalls.length > 0) return true;
  const value = jsonOf(text);
  return value !== undefined && (check === 'json' || wanted === undefined || wanted(value));
}

/** Whether a value follows a JSON schema. Undefined without a schema, or with one that zod cannot read: then only JSON is asked for. */
function checkerOf(schema: Readonly<Record<string, unknown>> | undefined): Checker | undefined {
  if (!schema) return undefined;
  try {
    const checker = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    return (value) => checker.safeParse(value).success;
  } catch {
    return undefined;
  }
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
