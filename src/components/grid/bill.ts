/**
 * Arithmetic of electricity bills: pure functions on plain numbers. What a step of the twin adds (billing.ts) must sum to
 * what these give for the whole.
 */

/** Energy of a billing period above `aboveKwh` costs (price + add) x factor, up to where the next block begins. */
export interface Block {
  readonly aboveKwh: number;
  readonly addPerKwh: number;
  readonly factor: number;
}

/** Power above `aboveKw` costs the price + add, up to where the next tier begins. */
export interface Tier {
  readonly aboveKw: number;
  readonly addPerKw: number;
}

/**
 * Money for energy bought while the meter of the billing period goes from `fromKwh` to `toKwh`, at one price.
 *
 * @param blocks by `aboveKwh`, the first at 0; [] = the price alone
 */
export function blockMoney(blocks: readonly Block[], fromKwh: number, toKwh: number, perKwh: number): number {
  if (blocks.length === 0) return (toKwh - fromKwh) * perKwh;
  let money = 0;
  for (let i = 0; i < blocks.length; i++) {
    const { aboveKwh, addPerKwh, factor } = blocks[i]!;
    const end = blocks[i + 1]?.aboveKwh ?? Number.POSITIVE_INFINITY;
    const kwh = Math.min(toKwh, end) - Math.max(fromKwh, aboveKwh);
    if (kwh > 0) money += kwh * (perKwh + addPerKwh) * factor;
  }
  return money;
}

/** Energy in each block of a period's total, kWh. */
export function blockEnergy(blocks: readonly Block[], kwh: number): number[] {
  return blocks.map(({ aboveKwh }, i) => {
    const end = blocks[i + 1]?.aboveKwh ?? Number.POSITIVE_INFINITY;
    return Math.max(0, Math.min(kwh, end) - aboveKwh);
  });
}

/** Puts energy tiers and the surcharge above the contract into one list of blocks. */
export function blocksOf(
  tiers: readonly { readonly aboveKwh: number; readonly addPerKwh: number }[],
  over: { readonly aboveKwh: number; readonly factor: number } | undefined,
): Block[] {
  const edges = new Set([0, ...tiers.map((t) => t.aboveKwh), ...(over === undefined ? [] : [over.aboveKwh])]);
  if (tiers.length === 0 && over === undefined) return [];
  return [...edges]
    .sort((a, b) => a - b)
    .map((aboveKwh) => ({
      aboveKwh,
      addPerKwh: tiers.findLast((t) => t.aboveKwh <= aboveKwh)?.addPerKwh ?? 0,
      factor: over !== undefined && aboveKwh >= over.aboveKwh ? over.factor : 1,
    }));
}

/**
 * Demand charge of a month for its billed peak, by tiers.
 *
 * @param tiers by `aboveKw`; [] = the price alone
 */
export function peakMoney(peakKw: number, perKw: number, tiers: readonly Tier[]): number {
  let money = peakKw * perKw;
  for (let i = 0; i < tiers.length; i++) {
    const { aboveKw, addPerKw } = tiers[i]!;
    const end = tiers[i + 1]?.aboveKw ?? Number.POSITIVE_INFINITY;
    money += Math.max(0, Math.min(peakKw, end) - aboveKw) * addPerKw;
  }
  return money;
}

/** Highest value of each group; groups that nothing falls into are 0. @param group index of each value, -1 = none */
export function groupPeaks(values: readonly number[], group: readonly number[], count: number): number[] {
  const peaks = new Array<number>(count).fill(0);
  values.forEach((value, i) => {
    const g = group[i]!;
    if (g >= 0 && value > peaks[g]!) peaks[g] = value;
  });
  return peaks;
}

/**
 * Peaks as billed with a lookback: at least a share of the highest peak of the chosen months.
 *
 * @param peaks of calendar months in order
 * @param months 1..12 that are looked back to
 * @param firstMonth calendar month of the first peak, 1..12
 * @param way `past`: of the eleven months before, as a meter bills; `cyclic`: of all months given, as if the year repeated
 *   (how REopt plans a year)
 */
export function lookbackPeaks(
  peaks: readonly number[],
  share: number,
  months: readonly number[],
  firstMonth: number,
  way: 'past' | 'cyclic',
): number[] {
  const counted = peaks.map((kw, i) => (months.includes(((firstMonth - 1 + i) % 12) + 1) ? kw : 0));
  return peaks.map((kw, i) => {
    const seen = way === 'cyclic' ? counted : counted.slice(Math.max(0, i - 11), i);
    return Math.max(kw, share * Math.max(0, ...seen));
  });
}

/** What net metering leaves of each month. */
export interface Netted {
  /** Energy charge of each month after credits, >= 0. */
  readonly charges: number[];
  /** Credit left at the end of each month, carried to the next. */
  readonly left: number[];
  /** Credit that was lost when it expired. */
  readonly expired: number;
}

/**
 * Net metering, month by month: credits pay for energy bought in the month and, as far as they are left over, in later
 * months, until they expire.
 *
 * @param bought money for energy bought, by month
 * @param credits money for energy given, at the price of its hour, by month
 * @param expires whether credit left over is lost at the start of each month
 */
export function netMetering(
  bought: readonly number[],
  credits: readonly number[],
  expires: readonly boolean[],
): Netted {
  const charges: number[] = [];
  const left: number[] = [];
  let [carried, expired] = [0, 0];
  bought.forEach((money, i) => {
    if (expires[i] === true) {
      expired += carried;
      carried = 0;
    }
    const net = money - credits[i]! - carried;
    charges.push(Math.max(0, net));
    carried = Math.max(0, -net);
    left.push(carried);
  });
  return { charges, left, expired };
}

/**
 * Share by which the mean of the peak hours lies below the mean of the others; 0 when either has none or the others are 0.
 * Negative when the peak hours are the higher ones.
 */
export function peakCut(values: readonly number[], inPeak: readonly boolean[]): number {
  let [peak, peaks, other, others] = [0, 0, 0, 0];
  values.forEach((value, i) => {
    if (inPeak[i] === true) {
      peak += value;
      peaks++;
    } else {
      other += value;
      others++;
    }
  });
  return peaks === 0 || other <= 0 ? 0 : 1 - peak / peaks / (other / others);
}

/** Active power that an apparent limit leaves, kW. @param powerFactor active over apparent power, 0..1 */
export function activeLimitKw(apparentKva: number, powerFactor: number): number {
  return apparentKva * powerFactor;
}
