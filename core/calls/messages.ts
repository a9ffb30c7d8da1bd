/** The system prompt and the messages as segments. One reader understands the message shapes of all SDKs. */
import type { SegmentRole } from '../model.ts';
import type { ExternalValue, UnknownValue, Value } from '../program/values.ts';
import { markOf } from './cache-marks.ts';
import { isFString, readContent, template } from './content.ts';
import type { Place, SegmentReader } from './segments.ts';

/** The system prompt: one item of text or blocks. */
export function readSystem(reader: SegmentReader, value: Value | undefined): void {
  if (!value || (value.kind === 'unknown' && value.why === 'absent')) return;
  readContent(reader, value, { role: 'system', item: reader.nextItem() });
}

/** A list of messages, one message, or a text that stands for one. */
export function readMessages(reader: SegmentReader, value: Value | undefined): void {
  if (!value || (value.kind === 'unknown' && value.why === 'absent') || (value.kind === 'const' && value.value === null)) return;
  switch (value.kind) {
    case 'const':
    case 'text':
      readContent(reader, value, { role: 'user', item: reader.nextItem() });
      return;
    case 'array':
      // What a loop adds after the call is not in its first step: estimates add the growth.
      for (const item of value.items) if (!item.later) readMessage(reader, item.value, item.many);
      return;
    case 'object':
      return messageOrWrapper(reader, value);
    case 'choice': {
      const readable = value.options.filter((o) => o.kind !== 'unknown' && !(o.kind === 'array' && o.items.length === 0));
      const best = readable.find((o) => o.kind === 'array') ?? readable[0] ?? value.options[0];
      return readMessages(reader, best);
    }
    case 'external':
      return externalMessages(reader, value);
    default:
      reader.hole(value, { role: 'user', item: reader.nextItem() }, value.kind === 'unknown' && (value.many === true || isList(value)));
  }
}

/** `{messages: […]}` of graph frameworks, `{input: '…'}` of chains, or one message. */
function messageOrWrapper(reader: SegmentReader, value: Extract<Value, { kind: 'object' }>): void {
  const { evaluator, at } = reader.context;
  const env = value.env;
  for (const key of ['messages', 'input', 'question', 'prompt']) {
    const inner = evaluator.property(value, key, at, env);
    if (inner.kind !== 'unknown' || inner.why !== 'absent') {
      readMessages(reader, inner);
      return;
    }
  }
  readMessage(reader, value, false);
}

function externalMessages(reader: SegmentReader, value: ExternalValue): void {
  const { evaluator } = reader.context;
  const made = value.calls.at(-1);
  const name = value.signature.replace(/\(\)/g, '');
  if (made && /(from_messages|fromMessages|from_template|fromTemplate|ChatPromptTemplate)$/.test(name)) {
    const inner = evaluator.argument(made, 'messages', 0) ?? evaluator.argument(made, 'template', 0);
    const outer = reader.fString;
    reader.fString = isFString(reader, value);
    if (inner) readMessages(reader, made && inner.kind === 'const' ? template(inner, reader.fString) : inner);
    reader.fString = outer;
    return;
  }
  if (isMessageClass(name) || /(Content|UserContent|Part)$/.test(name)) return readMessage(reader, value, false);
  if (made && /convertTo(Core|Model)Messages$/.test(name)) {
    // Evaluated so that the files it comes from count as read: cache marks may stand there.
    if (made.call.args[0]) evaluator.evaluate(made.call.args[0].value, made.env);
    reader.hole(
      {
        kind: 'unknown',
        why: 'dynamic',
        stability: 'per-call',
        at: value.at,
        cause: { kind: 'history', text: name, at: value.at, certain: false },
        many: true,
      },
      { role: 'user', item: reader.nextItem() },
      true,
    );
    return;
  }
  reader.hole(value, { role: 'user', item: reader.nextItem() }, false);
}

