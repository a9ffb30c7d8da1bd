/** Builds a CallSite from a billed call: everything that estimates and rules ask, as plain data. */
import type { Assumptions } from '../config.ts';
import type { Argument, Expr } from '../frontends/source-unit.ts';
import {
  type CallSite,
  type Known,
  known,
  type Location,
  type LoopContext,
  type OptionsSite,
  type Provider,
  type Span,
  STABILITIES,
  type Stability,
  unknown,
} from '../model.ts';
import { providerOf } from '../pricing/model-id.ts';
import type { Evaluator } from '../program/evaluate.ts';
import { contains, enclosing, functionOf } from '../program/frames.ts';
import type { CallInfo, UnitIndex } from '../program/unit-index.ts';
import type { Env, ExternalValue, Value } from '../program/values.ts';
import { dotted } from '../program/visit.ts';
import { type BoundSdk, callLeafNames, familyOf, isMade, matchCalls, providerOfClient } from '../sdks/registry.ts';
import type { CallSpec, Fields, LoopSpec, OmittedCap } from '../sdks/sdk.ts';
import type { TokenCounter } from '../tokens/index.ts';
import { numberOf } from './bounds.ts';
import { fanoutOf, retryOf } from './concurrency.ts';
import { guardsOf } from './guards.ts';
import { historyOf } from './history.ts';
import { isGiven, locate, optionOf, type Subject } from './locate.ts';
import { levelsOf, surroundingsOf } from './loops.ts';
import { fromObject, type ModelChoice, modelOf, providerOfUrl, vendorOf } from './model.ts';
import { SegmentReader } from './segments.ts';
import { boundByVersion, versionOf } from './versions.ts';

export interface SiteContext {
  readonly evaluator: Evaluator;
  readonly counter: TokenCounter;
  readonly assumptions: Assumptions;
  /** Files read so far in the analysis of this file. */
  readonly reads: () => readonly string[];
}

interface Match {
  readonly info: CallInfo;
  readonly env: Env;
  readonly callee: ExternalValue;
  readonly bound: BoundSdk;
  readonly spec: CallSpec;
  /** Prompt parts of a chain, in front of the model. */
  readonly prompts: readonly Value[];
}

/** All billed calls of a unit, in source order. */
export function callSites(index: UnitIndex, context: SiteContext): readonly CallSite[] {
  const sites: CallSite[] = [];
  for (const info of index.calls) {
    const match = matchOf(info, index, context.evaluator);
    if (match && match.spec.billed !== false && !isFake(locate(subjectOf(match, context.evaluator), match.spec.fields.model)))
      sites.push(buildSite(match, context));
  }
  return sites.sort((a, b) => a.span.start - b.span.start);
}

/** Most calls are none of ours: their name alone tells, without evaluating anything. */
function mayMatch(info: CallInfo): boolean {
  const { callee } = info.call;
  // `self.agent(…)`: an object held by this one, which may be callable.
  if (callee.kind === 'member')
    return callLeafNames.has(callee.name) || (callee.object.kind === 'name' && callee.object.name === 'self' && callLeafNames.has('()'));
  if (callee.kind === 'name') return true;
  return callee.kind === 'call' || callee.kind === 'index' ? callLeafNames.has('()') : false;
}

function matchOf(info: CallInfo, index: UnitIndex, evaluator: Evaluator): Match | undefined {
  if (!mayMatch(info)) return undefined;
  const env: Env = { index, frame: info.frame };
  const family = familyOf(index.unit.language);
  const value = evaluator.evaluate(info.call.callee, env);
  const candidates: { callee: ExternalValue; prompts: readonly Value[] }[] = [];
  for (const option of value.kind === 'choice' ? value.options : [value]) {
    if (option.kind === 'external') candidates.push({ callee: option, prompts: [] });
    if (option.kind === 'chain' && option.member) {
      option.parts.forEach((part, i) => {
        if (part.kind === 'external')
          candidates.push({ callee: { ...part, signature: `${part.signature}.${option.member}` }, prompts: option.parts.slice(0, i) });
      });
    }
  }
  for (const { callee, prompts } of candidates) {
    if (callee.module === '<global>') continue;
    for (const { bound, spec } of matchCalls(callee.module, callee.signature, family)) {
      const match: Match = { info, env, callee, bound, spec, prompts };
      if (isReal(match, evaluator, family)) return match;
    }
  }
  return undefined;
}

