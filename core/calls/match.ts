/** Finds billed calls: calls whose callee is what an SDK description names. */
import type { Expr } from '../frontends/source-unit.ts';
import type { Evaluator } from '../program/evaluate.ts';
import { classFrame, functionOf } from '../program/frames.ts';
import { oncePer } from '../program/memo.ts';
import { reaching } from '../program/reaching.ts';
import { isSelf } from '../program/tables.ts';
import type { CallInfo, Definition, Frame, Scope, UnitIndex } from '../program/unit-index.ts';
import type { ChainValue, Env, ExternalValue, Value } from '../program/values.ts';
import { dotted, leafName } from '../program/visit.ts';
import { type BoundSdk, callLeafNames, familyOf, isMadeAnywhere, matchCalls } from '../sdks/registry.ts';
import type { CallSpec } from '../sdks/sdk.ts';
import { isHosted } from './importing.ts';
import { isGiven, locate, type Subject } from './locate.ts';
import { isRegistered } from './registered.ts';
import { leftToServer } from './served.ts';
import { goesTo } from './url.ts';

/** Chains within chains. */
const MAX_CHAINS = 4;

type Family = ReturnType<typeof familyOf>;

/** A call and the description that it fits. */
export interface Match {
  readonly info: CallInfo;
  readonly env: Env;
  readonly callee: ExternalValue;
  readonly bound: BoundSdk;
  readonly spec: CallSpec;
  /** Prompt parts of a chain, in front of the model. */
  readonly prompts: readonly Value[];
  /** Another branch calls something that could not be followed: its model and cap are not those of this one. */
  readonly others: boolean;
  /** What else may be called in its place, on another object of an SDK. */
  readonly rivals: readonly Match[];
}

/** The billed call that a call is; undefined for others. */
export function matchOf(info: CallInfo, index: UnitIndex, evaluator: Evaluator): Match | undefined {
  const family = familyOf(index.unit.language);
  if (!mayMatch(info, index, evaluator, family)) return undefined;
  const env: Env = { index, frame: info.frame };
  const value = evaluator.evaluate(info.call.callee, env);
  const candidates: { callee: ExternalValue; prompts: readonly Value[] }[] = [];
  for (const option of value.kind === 'choice' ? value.options : [value]) {
    if (option.kind === 'external') candidates.push({ callee: option, prompts: [] });
    if (option.kind === 'chain' && option.member)
      for (const { step, before } of stepsOf(option))
        candidates.push({ callee: { ...step, signature: `${step.signature}.${option.member}` }, prompts: before });
  }
  const sender = candidates.length === 0 ? senderOf(info) : undefined;
  if (sender) candidates.push({ callee: { ...sender, at: evaluator.at(info.call.callee, env) }, prompts: [] });
  const others = value.kind === 'choice' && value.options.some((o) => isOther(o, family));
  const [first, ...rivals] = candidates.flatMap(({ callee, prompts }) => {
    for (const { bound, spec } of matchCalls(callee.module, callee.signature, family)) {
      const match: Match = { info, env, callee, bound, spec, prompts, others, rivals: [] };
      const found = isReal(match, evaluator, family) ? withServer(match, evaluator) : undefined;
      if (found) return [found];
    }
    return [];
  });
  return first && { ...first, rivals };
}

/** What a chain leads through, chains within it included, with the parts of the chain that stand before. */
function stepsOf({ parts }: ChainValue, depth = 0): readonly { readonly step: ExternalValue; readonly before: readonly Value[] }[] {
  return parts.flatMap((part, i) =>
    (part.kind === 'choice' ? part.options : [part]).flatMap((one) => {
      if (one.kind === 'external') return [{ step: one, before: parts.slice(0, i) }];
      return one.kind === 'chain' && depth < MAX_CHAINS ? stepsOf(one, depth + 1) : [];
    }),
  );
}

