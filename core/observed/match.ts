/** Finds the call site that a live request came from: exactly one, or none. */
import type { Provider } from '../model.ts';
import { modelIdOf, providerOf } from '../pricing/model-id.ts';
import type { CallEvent } from '../protocol/gateway.ts';
import { HEAD_LENGTHS, type SiteFingerprint, type SiteSegment } from '../protocol/observed.ts';

/** What a request shows of itself. */
export type LivePrint = Pick<CallEvent, 'segments' | 'tools' | 'model' | 'provider' | 'api'>;

/** `ambiguous`: several sites fit equally well. */
export type Match = { readonly kind: 'site'; readonly id: string } | { readonly kind: 'ambiguous' } | { readonly kind: 'none' };

/** What must agree at the least: one text of its own, the tools, or two texts that say little alone. */
const ENOUGH = 2;
const STRONG = 2;
const WEAK = 1;

/** APIs that a provider's SDKs speak; what is not listed may speak any. */
const APIS: Readonly<Partial<Record<Provider, RegExp>>> = {
  anthropic: /^anthropic-/,
  openai: /^openai-/,
  google: /^(gemini|openai)-/,
  vertex: /^(gemini|anthropic|openai)-/,
  bedrock: /^(bedrock|anthropic|openai)-/,
};

interface Indexed {
  readonly site: SiteFingerprint;
  /** Messages and blocks of which something is certainly sent: `system 0`. */
  readonly groups: ReadonlySet<string>;
}

interface Named {
  readonly indexed: Indexed;
  readonly segment: SiteSegment;
}

/** What agreed in one group: units of the longest text and of each block by its hash, and how much that says. */
interface Agreement {
  units: number;
  points: number;
  readonly blocks: Map<string, number>;
}
type Agreed = Map<string, Agreement>;

const groupOf = ({ role, item }: SiteSegment): string => `${role} ${item}`;

export class SiteIndex {
  readonly #byText = new Map<string, Named[]>();
  readonly #byTools = new Map<string, Indexed[]>();
  readonly #noTools: string;
  readonly size: number;

