/**
 * Carries hashes of call sites from the language server to the gateway, and what was seen at each back: the two never speak to each other. Knows nothing of VS Code.
 */
import type { ObservedAnswer, ObservedSite, SiteFingerprint } from '../../core/protocol/observed.ts';

export interface RelayParts {
  /** All call sites of the workspace, hashed with the gateway's salt; undefined: not to be had now. */
  readonly fingerprints: (salt: string) => Promise<readonly SiteFingerprint[] | undefined>;
  /** Tells the gateway. */
  readonly tell: (sites: readonly SiteFingerprint[]) => Promise<ObservedAnswer>;
  /** Asks it again for the sites it was told. */
  readonly observed: () => Promise<ObservedAnswer>;
  /** Gives the language server what was seen; none: forget it. */
  readonly use: (sites: readonly ObservedSite[]) => Promise<unknown>;
  readonly onNames: (names: Readonly<Record<string, string>>) => void;
  readonly onError: (error: unknown) => void;
  /** After a change of the code, ms. */
  readonly tellAfterMs?: number;
  /** Least time between two questions, ms. */
  readonly askEveryMs?: number;
}

const TELL_AFTER_MS = 3_000;
const ASK_EVERY_MS = 5_000;
/** How much longer is waited where the code may be the same. */
const MAYBE_FACTOR = 10;

type Step = 'tell' | 'ask' | 'forget';

export class Relay {
  readonly #parts: RelayParts;
  #salt: string | undefined;
  /** As the gateway was told them, and as the language server was given them: the same again is not said again. Undefined: not known. */
  #toldSites: string | undefined;
  #usedSites: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #next: Step | undefined;
  #askedMs = 0;
  #running = false;

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /** A gateway is there, or undefined: it is gone, and what it had seen with it. */
  connected(salt: string | undefined): void {
    if (salt === this.#salt) return;
    this.#salt = salt;
    this.#toldSites = undefined;
    // The language server may have been started anew meanwhile.
    if (salt !== undefined) this.#usedSites = undefined;
    this.#later(salt === undefined ? 'forget' : 'tell', 0);
  }

  /** The code has changed: other call sites, or the same elsewhere. `maybe`: or only figures have, as they do when observed ones come. */
  codeChanged(how: 'surely' | 'maybe' = 'surely'): void {
    if (this.#salt === undefined || this.#next === 'tell') return;
    const after = this.#parts.tellAfterMs ?? TELL_AFTER_MS;
    this.#later('tell', how === 'surely' ? after : after * MAYBE_FACTOR);
  }

  /** Calls have ended. */
  callsCame(): void {
    if (this.#salt === undefined || this.#toldSites === undefined || this.#next !== undefined) return;
    const since = Date.now() - this.#askedMs;
    this.#later('ask', Math.max(0, (this.#parts.askEveryMs ?? ASK_EVERY_MS) - since));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#salt = undefined;
    this.#next = undefined;
  }

  #later(step: Step, ms: number): void {
    // Telling answers as asking does; forgetting is overtaken by either.
    if (step === 'ask' && this.#next === 'tell') return;
    this.#next = step;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), ms);
    this.#timer.unref?.();
  }

  async #run(): Promise<void> {
    if (this.#running) return this.#later(this.#next ?? 'ask', 100);
    const step = this.#next;
    this.#next = undefined;
    if (step === undefined) return;
    this.#running = true;
    try {
      await this.#do(step);
    } catch (error) {
      this.#parts.onError(error);
    } finally {
      this.#running = false;
    }
  }

  async #do(step: Step): Promise<void> {
    const { fingerprints, tell, observed, onNames } = this.#parts;
    const salt = this.#salt;
    if (step === 'forget' || salt === undefined) return this.#use([]);
    this.#askedMs = Date.now();
    if (step === 'ask') return this.#use((await observed()).sites);
    const sites = await fingerprints(salt);
    // Nothing to tell now, or the gateway has changed meanwhile.
    if (!sites || salt !== this.#salt) return;
    const asText = JSON.stringify(sites);
    if (asText === this.#toldSites) return;
    onNames(Object.fromEntries(sites.map(({ id, name }) => [id, name])));
    const answer = await tell(sites);
    this.#toldSites = asText;
    await this.#use(answer.sites);
  }

  async #use(sites: readonly ObservedSite[]): Promise<void> {
    const asText = JSON.stringify(sites);
    if (asText === this.#usedSites) return;
    await this.#parts.use(sites);
    this.#usedSites = asText;
  }
}