/** An agent that a server runs is what the code makes of it, options that are set behind included; undefined where the code runs it itself. */
function withServer(match: Match, evaluator: Evaluator): Match | undefined {
  const { served, server } = match.spec;
  if (!served) return match;
  if (server) return isRegistered(match.info, match.env.index, evaluator, server) ? match : undefined;
  const later = leftToServer(match.info, match.env.index, evaluator, match.bound.binding.transparent ?? []);
  return later && { ...match, callee: { ...match.callee, calls: [...match.callee.calls, ...later] } };
}

/** A function of the program, or one that is handed in, that is called like `fetch` and used like it. */
const SENDER = /^(_?fetch|(custom|native)Fetch|fetch(Impl|Fn))$/;

function senderOf({ call }: CallInfo): Omit<ExternalValue, 'at'> | undefined {
  if (SENDER.test(leafName(call.callee) ?? '')) return { kind: 'external', module: '<global>', signature: 'fetch', calls: [] };
  return BINDING.test(dotted(call.callee) ?? '') ? { kind: 'external', module: 'cloudflare:workers-ai', signature: 'AI.run', calls: [] } : undefined;
}

/** What a platform hands in under a name of the project's: `env.AI.run(…)`, `c.env.AI.run(…)`. */
const BINDING = /(^|\.)(env|bindings|cloudflare)\.AI\.run$/i;

/** Inside such a function stands the request of its callers, and is theirs. */
function isPassedOn({ env, spec }: Match): boolean {
  return spec.url !== undefined && SENDER.test(functionOf(env.frame)?.fn.name ?? '');
}

/** Something else that may be called in place of the one that is known: what could not be followed, or is known by a type that says nothing of the model. */
function isOther(option: Value, family: Family): boolean {
  if (option.kind !== 'external') return option.kind !== 'chain' && option.kind !== 'const';
  return option.calls.includes(undefined) && matchCalls(option.module, option.signature, family).length === 0;
}

/** Most calls are none of ours: their name alone tells, without evaluating anything. */
function mayMatch(info: CallInfo, index: UnitIndex, evaluator: Evaluator, family: Family): boolean {
  const { callee } = info.call;
  // `self.agent(…)`: an object held by this one, which may be callable.
  if (callee.kind === 'member')
    return (
      (callLeafNames.has(callee.name) && !isPlain(callee.object, info, index)) ||
      SENDER.test(callee.name) ||
      (callee.object.kind === 'name' && callee.object.name === 'self' && callLeafNames.has('()'))
    );
  if (callee.kind === 'name') return SENDER.test(callee.name) || mayBeCalled(callee.name, info, index, evaluator, family);
  return callee.kind === 'call' || callee.kind === 'index' ? callLeafNames.has('()') : false;
}

/** What methods are called on is a list or a text that is written here: `lines = []` and `lines.append(…)`. Told without looking at what was put into it. */
function isPlain(receiver: Expr, { frame }: CallInfo, index: UnitIndex): boolean {
  const definitions = receiver.kind === 'name' ? reaching(receiver.name, frame, receiver.start) : attributesOf(receiver, frame, index);
  return definitions.length > 0 && definitions.every((d) => d.kind === 'value' && d.path.length === 0 && PLAIN.has(d.value?.kind));
}

const PLAIN = new Set<Expr['kind'] | undefined>(['array', 'string', 'template', 'number']);

/** `self.lines` */
function attributesOf(receiver: Expr, frame: Frame, index: UnitIndex): readonly Definition[] {
  if (receiver.kind !== 'member' || receiver.object.kind !== 'name' || !isSelf(receiver.object.name)) return [];
  const cls = classFrame(frame)?.cls;
  return (cls && index.classes.get(cls)?.attributes.get(receiver.name)) ?? [];
}

