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
 * D1, cut at peak hours: energy at peak <= (1 - share) x peak hours x mean of the other hours (or the contracted power), for every
 * period that has both. Written in kWh; a period that lies in several windows is a limit on a sum in parts.
 */
export function peakRule(duty: PeakDuty): Rule {
  const { name, basis, share, reference, peak, period, nameOf } = duty;
  const left = 1 - share;
  const steps = stepsOf(duty);
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
        const used = model.budget('D1', what, { allowed, only: own, missed });
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
      model.listen(basis, [{ at: (k) => rows[k]!, factor }]);
    },
  };
}
