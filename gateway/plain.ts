/** What is wrong, in sentences for people: settings and inputs that do not fit, and what keeps the gateway from starting. */
import type * as z from 'zod';
import { issueWords } from '../core/issue-words.ts';

type Issue = z.core.$ZodIssue;

const sizeOf = (issues: readonly Issue[]): number =>
  issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);

/** Of several shapes that would do, the one that was most likely meant: of the right kind, with the fewest mistakes. */
function meant(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const isOtherKind = (issues: readonly Issue[]): number => (issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0) ? 1 : 0);
  return [...branches].sort((a, b) => isOtherKind(a) - isOtherKind(b) || sizeOf(a) - sizeOf(b))[0] ?? [];
}

function sentencesOf(issue: Issue, above: readonly PropertyKey[] = []): readonly string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return meant(issue.errors).flatMap((one) => sentencesOf(one, path));
  const place = path.map(String).join('.');
  const at = (key: string): string => (place === '' ? key : `${place}.${key}`);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${at(key)}: there is no such setting`);
  return [`${place === '' ? '' : `${place}: `}${issueWords(issue)}`];
}

/** `port: must be at most 65535`; several are parted by semicolons. */
export const plainIssues = ({ issues }: { readonly issues: readonly Issue[] }): string =>
  [...new Set(issues.flatMap((issue) => sentencesOf(issue)))].join('; ');

interface Start {
  readonly host: string;
  readonly port: number;
  readonly folder: string;
  /** How many further ports were tried; 0: the port was asked for. */
  readonly more: number;
}

const codeOf = (error: object, name: string): unknown => Object.entries(error).find(([key]) => key === name)?.[1];

/** The error with a sentence that says what to do where the operating system's own does not; else as it is. */
export function startProblem(error: unknown, { host, port, folder, more }: Start): unknown {
  if (!(error instanceof Error)) return error;
  const [code, call] = [codeOf(error, 'code'), codeOf(error, 'syscall')];
  const say = (message: string): Error => new Error(message, { cause: error });
  if (call === 'listen' && codeOf(error, 'port') !== undefined) {
    if (code === 'EADDRINUSE')
      return more > 0
        ? say(`ports ${port} to ${port + more} are taken by other programs: name a free one with --port`)
        : say(`port ${port} is taken by another program: name another with --port, or leave --port out to use the next free one`);
    if (code === 'EACCES') return say(`port ${port} may not be used without more rights: name one above 1023 with --port`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return say(`${host} is not an address of this machine: name one with --host`);
  }
  if (call === 'mkdir' && (code === 'EEXIST' || code === 'ENOTDIR'))
    return say(`the state folder ${folder} is not a folder: name another with --state-dir`);
  if ((call === 'mkdir' || call === 'open') && (code === 'EACCES' || code === 'EPERM' || code === 'EROFS'))
    return say(`the state folder ${folder} cannot be written: name another with --state-dir`);
  return error;
}
