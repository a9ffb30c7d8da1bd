/** What a person does at another gateway of the same store takes effect at this one: limits, pauses, stops. (Circuit breakers learn of each other by themselves.) */
import type { Core } from './core.ts';
import { limitChanged } from './limit-changes.ts';
import type { LimitChange } from './limits.ts';
import type { HeldElsewhere } from './pauses.ts';
import type { EventPublisher } from './publish/index.ts';

export class Elsewhere {
  #core: Core | undefined;
  #publisher: EventPublisher | undefined;

  /** Before this nothing runs, and what was changed is read with everything else. */
  attach(core: Core, publisher: EventPublisher): void {
    this.#core = core;
    this.#publisher = publisher;
  }

  limit(change: LimitChange): void {
    const core = this.#core;
    if (!core) return;
    const known = this.#publisher?.state().limits.map(({ counter }) => counter) ?? [];
    limitChanged(core, change, known).catch((error: unknown) => core.warn(`limits: ${String(error)}`));
  }

  /** Of sessions that make their calls elsewhere nothing is said here. */
  held({ session, how }: HeldElsewhere): void {
    const core = this.#core;
    if (!core?.sessions?.knows(session)) return;
    if (how === 'stopped') {
      core.running.stopSession(session, { kind: 'breaker', message: 'Costlint: a person stopped this session', session });
      core.sessions.end(session, 'stopped', 'person', core.now());
    } else core.sessions.byPerson(session, how ?? 'running', core.now());
  }
}
