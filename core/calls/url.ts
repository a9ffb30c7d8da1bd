/** URLs of requests: as text, with `{}` for what is not known. */
import type { Evaluator } from '../program/evaluate.ts';
import type { Value } from '../program/values.ts';
import type { CallSpec } from '../sdks/sdk.ts';
import { locate, type Subject } from './locate.ts';

const HOLE = '{}';

/** A URL as the text it stands for: `new URL(path, base)` is both, one behind the other. */
export function urlValue(value: Value, evaluator: Evaluator): Value {
  if (value.kind === 'choice') return { ...value, options: value.options.map((option) => urlValue(option, evaluator)) };
  if (value.kind !== 'external' || value.module !== '<global>' || !/^URL\(\)(\.href|\.toString\(\))?$/.test(value.signature)) return value;
  const call = value.calls[0];
  const [path, base] = (call?.call.args ?? []).map((arg) => call && urlValue(evaluator.evaluate(arg.value, call.env), evaluator));
  if (!path || !base || textsOf(path).some((text) => !isRelative(text))) return path ?? value;
  const slash: Value = { kind: 'const', value: '/', at: value.at, via: 'literal' };
  return { kind: 'text', parts: [base, slash, path].flatMap((part) => (part.kind === 'text' ? part.parts : [part])), at: value.at };
}

/** The texts that a URL may have; empty when nothing of it is known. */
function textsOf(value: Value | undefined): readonly string[] {
  switch (value?.kind) {
    case 'const':
      return typeof value.value === 'string' ? [value.value] : [];
    case 'text':
      return [value.parts.map((part) => textsOf(part)[0] ?? HOLE).join('')];
    case 'choice':
      return value.options.flatMap(textsOf);
    default:
      return [];
  }
}

const isRelative = (url: string): boolean => !/^(\w+:|\{\})/.test(url);

/** True when the request goes to the endpoint. A path alone is one of the program's own server. */
export function goesTo(url: NonNullable<CallSpec['url']>, subject: Subject): boolean {
  const { evaluator } = subject;
  const found = locate(subject, url.at);
  const base = locate(subject, url.base);
  const isBased = base !== undefined && !(base.kind === 'unknown' && base.why === 'absent');
  const [from = HOLE] = textsOf(base && urlValue(base, evaluator));
  return textsOf(found && urlValue(found, evaluator)).some((text) => {
    if (!isRelative(text)) return url.pattern.test(text);
    return isBased && url.pattern.test(`${from}/${text.replace(/^\//, '')}`);
  });
}

/** The model's id in a URL, behind `prefix`. */
export function modelInUrl(value: Value | undefined, prefix: string): Value | undefined {
  const id = new RegExp(`${prefix}([\\w.@-]+)`);
  if (value?.kind === 'const') {
    const found = typeof value.value === 'string' ? id.exec(value.value)?.[1] : undefined;
    return found === undefined ? undefined : { ...value, value: found };
  }
  if (value?.kind !== 'text') return undefined;
  for (const [i, part] of value.parts.entries()) {
    if (part.kind === 'const' && String(part.value).endsWith(prefix)) return value.parts[i + 1];
    const found = modelInUrl(part, prefix);
    if (found) return found;
  }
  return undefined;
}
