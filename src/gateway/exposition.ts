/** Labels of one series. */
export type Labels = Readonly<Record<string, string>>;

/** A gauge of the site that another room measures and `/metrics` shows. */
export interface SiteGauge {
  /** Prometheus name, unit last: `joulewright_site_load_watts`. */
  readonly name: string;
  readonly help: string;
  readonly value: number;
  readonly labels?: Labels;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

function head(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
}

/** The key of a series: its label values in the order of the label names. */
export function seriesKey(values: readonly string[]): string {
  return values.join('\u0000');
}

/** A sum that only grows, one per combination of label values. */
export class Counter {
  readonly #name: string;
  readonly #help: string;
  readonly #labelNames: readonly string[];
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string, labelNames: readonly string[]) {
    this.#name = name;
    this.#help = help;
    this.#labelNames = labelNames;
  }

  /** Adds to the series of these label values, given in the order of the label names. */
  add(amount: number, ...values: readonly string[]): void {
    this.addTo(seriesKey(values), amount);
  }

  /** Adds to a series by its key: counters of the same label names share it. */
  addTo(key: string, amount: number): void {
    this.#values.set(key, (this.#values.get(key) ?? 0) + amount);
  }

  print(): string {
    let text = head(this.#name, this.#help, 'counter');
    for (const [key, value] of this.#values)
      text += `${this.#name}{${seriesText(this.#labelNames, key)}} ${number(value)}\n`;
    return text;
  }
}

function seriesText(names: readonly string[], key: string): string {
  const values = key.split('\u0000');
  return names.map((name, i) => `${name}="${escaped(values[i] ?? '')}"`).join(',');
}

interface Buckets {
  readonly counts: Float64Array;
  sum: number;
  count: number;
}

/** How often a quantity fell at or below each bound, one per combination of label values. */
export class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #labelNames: readonly string[];
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Buckets>();

  /** @param bounds upper bounds, rising */
  constructor(name: string, help: string, labelNames: readonly string[], bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#labelNames = labelNames;
    this.#bounds = bounds;
  }

  observe(value: number, ...values: readonly string[]): void {
    this.observeIn(seriesKey(values), value);
  }

  /** Takes a value into a series by its key: histograms of the same label names share it. */
  observeIn(key: string, value: number): void {
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { counts: new Float64Array(this.#bounds.length), sum: 0, count: 0 };
      this.#series.set(key, series);
    }
    const at = this.#bounds.findIndex((bound) => value <= bound);
    if (at !== -1) series.counts[at]! += 1;
    series.sum += value;
    series.count += 1;
  }

  print(): string {
    let text = head(this.#name, this.#help, 'histogram');
    for (const [key, series] of this.#series) {
      const labels = seriesText(this.#labelNames, key);
      const lead = labels === '' ? '' : `${labels},`;
      let below = 0;
      this.#bounds.forEach((bound, i) => {
        below += series.counts[i]!;
        text += `${this.#name}_bucket{${lead}le="${number(bound)}"} ${below}\n`;
      });
      text += `${this.#name}_bucket{${lead}le="+Inf"} ${series.count}\n`;
      text += `${this.#name}_sum{${labels}} ${number(series.sum)}\n${this.#name}_count{${labels}} ${series.count}\n`;
    }
    return text;
  }
}

/** Gauges as text; those of one name share a head. Gauges with an illegal name or a value that is no number are left out. */
export function printGauges(gauges: readonly SiteGauge[]): string {
  const names = new Map<string, SiteGauge[]>();
  for (const gauge of gauges) {
    if (!NAME.test(gauge.name) || Number.isNaN(gauge.value)) continue;
    const same = names.get(gauge.name);
    if (same === undefined) names.set(gauge.name, [gauge]);
    else same.push(gauge);
  }
  let text = '';
  for (const [name, same] of names) {
    text += head(name, same[0]!.help, 'gauge');
    for (const { labels, value } of same) {
      text += `${name}${labels === undefined ? '' : `{${labelText(labels)}}`} ${number(value)}\n`;
    }
  }
  return text;
}