/** Checks what a description asks beside the signature: an argument of some class, an option. */
function isReal(match: Match, evaluator: Evaluator, family: ReturnType<typeof familyOf>): boolean {
  const subject = subjectOf(match, evaluator);
  const { requires, requiresOption } = match.spec;
  if (requires) {
    const value = locate(subject, requires.at);
    const options = value?.kind === 'choice' ? value.options : value ? [value] : [];
    const { made, values } = requires;
    if (made && !options.some((v) => v.kind === 'external' && isMade(match.bound, made, v.module, v.signature, family))) return false;
    if (values && !options.some((v) => (v.kind === 'const' ? values.includes(String(v.value)) : v.kind !== 'unknown' || v.why !== 'absent')))
      return false;
  }
  return !requiresOption || requiresOption.some((o) => isGiven(locate(subject, o)));
}

const subjectOf = (match: Match, evaluator: Evaluator): Subject => ({
  evaluator,
  bound: match.bound,
  made: { call: match.info.call, env: match.env, ...(match.callee.bound && { defaults: match.callee.bound }) },
  callee: match.callee,
});

function buildSite(match: Match, context: SiteContext): CallSite {
  const { evaluator } = context;
  const { info, env, spec, bound } = match;
  const { unit } = env.index;
  const subject = subjectOf(match, evaluator);
  const { fields } = spec;
  const choice = modelChoice(match, subject);
  const provider = providerFor(match, subject, choice);
  const family = context.counter.family(provider, choice.model.kind === 'known' ? choice.model.value : '');
  const messagesExpr = optionExpr(info.call.args, fields.messages, subject);
  const levels = levelsOf(evaluator, info, env, messagesExpr);
  const around = surroundingsOf(evaluator, levels);
  const toolsValue = locate(subject, fields.tools);
  const framework = frameworkLoop(match, subject, toolsValue, context);
  const fanout = fanoutOf(evaluator, levels);
  const hidden = hasHiddenInput(subject, fields);
  const loops: LoopContext[] = [
    ...(framework ? [framework] : []),
    ...around.loops.map((l) => (hidden && l.kind !== 'batch' ? { ...l, grows: true } : l)),
  ];

  const reader = new SegmentReader({
    evaluator,
    counter: context.counter,
    family,
    assumptions: context.assumptions,
    settle: settler(info, env),
    at: evaluator.at(info.call, env),
  });
  reader.tools(toolsValue);
  const systemValue = locate(subject, fields.system);
  reader.system(systemValue);
  for (const prompt of match.prompts) reader.messages(prompt);
  const messagesValue = locate(subject, fields.messages);
  reader.messages(messagesValue);

  const tools = reader.segments.filter((s) => s.role === 'tools');
  const caps = capOf(match, subject, choice);
  const automatic =
    isGiven(locate(subject, fields.automaticCache)) ||
    (choice.object !== undefined && isGiven(locate(choice.object.subject, choice.object.spec.automaticCache)));
  const mentionsMarks = mentionsCacheMarks(env.index) || fileMentions(context, unit.path);
  const history = historyOf(evaluator, around);
  return {
    path: unit.path,
    language: unit.language,
    span: spanOf(info.call),
    callee: spanOf(info.call.callee),
    statement: spanOf(info.stmt),
    sdk: bound.sdk.id,
    api: spec.api,
    provider,
    model: seenFrom(unit.path, choice.model),
    alternatives: choice.alternatives.map((m) => seenFrom(unit.path, m)),
    segments: reader.segments,
    hiddenInput: hidden || spec.addsPrompt === true,
    toolCount: countOf(
      toolsValue,
      tools.length,
      tools.some((t) => t.many),
    ),
    maxOutputTokens: seenFrom(unit.path, caps.value),
    omittedCap: omitted(choice.object?.spec.omittedCap ?? spec.omittedCap, provider),
    names: names(fields, subject),
    completions: numberAt(subject, fields.completions),
    batch: spec.batch === true,
    serviceTier: textAt(subject, fields.serviceTier),
    thinking: numberAt(subject, fields.thinking),
    loop: loops.find((l) => l.grows) ?? loops[0] ?? { kind: 'none', bound: known(1, evaluator.at(info.call, env)), grows: false },
    loops,
    guards: guardsOf(subject, fields, levels),
    ...(fanout && { fanout }),
    ...(around.retries.length > 0 && { retry: retryOf(evaluator, around) }),
    ...(history && { history }),
    caching: cachingOf(spec, provider),
    automaticMark: automatic,
    marksUnknown: mentionsMarks && reader.marks === 0 && !automatic,
    options: optionsSite(match, evaluator),
    parts: {
      ...(systemValue && isGiven(systemValue) && { system: systemValue.at }),
      ...(messagesExpr
        ? { messages: evaluator.at(messagesExpr, env) }
        : messagesValue && isGiven(messagesValue)
          ? { messages: messagesValue.at }
          : {}),
      ...(toolsValue && isGiven(toolsValue) && { tools: toolsValue.at }),
    },
    reads: context.reads(),
  };
}

