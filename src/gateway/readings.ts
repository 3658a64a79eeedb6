import type { Directive } from '../control/contract.ts';

/** What is kept of the past, ms: a request that took longer is settled by the part of it that is known. */
const KEPT_MS = 15 * 60_000;
/** A directive speaks for the interval before it; one after a longer silence speaks only for its last seconds. */
const LONGEST_MS = 10_000;

/** A stretch of time and what was so in it. */
interface Reading {
  readonly fromMs: number;
  readonly toMs: number;
  readonly directive: Directive;
}

/** What a request used, as its engine counted. */
export interface Work {
  readonly deployment: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Time to the first token, ms; null = not seen. */
  readonly ttftMs: number | null;
  readonly prefilledTokens: number;
  readonly outputTokens: number;
}

/** Energy, carbon, water and cost of a request over the time in which it ran. */
export interface Settled {
  readonly itJoules: number;
  readonly facilityJoules: number;
  readonly co2G: number;
  readonly waterL: number;
  readonly cost: number;
}

/**
 * The last quarter of an hour as directives told it. While a request runs, only the directive before it is known; each one tells
 * what the interval that has just ended was like, so that afterwards a request can be set against the very seconds in which it ran.
 */
export class Readings {
  #kept: Reading[] = [];

  /** Takes a directive as the reading of the interval that it ends. */
  take(directive: Directive): void {
    const last = this.#kept.at(-1);
    const toMs = directive.issuedMs;
    if (last !== undefined && toMs <= last.toMs) return;
    const fromMs = Math.max(last?.toMs ?? Number.NEGATIVE_INFINITY, toMs - LONGEST_MS);
    this.#kept.push({ fromMs, toMs, directive });
    if (this.#kept[0]!.toMs < toMs - KEPT_MS) this.#kept = this.#kept.filter((r) => r.toMs >= toMs - KEPT_MS);
  }

  /** The instant up to which is known what was. */
  get untilMs(): number {
    return this.#kept.at(-1)?.toMs ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * Sets a request against the readings of its time: input tokens over the time to its first token, output tokens evenly over
   * the rest, each at the joules per token, facility factor, carbon, water and price of its seconds. Null when no reading names
   * its deployment in that time.
   */
  settle(work: Work): Settled | null {
    const firstMs = Math.min(work.endMs, work.startMs + (work.ttftMs ?? 0));
    const input = this.#spread(work, work.prefilledTokens, work.startMs, firstMs, 'prefillJPerToken');
    const output = this.#spread(work, work.outputTokens, firstMs, work.endMs, 'decodeJPerToken');
    if (input === null || output === null) return null;
    return {
      itJoules: input.itJoules + output.itJoules,
      facilityJoules: input.facilityJoules + output.facilityJoules,
      co2G: input.co2G + output.co2G,
      waterL: input.waterL + output.waterL,
      cost: input.cost + output.cost,
    };
  }

  #spread(
    { deployment }: Work,
    tokens: number,
    fromMs: number,
    toMs: number,
    rate: 'prefillJPerToken' | 'decodeJPerToken',
  ): Settled | null {
    let weight = 0;
    const sum = { itJoules: 0, facilityJoules: 0, co2G: 0, waterL: 0, cost: 0 };
    for (let i = this.#kept.length - 1; i >= 0; i--) {
      const { directive, ...reading } = this.#kept[i]!;
      if (reading.toMs <= fromMs && weight > 0) break;
      // An instant lies in the reading around it
      const over = Math.min(toMs, reading.toMs) - Math.max(fromMs, reading.fromMs);
      if (over < 0 || (over === 0 && toMs > fromMs)) {
        if (reading.toMs < fromMs) break;
        continue;
      }
      const expected = directive.engines.find(({ id }) => id === deployment)?.expected;
      if (expected === undefined) continue;
      const share = toMs > fromMs ? over : 1;
      const facilityJ = expected[rate] * directive.facilityFactor;
      const kwh = facilityJ / 3.6e6;
      weight += share;
      sum.itJoules += share * expected[rate];
      sum.facilityJoules += share * facilityJ;
      sum.co2G += share * kwh * directive.carbonGPerKwh;
      sum.waterL += share * kwh * directive.waterLPerKwh;
      sum.cost += share * kwh * directive.pricePerKwh;
      if (toMs === fromMs) break;
    }
    if (weight === 0) return null;
    const scale = tokens / weight;
    return {
      itJoules: sum.itJoules * scale,
      facilityJoules: sum.facilityJoules * scale,
      co2G: sum.co2G * scale,
      waterL: sum.waterL * scale,
      cost: sum.cost * scale,
    };
  }
}
