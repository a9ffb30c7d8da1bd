import type { ModelFamily, TokenCounter } from './types.ts';

/** One row of `costlint count FILE`: a section of a prompt file and its tokens. */
export interface FileRow {
  readonly name: string;
  readonly low: number;
  readonly expected: number;
  readonly high: number;
  readonly exact: boolean;
}

const HEADING = /^(#{1,3} .*|\[\[?\w[^\]\n]*\]?\]|<\/?(?:system|user|assistant|instructions|context|examples?)>|(?:system|user|assistant)\s*:)\s*$/i;
const MOST_ROWS = 12;

/** The file cut at its headings, tags and roles; the whole file where it has none, or too many to read. */
export function sections(text: string): { readonly name: string; readonly text: string }[] {
  const cut: { name: string; text: string }[] = [];
  let name = 'start';
  let lines: string[] = [];
  const close = (): void => {
    if (lines.some((line) => line.trim() !== '')) cut.push({ name, text: `${lines.join('\n')}\n` });
  };
  for (const line of text.split('\n')) {
    if (HEADING.test(line.trim())) {
      close();
      name = line.trim().replace(/^#+ /, '').slice(0, 60);
      lines = [];
    }
    lines.push(line);
  }
  close();
  return cut.length > 1 && cut.length <= MOST_ROWS ? cut : [];
}

/** Sections and the whole, as a person reads them. The whole is counted at once: pieces may merge where sections meet. */
export function fileTable(counter: TokenCounter, family: ModelFamily, text: string): readonly FileRow[] {
  const rows = sections(text).map((section) => ({ name: section.name, ...counter.countText(family, section.text) }));
  return [...rows, { name: 'whole file', ...counter.countText(family, text) }];
}
