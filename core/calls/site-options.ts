/** Options of a call as plain data: numbers, texts, names, and where they are written. */
import type { Argument, Expr } from '../frontends/source-unit.ts';
import { type CallSite, type Known, known, type OptionsSite, type Provider, type Span, unknown } from '../model.ts';
import { standing } from '../program/combine.ts';
import type { Evaluator } from '../program/evaluate.ts';
import type { Value } from '../program/values.ts';
import { type CallSpec, type Fields, HOST_CAPS, type OmittedCap } from '../sdks/sdk.ts';
import { numberOf } from './bounds.ts';
import { isGiven, locate, type Subject } from './locate.ts';
import { type Match, subjectOf } from './match.ts';
import type { ModelChoice } from './model.ts';
import { modelChoice } from './provider.ts';

type Where = string | readonly string[] | undefined;

/** The most tokens of an answer: set at the call, or at the model object; of several objects the largest. */
export function capOf(match: Match, subject: Subject, choice: ModelChoice): Known<number> {
  const first = ownCap(match, subject, choice);
  return match.rivals.reduce((cap, rival) => {
    const other = subjectOf(rival, subject.evaluator);
    const next = ownCap(rival, other, modelChoice(rival, other));
    if (cap.kind === 'unknown') return cap;
    // Set on some of them only.
    if (next.kind === 'unknown') return unknown('dynamic', next.at);
    return cap.value >= next.value ? cap : next;
  }, first);
}

function ownCap(match: Match, subject: Subject, choice: ModelChoice): Known<number> {
  const own = numberAt(subject, match.spec.fields.cap);
  if (own.kind === 'known' || own.why !== 'absent') return own;
  if (match.others && names(match.spec.fields).cap === undefined) return unknown('dynamic', own.at);
  // A name holds no cap; a model object that could not be followed may.
  const { fields } = match.spec;
  const isName = names(fields).cap !== undefined || (fields.cap !== undefined && !match.bound.binding.models);
  const caps = [choice, ...choice.others].map(({ object, model }) =>
    object ? numberAt(object.subject, object.spec.cap) : model.kind === 'known' || isName ? own : model,
  );
  const open = caps.find((cap) => cap.kind === 'unknown' && cap.why !== 'absent');
  if (open) return open;
  const [first = own] = caps;
  return caps.reduce((most, cap) => (most.kind === 'known' && cap.kind === 'known' && cap.value > most.value ? cap : most), first);
}

/** What the provider does when no cap is given. */
export function omitted(spec: CallSpec['omittedCap'], provider: Provider): OmittedCap {
  const cap = typeof spec === 'object' ? (spec[provider] ?? spec.default ?? 'model-maximum') : (spec ?? 'not-applicable');
  return cap === 'model-maximum' ? (HOST_CAPS[provider] ?? cap) : cap;
}

/** A number option; of several possible ones the largest. */
export function numberAt(subject: Subject, where: Where): Known<number> {
  const located = locate(subject, where);
  if (!located) return unknown('absent');
  const value = standing(located);
  if (value.kind === 'choice') {
    const numbers = value.options.filter((o) => o.kind === 'const' && typeof o.value === 'number');
    const largest = numbers.sort((a, b) => (numberOf(b) ?? 0) - (numberOf(a) ?? 0))[0];
    if (largest?.kind === 'const' && numbers.length === value.options.length) return known(largest.value as number, largest.at, largest.via);
    return unknown('dynamic', value.at);
  }
  if (value.kind === 'const') {
    if (typeof value.value === 'number' && Number.isFinite(value.value)) return known(value.value, value.at, value.via);
    // A literal None at the call is an omission; a setting that starts with None is there to be filled in.
    return unknown(value.value === null && value.via !== 'literal' ? 'config' : 'absent', value.at);
  }
  return unknown(value.kind === 'unknown' ? value.why : 'dynamic', value.at);
}

/** A text option. */
export function textAt(subject: Subject, where: Where): Known<string> {
  const value = locate(subject, where);
  if (!value) return unknown('absent');
  if (value.kind === 'const' && typeof value.value === 'string') return known(value.value, value.at, value.via);
  return unknown(value.kind === 'unknown' ? value.why : value.kind === 'const' ? 'absent' : 'dynamic', value.at);
}

/** The number of tools; `seen` when all of them could be read. */
export function countOf(value: Value | undefined, seen: number, many: boolean): Known<number> {
  if (!value || !isGiven(value))
    return value?.kind === 'unknown' && value.why === 'spread'
      ? unknown('spread', value.at)
      : known(0, value?.at ?? { path: '', start: 0, end: 0 }, 'default');
  return many || value.kind === 'unknown' ? unknown('dynamic', value.at) : known(seen, value.at);
}

/** The call sends earlier turns that a server or a session keeps. */
export function hasHiddenInput(subject: Subject, fields: Fields): boolean {
  const where = fields.hiddenInput;
  if (where === undefined) return false;
  return (typeof where === 'string' ? [where] : where).some((w) => isGiven(locate(subject, w)));
}