/** What stands in another file was imported, whatever way it took there. */
const seenFrom = <T>(path: string, value: Known<T>): Known<T> =>
  value.kind === 'known' && value.at.path !== path && (value.via === 'literal' || value.via === 'constant') ? { ...value, via: 'import' } : value;

const spanOf = ({ start, end }: Span): Span => ({ start, end });

// ── model and provider ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function modelChoice(match: Match, subject: Subject): ModelChoice {
  const { fields } = match.spec;
  if (fields.model !== undefined) {
    const own = modelOf(subject, locate(subject, fields.model));
    return own.model.kind === 'unknown' && own.model.why === 'absent' ? (ambientModel(match, subject) ?? own) : own;
  }
  // The receiver is the model: `ChatOpenAI(model=…).invoke(…)`.
  const receiver = match.callee.signature.replace(/(\.\w+)$/, '');
  return fromObject(subject, { ...match.callee, signature: receiver });
}

/** The model that another call of the file sets for all calls of this kind. */
function ambientModel(match: Match, subject: Subject): ModelChoice | undefined {
  const { ambient } = match.spec;
  if (!ambient) return undefined;
  const { index } = match.env;
  const family = familyOf(index.unit.language);
  for (const pattern of ambient.calls) {
    for (const info of index.callsByName.get(pattern.slice(pattern.lastIndexOf('.') + 1)) ?? []) {
      const env: Env = { index, frame: info.frame };
      const callee = subject.evaluator.evaluate(info.call.callee, env);
      if (callee.kind !== 'external' || !isMade(match.bound, ambient.calls, callee.module, callee.signature, family)) continue;
      const setter: Subject = { ...subject, made: { call: info.call, env }, callee };
      const choice = modelOf(setter, locate(setter, ambient.model));
      if (choice.model.kind === 'known' || choice.object) return choice;
    }
  }
  return undefined;
}

/** A stand-in that calls no model: `FakeListChatModel`, `new MockModel()`. */
function isFake(value: Value | undefined): boolean {
  const fake = /(^|\.)(Generic)?(Fake|Mock|Stub|Dummy)\w*(\(\))*$/;
  if (value?.kind === 'instance' || value?.kind === 'class')
    return fake.test(value.cls.name) || value.cls.bases.some((base) => fake.test(dotted(base) ?? ''));
  return value?.kind === 'external' && (fake.test(value.signature) || /fake_chat_models?/.test(value.module));
}

function providerFor(match: Match, subject: Subject, choice: ModelChoice): Provider {
  const { spec, bound, callee } = match;
  const own = spec.provider ?? providerOfClient(bound, callee.signature) ?? 'model';
  const base = own === 'model' ? (vendorOf(locate(subject, spec.fields.vendor)) ?? choice.provider ?? 'unknown') : own;
  const url = locate(subject, spec.fields.baseUrl) ?? (choice.object && locate(choice.object.subject, choice.object.spec.baseUrl));
  const given = url && isGiven(url) ? url : undefined;
  const host = providerOfUrl(given);
  // A shared settings class may default to another vendor's URL; a client does not speak that vendor's API.
  const foreign = (host === 'openai' && base === 'anthropic') || (host === 'anthropic' && base === 'openai');
  if (host && base !== 'azure' && !foreign) return host;
  const named = choice.model.kind === 'known' ? providerOf(choice.model.value) : undefined;
  // A base URL that is only known at run time: the model's name says whose it is, or nobody does.
  if (given && base !== 'azure') return named ?? 'unknown';
  if (base === 'other' || base === 'unknown') return named ?? base;
  return base;
}

