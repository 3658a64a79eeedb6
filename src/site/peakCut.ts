import { type PeakDuty, stepsOf } from '../balance/rules/peak.ts';

/** A cut counts as reached within this share of what it is measured against: rounding of sums. */
const MET = 1e-6;

/** How far a duty at peak hours was met in one of its periods. */
export interface PeriodCut {
  /** Its number: 20260114, 202601 or 2026. */
  readonly period: number;
  /** Steps of it that are at peak, and the others. */
  readonly peakSteps: number;
  readonly otherSteps: number;
  /** Mean at peak hours, and what it is measured against: the mean of the other hours, or the contract; kW. */
  readonly peakKw: number;
  readonly againstKw: number;
  /** 1 - peak / against; null where it is measured against nothing. */
  readonly cutShare: number | null;
  /** The most that was allowed at peak hours less what was drawn, kW: negative where the duty is missed. */
  readonly marginKw: number;
  readonly met: boolean;
}

/**
 * A duty over what was drawn, period by period; periods that lack peak or other hours have nothing to be measured by and are left out.
 *
 * @param kw what the duty is about, import or load, mean of each of its steps
 * @param contractKw what it is measured against where that is not the mean of the other hours
 */
export function periodCuts(duty: PeakDuty, kw: Float64Array, contractKw: number): PeriodCut[] {
  const sums = new Map<number, { peak: number; others: number }>();
  kw.forEach((value, i) => {
    const own = sums.get(duty.period[i]!) ?? { peak: 0, others: 0 };
    if (duty.peak[i] === 1) own.peak += value;
    else own.others += value;
    sums.set(duty.period[i]!, own);
  });
  const list: PeriodCut[] = [];
  for (const [period, { peak: peakSteps, others: otherSteps }] of stepsOf(duty)) {
    const isOthers = duty.reference === 'others';
    if (peakSteps === 0 || (isOthers && otherSteps === 0)) continue;
    const sum = sums.get(period)!;
    const againstKw = isOthers ? sum.others / otherSteps : contractKw;
    const peakKw = sum.peak / peakSteps;
    const marginKw = (1 - duty.share) * againstKw - peakKw;
    list.push({
      period,
      peakSteps,
      otherSteps,
      peakKw,
      againstKw,
      cutShare: againstKw > 0 ? 1 - peakKw / againstKw : null,
      marginKw,
      met: marginKw >= -MET * Math.max(againstKw, peakKw),
    });
  }
  return list;
}
