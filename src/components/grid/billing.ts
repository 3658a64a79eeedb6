import { z } from 'zod';
import type { LocalTime } from '../../series/zone.ts';
import type { BillSoFar } from '../contract.ts';
import { blockMoney, peakMoney } from './bill.ts';
import { covers } from './outages.ts';
import type { GridSpec } from './spec.ts';
import { periodDay, periodOf, type Ratchet, slotOf, type Terms, termsOn } from './terms.ts';

const amount = z.number().nonnegative();

/** What a bill still needs to know of the past. Saved as JSON. */
export const billSchema = z.strictObject({
  v: z.literal(2),
  /** Billing period: year * 12 + (0..11) of the month it begins in; -1 before the first step. */
  month: z.int().min(-1),
  /** Highest import of the period by place of a demand charge, kW. */
  peaks: z.array(amount),
  /** Highest import of the eleven periods before by calendar month, for each place, kW; [] where nothing looks back. */
  past: z.array(z.array(amount).max(12)),
  /** Energy bought in the period, kWh; 0 where no price depends on it. */
  kwh: amount,
  /** Energy charge of the period less credit of net metering; below zero = credit left. */
  netMoney: z.number(),
  /** Highest import in the windows of each coincident charge, kW. */
  coincident: z.array(amount),
  /** Import in hours of a peak duty and in the others, this period: kWh, h, kWh, h; [] without a duty. */
  duty: z.union([z.tuple([]), z.tuple([amount, amount, amount, amount])]),
});

/** Bill of a connection so far. */
export type BillState = Readonly<z.infer<typeof billSchema>>;

/** A connection before its first billing period. */
export const NEW_BILL: BillState = {
  v: 2,
  month: -1,
  peaks: [],
  past: [],
  kwh: 0,
  netMoney: 0,
  coincident: [],
  duty: [],
};

/** What a step adds to the bill, and the bill after it. */
export interface Billed {
  readonly state: BillState;
  readonly money: number;
  /** What a further kWh would have cost, demand charges aside. */
  readonly perKwh: number;
}

/** Least billed peak of a charge by its lookback, kW. */
function floorOf(ratchet: Ratchet, past: readonly number[] | undefined, period: number): number {
  if (ratchet.lookback === undefined || past === undefined) return 0;
  let peak = 0;
  for (let m = 0; m < 12; m++) {
    // The place of the month that runs now holds nothing of a year ago.
    if (m !== period % 12 && ratchet.lookback.months[m] === true) peak = Math.max(peak, past[m] ?? 0);
  }
  return ratchet.lookback.share * peak;
}

/** Terms that count by period: those in force when it began. */
export function termsOfPeriod(spec: GridSpec, period: number): Terms {
  const { versions } = spec.prices;
  return versions.length === 1 ? versions[0]! : termsOn(versions, periodDay(period, spec.billingDay));
}

/** What was bought so far of the period that a local time lies in. */
export function billSoFar(spec: GridSpec, { month, peaks, kwh }: BillState, local: LocalTime): BillSoFar {
  const period = periodOf(local, spec.billingDay);
  const runs = period === month;
  return {
    period,
    boughtKwh: runs ? kwh : 0,
    peaks: termsOfPeriod(spec, period).ratchets.map(({ name, slot }) => ({
      charge: name,
      powerKw: runs ? (peaks[slot] ?? 0) : 0,
    })),
  };
}

/** The state at the start of a new period. */
function rolled(spec: GridSpec, old: BillState, period: number): BillState {
  const gone = old.month < 0 ? 0 : period - old.month;
  const forward = gone > 0 && gone < 12;
  const looksBack = spec.prices.versions.some((v) => v.ratchets.some((r) => r.lookback !== undefined));
  const past = looksBack
    ? Array.from({ length: spec.prices.slots }, (_, slot) => {
        const peaks = Array.from({ length: 12 }, (_, m) => (forward ? (old.past[slot]?.[m] ?? 0) : 0));
        // Periods that were left out, and the one a year ago, are forgotten.
        for (let p = old.month + 1; forward && p <= period; p++) peaks[p % 12] = 0;
        if (forward) peaks[old.month % 12] = old.peaks[slot] ?? 0;
        return peaks;
      })
    : [];
  let expired = !(gone > 0 && gone < 12);
  for (let p = old.month + 1; !expired && p <= period; p++) expired = (p % 12) + 1 === spec.expiresMonth;
  return {
    v: 2,
    month: period,
    peaks: new Array<number>(spec.prices.slots).fill(0),
    past,
    kwh: 0,
    netMoney: expired ? 0 : Math.min(0, old.netMoney),
    coincident: old.coincident,
    duty: spec.peakHours === undefined ? [] : [0, 0, 0, 0],
  };
}

