import { bareModel } from './family.ts';
import { about, exactly, type Measure } from './parts.ts';
import type { ModelFamily } from './types.ts';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

const be16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const le16 = (bytes: Uint8Array, at: number): number => ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0);
const name4 = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.slice(at, at + 4));

function jpegSize(bytes: Uint8Array): ImageSize | undefined {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { width: be16(bytes, at + 7), height: be16(bytes, at + 5) };
    }
    at += 2 + be16(bytes, at + 2);
  }
  return undefined;
}

function webpSize(bytes: Uint8Array): ImageSize | undefined {
  const kind = name4(bytes, 12);
  if (kind === 'VP8X') return { width: 1 + le16(bytes, 24) + ((bytes[26] ?? 0) << 16), height: 1 + le16(bytes, 27) + ((bytes[29] ?? 0) << 16) };
  if (kind === 'VP8 ') return { width: le16(bytes, 26) & 0x3fff, height: le16(bytes, 28) & 0x3fff };
  if (kind !== 'VP8L') return undefined;
  const bits = le16(bytes, 21) + le16(bytes, 23) * 65_536;
  return { width: 1 + (bits & 0x3fff), height: 1 + (Math.floor(bits / 16_384) & 0x3fff) };
}

/** Pixels of a PNG, JPEG, GIF or WebP, from its first bytes. */
function imageSize(bytes: Uint8Array): ImageSize | undefined {
  if (bytes.length < 30) return undefined;
  const size = sizeOf(bytes);
  return size && size.width > 0 && size.height > 0 ? size : undefined;
}

function sizeOf(bytes: Uint8Array): ImageSize | undefined {
  if (name4(bytes, 1) === 'PNG\r') return { width: be16(bytes, 18) + be16(bytes, 16) * 65_536, height: be16(bytes, 22) + be16(bytes, 20) * 65_536 };
  if (name4(bytes, 0) === 'GIF8') return { width: le16(bytes, 6), height: le16(bytes, 8) };
  if (name4(bytes, 0) === 'RIFF') return webpSize(bytes);
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? jpegSize(bytes) : undefined;
}

/** Enough base64 for the size of nearly every image; JPEGs with long metadata need more than a few kilobytes. */
const HEAD = 262_144;

/** From base64 or a data: URL; undefined for links and for what is no image. */
export function imageSizeOf(data: unknown): ImageSize | undefined {
  if (typeof data !== 'string') return undefined;
  const comma = data.startsWith('data:') ? data.indexOf(',') + 1 : 0;
  const head = data.slice(comma, comma + HEAD);
  if (!/^[A-Za-z0-9+/]{40}/.test(head)) return undefined;
  try {
    return imageSize(Uint8Array.from(atob(head.slice(0, head.length - (head.length % 4))), (character) => character.charCodeAt(0)));
  } catch {
    return undefined; // not base64 after all: the image is counted as one of unknown size
  }
}

/** The size after the provider has made the long side at most `edge`. */
function within(size: ImageSize, edge: number): ImageSize {
  const scale = Math.min(1, edge / Math.max(size.width, size.height));
  return { width: size.width * scale, height: size.height * scale };
}

const patches = (size: ImageSize, side: number): number => Math.ceil(size.width / side) * Math.ceil(size.height / side);

/** ⌈w/28⌉ × ⌈h/28⌉, at most 1,568 (long side 1,568), from Claude 4.7 on 4,784 (2,576). Anthropic's vision guide. */
export function claudeImage(family: ModelFamily, size: ImageSize | undefined): Measure {
  const late = family.id === 'claude-v47';
  const cap = late ? 4784 : 1568;
  if (!size) return about(late ? 1600 : 1200, late ? 1500 : 1100);
  const tokens = Math.min(cap, patches(within(size, late ? 2576 : 1568), 28));
  return about(tokens, Math.ceil(tokens * 0.05) + 3);
}

interface Tiles {
  readonly base: number;
  readonly tile: number;
}
const TILES: readonly (readonly [RegExp, Tiles])[] = [
  [/^gpt-4o-mini/, { base: 2833, tile: 5667 }],
  [/^(gpt-4o|gpt-4\.1|gpt-4\.5|chatgpt|gpt-4)/, { base: 85, tile: 170 }],
  [/^o[13]/, { base: 75, tile: 150 }],
  [/^computer-use/, { base: 65, tile: 129 }],
  [/^gpt-5/, { base: 70, tile: 140 }],
];
const PATCHES: readonly (readonly [RegExp, number])[] = [
  [/^(gpt-4\.1-mini|gpt-5(\.\d)?-mini)/, 1.62],
  [/^(gpt-4\.1-nano|gpt-5(\.\d)?-nano)/, 2.46],
  [/^o4-mini/, 1.72],
  [/^gpt-(5\.[4-9]|[6-9])/, 1],
];

/** Tiles of 512 pixels (GPT-4o, 4.1, o1, o3, 5) or patches of 32 (minis, nanos, o4-mini, 5.4 and later). OpenAI's images guide. */
export function openaiImage(model: string, size: ImageSize | undefined, detail: string): Measure {
  const bare = bareModel(model);
  const factor = PATCHES.find(([pattern]) => pattern.test(bare))?.[1];
  if (factor !== undefined) {
    if (!size) return about(Math.round(768 * factor), Math.round(768 * factor));
    return about(Math.round(Math.min(1536, patches(size, 32)) * factor), 20);
  }
  const tiles = TILES.find(([pattern]) => pattern.test(bare))?.[1] ?? { base: 70, tile: 140 };
  if (detail === 'low') return exactly(tiles.base);
  // Eight tiles at most: 2,048 by 768 pixels.
  if (!size) return about(tiles.base + 4 * tiles.tile, 4 * tiles.tile);
  const fit = within(size, 2048);
  const scale = Math.min(1, 768 / Math.min(fit.width, fit.height));
  return about(tiles.base + tiles.tile * patches({ width: fit.width * scale, height: fit.height * scale }, 512), tiles.tile / 10);
}

/** 258 for a small image or each tile of 768 pixels; Gemini 3 counts a fixed 1,120 by default. Google's token guide. */
export function geminiImage(model: string, size: ImageSize | undefined): Measure {
  if (!/^gemini-[12]/.test(bareModel(model))) return about(1090, 60);
  if (!size) return about(1290, 1032);
  if (size.width <= 384 && size.height <= 384) return exactly(258);
  const unit = Math.max(256, Math.min(768, Math.floor(Math.min(size.width, size.height) / 1.5)));
  const tiles = Math.ceil(size.width / unit) * Math.ceil(size.height / unit);
  return about(258 * Math.min(tiles, 16), 258);
}
