/** Which findings are the same in two states, and a key that stays when lines and figures move. */
import type { Finding } from '../model.ts';
import type { CallPair } from './match.ts';
import type { DiffFile, FindingRef } from './types.ts';

/** What a finding says without the figures in it: they move with every edit of a prompt and every price. */
const withoutFigures = (message: string): string =>
  message
    .replace(/\$?\d[\d.,]*\s*[kM%]?/g, '#')
    .replace(/\s+/g, ' ')
    .trim();

/** The same for a finding that was there before, wherever in the file it stands now. */
export function findingKey(path: string, finding: Finding, file: Pick<DiffFile, 'text' | 'calls'>): string {
  const callee = finding.call === undefined ? undefined : file.calls[finding.call]?.site.callee;
  const text = callee ? file.text.slice(callee.start, callee.end).replace(/\s+/g, ' ') : '';
  return [finding.rule, path, text, withoutFigures(finding.message)].join('\0');
}

const refsOf = (files: readonly DiffFile[]): FindingRef[] => files.flatMap((file) => file.findings.map((finding) => ({ file, finding })));

/** Findings of one state that the other has too: by the call they belong to and their rule, else by their key. */
export function compareFindings(
  before: readonly DiffFile[],
  after: readonly DiffFile[],
  pairs: readonly CallPair[],
): { readonly added: readonly FindingRef[]; readonly gone: readonly FindingRef[] } {
  const idOf = new Map(pairs.flatMap((pair, id) => [[pair.before.call, id] as const, [pair.after.call, id] as const]));
  const byCall = ({ file, finding }: FindingRef): string | undefined => {
    const call = finding.call === undefined ? undefined : file.calls[finding.call];
    const id = call && idOf.get(call);
    return id === undefined ? undefined : `${finding.rule}\0${id}`;
  };
  const byText = ({ file, finding }: FindingRef): string => findingKey(file.path, finding, file);
  const first = without(refsOf(before), refsOf(after), byCall);
  const second = without(first.before, first.after, byText);
  return { gone: second.before, added: second.after };
}

/** What is left of both sides when the n-th of a key on one side is set off against the n-th on the other. */
function without(
  before: readonly FindingRef[],
  after: readonly FindingRef[],
  keyOf: (ref: FindingRef) => string | undefined,
): { readonly before: readonly FindingRef[]; readonly after: readonly FindingRef[] } {
  const waiting = new Map<string, FindingRef[]>();
  for (const ref of before) {
    const key = keyOf(ref);
    if (key !== undefined) waiting.set(key, [...(waiting.get(key) ?? []), ref]);
  }
  const same = new Set<FindingRef>();
  const added = after.filter((ref) => {
    const key = keyOf(ref);
    const found = key === undefined ? undefined : waiting.get(key)?.shift();
    if (found) same.add(found);
    return !found;
  });
  return { before: before.filter((ref) => !same.has(ref)), after: added };
}