/** False for functions and classes of the file, other things of outside packages and names of the language, unless another place may define them. */
function mayBeCalled(name: string, { frame }: CallInfo, index: UnitIndex, evaluator: Evaluator, family: Family): boolean {
  let isDefined = false;
  for (let scope: Scope | undefined = frame.scope; scope; scope = scope.parent) {
    const definitions = scope.definitions.get(name);
    if (!definitions) continue;
    if (!definitions.every((definition) => isNoModel(definition, index, evaluator, family))) return true;
    isDefined = true;
  }
  if (isDefined) return false;
  return isOpen(index) || matchCalls('<global>', name, family).length > 0;
}

/** Names may come from where the file does not show: from other cells, from all that a module has. */
const isOpen = oncePer(
  ({ imports, unit }: UnitIndex) => unit.path.endsWith('.ipynb') || imports.some((stmt) => stmt.names.some(({ imported }) => imported === '*')),
);

/** Surely no billed call when it is called. */
function isNoModel(definition: Definition, index: UnitIndex, evaluator: Evaluator, family: Family): boolean {
  if (definition.kind !== 'import') return definition.kind === 'function' || definition.kind === 'class';
  const outside = evaluator.imports.fromOutside(definition, { index, frame: definition.frame });
  return outside !== undefined && matchCalls(outside.module, outside.signature, family).length === 0;
}

/** The code shows that the option is there, whatever its value. */
const isWritten = (value: Value | undefined): boolean => (value?.kind === 'unknown' ? value.why === 'config' : isGiven(value));

/** Checks what a description asks beside the signature: an argument of some class, an option. */
function isReal(match: Match, evaluator: Evaluator, family: Family): boolean {
  const subject = subjectOf(match, evaluator);
  const { requires, requiresOption, hosted, url } = match.spec;
  if (hosted && !isHosted(evaluator, match.env.index, hosted)) return false;
  if (url && (isPassedOn(match) || !goesTo(url, subject))) return false;
  if (requires) {
    const value = locate(subject, requires.at);
    const options = value?.kind === 'choice' ? value.options : value ? [value] : [];
    const { made, values, text } = requires;
    if (text && options.every((v) => v.kind === 'object' || v.kind === 'array' || v.kind === 'external')) return false;
    if (!made && !values && !isGiven(value)) return false;
    if (made && !options.some((v) => v.kind === 'external' && isMadeAnywhere(made, v.module, v.signature, family))) return false;
    if (values && !options.some((v) => (v.kind === 'const' ? values.includes(String(v.value)) : v.kind !== 'unknown' || v.why !== 'absent')))
      return false;
  }
  return !requiresOption || requiresOption.some((o) => isWritten(locate(subject, o)));
}

export const subjectOf = (match: Match, evaluator: Evaluator): Subject => ({
  evaluator,
  bound: match.bound,
  made: { call: match.info.call, env: match.env, ...(match.callee.bound && { defaults: match.callee.bound }) },
  callee: match.callee,
});

/** A word of a name that says what it stands for: `FakeListChatModel`, `_QueuedFakeModel`, `ScriptedLLM`. */
const FAKE = /(^|[._a-z\d])(Fake|Mock(?:ed)?|Stub|Dummy|Scripted)([A-Z_\d]\w*)?(\(\))*$/;

/** A stand-in that calls no model: `FakeListChatModel`, `new MockModel()`, `MagicMock()`. */
export function isFake(value: Value | undefined): boolean {
  if (value?.kind === 'instance' || value?.kind === 'class')
    return FAKE.test(value.cls.name) || value.cls.bases.some((base) => FAKE.test(dotted(base) ?? ''));
  if (value?.kind === 'choice') return value.options.length > 0 && value.options.every(isFake);
  return value?.kind === 'external' && (FAKE.test(value.signature) || /fake_chat_models?|^(unittest\.)?mock$/.test(value.module));
}

/** The call is made on a stand-in: `new FakeToolCallingChatModel().invoke(…)`. */
export const isOnFake = ({ callee }: Match): boolean =>
  callee.calls.some((made) => made !== undefined && FAKE.test(leafName(made.call.callee) ?? ''));
