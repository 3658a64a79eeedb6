import { demand } from './demand.ts';

/** Generating units of one kind on a site without a grid. */
export interface Capacity {
  readonly count: number;
  readonly kw: number;
  /** Forced outage rate: share of the time that one is down, 0..1. */
  readonly outShare: number;
}

/** Chances that no more than so much capacity is there: entry i is that of exactly i steps out of service. */
export interface CapacityTable {
  readonly stepKw: number;
  readonly installedKw: number;
  readonly outChance: Float64Array;
}

/**
 * Capacity outage probability table: units are added one by one, each in or out of service; a unit that is not a whole number of
 * steps is divided between the two nearest ones.
 * Source: Billinton and Allan 1996, Reliability Evaluation of Power Systems, 2nd ed., section 2.2.
 * @throws JW_RELIABILITY for what is out of range, and above 10 million steps
 */
export function capacityTable(units: readonly Capacity[], stepKw: number): CapacityTable {
  demand(stepKw > 0, 'the step of the table', stepKw, 'above 0 kW');
  let [installedKw, size] = [0, 1];
  for (const u of units) {
    demand(Number.isInteger(u.count) && u.count >= 0, 'the number of units', u.count, 'whole and not below 0');
    demand(u.kw >= 0, 'the power of a unit', u.kw, 'a number not below 0');
    demand(u.outShare >= 0 && u.outShare <= 1, 'the forced outage rate', u.outShare, '0 to 1');
    installedKw += u.count * u.kw;
    size += u.count * Math.ceil(u.kw / stepKw - 1e-9);
  }
  demand(size <= 1e7, 'the steps of the table', size, 'at most 10 million: take larger ones');
  let chances: Float64Array = new Float64Array(size);
  chances[0] = 1;
  for (const { count, kw, outShare } of units) {
    const whole = Math.floor(kw / stepKw + 1e-9);
    const part = Math.max(0, kw / stepKw - whole);
    for (let unit = 0; unit < count; unit++) chances = withUnit(chances, whole, part < 1e-9 ? 0 : part, outShare);
  }
  return { stepKw, installedKw, outChance: chances };
}

function withUnit(before: Float64Array, whole: number, part: number, outShare: number): Float64Array {
  const after = new Float64Array(before.length);
  before.forEach((chance, i) => {
    if (chance === 0) return;
    after[i]! += chance * (1 - outShare);
    after[i + whole]! += chance * outShare * (1 - part);
    if (part > 0) after[i + whole + 1]! += chance * outShare * part;
  });
  return after;
}

/**
 * Hours of the list in which capacity does not meet the load, and the energy then not served, expected.
 * Source: Billinton and Allan 1996, sections 2.3 and 2.6. @param loadsKw hourly
 */
export function lossOfLoad(
  table: CapacityTable,
  loadsKw: ArrayLike<number>,
): { readonly loleH: number; readonly eueKwh: number } {
  const { stepKw, installedKw, outChance } = table;
  const n = outChance.length;
  // From the end: chance of at least so much out, and the mean of what is out beyond it.
  const [atLeast, meanOut] = [new Float64Array(n + 1), new Float64Array(n + 1)];
  for (let i = n - 1; i >= 0; i--) {
    atLeast[i] = atLeast[i + 1]! + outChance[i]!;
    meanOut[i] = meanOut[i + 1]! + outChance[i]! * i * stepKw;
  }
  let [loleH, eueKwh] = [0, 0];
  for (let h = 0; h < loadsKw.length; h++) {
    const spareKw = installedKw - loadsKw[h]!;
    // The first step that leaves less than the load; a step that just meets it does.
    const first = Math.min(n, Math.max(0, Math.floor(spareKw / stepKw + 1e-9) + 1));
    loleH += atLeast[first]!;
    eueKwh += meanOut[first]! - atLeast[first]! * spareKw;
  }
  return { loleH, eueKwh };
}
