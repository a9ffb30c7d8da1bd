/** The Prometheus text format, version 0.0.4: counters, gauges, histograms with labels. https://prometheus.io/docs/instrumenting/exposition_formats/ */

export type Labels = Readonly<Record<string, string>>;

/** Series of one metric; beyond it label values that clients choose become `other`, so that they cannot fill the memory. */
const MAX_SERIES = 1000;

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
const labelText = (labels: Labels): string => {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return parts.length > 0 ? `{${parts.join(',')}}` : '';
};

/** The labels of a metric come in the same order every time, and with names that are on no keyboard nobody can make one series look like another. */
function keyOf(labels: Labels): string {
  let key = '';
  for (const name in labels) key += `${labels[name]}\u0000`;
  return key;
}

/** One series of a metric. */
export interface One<T> {
  readonly labels: Labels;
  value: T;
}

class Series<T> {
  readonly #all = new Map<string, One<T>>();
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  at(labels: Labels): One<T> {
    const key = keyOf(labels);
    const known = this.#all.get(key);
    if (known) return known;
    if (this.#all.size >= MAX_SERIES) {
      const other = Object.fromEntries(Object.keys(labels).map((name) => [name, 'other']));
      const otherKey = keyOf(other);
      const rest = this.#all.get(otherKey) ?? { labels: other, value: this.#make() };
      this.#all.set(otherKey, rest);
      return rest;
    }
    const made = { labels, value: this.#make() };
    this.#all.set(key, made);
    return made;
  }

  get all(): Iterable<{ readonly labels: Labels; readonly value: T }> {
    return this.#all.values();
  }
}

export interface Metric {
  readonly name: string;
  render(): string;
}

const head = (name: string, help: string, type: string): string => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;

/** Only grows. `scale` divides what is counted, as nano-dollars to dollars. */
export class Counter implements Metric {
  readonly name: string;
  readonly #help: string;
  readonly #scale: number;
  readonly #series = new Series(() => 0);

  constructor(name: string, help: string, scale = 1) {
    this.name = name;
    this.#help = help;
    this.#scale = scale;
  }

  add(labels: Labels, amount = 1): void {
    this.#series.at(labels).value += amount;
  }

  /** For who counts in it often: its `value` may be added to. */
  at(labels: Labels): One<number> {
    return this.#series.at(labels);
  }

  render(): string {
    const lines = [...this.#series.all].map(({ labels, value }) => `${this.name}${labelText(labels)} ${value / this.#scale}\n`);
    return lines.length > 0 ? head(this.name, this.#help, 'counter') + lines.join('') : '';
  }
}

/** Set as a whole when it is read. */
export class Gauge implements Metric {
  readonly name: string;
  readonly #help: string;
  readonly #read: () => Iterable<readonly [Labels, number]>;

  constructor(name: string, help: string, read: () => Iterable<readonly [Labels, number]>) {
    this.name = name;
    this.#help = help;
    this.#read = read;
  }

  render(): string {
    const lines = [...this.#read()].map(([labels, value]) => `${this.name}${labelText(labels)} ${value}\n`);
    return lines.length > 0 ? head(this.name, this.#help, 'gauge') + lines.join('') : '';
  }
}

export interface Buckets {
  readonly counts: number[];
  sum: number;
  count: number;
}

export class Histogram implements Metric {
  readonly name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #series: Series<Buckets>;

  constructor(name: string, help: string, bounds: readonly number[]) {
    this.name = name;
    this.#help = help;
    this.#bounds = bounds;
    this.#series = new Series(() => ({ counts: bounds.map(() => 0), sum: 0, count: 0 }));
  }

  at(labels: Labels): One<Buckets> {
    return this.#series.at(labels);
  }

  observe({ value: buckets }: One<Buckets>, value: number): void {
    buckets.sum += value;
    buckets.count += 1;
    const at = this.#bounds.findIndex((bound) => value <= bound);
    if (at >= 0) buckets.counts[at] = (buckets.counts[at] ?? 0) + 1;
  }

  render(): string {
    const lines = [...this.#series.all].map(({ labels, value }) => this.#lines(labels, value));
    return lines.length > 0 ? head(this.name, this.#help, 'histogram') + lines.join('') : '';
  }

  #lines(labels: Labels, { counts, sum, count }: Buckets): string {
    let below = 0;
    const buckets = this.#bounds.map((bound, index) => {
      below += counts[index] ?? 0;
      return `${this.name}_bucket${labelText({ ...labels, le: String(bound) })} ${below}\n`;
    });
    const rest = `${this.name}_bucket${labelText({ ...labels, le: '+Inf' })} ${count}\n`;
    return `${buckets.join('')}${rest}${this.name}_sum${labelText(labels)} ${sum}\n${this.name}_count${labelText(labels)} ${count}\n`;
  }
}