/** The names under which this SDK takes options at the call itself. What stands behind a part of an option is how older versions took it. */
export function names(fields: Fields): CallSite['names'] {
  const plain = (where: Where): string | undefined => {
    const all = typeof where === 'string' ? [where] : (where ?? []);
    const first = all.find((w) => !w.includes('@'));
    return first?.includes('.') ? undefined : first?.split('#')[0];
  };
  const entries = {
    cap: plain(fields.cap),
    model: plain(fields.model),
    bound: plain(fields.bound),
    budget: plain(fields.moneyBudget) ?? plain(fields.tokenBudget),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, v]) => v !== undefined));
}

/** The expression that stands for the messages in the call, for finding the list that grows. */
export function optionExpr(args: readonly Argument[], where: Where, subject: Subject): Expr | undefined {
  let whole: Expr | undefined;
  for (const locator of typeof where === 'string' ? [where] : (where ?? [])) {
    const [first = '', ...steps] = locator.split('.');
    const given = givenExpr(args, first, subject);
    const part = steps.reduce<Expr | undefined>((expr, step) => expr && entryExpr(expr, step, subject), given);
    if (part) return part;
    whole ??= given;
  }
  return whole;
}

function givenExpr(args: readonly Argument[], first: string, subject: Subject): Expr | undefined {
  if (/^@\d+$/.test(first)) return args.filter((a) => a.name === undefined)[Number(first.slice(1))]?.value;
  const [name = '', position] = first.split('#');
  const keyword = args.find((a) => a.name === name);
  if (keyword) return keyword.value;
  for (const arg of args) {
    const object = arg.value.kind === 'object' ? arg.value : undefined;
    const entry = object?.entries.find((e) => e.key === name);
    if (entry) return entry.value;
  }
  // `create(**params)`, `create(body)`: the list sits in the dict or object that a variable holds.
  for (const arg of args) {
    if (arg.name !== undefined || arg.value.kind === 'object') continue;
    const entry = entryExpr(arg.value, name, subject, false);
    if (entry) return entry;
  }
  return position === undefined ? undefined : args.filter((a) => a.name === undefined)[Number(position)]?.value;
}

/** What an object holds under a name, through variables and, with `calls`, through the calls that wrap it: `JSON.stringify(body)`. */
function entryExpr(expr: Expr, name: string, subject: Subject, calls = true): Expr | undefined {
  if (calls && expr.kind === 'call') {
    const keyword = expr.args.find((a) => a.name === name);
    if (keyword) return keyword.value;
    const [first] = expr.args;
    return first && entryExpr(first.value, name, subject);
  }
  const value = subject.evaluator.evaluate(expr, subject.made.env);
  return value.kind === 'object' ? value.expr.entries.findLast((e) => e.key === name)?.value : undefined;
}

/** What is spread into options may hold more than the code shows: it is neither an object, nor one of several, nor nothing. */
const mayHoldMore = (value: Value): boolean =>
  value.kind === 'choice' ? value.options.some(mayHoldMore) : value.kind !== 'object' && !(value.kind === 'const' && !value.value);

/** An object with the model, the messages or another part of the call in it. */
const holdsOptions = (value: Value, { spec }: Match): boolean =>
  value.kind === 'object' &&
  value.expr.entries.some((e) => [spec.fields.model, spec.fields.messages].flat().some((where) => where?.split('#')[0] === e.key));

export function optionsSite(match: Match, evaluator: Evaluator): OptionsSite | undefined {
  const { call } = match.info;
  const { unit } = match.env.index;
  if (unit.language === 'python') {
    const options = call.args.filter((a) => a.name !== undefined).map((a) => ({ name: a.name as string, span: spanOf(a), value: spanOf(a.value) }));
    const open = call.args.some((a) => a.spread === '**' && mayHoldMore(evaluator.evaluate(a.value, match.env)));
    return { path: unit.path, form: 'keywords', span: spanOf(call.argsSpan), options, open };
  }
  const first = call.args.findIndex((a) => a.value.kind === 'object');
  const object = call.args[first]?.value;
  // `create(params, { timeout })`: what a variable holds are the options, and the object behind it is for the transport.
  if (object?.kind !== 'object' || call.args.slice(0, first).some((a) => holdsOptions(evaluator.evaluate(a.value, match.env), match)))
    return undefined;
  const options = object.entries.filter((e) => e.key !== undefined).map((e) => ({ name: e.key as string, span: spanOf(e), value: spanOf(e.value) }));
  const open = object.entries.some((e) => e.spread && mayHoldMore(evaluator.evaluate(e.value, match.env)));
  return { path: unit.path, form: 'object', span: { start: object.start + 1, end: Math.max(object.start + 1, object.end - 1) }, options, open };
}

export const spanOf = ({ start, end }: Span): Span => ({ start, end });
