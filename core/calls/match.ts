/** Finds billed calls: calls whose callee is what an SDK description names. */
import type { Evaluator } from '../program/evaluate.ts';
import type { CallInfo, UnitIndex } from '../program/unit-index.ts';
import type { Env, ExternalValue, Value } from '../program/values.ts';
import { dotted } from '../program/visit.ts';
import { type BoundSdk, callLeafNames, familyOf, isMade, matchCalls } from '../sdks/registry.ts';
import type { CallSpec } from '../sdks/sdk.ts';
import { isGiven, locate, type Subject } from './locate.ts';

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
}

/** The billed call that a call is; undefined for others. */
export function matchOf(info: CallInfo, index: UnitIndex, evaluator: Evaluator): Match | undefined {
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
  const others = value.kind === 'choice' && value.options.some((o) => o.kind !== 'external' && o.kind !== 'chain' && o.kind !== 'const');
  for (const { callee, prompts } of candidates) {
    if (callee.module === '<global>') continue;
    for (const { bound, spec } of matchCalls(callee.module, callee.signature, family)) {
      const match: Match = { info, env, callee, bound, spec, prompts, others };
      if (isReal(match, evaluator, family)) return match;
    }
  }
  return undefined;
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

export const subjectOf = (match: Match, evaluator: Evaluator): Subject => ({
  evaluator,
  bound: match.bound,
  made: { call: match.info.call, env: match.env, ...(match.callee.bound && { defaults: match.callee.bound }) },
  callee: match.callee,
});

/** A stand-in that calls no model: `FakeListChatModel`, `new MockModel()`. */
export function isFake(value: Value | undefined): boolean {
  const fake = /(^|\.)(Generic)?(Fake|Mock|Stub|Dummy)\w*(\(\))*$/;
  if (value?.kind === 'instance' || value?.kind === 'class')
    return fake.test(value.cls.name) || value.cls.bases.some((base) => fake.test(dotted(base) ?? ''));
  return value?.kind === 'external' && (fake.test(value.signature) || /fake_chat_models?/.test(value.module));
}
