/** What all request readers share. */
import { compact, list, record, text } from './json.ts';
import type { RequestFacts, WireMatch, WireSegment } from './types.ts';

export type Role = WireSegment['role'];

/** Collects the pieces of a body in order. */
export class FactsBuilder {
  readonly segments: WireSegment[] = [];
  readonly toolNames: string[] = [];
  readonly serverTools: string[] = [];
  readonly hidden = new Set<string>();
  media = 0;
  toolResults = 0;
  #mark: RequestFacts['cacheMark'];

  add(role: Role, item: number, value: unknown): void {
    if (typeof value === 'string' && value !== '') this.segments.push({ role, item, text: value });
  }

  addJson(role: Role, item: number, value: unknown): void {
    if (value !== undefined && value !== null) this.add(role, item, typeof value === 'string' ? value : JSON.stringify(value));
  }

  serverTool(name: string): void {
    this.serverTools.push(name);
    this.hidden.add('server-tool');
  }

  /** Keeps the longest life. */
  mark(ttl: RequestFacts['cacheMark']): void {
    const order = ['5m', '30m', '1h', '12h', 'unknown'];
    if (ttl !== undefined && order.indexOf(ttl) > order.indexOf(this.#mark ?? '')) this.#mark = ttl;
  }

  facts(match: WireMatch, fields: Partial<RequestFacts>): RequestFacts {
    return compact({
      api: match.api,
      operation: match.operation,
      stream: match.stream ?? false,
      completions: 1,
      batch: false,
      segments: this.segments,
      toolNames: this.toolNames,
      serverTools: this.serverTools,
      messages: 0,
      media: this.media,
      toolResults: this.toolResults,
      hiddenInput: [...this.hidden],
      cacheMark: this.#mark,
      usageInStream: true,
      ...fields,
      ...(match.model === undefined ? {} : { model: match.model }),
      ...(match.region === undefined ? {} : { region: match.region }),
    });
  }
}

/** Index of the last item with that role, or −1. */
export const lastWithRole = (items: readonly unknown[], role: string): number => items.map((item) => text(record(item).role)).lastIndexOf(role);

export const items = list;
