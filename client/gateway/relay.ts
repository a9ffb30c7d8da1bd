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
  /** What is to be done, and when. */
  readonly #due = new Map<Step, NodeJS.Timeout>();
  #askedMs = 0;
  #running: Promise<void> = Promise.resolve();

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
    this.#clear();
    this.#later(salt === undefined ? 'forget' : 'tell', 0);
  }

  /** The code has changed: other call sites, or the same elsewhere. `maybe`: or only figures have, as they do when observed ones come. */
  codeChanged(how: 'surely' | 'maybe' = 'surely'): void {
    if (this.#salt === undefined) return;
    const after = this.#parts.tellAfterMs ?? TELL_AFTER_MS;
    // A change that is sure is told soon; one that may be none does not put off what is due.
    if (how === 'surely') this.#later('tell', after);
    else if (!this.#due.has('tell')) this.#later('tell', after * MAYBE_FACTOR);
  }

  /** Calls have ended. */
  callsCame(): void {
    if (this.#salt === undefined || this.#toldSites === undefined || this.#due.has('ask')) return;
    const since = Date.now() - this.#askedMs;
    this.#later('ask', Math.max(0, (this.#parts.askEveryMs ?? ASK_EVERY_MS) - since));
  }

  dispose(): void {
    this.#salt = undefined;
    this.#clear();
  }

  #clear(): void {
    for (const timer of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
  }

  #later(step: Step, ms: number): void {
    clearTimeout(this.#due.get(step));
    const timer = setTimeout(() => {
      this.#due.delete(step);
      this.#running = this.#running.then(() => this.#do(step)).catch(this.#parts.onError);
    }, ms);
    timer.unref?.();
    this.#due.set(step, timer);
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