/** What a new period costs at once: fixed charges, and peaks that count on. */
function opening(terms: Terms, state: BillState): number {
  let money = terms.fixedPerMonth;
  for (const r of terms.ratchets) {
    const floor = floorOf(r, state.past[r.slot], state.month);
    if (floor > 0) money += peakMoney(floor, r.perKw[state.month % 12]!, r.tiers);
  }
  return money;
}

/**
 * Bills a step: what it adds to energy, demand, coincident and fixed charges, less income, so that the sum over any time is
 * the bill of that time (see wholeBill.ts). Energy prices change on their day; what counts by period (tiers, demand, fixed,
 * surcharge) follows the version in force when the period began.
 *
 * @param importKw mean over the step, >= 0; likewise `exportKw`
 * @param price price of import in the step, per kWh
 * @param exportPerKwh income under net billing
 */
export function billStep(
  spec: GridSpec,
  before: BillState,
  local: LocalTime,
  middleMs: number,
  dtH: number,
  importKw: number,
  exportKw: number,
  price: number,
  exportPerKwh: number,
): Billed {
  const period = periodOf(local, spec.billingDay);
  const terms = termsOfPeriod(spec, period);
  let state = before;
  let money = 0;
  if (period !== before.month) {
    state = rolled(spec, before, period);
    money = opening(terms, state);
  }
  const boughtKwh = importKw * dtH;
  let { kwh, netMoney, peaks, coincident, duty } = state;
  let perKwh = price;

  const { blocks } = terms;
  if (blocks.length > 0) {
    money += blockMoney(blocks, kwh, kwh + boughtKwh, price);
    kwh += boughtKwh;
    let at = 0;
    while (at + 1 < blocks.length && blocks[at + 1]!.aboveKwh <= kwh) at++;
    perKwh = (price + blocks[at]!.addPerKwh) * blocks[at]!.factor;
  } else if (spec.exportRule === 'net_metering') {
    const net = netMoney + (importKw - exportKw) * dtH * price;
    money += Math.max(0, net) - Math.max(0, netMoney);
    netMoney = net;
  } else money += boughtKwh * price;
  money -= exportKw * dtH * exportPerKwh;

  const slot = slotOf(local, terms.holidays);
  for (let i = 0; i < terms.ratchets.length; i++) {
    const r = terms.ratchets[i]!;
    const peak = peaks[r.slot] ?? 0;
    if (importKw <= peak || (r.window !== undefined && r.window[slot] === 0)) continue;
    const floor = floorOf(r, state.past[r.slot], period);
    const perKw = r.perKw[period % 12]!;
    if (importKw > floor) {
      money += peakMoney(importKw, perKw, r.tiers) - peakMoney(Math.max(peak, floor), perKw, r.tiers);
    }
    peaks = peaks === before.peaks ? [...peaks] : peaks;
    peaks[r.slot] = importKw;
  }

  for (let i = 0; i < spec.coincident.length; i++) {
    const c = spec.coincident[i]!;
    const peak = coincident[i] ?? 0;
    if (importKw <= peak || !covers(c.windows, middleMs)) continue;
    money += (importKw - peak) * c.perKw;
    coincident = spec.coincident.map((_, k) => (k === i ? importKw : (coincident[k] ?? 0)));
  }

  if (spec.peakHours !== undefined) {
    const [peakKwh = 0, peakH = 0, otherKwh = 0, otherH = 0] = duty;
    duty =
      spec.peakHours[slotOf(local, spec.holidays)] === 1
        ? [peakKwh + boughtKwh, peakH + dtH, otherKwh, otherH]
        : [peakKwh, peakH, otherKwh + boughtKwh, otherH + dtH];
  }

  const same =
    state === before &&
    kwh === before.kwh &&
    netMoney === before.netMoney &&
    peaks === before.peaks &&
    coincident === before.coincident &&
    duty === before.duty;
  return {
    state: same ? before : { v: 2, month: period, peaks, past: state.past, kwh, netMoney, coincident, duty },
    money,
    perKwh,
  };
}

/** Share by which the mean import of the duty's peak hours lies below that of the others, this period; 0 where one is empty. */
export function dutyCut(state: BillState): number {
  const [peakKwh = 0, peakH = 0, otherKwh = 0, otherH = 0] = state.duty;
  return peakH > 0 && otherKwh > 0 ? 1 - peakKwh / peakH / (otherKwh / otherH) : 0;
}
