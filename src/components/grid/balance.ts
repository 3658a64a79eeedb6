import { series } from '../available.ts';
import { type BalancePart, type Horizon, type ModelBuilder, peakOf, type Standing } from '../model.ts';
import { termsOfPeriod } from './billing.ts';
import { covers } from './outages.ts';
import { exportPrice, gridCarbon, stepPrice } from './physics.ts';
import type { GridSpec } from './spec.ts';
import { periodOf, slotOf } from './terms.ts';

/** A hair against importing and exporting at once, and against exporting for nothing, money per kWh. */
const TIE_MONEY = 1e-6;

/**
 * Bills are numbered by block and billing period: a block closes in itself, so that a period that goes over its end is billed in
 * two parts. A multiple of twelve, so that the month is still the remainder.
 */
const BILLS_A_BLOCK = 120_000;

function billPeriod(bill: number): number {
  return bill % BILLS_A_BLOCK;
}

/** A period as in "2025-01". */
function nameOf(bill: number): string {
  const period = billPeriod(bill);
  return `${Math.floor(period / 12)}-${String((period % 12) + 1).padStart(2, '0')}`;
}

/** What the bill depends on, by base step. */
interface Bills {
  readonly price: Float64Array;
  readonly earned: Float64Array;
  readonly carbon: Float64Array;
  /** 1 while no outage that is known covers the step's middle. */
  readonly up: Float64Array;
  readonly bill: Float64Array;
  /** Of each demand charge and period: 1 in the hours that count. */
  readonly windows: readonly Float64Array[];
  readonly coincident: readonly Float64Array[];
}

function billsOf(spec: GridSpec, horizon: Horizon): Bills {
  const level = horizon.level?.energy ?? 1;
  const dtMs = horizon.grid.stepMs;
  const middle = (startMs: number): number => startMs + dtMs / 2;
  const windows = Array.from({ length: spec.prices.slots }, (_, slot) =>
    series(horizon, (c) => {
      const terms = termsOfPeriod(spec, periodOf(c.local, spec.billingDay));
      const ratchet = terms.ratchets.find((r) => r.slot === slot);
      if (ratchet === undefined) return 0;
      return ratchet.window === undefined || ratchet.window[slotOf(c.local, terms.holidays)] === 1 ? 1 : 0;
    }),
  );
  let block = 0;
  return {
    price: series(horizon, (c) => level * stepPrice(spec, c.local, c.startMs, dtMs)),
    earned: series(horizon, (c) => level * exportPrice(spec, c.startMs, dtMs)),
    carbon: series(horizon, (c) => gridCarbon(spec, c.startMs, dtMs) / 1000),
    up: series(horizon, (c, i) =>
      covers(spec.announced, middle(c.startMs)) || horizon.isGridLost?.(i) === true ? 0 : 1,
    ),
    bill: series(horizon, (c, i) => {
      if (i === horizon.blocks[block + 1]) block++;
      return block * BILLS_A_BLOCK + periodOf(c.local, spec.billingDay);
    }),
    windows,
    coincident: spec.coincident.map((c) => series(horizon, (at) => (covers(c.windows, middle(at.startMs)) ? 1 : 0))),
  };
}

/** What the linear model leaves out of a tariff, in words; [] for most. */
export function leftOut(spec: GridSpec): string[] {
  const list: string[] = [];
  const falling = spec.prices.versions.some(
    (v) =>
      v.blocks.some(
        (b, i) => i > 0 && (b.addPerKwh < v.blocks[i - 1]!.addPerKwh || b.factor < v.blocks[i - 1]!.factor),
      ) || v.ratchets.some((r) => r.tiers.some((t, i) => t.addPerKw < (r.tiers[i - 1]?.addPerKw ?? 0))),
  );
  if (falling) list.push('prices that fall with use are counted as if they stayed');
  if (spec.exportRule === 'net_metering')
    list.push('credit of net metering is not carried from one period to the next');
  return list;
}

