import type { LocalTime } from '../../series/zone.ts';
import { blockMoney, groupPeaks, lookbackPeaks, netMetering, peakMoney } from './bill.ts';
import { termsOfPeriod } from './billing.ts';
import { covers } from './outages.ts';
import { exportPrice, stepPrice } from './physics.ts';
import type { GridSpec } from './spec.ts';
import { periodOf, slotOf } from './terms.ts';

/** What a connection exchanged in a step, means over it. */
export interface Exchange {
  readonly startMs: number;
  readonly dtH: number;
  /** Local time at mid-step. */
  readonly local: LocalTime;
  readonly importKw: number;
  readonly exportKw: number;
}

/** A bill by parts, in the site's currency. */
export interface Bill {
  readonly energyMoney: number;
  readonly demandMoney: number;
  readonly coincidentMoney: number;
  readonly fixedMoney: number;
  /** Income of energy given under net billing; credits of net metering are in the energy charge. */
  readonly exportMoney: number;
  readonly totalMoney: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, v) => total + v, 0);

/**
 * The bill of a time, computed at once from all its steps: for plans, and to hold the bill of the twin against.
 *
 * @param steps in order, of billing periods without a gap longer than eleven months
 */
export function wholeBill(spec: GridSpec, steps: readonly Exchange[]): Bill {
  if (steps.length === 0) {
    return { energyMoney: 0, demandMoney: 0, coincidentMoney: 0, fixedMoney: 0, exportMoney: 0, totalMoney: 0 };
  }
  const period = steps.map((s) => periodOf(s.local, spec.billingDay));
  const first = period[0]!;
  const count = period.at(-1)! - first + 1;
  const group = period.map((p) => p - first);
  const seen = new Set(group);
  const terms = Array.from({ length: count }, (_, g) => termsOfPeriod(spec, first + g));
  const price = steps.map((s) => stepPrice(spec, s.local, s.startMs, s.dtH * 3_600_000));
  const [bought, credits, metered] = [0, 1, 2].map(() => new Array<number>(count).fill(0)) as [
    number[],
    number[],
    number[],
  ];
  let exportMoney = 0;
  steps.forEach((s, i) => {
    const g = group[i]!;
    const kwh = s.importKw * s.dtH;
    bought[g]! += blockMoney(terms[g]!.blocks, metered[g]!, metered[g]! + kwh, price[i]!);
    metered[g]! += kwh;
    credits[g]! += s.exportKw * s.dtH * price[i]!;
    exportMoney += s.exportKw * s.dtH * exportPrice(spec, s.startMs, s.dtH * 3_600_000);
  });
  const netted = spec.exportRule === 'net_metering';
  const expires = terms.map((_, g) => ((first + g) % 12) + 1 === spec.expiresMonth);
  const energyMoney = sum(netted ? netMetering(bought, credits, expires).charges : bought);

  let demandMoney = 0;
  const names = new Set(terms.flatMap((t) => t.ratchets.map((r) => r.slot)));
  for (const slot of names) {
    const inWindow = steps.map((s, i) => {
      const own = terms[group[i]!]!;
      const ratchet = own.ratchets.find((r) => r.slot === slot);
      const counts = ratchet !== undefined && ratchet.window?.[slotOf(s.local, own.holidays)] !== 0;
      return counts ? group[i]! : -1;
    });
    const peaks = groupPeaks(
      steps.map((s) => s.importKw),
      inWindow,
      count,
    );
    terms.forEach((own, g) => {
      const ratchet = own.ratchets.find((r) => r.slot === slot);
      if (ratchet === undefined || !seen.has(g)) return;
      const months = ratchet.lookback?.months.flatMap((on, m) => (on ? [m + 1] : [])) ?? [];
      const share = ratchet.lookback?.share ?? 0;
      const billed = lookbackPeaks(peaks, share, months, (first % 12) + 1, 'past')[g]!;
      demandMoney += peakMoney(billed, ratchet.perKw[(first + g) % 12]!, ratchet.tiers);
    });
  }

  const coincidentMoney = sum(
    spec.coincident.map(({ perKw, windows }) => {
      const inside = steps.filter((s) => covers(windows, s.startMs + s.dtH * 1_800_000));
      return perKw * Math.max(0, ...inside.map((s) => s.importKw));
    }),
  );
  const fixedMoney = sum(terms.map((t, g) => (seen.has(g) ? t.fixedPerMonth : 0)));
  return {
    energyMoney,
    demandMoney,
    coincidentMoney,
    fixedMoney,
    exportMoney,
    totalMoney: energyMoney + demandMoney + coincidentMoney + fixedMoney - exportMoney,
  };
}
