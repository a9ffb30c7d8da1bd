/** The content of one message or of the system prompt: text, blocks, parts, and what SDK classes wrap around them. */
import { known, type Range } from '../model.ts';
import type { ExternalValue, Value } from '../program/values.ts';
import { markOf } from './cache-marks.ts';
import { changing } from './changing.ts';
import { render } from './render.ts';
import type { Place, SegmentReader } from './segments.ts';

/** Text, blocks, or parts of one message or of the system prompt. */
export function readContent(reader: SegmentReader, value: Value, place: Place, many = false): void {
  const { evaluator, at } = reader.context;
  switch (value.kind) {
    case 'const':
      if (value.value !== null && value.value !== '') reader.text(String(value.value), value.at, place, many);
      return;
    case 'text':
      pieces(reader, value, place, many);
      return;
    case 'array':
      for (const [i, item] of value.items.entries())
        readContent(reader, item.value, i === value.items.length - 1 ? place : { role: place.role, item: place.item }, many || item.many);
      return;
    case 'object': {
      const get = (key: string) => evaluator.property(value, key, at, value.env);
      const given = (v: Value) => v.kind !== 'unknown' || v.why !== 'absent';
      if (given(get('cachePoint'))) {
        reader.markLast({ ttl: '5m', at: value.at });
        return;
      }
      const mark = markOf(reader.context, value) ?? place.mark;
      const marked: Place = { role: place.role, item: place.item, ...(mark && { mark }) };
      const body = ['text', 'content', 'parts', 'output', 'input_text'].map(get).find(given);
      if (body) return readContent(reader, body, marked, many);
      const rendered = render(evaluator, value);
      const change = changing(evaluator, value);
      if (rendered.complete) reader.text(rendered.text, value.at, marked, many);
      else
        reader.hole(
          {
            kind: 'unknown',
            why: 'dynamic',
            stability: change?.stability ?? 'per-call',
            at: value.at,
            ...(change?.cause && { cause: change.cause }),
          },
          marked,
          many,
        );
      return;
    }
    case 'choice':
      return branches(reader, value, place, many);
    case 'external':
      return externalContent(reader, value, place, many);
    case 'function':
    case 'class':
    case 'instance':
    case 'module':
    case 'chain':
    case 'unknown':
      reader.hole(value, place, many);
      return;
  }
}

function pieces(reader: SegmentReader, value: Extract<Value, { kind: 'text' }>, place: Place, many: boolean): void {
  const flat = flatten(value);
  flat.forEach((part, i) => {
    const own: Place = i === flat.length - 1 ? place : { role: place.role, item: place.item };
    readContent(reader, part, own, many);
  });
}

/** Parts of nested texts in order; a constant between holes keeps its own place. */
function flatten(value: Value, depth = 0): readonly Value[] {
  if (value.kind !== 'text' || depth > 200) return [value];
  return value.parts.flatMap((p) => flatten(p, depth + 1));
}

/** Several texts, one of which is sent: each is unchanging by itself, so it counts as text of uncertain length. */
function branches(reader: SegmentReader, value: Extract<Value, { kind: 'choice' }>, place: Place, many: boolean): void {
  const texts = value.options.filter((o) => o.kind === 'const' && typeof o.value === 'string');
  if (texts.length === value.options.length && texts.length > 0) {
    const counts = texts.map((t) => reader.count(t.kind === 'const' ? String(t.value) : ''));
    const longest = texts.reduce((a, b) => (a.kind === 'const' && b.kind === 'const' && String(b.value).length > String(a.value).length ? b : a));
    const tokens: Range = {
      low: Math.min(...counts.map((c) => c.low)),
      expected: Math.max(...counts.map((c) => c.expected)),
      high: Math.max(...counts.map((c) => c.high)),
    };
    if (tokens.high > 0)
      reader.push({
        ...place,
        at: longest.at,
        text: known(longest.kind === 'const' ? String(longest.value) : '', longest.at),
        tokens,
        stability: 'static',
        ...(texts.length > 1 && { oneOf: texts.map((t) => (t.kind === 'const' ? String(t.value) : '')) }),
        ...(many && { many }),
      });
    return;
  }
  const readable = value.options.filter((o) => o.kind !== 'unknown' && !(o.kind === 'const' && (o.value === '' || o.value === null)));
  const best = readable.find((o) => o.kind === 'text' || o.kind === 'array') ?? readable[0] ?? value.options[0];
  if (best) readContent(reader, best, place, many);
}

