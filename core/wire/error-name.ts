/** What went wrong, in a word: never the message of an error, which may quote the prompt. */
import { isRecord, record, text } from './json.ts';

/** A name as providers give it. Whoever writes a sentence there may quote the prompt in it. */
const ERROR_NAME = /^[\w.:/#@-]{1,120}$/;

/** Type or code of an error object, in the shapes of all providers; never its message. */
export function errorOf(json: unknown): string | undefined {
  const body = Array.isArray(json) ? record(json[0]) : record(json);
  const outer = record(body.error);
  // Batch results wrap the error response once more.
  const error = isRecord(outer.error) ? outer.error : outer;
  const named = [error.status, error.type, error.code, body.__type, body.code].map((value) =>
    typeof value === 'number' ? String(value) : text(value),
  );
  return named.find((name) => name !== undefined && ERROR_NAME.test(name)) ?? (body.error === undefined || body.error === null ? undefined : 'error');
}
