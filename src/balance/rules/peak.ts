import type { LinearModel } from '../linearModel.ts';
import type { Rule } from './rule.ts';
import type { SizeTerm } from './sizes.ts';

/** A duty to draw less in some hours: mean there <= (1 - share) x reference, over every period by itself. */
export interface PeakDuty {
  readonly name: string;
  /** What is cut: what is bought, or what the halls and standing devices draw. */
  readonly basis: 'import' | 'load';
  readonly share: number;
  /** Against the mean of the period's other hours, or against sizes, kW. */
  readonly reference: 'others' | readonly SizeTerm[];
  /** 1 in the base steps that count as peak, else 0. */
  readonly peak: Float64Array;
  /** Number of the period of each base step, its day or its month: neighbours of one number are one period. */
  readonly period: Float64Array;
  /** The name of a period by its number. */
  readonly nameOf: (period: number) => string;
  /** What was drawn before the horizon in periods that go on in it, by their number. */
  readonly before?: ReadonlyMap<number, PeriodSoFar>;
  /**
   * Number of the period that a base step also speaks for, -1 where for none: hours of a period that lie beyond the horizon are taken to
   * become like the same hours a day before. Without it the reference of a period that is cut off would be its first hours alone.
   */
  readonly speaksFor?: Float64Array;
}

/** A part of a period that is over: energy drawn at peak hours and in the others, kWh, and the steps of each. */
export interface PeriodSoFar extends PeriodSteps {
  readonly peakKwh: number;
  readonly othersKwh: number;
}

/** Steps of a period that are at peak and that are not. */
export interface PeriodSteps {
  peak: number;
  others: number;
}

/** Steps of each period, by its number. */
export function stepsOf({ peak, period }: Pick<PeakDuty, 'peak' | 'period'>): Map<number, PeriodSteps> {
  const found = new Map<number, PeriodSteps>();
  for (let i = 0; i < peak.length; i++) {
    const steps = found.get(period[i]!) ?? { peak: 0, others: 0 };
    if (peak[i] === 1) steps.peak++;
    else steps.others++;
    found.set(period[i]!, steps);
  }
  return found;
}

/**
 * For a duty of days on a horizon that ends inside one: the steps of the day before that speak for what of the last day's other hours
 * lies beyond the end (see `speaksFor`). Peak hours beyond it have no part: what is drawn in them is decided later.
 *
 * @param perDay base steps of a day
 */
export function lastDaySpeakers({ peak, period }: Pick<PeakDuty, 'peak' | 'period'>, perDay: number): Float64Array {
  const count = period.length;
  const last = period[count - 1]!;
  return period.map((day, i) => (i >= count - perDay && day !== last && peak[i] !== 1 ? last : -1));
}

/**
 * D1, cut at peak hours: energy at peak <= (1 - share) x peak hours x mean of the other hours (or the contracted power), for every
 * period that has both. Written in kWh; a period that lies in several windows is a limit on a sum in parts.
 */
export function peakRule(duty: PeakDuty): Rule {
  const { name, basis, share, reference, peak, period, nameOf } = duty;
  const left = 1 - share;
  const steps = stepsOf(duty);
  const speaksFor = reference === 'others' ? duty.speaksFor : undefined;
  for (const number of speaksFor ?? []) if (number >= 0) steps.get(number)!.others++;
  for (const [number, past] of duty.before ?? []) {
    const own = steps.get(number);
    if (own === undefined) continue;
    own.peak += past.peak;
    own.others += past.others;
  }
  return {
    sharp: [peak, period],
    add(model, { shortPerKwh }) {
      const { segments, shape, hours } = model;
      const rows = new Int32Array(segments).fill(-1);
      const factor = new Float64Array(segments);
      const [lastRows, lastFactor] = [new Int32Array(segments).fill(-1), new Float64Array(segments)];
      const segmentsOf = new Map<number, number[]>();
      for (let k = 0; k < segments; k++) {
        const number = period[shape.starts[k]!]!;
        segmentsOf.set(number, [...(segmentsOf.get(number) ?? []), k]);
      }
      for (const [number, own] of segmentsOf) {
        const { peak: peaks, others } = steps.get(number)!;
        if (peaks === 0 || (reference === 'others' && others === 0)) continue;
        const what = `${name}, ${nameOf(number)}`;
        const missed = { name: `${what}, missed`, unit: 'kWh', penalty: shortPerKwh };
        const past = duty.before?.get(number);
        const perOther = reference === 'others' ? left * (peaks / others) : 0;
        const allowed = past === undefined ? 0 : perOther * past.othersKwh - past.peakKwh;
        const speakers = sharesOf(model, speaksFor, number);
        const used = model.budget('D1', what, { allowed, only: [...speakers.keys(), ...own], missed });
        for (const [k, part] of speakers) {
          lastRows[k] = used.row(k);
          lastFactor[k] = (basis === 'load' ? perOther : -perOther) * hours[k]! * part;
        }
        for (const k of own) {
          rows[k] = used.row(k);
          const weight = peak[shape.starts[k]!] === 1 ? 1 : -perOther;
          // What is drawn is negative.
          factor[k] = (basis === 'load' ? -weight : weight) * hours[k]!;
        }
        if (reference === 'others' || used.total === undefined) continue;
        for (const { unit, key, factor: perUnit } of reference) {
          model.put(used.total, model.size(unit, key).column, -left * peaks * shape.stepH * perUnit);
        }
      }
      model.listen(basis, [
        { at: (k) => rows[k]!, factor },
        ...(speaksFor === undefined ? [] : [{ at: (k: number) => lastRows[k]!, factor: lastFactor }]),
      ]);
    },
  };
}

/** Segments with the share of their base steps that speak for a period. */
function sharesOf(model: LinearModel, speaksFor: Float64Array | undefined, number: number): Map<number, number> {
  const shares = new Map<number, number>();
  if (speaksFor === undefined) return shares;
  for (let k = 0; k < model.segments; k++) {
    const [from, to] = model.span(k);
    const part = speaksFor.subarray(from, to).reduce((sum, of) => sum + (of === number ? 1 : 0), 0) / (to - from);
    if (part > 0) shares.set(k, part);
  }
  return shares;
}