function cachingOf(spec: CallSpec, provider: Provider): CallSite['caching'] {
  if (spec.caching === 'managed') return 'managed';
  if (provider === 'anthropic' || provider === 'bedrock') return 'explicit';
  if (
    provider === 'openai' ||
    provider === 'azure' ||
    provider === 'google' ||
    provider === 'vertex' ||
    provider === 'deepseek' ||
    provider === 'groq' ||
    provider === 'xai'
  )
    return 'implicit';
  if (provider === 'local') return 'none';
  return 'unknown';
}

// ── options ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

function capOf(match: Match, subject: Subject, choice: ModelChoice): { readonly value: Known<number> } {
  const own = numberAt(subject, match.spec.fields.cap);
  if (own.kind === 'known' || own.why !== 'absent') return { value: own };
  // The model object holds the cap, and could not be followed.
  if (!choice.object && match.spec.fields.cap === undefined && choice.model.kind === 'unknown') return { value: choice.model };
  if (!choice.object) return { value: own };
  // One of several models could not be followed: its cap is not known.
  const open = choice.alternatives.find((a) => a.kind === 'unknown');
  if (open?.kind === 'unknown') return { value: open };
  return { value: numberAt(choice.object.subject, choice.object.spec.cap) };
}

function omitted(spec: CallSpec['omittedCap'], provider: Provider): OmittedCap {
  if (spec === undefined) return 'not-applicable';
  if (typeof spec !== 'object') return spec;
  return spec[provider] ?? spec.default ?? 'model-maximum';
}

type Where = string | readonly string[] | undefined;

function numberAt(subject: Subject, where: Where): Known<number> {
  const value = locate(subject, where);
  if (!value) return unknown('absent');
  if (value.kind === 'choice') {
    const numbers = value.options.filter((o) => o.kind === 'const' && typeof o.value === 'number');
    const largest = numbers.sort((a, b) => (numberOf(b) ?? 0) - (numberOf(a) ?? 0))[0];
    if (largest?.kind === 'const' && numbers.length === value.options.length) return known(largest.value as number, largest.at, largest.via);
    return unknown('dynamic', value.at);
  }
  if (value.kind === 'const')
    return typeof value.value === 'number' && Number.isFinite(value.value) ? known(value.value, value.at, value.via) : unknown('absent', value.at);
  return unknown(value.kind === 'unknown' ? value.why : 'dynamic', value.at);
}

function textAt(subject: Subject, where: Where): Known<string> {
  const value = locate(subject, where);
  if (!value) return unknown('absent');
  if (value.kind === 'const' && typeof value.value === 'string') return known(value.value, value.at, value.via);
  return unknown(value.kind === 'unknown' ? value.why : value.kind === 'const' ? 'absent' : 'dynamic', value.at);
}

function countOf(value: Value | undefined, seen: number, many: boolean): Known<number> {
  if (!value || !isGiven(value))
    return value?.kind === 'unknown' && value.why === 'spread'
      ? unknown('spread', value.at)
      : known(0, value?.at ?? { path: '', start: 0, end: 0 }, 'default');
  return many || value.kind === 'unknown' ? unknown('dynamic', value.at) : known(seen, value.at);
}

function hasHiddenInput(subject: Subject, fields: Fields): boolean {
  const where = fields.hiddenInput;
  if (where === undefined) return false;
  return (typeof where === 'string' ? [where] : where).some((w) => isGiven(locate(subject, w)));
}

/** The names under which this SDK takes options at the call itself. */
function names(fields: Fields, subject: Subject): CallSite['names'] {
  const plain = (where: Where): string | undefined => {
    const all = typeof where === 'string' ? [where] : (where ?? []);
    return all.find((w) => !w.includes('@') && !w.includes('.'))?.split('#')[0];
  };
  void subject;
  const entries = {
    cap: plain(fields.cap),
    model: plain(fields.model),
    bound: plain(fields.bound),
    budget: plain(fields.moneyBudget) ?? plain(fields.tokenBudget),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, v]) => v !== undefined));
}

