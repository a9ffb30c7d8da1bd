/** Tool definitions as segments: they stand first in the cache key. */
import { known, unknown } from '../model.ts';
import type { Value } from '../program/values.ts';
import { markOf } from './cache-marks.ts';
import { changing } from './changing.ts';
import { functionSchema, render } from './render.ts';
import type { Place, SegmentReader } from './segments.ts';

/** A list of tools, an object of tools by name, or a value that could not be followed. */
export function readTools(reader: SegmentReader, value: Value | undefined): void {
  if (!value || value.kind === 'const' || (value.kind === 'unknown' && value.why === 'absent')) return;
  const { evaluator } = reader.context;
  if (value.kind === 'array') {
    for (const item of value.items) readTool(reader, item.value, item.many);
    return;
  }
  if (value.kind === 'object' && !isToolDefinition(value)) {
    for (const entry of value.expr.entries) {
      const inner = evaluator.evaluate(entry.value, value.env);
      if (entry.spread) readTools(reader, inner);
      else readTool(reader, inner, false, entry.key);
    }
    return;
  }
  if (value.kind === 'choice') {
    const full = value.options.find((o) => o.kind === 'array' || o.kind === 'object') ?? value.options[0];
    return readTools(reader, full);
  }
  readTool(reader, value, true);
}

function readTool(reader: SegmentReader, value: Value, many: boolean, key?: string): void {
  const { evaluator } = reader.context;
  const item = reader.nextItem();
  const mark = markOf(reader.context, value);
  const place: Place = { role: 'tools', item, ...(mark && { mark }) };
  if (value.kind === 'unknown' || value.kind === 'instance') {
    reader.hole(value, place, many);
    return;
  }
  if (value.kind === 'external' && !value.signature.endsWith('()')) {
    reader.hole(value, place, false);
    return;
  }
  const rendered = value.kind === 'function' ? { text: functionSchema(value.fn, value.fn.name || key), complete: true } : render(evaluator, value);
  const text = key && value.kind !== 'function' ? `{"name":${JSON.stringify(key)},${rendered.text.replace(/^\{/, '')}` : rendered.text;
  const tokens = reader.count(text);
  const unstable = value.kind === 'object' || value.kind === 'array' ? changing(reader.context.evaluator, value) : undefined;
  const wide =
    rendered.complete && !many
      ? tokens
      : {
          low: tokens.low,
          expected: Math.max(tokens.expected, reader.context.assumptions.unseenToolTokens),
          high: Math.max(tokens.high * 2, reader.context.assumptions.unseenToolTokens * 3),
        };
  reader.push({
    ...place,
    at: value.at,
    text: rendered.complete && !many ? known(text, value.at) : unknown('dynamic', value.at),
    tokens: wide,
    stability: unstable?.stability ?? 'static',
    ...(unstable?.cause && { cause: unstable.cause }),
    ...(many && { many: true }),
  });
}

function isToolDefinition(value: Extract<Value, { kind: 'object' }>): boolean {
  return value.expr.entries.some(
    (e) =>
      e.key === 'input_schema' ||
      e.key === 'functionDeclarations' ||
      e.key === 'function_declarations' ||
      e.key === 'toolSpec' ||
      (e.key === 'type' && e.value.kind === 'string'),
  );
}
