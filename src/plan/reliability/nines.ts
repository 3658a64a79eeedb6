import { demand } from './demand.ts';
import { ninesOf } from './indices.ts';

/** A design that was tried, as far as reliability and money go. */
export interface TriedDesign {
  readonly id: string;
  /** Level yearly cost of all of it. */
  readonly costMoneyPerYear: number;
  /** Loss of load expectation. */
  readonly loleHPerYear: number;
}

/** A step on the way to a more reliable supply. */
export interface NineCost {
  /** Nines asked for: 3 is 99.9 % of the hours of a year. */
  readonly nines: number;
  /** The cheapest design that has them; undefined where none of those tried does. */
  readonly design: TriedDesign | undefined;
  /** What it costs beyond the cheapest design that has one nine less, a year. */
  readonly moreMoneyPerYear: number | undefined;
  /** The same for each hour of lost load that it avoids; undefined where it avoids none. */
  readonly moneyPerAvoidedHour: number | undefined;
}

const YEAR_H = 8760;

const nines = (d: TriedDesign): number => ninesOf(Math.max(0, 1 - d.loleHPerYear / YEAR_H));

/** Designs than which no other is both cheaper and no less reliable, by cost. */
export function frontierOf(designs: readonly TriedDesign[]): readonly TriedDesign[] {
  const byCost = [...designs].sort(
    (a, b) => a.costMoneyPerYear - b.costMoneyPerYear || a.loleHPerYear - b.loleHPerYear,
  );
  let best = Number.POSITIVE_INFINITY;
  return byCost.filter((d) => {
    if (d.loleHPerYear >= best) return false;
    best = d.loleHPerYear;
    return true;
  });
}

/**
 * What each nine costs: the cheapest of the designs for 0, 1, 2, ... nines of availability, and what it takes beyond the one
 * before. 0 nines is the cheapest of all. @param upTo most nines, whole, 1 to 9
 * @throws JW_RELIABILITY
 */
export function costOfNines(designs: readonly TriedDesign[], upTo = 5): readonly NineCost[] {
  demand(Number.isInteger(upTo) && upTo >= 1 && upTo <= 9, 'the number of nines', upTo, 'whole, 1 to 9');
  const frontier = frontierOf(designs);
  let before: TriedDesign | undefined;
  return Array.from({ length: upTo + 1 }, (_, asked): NineCost => {
    // On the frontier the first that is reliable enough is the cheapest.
    const design = frontier.find((d) => nines(d) >= asked - 1e-9);
    const [last, more] = [before, before && design && design.costMoneyPerYear - before.costMoneyPerYear];
    const avoidedH = last && design && last.loleHPerYear - design.loleHPerYear;
    before = design ?? before;
    return {
      nines: asked,
      design,
      moreMoneyPerYear: more,
      moneyPerAvoidedHour: more !== undefined && avoidedH !== undefined && avoidedH > 0 ? more / avoidedH : undefined,
    };
  });
}
