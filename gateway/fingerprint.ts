/** What is remembered of a prompt in its place: names of its unchanging texts, for call sites, and keys of all its pieces, for the cache. */
import { namesOf, type Piece, toolsName } from '../core/observed/index.ts';
import type { CallEvent } from '../core/protocol/gateway.ts';
import type { RequestFacts, WireSegment } from '../core/wire/types.ts';
import type { Hasher } from '../workspace/salted-hash.ts';
import { sampled, TextMemory } from './text-memory.ts';

/** Worked out when it is first looked at. */
export interface Fingerprint {
  /** Of each segment that may be static: the system prompt and the first user message. */
  readonly segments: NonNullable<CallEvent['segments']>;
  /** Salted hash of the tool names in their order. */
  readonly tools?: string | undefined;
  /** Of everything at the front, in order; never stored. */
  readonly pieces: readonly Piece[];
}

/** Works it all out now. */
export const workOut = ({ segments: _segments, tools: _tools, pieces: _pieces }: Fingerprint): void => {};

const MAX_SEGMENTS = 12;
/** Segments of each role that are named by beginnings and ends, too. */
const MAX_PARTED = 3;
/** Pieces that are compared with the call before: what stands behind them is too far for the provider's look back, too. */
const MAX_PIECES = 512;

type Segment = Fingerprint['segments'][number];

export class Fingerprinter {
  readonly #hash: Hasher;
  readonly #seed: number;
  readonly #names = new TextMemory<Omit<Segment, 'role'>>();
  readonly #toolNames = new TextMemory<string>();
  readonly #tools = new TextMemory<string>();

  constructor(hash: Hasher) {
    this.#hash = hash;
    this.#seed = Number.parseInt(hash('pieces').slice(0, 8), 16);
  }

  of(facts: RequestFacts): Fingerprint {
    return new LazyPrint(facts, this);
  }

  segmentsOf({ segments }: RequestFacts): Segment[] {
    const first = segments.find(({ role }) => role === 'user');
    const fixed = segments.filter(({ role, item }) => role === 'system' || (first && role === 'user' && item === first.item));
    const counts = { system: 0, user: 0 };
    return fixed.slice(0, MAX_SEGMENTS).map(({ role, text }) => {
      const isParted = counts[role as 'system' | 'user']++ < MAX_PARTED;
      const { hash, length, heads, tails } = this.#namesOf(text);
      return { role, hash, length, ...(isParted && heads ? { heads } : {}), ...(isParted && tails ? { tails } : {}) };
    });
  }

  toolsOf({ toolNames }: RequestFacts): string | undefined {
    return toolNames.length > 0 ? this.#toolNames.of(toolNames.join('\n'), () => toolsName(toolNames, this.#hash)) : undefined;
  }

  piecesOf({ segments }: RequestFacts): Piece[] {
    return segments.slice(0, MAX_PIECES).map(({ role, item, text }) => ({ role, item, key: this.#keyOf(role, text) }));
  }

  #namesOf(text: string): Omit<Segment, 'role'> {
    return this.#names.of(text, () => {
      const { whole, heads, tails } = namesOf(text, this.#hash);
      return { hash: whole, length: text.length, ...(heads.length > 0 ? { heads: [...heads], tails: [...tails] } : {}) };
    });
  }

  /** Tools and system prompt exactly, by what is remembered of them; messages by their length, ends and samples, so that a long conversation costs little. */
  #keyOf(role: WireSegment['role'], text: string): number | string {
    if (role === 'tools') return this.#tools.of(text, this.#hash);
    return role === 'system' ? `${this.#namesOf(text).hash} ${text.length}` : sampled(text, this.#seed);
  }
}

class LazyPrint implements Fingerprint {
  readonly #facts: RequestFacts;
  readonly #maker: Fingerprinter;
  #segments: Segment[] | undefined;
  #pieces: Piece[] | undefined;

  constructor(facts: RequestFacts, maker: Fingerprinter) {
    this.#facts = facts;
    this.#maker = maker;
  }

  get segments(): Segment[] {
    this.#segments ??= this.#maker.segmentsOf(this.#facts);
    return this.#segments;
  }
  get tools(): string | undefined {
    return this.#maker.toolsOf(this.#facts);
  }
  get pieces(): readonly Piece[] {
    this.#pieces ??= this.#maker.piecesOf(this.#facts);
    return this.#pieces;
  }
}
