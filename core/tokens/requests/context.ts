import { type Dict, isDict, text } from '../json.ts';
import { type PdfReader, pdfTokens } from '../media.ts';
import { about, exactly, type Measure, type MeasureText, PartList } from '../parts.ts';
import type { ModelFamily } from '../types.ts';

/** Overheads by name, as scripts/fit-tokens.ts reads them off counted requests. */
export type Constants = Readonly<Record<string, number>>;

/** One use of an overhead: its names, most precise first, and how many times it counts. */
export interface UsedConstant {
  readonly names: readonly string[];
  readonly factor: number;
  readonly fallback: number;
}

/** What counting one request needs. */
export class RequestContext {
  readonly parts = new PartList();
  readonly family: ModelFamily;
  readonly api: string;
  /** The constants that this request used, for the fit. */
  readonly used: UsedConstant[] = [];
  private readonly measureText: MeasureText;
  private readonly constants: Constants;

  constructor(family: ModelFamily, api: string, measureText: MeasureText, constants: Constants) {
    this.family = family;
    this.api = api;
    this.measureText = measureText;
    this.constants = constants;
  }

  get claude(): boolean {
    return this.family.id.startsWith('claude');
  }

  measure(value: unknown): Measure {
    const words = text(value);
    return words === '' ? exactly(0) : this.measureText(this.family, words);
  }

  /** A PDF in the request, or one that it points to. */
  pdf(reader: PdfReader, data: unknown): Measure {
    if (typeof data !== 'string') this.parts.note('a document that the request only points to: its pages are not known');
    return pdfTokens(reader, data);
  }

  /** The first constant of the list that is known: the most precise name stands first. `spread` in tokens; 0 = exact. */
  constant(names: readonly string[], spread: number, fallback = 0, factor = 1): Measure {
    this.used.push({ names, factor, fallback });
    const name = names.find((candidate) => this.constants[candidate] !== undefined);
    const tokens = factor * (name === undefined ? fallback : (this.constants[name] as number));
    if (spread === 0 && name !== undefined) return exactly(tokens);
    return about(tokens, spread + (name === names[0] ? 0 : Math.abs(tokens) * 0.25));
  }
}

/** Texts that lie in `{type: 'text', text}` blocks, or the string itself. */
export function textsOf(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((block) => (typeof block === 'string' ? [block] : isDict(block) && typeof block.text === 'string' ? [block.text] : []));
}

export const isText = (block: Dict): boolean => typeof block.text === 'string';