/** The expression that stands for the messages in the call, for finding the list that grows. */
function optionExpr(args: readonly Argument[], where: Where, subject: Subject): Expr | undefined {
  for (const locator of typeof where === 'string' ? [where] : (where ?? [])) {
    const [first = ''] = locator.split('.');
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
      const value = subject.evaluator.evaluate(arg.value, subject.made.env);
      const entry = value.kind === 'object' ? value.expr.entries.findLast((e) => e.key === name) : undefined;
      if (entry) return entry.value;
    }
    if (position !== undefined) {
      const arg = args.filter((a) => a.name === undefined)[Number(position)];
      if (arg) return arg.value;
    }
  }
  return undefined;
}

function optionsSite(match: Match, evaluator: Evaluator): OptionsSite | undefined {
  const { call } = match.info;
  const { unit } = match.env.index;
  if (unit.language === 'python') {
    const options = call.args.filter((a) => a.name !== undefined).map((a) => ({ name: a.name as string, span: spanOf(a), value: spanOf(a.value) }));
    const open = call.args.some((a) => a.spread === '**' && evaluator.evaluate(a.value, match.env).kind !== 'object');
    return { path: unit.path, form: 'keywords', span: spanOf(call.argsSpan), options, open };
  }
  const object = call.args.map((a) => a.value).find((v) => v.kind === 'object');
  if (object?.kind !== 'object') return undefined;
  const options = object.entries.filter((e) => e.key !== undefined).map((e) => ({ name: e.key as string, span: spanOf(e), value: spanOf(e.value) }));
  const open = object.entries.some((e) => e.spread && evaluator.evaluate(e.value, match.env).kind !== 'object');
  return { path: unit.path, form: 'object', span: { start: object.start + 1, end: Math.max(object.start + 1, object.end - 1) }, options, open };
}

// ── loops ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The loop that the SDK or framework runs by itself. */
function frameworkLoop(match: Match, subject: Subject, tools: Value | undefined, context: SiteContext): LoopContext | undefined {
  const { spec, info, env } = match;
  const { loop, fields } = spec;
  if (!loop) return undefined;
  const at = context.evaluator.at(info.call, env);
  const withoutTools =
    !tools ||
    (tools.kind === 'unknown' && tools.why === 'absent') ||
    (tools.kind === 'const' && tools.value === null) ||
    (tools.kind === 'array' && tools.items.length === 0);
  if (loop.needsTools && withoutTools) return undefined;
  if (loop.needsCallables && !(tools?.kind === 'array' && tools.items.some((i) => i.value.kind === 'function'))) return undefined;
  const off = locate(subject, loop.off);
  if (off?.kind === 'const' && off.value === true) return undefined;
  const option = loop.option ?? (typeof fields.bound === 'string' ? fields.bound : undefined);
  const base = { kind: 'framework' as const, at, grows: true, ...(option && { option }) };
  const perCall = loop.perCall ?? 1;
  const scaled = (n: number) => Math.max(1, Math.ceil(n / perCall));
  const given = locate(subject, fields.bound);
  if (given && isGiven(given)) {
    const value = numberOf(given);
    if (value === undefined)
      return {
        ...base,
        bound: given.kind === 'external' && /inf/i.test(given.signature) ? { kind: 'none', at: given.at } : unknown('dynamic', given.at),
        at: given.at,
      };
    if (!Number.isFinite(value) || (value === 0 && loop.zeroMeansNone)) return { ...base, bound: { kind: 'none', at: given.at }, at: given.at };
    return finish({ ...base, bound: known(scaled(value), given.at, given.kind === 'const' ? given.via : 'constant'), at: given.at });
  }
  if (given?.kind === 'const' && given.value === null) return { ...base, bound: { kind: 'none', at: given.at }, at: given.at };
  const stop = locate(subject, fields.stop);
  const ended = stop && isGiven(stop) && loop.stops ? stopped(base, stop, loop.stops, subject) : undefined;
  if (ended) return finish(ended);
  const hidden = loop.needsTools === true && tools?.kind === 'unknown' && tools.why === 'spread';
  if (hidden || (given?.kind === 'unknown' && given.why === 'spread') || (stop?.kind === 'unknown' && stop.why === 'spread'))
    return { ...base, bound: unknown('spread', at) };
  const { fallback } = loop;
  if (fallback === 'none') return { ...base, bound: { kind: 'none', at }, ...(loop.note && { note: loop.note }) };
  if (typeof fallback === 'number') return finish({ ...base, bound: known(scaled(fallback), at, 'default'), ...(loop.note && { note: loop.note }) });
  const version = versionOf((path) => context.evaluator.program.read(path), env.index.unit.path, context.evaluator.program.root, fallback.package);
  const { bound, note } = boundByVersion(fallback, version);
  return { ...base, bound: bound === 'none' ? { kind: 'none', at } : known(scaled(bound), at, 'default'), note };
}