/**
 * The connection in the linear model, size L = import limit. N1: import <= L while no outage was announced; those that nobody
 * announced are met by the reserve and tested in the twin. N2: the billed peak of a period and charge is at least the import of
 * every hour that counts, and a share of earlier peaks. N3: energy above a tier. N4: net metering within a period.
 */
export function gridBalance(spec: GridSpec, { id }: Standing, horizon: Horizon): BalancePart {
  const bills = billsOf(spec, horizon);
  const { ownership } = spec;
  const given = spec.importLimitKw;
  return {
    sizes: [
      {
        key: 'import_limit',
        unit: 'kW',
        given,
        capexMoney: given > 0 ? ownership.capexMoney / given : 0,
        opexMoneyPerYear: given > 0 ? ownership.opexMoneyPerYear / given : 0,
        lifeYears: ownership.lifeYears,
        source: ownership.source,
      },
    ],
    sharp: [bills.price, bills.earned, bills.up, bills.bill, ...bills.windows, ...bills.coincident],
    shape: [],
    periods: bills.bill,
    ...(spec.unannounced === undefined
      ? {}
      : {
          standby: {
            kind: 'grid',
            perYear: 12 * spec.unannounced.perMonth,
            meanH: spec.unannounced.meanHours,
            sigma: spec.unannounced.sigma,
          } as const,
        }),
    whole:
      spec.coincident.length > 0 || spec.prices.versions.some((v) => v.ratchets.some((r) => r.lookback !== undefined)),
    add(model) {
      const net = spec.exportRule === 'net_metering';
      const up = model.mean(bills.up);
      // It multiplies import: of a merged segment the most favourable of its hours.
      const carbon = model.least(bills.carbon);
      const carbonPerKg = horizon.level?.carbonPerKg ?? 0;
      const price = model.mean(bills.price).map((p, k) => (net ? 0 : p) + carbonPerKg * carbon[k]! + TIE_MONEY);
      const earned = model.mean(bills.earned);
      const importing = model.columns(`${id} import`, 'kW', 0, Number.POSITIVE_INFINITY, price);
      const limit = model.rows('N1', `${id}: import limit`, Number.NEGATIVE_INFINITY, 0);
      model.putAll(limit, importing, 1);
      model.putSize(
        limit,
        model.size(id, 'import_limit'),
        up.map((v) => -v),
      );
      model.flow('mv', importing, 1);
      model.count('co2Kg', importing, carbon);
      model.count('suppliedKwh', importing, 1);
      model.tell('import', importing, 1);
      let exporting: number | undefined;
      if (spec.exportLimitKw > 0) {
        const most = up.map((v) => v * spec.exportLimitKw);
        exporting = model.columns(
          `${id} export`,
          'kW',
          0,
          most,
          earned.map((p) => TIE_MONEY - (net ? 0 : p)),
        );
        model.flow('mv', exporting, -1);
      }
      addPeriods(spec, id, bills, model, horizon.level?.energy ?? 1, importing, net ? exporting : undefined);
    },
  };
}

/** Segments of each bill, in order. */
function segmentsOfBills(bills: Bills, model: ModelBuilder): Map<number, number[]> {
  const list = new Map<number, number[]>();
  for (let k = 0; k < model.segments; k++) {
    const bill = bills.bill[model.span(k)[0]]!;
    const own = list.get(bill);
    if (own === undefined) list.set(bill, [k]);
    else own.push(k);
  }
  return list;
}

