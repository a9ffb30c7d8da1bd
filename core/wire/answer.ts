/** What a whole response says, in whatever API's shape: for checking an answer, never for keeping it. */
import { isRecord, list, named, record, text } from './json.ts';

export interface WireAnswer {
  /** Visible text, without thinking. */
  readonly text: string;
  /** The model declined in a field of its own. */
  readonly refusal: boolean;
}

const textsOf = (parts: unknown): string[] =>
  list(parts).flatMap((part) => {
    const { type, thought, text: said } = record(part);
    return typeof said === 'string' && thought !== true && type !== 'thinking' ? [said] : [];
  });

/** The first completion of a response. */
export function answerOf(json: unknown): WireAnswer {
  const body = record(json);
  const { content, refusal } = record(record(list(body.choices)[0]).message);
  const items = list(body.output).flatMap((item) => list(record(item).content));
  const candidate = record(record(list(body.candidates)[0]).content);
  const converse = record(record(body.output).message);
  const texts = [
    ...textsOf(body.content),
    ...(text(content) === undefined ? textsOf(content) : [text(content) ?? '']),
    ...textsOf(items),
    ...textsOf(candidate.parts),
    ...textsOf(converse.content),
  ];
  const declined = named(refusal) !== undefined || items.some((part) => record(part).type === 'refusal');
  return { text: texts.join(''), refusal: declined };
}

/** The JSON schema that a request asks its answer to follow, where it gives one. */
export function answerSchema(json: unknown): Readonly<Record<string, unknown>> | undefined {
  const body = record(json);
  const found = [
    record(record(body.output_config).format).schema,
    record(body.output_format).schema,
    record(record(body.response_format).json_schema).schema,
    record(record(body.text).format).schema,
    record(body.generationConfig).responseJsonSchema,
  ];
  return found.find(isRecord);
}