function readMessage(reader: SegmentReader, value: Value, many: boolean): void {
  const item = reader.nextItem();
  const { evaluator, at } = reader.context;
  if (value.kind === 'object') {
    const env = value.env;
    const get = (key: string) => evaluator.property(value, key, at, env);
    const role = roleOf(get('role'));
    const mark = markOf(reader.context, value);
    const content = ['content', 'parts', 'text', 'output'].map(get).find((v) => v.kind !== 'unknown' || v.why !== 'absent');
    const place: Place = { role, item, ...(mark && { mark }) };
    if (content) readContent(reader, content, place, many);
    else if (get('role').kind === 'unknown') readContent(reader, value, place, many);
    return;
  }
  // `("system", "You help {name}.")`; a list of two texts is none.
  const [first, second] = value.kind === 'array' && value.items.length === 2 ? value.items : [];
  if (first?.value.kind === 'const' && second && ROLES.test(String(first.value.value))) {
    const role = roleOf(first.value);
    const body = second.value;
    readContent(
      reader,
      body.kind === 'const' ? template(body, reader.fString) : body,
      { role, item },
      many || /place/i.test(String(first.value.value)),
    );
    return;
  }
  if (value.kind === 'external') return externalMessage(reader, value, item, many);
  if (value.kind === 'choice') {
    const first = value.options.find((o) => o.kind === 'object' || o.kind === 'const') ?? value.options[0];
    if (first) readMessage(reader, first, many);
    return;
  }
  if (value.kind === 'unknown' && many) return reader.hole(value, { role: 'user', item }, true);
  readContent(reader, value, { role: 'user', item }, many);
}

/** A message, or a place for messages, that a class or a function of an SDK makes. */
function externalMessage(reader: SegmentReader, value: ExternalValue, item: number, many: boolean): void {
  const { evaluator } = reader.context;
  const made = value.calls.at(-1);
  const name = value.signature.replace(/\(\)/g, '');
  if (made && /MessagesPlaceholder$/.test(name)) {
    reader.hole(
      {
        kind: 'unknown',
        why: 'dynamic',
        stability: 'per-call',
        at: value.at,
        cause: { kind: 'history', text: name, at: value.at, certain: false },
      },
      { role: 'user', item },
      true,
    );
    return;
  }
  if (made && (isMessageClass(name) || /(Content|UserContent|ModelContent)$/.test(name))) {
    const content = evaluator.argument(made, 'content', 0) ?? evaluator.argument(made, 'parts', 1) ?? evaluator.argument(made, 'content', 1);
    const roleValue = evaluator.argument(made, 'role', undefined);
    const role = roleValue ? roleOf(roleValue) : classRole(name);
    const python = made.env.index.unit.language === 'python';
    const body = content ?? (python ? undefined : made.call.args[0] && evaluator.evaluate(made.call.args[0].value, made.env));
    if (body) return readContent(reader, body, { role, item }, many);
  }
  readContent(reader, value, { role: 'user', item }, many);
}

/** Roles of messages as LangChain and the providers write them. */
const ROLES = /^(system|developer|human|user|ai|assistant|model|tool|function|placeholder|messages?_?placeholder)$/i;

const isList = (value: UnknownValue): boolean => /messages|history|conversation|contents|turns/i.test(value.cause?.text ?? value.parameter ?? '');

function roleOf(value: Value): SegmentRole {
  const role = value.kind === 'const' && typeof value.value === 'string' ? value.value.toLowerCase() : '';
  if (role === 'system' || role === 'developer') return 'system';
  if (role === 'assistant' || role === 'model' || role === 'ai') return 'assistant';
  if (role === 'tool' || role === 'function') return 'tool-result';
  return 'user';
}

const isMessageClass = (name: string): boolean =>
  /(^|\.)(System|Human|AI|Tool|Function|User|Assistant|Chat)(Message|MessagePromptTemplate\.from_template)$|Message(Param)?$|(^|\.)ChatMessage\.from_\w+$|(^|\.)(system|user|assistant)$/.test(
    name,
  );

function classRole(name: string): SegmentRole {
  if (/System|Developer|from_system|(^|\.)system$/.test(name)) return 'system';
  if (/AI|Assistant|Model|from_assistant|(^|\.)assistant$/.test(name)) return 'assistant';
  return /Tool|Function/.test(name) ? 'tool-result' : 'user';
}