function externalContent(reader: SegmentReader, value: ExternalValue, place: Place, many: boolean): void {
  const { evaluator } = reader.context;
  const made = value.calls.at(-1);
  const name = value.signature.replace(/\(\)/g, '');
  if (made && /(^|\.)(from_text|fromText|Part|TextBlock|TextPart|TextContent|TextBlockParam|InputText|system)$/.test(name)) {
    const text = evaluator.argument(made, 'text', 0);
    if (text) return readContent(reader, text, place, many);
  }
  if (made && /(^|\.)(dumps|JSON\.stringify|stringify|str|repr|model_dump_json|dump)$/.test(name)) {
    const arg = made.call.args[0];
    const inner = arg && evaluator.evaluate(arg.value, made.env);
    if (inner) {
      const rendered = render(evaluator, inner);
      if (rendered.complete) return reader.text(rendered.text, inner.at, place, many);
      const unsorted = changing(evaluator, inner);
      return reader.hole(
        {
          kind: 'unknown',
          why: 'dynamic',
          stability: unsorted?.stability ?? 'per-call',
          at: value.at,
          ...(unsorted?.cause && { cause: unsorted.cause }),
        },
        place,
        many,
      );
    }
  }
  if (made && /(SystemMessage|PromptTemplate(\.from_template|\.fromTemplate)?|SystemPrompt\w*|dedent|TextPrompt)$/.test(name)) {
    const inner =
      evaluator.argument(made, 'content', 0) ??
      evaluator.argument(made, 'template', 0) ??
      (made.call.args[0] && evaluator.evaluate(made.call.args[0].value, made.env));
    if (inner)
      return readContent(reader, inner.kind === 'const' && /Template/.test(name) ? template(inner, isFString(reader, value)) : inner, place, many);
  }
  reader.hole(value, place, many);
}

/** LangChain fills templates as f-strings unless they are said to be of another format. */
export function isFString(reader: SegmentReader, value: ExternalValue): boolean {
  const made = value.calls.at(-1);
  if (!made || !/langchain/.test(value.module)) return false;
  const { evaluator } = reader.context;
  const format = evaluator.argument(made, 'template_format', undefined) ?? evaluator.argument(made, 'templateFormat', undefined);
  return format === undefined || format.kind === 'unknown' || (format.kind === 'const' && format.value === 'f-string');
}

/** A prompt template: `{name}` and `{{name}}` are holes; in an f-string `{{` and `}}` are braces of the text. */
export function template(value: Extract<Value, { kind: 'const' }>, fString = false): Value {
  const text = String(value.value);
  const parts: Value[] = [];
  const plain = (from: number, to: number): void => {
    const piece = text.slice(from, to);
    if (piece !== '') parts.push({ ...value, value: fString ? piece.replaceAll('{{', '{').replaceAll('}}', '}') : piece });
  };
  let last = 0;
  for (const match of text.matchAll(fString ? /\{\{|\}\}|\{([\w.]+)(?:[:!][^{}]*)?\}/g : /\{\{?([\w.]+)\}?\}/g)) {
    if (match[1] === undefined) continue;
    plain(last, match.index);
    parts.push({
      kind: 'unknown',
      why: 'dynamic',
      stability: 'per-call',
      at: value.at,
      cause: { kind: 'input', text: match[0], at: value.at, certain: false },
    });
    last = match.index + match[0].length;
  }
  plain(last, text.length);
  return { kind: 'text', parts, at: value.at };
}
