/** What an admin endpoint answers, and what it stands on. */
import type * as z from 'zod';
import type { Core } from '../core.ts';
import { plainIssues } from '../plain.ts';
import type { Parts } from '../start.ts';

export interface Answer {
  readonly status: number;
  /** JSON, or a text as it is. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Once the client has it. */
  readonly after?: () => void;
}

export type AdminParts = Pick<Parts, 'publisher' | 'metrics' | 'stop'>;

export interface Asked {
  readonly core: Core;
  readonly parts: AdminParts;
  readonly query: URLSearchParams;
  /** Body of a POST; undefined where it has none. */
  readonly json: unknown;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const wrong = (message: string, status = 400): Answer => ({ status, body: { error: { type: 'costlint', message } } });

/** Answers with what is wrong with the input, or goes on with it. */
export function checked<T>(schema: z.ZodType<T>, input: unknown, go: (value: T) => Answer | Promise<Answer>): Answer | Promise<Answer> {
  const parsed = schema.safeParse(input);
  return parsed.success ? go(parsed.data) : wrong(plainIssues(parsed.error));
}