/** A bound of one step is no loop. */
const finish = (loop: LoopContext): LoopContext | undefined => (loop.bound.kind === 'known' && loop.bound.value <= 1 ? undefined : loop);

/** The bound that stop conditions give; undefined when they leave it to the fallback. */
function stopped(base: Omit<LoopContext, 'bound'>, stop: Value, stops: NonNullable<LoopSpec['stops']>, subject: Subject): LoopContext | undefined {
  const conditions = stop.kind === 'array' ? stop.items.map((i) => i.value) : stop.kind === 'chain' ? stop.parts : [stop];
  let endless = conditions.length > 0;
  for (const condition of conditions) {
    if (condition.kind !== 'external') {
      endless = false;
      continue;
    }
    const made = condition.calls.at(-1);
    const name = condition.signature.slice(condition.signature.lastIndexOf('.') + 1);
    const counted = stops.counted.find((c) => (c.split(').')[0] ?? c).replace(/\)?$/, ')') === name);
    if (counted && made) {
      const option = counted.split(').')[1];
      const first = made.call.args[0];
      const steps = option ? optionOf(subject, made, option) : first && subject.evaluator.evaluate(first.value, made.env);
      if (!option || (steps && isGiven(steps))) {
        const value = steps && numberOf(steps);
        return {
          ...base,
          at: condition.at,
          bound:
            value !== undefined && Number.isFinite(value)
              ? known(value, condition.at, 'literal')
              : value === undefined
                ? unknown('dynamic', condition.at)
                : { kind: 'none', at: condition.at },
        };
      }
    }
    endless &&= stops.endless.includes(name);
  }
  if (stops.otherwise === 'fallback') return undefined;
  return endless ? { ...base, at: stop.at, bound: { kind: 'none', at: stop.at } } : { ...base, at: stop.at, bound: unknown('dynamic', stop.at) };
}

/** Holes made outside the loop that the call runs in change per run, not per call. */
function settler(info: CallInfo, env: Env): (stability: Stability, at: Location) => Stability {
  const fn = functionOf(info.frame);
  const loop = enclosing(info.frame, 'loop');
  const inLoop = loop && functionOf(loop) === fn ? loop.loop : undefined;
  // What stands in another function may be called from within the loop.
  const aroundLoop = (at: Location): boolean => {
    for (const [other, frame] of env.index.frames) if (at.start >= other.start && at.end <= other.end && !contains(frame, info.frame)) return false;
    return true;
  };
  return (stability, at) => {
    if (!inLoop || STABILITIES.indexOf(stability) <= STABILITIES.indexOf('per-run')) return stability;
    const outside = at.path === env.index.unit.path && (at.end <= inLoop.start || at.start >= inLoop.end);
    return outside && aroundLoop(at) ? 'per-run' : stability;
  };
}

/** Cache marks in a file that the call was derived from. */
function fileMentions(context: SiteContext, own: string): boolean {
  return context
    .reads()
    .filter((p) => p !== own && /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs|py)$/.test(p))
    .slice(0, 20)
    .some((p) => {
      const index = context.evaluator.program.unit(p);
      return index !== undefined && mentionsCacheMarks(index);
    });
}

const marked = new WeakMap<UnitIndex, boolean>();

/** The words of cache marks stand somewhere in the file. */
function mentionsCacheMarks(index: UnitIndex): boolean {
  const seen = marked.get(index);
  if (seen !== undefined) return seen;
  const found = /cache_?control|cache_?point|prompt_?cach/i.test(index.unit.text);
  marked.set(index, found);
  return found;
}