  /** `noTools`: how an empty list of tools is named. */
  constructor(sites: readonly SiteFingerprint[], noTools: string) {
    this.#noTools = noTools;
    this.size = sites.length;
    for (const site of sites) {
      const indexed = { site, groups: new Set(site.segments.filter(({ part }) => part !== 'block').map(groupOf)) };
      for (const segment of site.segments) push(this.#byText, textKey(segment.role, segment.part, segment.hash), { indexed, segment });
      if (site.tools !== undefined && site.tools !== noTools) push(this.#byTools, site.tools, indexed);
    }
  }

  match(live: LivePrint): Match {
    const candidates = this.#candidates(live);
    let best: readonly number[] | undefined;
    let found: Match = { kind: 'none' };
    for (const [indexed, agreed] of candidates) {
      const rank = this.#rank(indexed, agreed, live);
      if (!rank) continue;
      const order = best ? compare(rank, best) : 1;
      if (order < 0) continue;
      found = order > 0 ? { kind: 'site', id: indexed.site.id } : { kind: 'ambiguous' };
      best = rank;
    }
    return found;
  }

  #candidates({ segments = [], tools }: LivePrint): Map<Indexed, Agreed> {
    const found = new Map<Indexed, Map<string, Agreement>>();
    const hit = (key: string, units: number): void => {
      for (const { indexed, segment } of this.#byText.get(key) ?? []) {
        const agreed: Map<string, Agreement> = found.get(indexed) ?? new Map();
        found.set(indexed, agreed);
        const one = agreed.get(groupOf(segment)) ?? { units: 0, points: 0, blocks: new Map() };
        agreed.set(groupOf(segment), one);
        one.points = Math.max(one.points, segment.weak ? WEAK : STRONG);
        if (segment.part === 'block') one.blocks.set(segment.hash, units);
        else one.units = Math.max(one.units, units);
      }
    };
    for (const { role, hash, length, heads = [], tails = [] } of segments) {
      // A whole text is more than its longest part.
      hit(textKey(role, 'whole', hash), length + 1);
      hit(textKey(role, 'block', hash), length + 1);
      heads.forEach((head, i) => {
        hit(textKey(role, 'head', head), HEAD_LENGTHS[i] ?? 0);
      });
      tails.forEach((tail, i) => {
        hit(textKey(role, 'tail', tail), HEAD_LENGTHS[i] ?? 0);
      });
    }
    for (const indexed of (tools && this.#byTools.get(tools)) || []) if (!found.has(indexed)) found.set(indexed, new Map());
    return found;
  }

  /** The higher, the better, in order of weight; undefined where something contradicts or too little agrees. */
  #rank({ site, groups }: Indexed, agreed: Agreed, live: LivePrint): readonly number[] | undefined {
    if (site.provider !== undefined && APIS[site.provider as Provider]?.test(live.api) === false) return undefined;
    if (site.tools !== undefined && site.tools !== (live.tools ?? this.#noTools)) return undefined;
    const models = live.model === undefined ? [] : site.models;
    if (models.length > 0 && !models.some((model) => mayBe(model, live.model ?? '', site.provider, live.provider))) return undefined;
    for (const role of ['system', 'user']) {
      const known = [...groups].some((group) => group.startsWith(role));
      const fits = [...agreed.keys()].some((group) => group.startsWith(role));
      if (known && !fits && live.segments?.some((segment) => segment.role === role)) return undefined;
    }
    const texts = [...agreed.values()];
    const sum = (of: (one: (typeof texts)[number]) => number): number => texts.reduce((all, one) => all + of(one), 0);
    const tools = site.tools !== undefined && site.tools !== this.#noTools ? STRONG : 0;
    if (sum((one) => one.points) + tools < ENOUGH) return undefined;
    const units = sum((one) => Math.max(one.units, inBlocks(one)));
    return [units, tools, -missedIn(site, groups, agreed), models.length > 0 ? 1 : 0];
  }
}

const inBlocks = ({ blocks }: Agreement): number => [...blocks.values()].reduce((all, units) => all + units, 0);

/** Messages and blocks that the code shows and the request has not. */
function missedIn({ segments }: SiteFingerprint, groups: ReadonlySet<string>, agreed: Agreed): number {
  const gone = [...groups].filter((group) => !agreed.has(group)).length;
  const byBlocks = (segment: SiteSegment): boolean => {
    const one = segment.part === 'block' ? agreed.get(groupOf(segment)) : undefined;
    return one !== undefined && inBlocks(one) > one.units;
  };
  return gone + segments.filter((segment) => byBlocks(segment) && !agreed.get(groupOf(segment))?.blocks.has(segment.hash)).length;
}

const textKey = (role: string, part: SiteSegment['part'], hash: string): string => `${role} ${part} ${hash}`;

function push<T>(into: Map<string, T[]>, key: string, value: T): void {
  const known = into.get(key);
  if (known) known.push(value);
  else into.set(key, [value]);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/** Whether two ids may name the same model: snapshots, aliases and prefixes aside. Where one of them names nothing that a list has, nothing speaks against it. */
export function mayBe(coded: string, asked: string, codedFor?: string, askedOf?: string): boolean {
  if (coded === asked) return true;
  const [a, b] = [idOf(coded, codedFor), idOf(asked, askedOf)];
  if (a.candidates.some((id) => b.candidates.includes(id))) return true;
  return [a, b].some(({ blocked }) => blocked === 'opaque-id' || blocked === 'azure-deployment' || blocked === 'self-hosted');
}

function idOf(model: string, provider: string | undefined) {
  const id = modelIdOf(model, (provider ?? 'unknown') as Provider);
  if (id.blocked !== 'unknown-host') return id;
  // The host is not known, but only one vendor has such names.
  const vendor = providerOf(model.slice(model.lastIndexOf('/') + 1));
  return vendor ? modelIdOf(model.slice(model.lastIndexOf('/') + 1), vendor) : id;
}
