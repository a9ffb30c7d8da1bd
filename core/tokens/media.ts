/** Tokens of documents, sound and film. Pages and seconds are read from the bytes where a request carries them; behind a link they are not known, and the range says so. */
import { base64Bytes, decodeEdges } from './base64.ts';
import { about, exactly, type Measure } from './parts.ts';

/** Tokens of one page, from one without text to a full one. */
type PerPage = readonly [number, number];

/**
 * What a page of a PDF costs. Claude: its text (up to 1,500 and more) and an image of it (1,568 at most); Bedrock leaves the image out unless citations are on.
 * OpenAI: chat adds an image of 85 to about 1,000, responses mostly none. Gemini: 258, from 3 on 520 to 560, whatever stands on it. Providers' guides and 110 recorded calls.
 */
const PAGES = {
  claude: [1550, 3100],
  bedrock: [10, 3100],
  'openai-chat': [150, 1900],
  'openai-responses': [0, 1900],
  gemini: [258, 258],
  'gemini-3': [515, 565],
  other: [10, 3500],
} satisfies Record<string, PerPage>;

export type PdfReader = keyof typeof PAGES;

/** A PDF, given as base64 or a `data:` URL. */
export function pdfTokens(reader: PdfReader, data: unknown): Measure {
  const [empty, full] = PAGES[reader];
  const [few, many] = pageRange(data);
  return few === many && empty === full ? exactly(few * empty) : between(few * empty, many * full);
}

const between = (low: number, high: number): Measure => about((low + high) / 2, (high - low) / 2);

/** Pages of a file that does not say how many it has: one takes 10 to 150 kB. Behind a link: a few. */
function pageRange(data: unknown): readonly [number, number] {
  if (typeof data !== 'string') return [1, 3];
  const pages = pdfPages(data);
  if (pages !== undefined) return [pages, pages];
  const bytes = base64Bytes(data);
  return [Math.max(1, Math.floor(bytes / 150_000)), Math.max(1, Math.ceil(bytes / 10_000))];
}

/** A node of the page tree with the pages below it, in either order of its keys. */
const PAGE_TREE = /\/Type\s*\/Pages\b[^>]{0,300}?\/Count\s+(\d{1,6})|\/Count\s+(\d{1,6})[^>]{0,300}?\/Type\s*\/Pages\b/g;

/** Pages of a PDF whose page objects, page tree or linearisation can be read without unpacking streams. */
export function pdfPages(data: unknown): number | undefined {
  const bytes = decodeEdges(data);
  if (!bytes?.startsWith('%PDF')) return undefined;
  const linear = /\/Linearized[^>]{0,200}?\/N\s+(\d{1,6})/.exec(bytes.slice(0, 2_000))?.[1];
  if (linear) return Number(linear);
  const trees = [...bytes.matchAll(PAGE_TREE)].map(([, after, before]) => Number(after ?? before));
  const pages = Math.max(bytes.match(/\/Type\s*\/Page\b/g)?.length ?? 0, ...trees);
  return pages > 0 ? pages : undefined;
}

/** Sound at `rate` tokens a second, given as base64 or a `data:` URL. A WAV says how long it is; else common rates of compression are assumed (16 kB a second). */
export function soundTokens(rate: number, data: unknown): Measure {
  const bytes = decodeEdges(data);
  if (bytes === undefined || typeof data !== 'string') return UNKNOWN_LENGTH;
  const whole = base64Bytes(data);
  if (!bytes.startsWith('RIFF')) return about((whole / 16_000) * rate + 5, (whole / 16_000) * rate * 0.6 + 5);
  const second = little32(bytes, 28);
  return second > 0 ? about((whole / second) * rate, (whole / second) * rate * 0.05 + 3) : UNKNOWN_LENGTH;
}

/** Film at `rate` tokens a second, picture and sound together; an MP4 or QuickTime file says how long it is. */
export function filmTokens(rate: number, data: unknown): Measure {
  const seconds = filmSeconds(decodeEdges(data));
  return seconds === undefined ? UNKNOWN_LENGTH : about(seconds * rate + rate / 2, seconds * rate * 0.15 + rate / 2);
}

/** Nobody can tell from a link; the note beside says so. */
const UNKNOWN_LENGTH = about(1000, 1000);

/** The movie header: version, flags, two dates, time scale (units a second), duration (units). */
function filmSeconds(bytes: string | undefined): number | undefined {
  const at = bytes?.indexOf('mvhd') ?? -1;
  if (bytes === undefined || at < 0) return undefined;
  const late = bytes.charCodeAt(at + 4) === 1;
  const scale = big32(bytes, at + (late ? 24 : 16));
  const units = late ? big32(bytes, at + 28) * 2 ** 32 + big32(bytes, at + 32) : big32(bytes, at + 20);
  return scale > 0 ? units / scale : undefined;
}

const big32 = (bytes: string, at: number): number => [0, 1, 2, 3].reduce((value, step) => value * 256 + (bytes.charCodeAt(at + step) || 0), 0);
const little32 = (bytes: string, at: number): number => [3, 2, 1, 0].reduce((value, step) => value * 256 + (bytes.charCodeAt(at + step) || 0), 0);
