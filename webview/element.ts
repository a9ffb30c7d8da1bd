/** What every view is: an element that shows the store, and is told by a new `version` that it changed. */
import { type CSSResultGroup, LitElement } from 'lit';
import type { PanelStore } from './store.ts';
import { shared } from './styles.ts';

export abstract class StoreElement extends LitElement {
  static override properties = { store: { attribute: false }, version: { attribute: false } };
  static override styles: CSSResultGroup = shared;
  declare store: PanelStore;
  declare version: number;
}

/** Registers once: a page may load the script a second time. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