function addPeriods(
  spec: GridSpec,
  id: string,
  bills: Bills,
  model: ModelBuilder,
  level: number,
  importing: number,
  exporting: number | undefined,
): void {
  const periods = segmentsOfBills(bills, model);
  const windows = bills.windows.map((w) => model.most(w));
  const price = model.mean(bills.price);
  const infinite = Number.POSITIVE_INFINITY;
  const peaks = new Map<string, number>();
  for (const [bill, segments] of periods) {
    const terms = termsOfPeriod(spec, billPeriod(bill));
    const name = nameOf(bill);
    for (const ratchet of terms.ratchets) {
      const perKw = level * ratchet.perKw[bill % 12]!;
      const peak = model.column(`${peakOf(id, ratchet.name)}${name}`, 'kW', 0, infinite, perKw, segments[0]!);
      peaks.set(`${ratchet.slot} ${bill}`, peak);
      for (const k of segments) {
        if (windows[ratchet.slot]![k] === 0) continue;
        const row = model.row('N2', `${id}: peak of ${ratchet.name}`, 0, infinite);
        model.put(row, peak, 1);
        model.put(row, importing + k, -1);
      }
      let before = 0;
      for (const tier of ratchet.tiers) {
        const add = level * (tier.addPerKw - before);
        before = tier.addPerKw;
        if (add <= 0) continue;
        const over = model.column(`${id} peak above ${tier.aboveKw} kW ${name}`, 'kW', 0, infinite, add, segments[0]!);
        const row = model.row('N2', `${id}: tier of ${ratchet.name}`, -tier.aboveKw, infinite);
        model.put(row, over, 1);
        model.put(row, peak, -1);
      }
    }
    let added = 0;
    for (const block of terms.blocks) {
      // Tiers state what is added to the price; the surcharge above the contract multiplies it.
      const hours = segments.reduce((sum, k) => sum + model.hours[k]!, 0);
      const mean = segments.reduce((sum, k) => sum + price[k]! * model.hours[k]!, 0) / hours;
      const total = (mean + level * block.addPerKwh) * block.factor - mean;
      const add = total - added;
      added = total;
      if (add <= 0) continue;
      const over = model.column(
        `${id} energy above ${block.aboveKwh} kWh ${name}`,
        'kWh',
        0,
        infinite,
        add,
        segments[0]!,
      );
      const row = model.row('N3', `${id}: energy tier`, -block.aboveKwh, infinite);
      model.put(row, over, 1);
      for (const k of segments) model.put(row, importing + k, -model.hours[k]!);
    }
    if (spec.exportRule === 'net_metering') {
      const paid = model.column(`${id} net bill ${name}`, 'money', 0, infinite, 1, segments[0]!);
      const row = model.row('N4', `${id}: net bill`, 0, infinite);
      model.put(row, paid, 1);
      for (const k of segments) {
        model.put(row, importing + k, -model.hours[k]! * price[k]!);
        if (exporting !== undefined) model.put(row, exporting + k, model.hours[k]! * price[k]!);
      }
    }
  }
  addLookback(spec, id, periods, peaks, model);
  spec.coincident.forEach((charge, i) => {
    const inside = model.most(bills.coincident[i]!);
    let [peak, block] = [0, -1];
    for (let k = 0; k < model.segments; k++) {
      if (inside[k] === 0) continue;
      const own = Math.floor(bills.bill[model.span(k)[0]]! / BILLS_A_BLOCK);
      if (own !== block) {
        block = own;
        peak = model.column(`${id} coincident ${charge.name}`, 'kW', 0, infinite, level * charge.perKw, k);
      }
      const row = model.row('N2', `${id}: coincident peak ${charge.name}`, 0, infinite);
      model.put(row, peak, 1);
      model.put(row, importing + k, -1);
    }
  });
}

/** The billed peak is at least a share of the peaks of the eleven periods before, in the same block. */
function addLookback(
  spec: GridSpec,
  id: string,
  periods: ReadonlyMap<number, unknown>,
  peaks: ReadonlyMap<string, number>,
  model: ModelBuilder,
): void {
  for (const bill of periods.keys()) {
    for (const ratchet of termsOfPeriod(spec, billPeriod(bill)).ratchets) {
      const { lookback } = ratchet;
      if (lookback === undefined) continue;
      for (let p = bill - 11; p < bill; p++) {
        const [own, earlier] = [peaks.get(`${ratchet.slot} ${bill}`), peaks.get(`${ratchet.slot} ${p}`)];
        if (own === undefined || earlier === undefined || lookback.months[p % 12] !== true) continue;
        const row = model.row('N2', `${id}: lookback of ${ratchet.name}`, 0, Number.POSITIVE_INFINITY);
        model.put(row, own, 1);
        model.put(row, earlier, -lookback.share);
      }
    }
  }
}
