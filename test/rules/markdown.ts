/** Reads fixtures and documentation pages: sections with blocks of code. */
import type { Span } from '../../core/model.ts';
import type { ObservedSite } from '../../core/protocol/observed.ts';
import type { Language } from './project.ts';

export interface Block {
  readonly language: Language;
  /** What stands behind the language: `fixed`, `bad`, `good`. */
  readonly kind: string;
  readonly code: string;
  readonly line: number;
}
export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
  /** From a block `json observed`: what the gateway saw at the calls of this section. */
  readonly observed?: Partial<ObservedSite>;
}

const LANGUAGES: Readonly<Record<string, Language>> = { ts: 'ts', typescript: 'ts', py: 'py', python: 'py' };

export function sectionsOf(markdown: string): Section[] {
  const sections: { title: string; blocks: Block[]; observed?: Partial<ObservedSite> }[] = [{ title: '', blocks: [] }];
  const lines = markdown.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const heading = /^##+ (.*)/.exec(lines[i] ?? '');
    if (heading) sections.push({ title: heading[1] ?? '', blocks: [] });
    const fence = /^```(\w+) ?(.*)$/.exec(lines[i] ?? '');
    if (!fence) continue;
    const from = i + 1;
    for (i = from; i < lines.length && lines[i] !== '```'; ) i++;
    const language = LANGUAGES[fence[1] ?? ''];
    const [kind, code, section] = [(fence[2] ?? '').trim(), `${lines.slice(from, i).join('\n')}\n`, sections.at(-1)];
    if (language) section?.blocks.push({ language, kind, code, line: from + 1 });
    else if (section && fence[1] === 'json' && kind === 'observed') section.observed = JSON.parse(code);
  }
  return sections.filter((section) => section.blocks.length > 0);
}

/** Takes the `[|` `|]` marks out. */
export function unmarked(code: string): { readonly code: string; readonly spans: readonly Span[] } {
  const spans: { start: number; end: number }[] = [];
  let plain = '';
  for (const part of code.split(/(\[\||\|\])/)) {
    if (part === '[|') spans.push({ start: plain.length, end: -1 });
    else if (part === '|]') (spans.findLast((span) => span.end < 0) ?? { end: 0 }).end = plain.length;
    else plain += part;
  }
  return { code: plain, spans };
}
