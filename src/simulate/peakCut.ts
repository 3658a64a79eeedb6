import { HOUR_MS, stepStartMs } from '../series/grid.ts';
import { type Zone, zoneOf } from '../series/zone.ts';
import { peakDuty, periodName } from '../site/duties.ts';
import { type PeriodCut, periodCuts } from '../site/peakCut.ts';
import { contractedKw } from '../site/rules.ts';
import type { PeakReduction, Site } from '../site/site.ts';
import type { Run } from './stepping.ts';

/** A period of the duty as it went. */
export interface PeakCutPeriod extends Omit<PeriodCut, 'period'> {
  /** "2026-01-14", "2026-01" or "2026". */
  readonly name: string;
  /** False where the simulation has a part of it only. */
  readonly whole: boolean;
}

/** Periods of the duty that begin in a month. */
export interface PeakCutMonth {
  readonly month: string;
  readonly periods: number;
  readonly missed: number;
  /** The period with the least to spare. */
  readonly worst: PeakCutPeriod;
  /** Of mean import or load at peak hours over what they are measured against, both summed over the periods; null against nothing. */
  readonly cutShare: number | null;
}

/** How a run met the duty to draw less at peak hours. */
export interface PeakCutResult {
  readonly rule: PeakReduction;
  /** Every period that has peak and other hours, parts of one at the ends too. */
  readonly periods: readonly PeakCutPeriod[];
  /** Of whole periods alone; of parts where there is no whole one. */
  readonly months: readonly PeakCutMonth[];
  readonly counted: number;
  readonly missed: number;
}

/**
 * Measures the duty of a site at peak hours in a run.
 *
 * @param from first step that counts
 * @returns undefined for a site without the duty, or where no period has both peak and other hours
 */
export function peakCutOf(site: Site, run: Run, from = 0): PeakCutResult | undefined {
  const rule = site.rules.peakReduction;
  if (rule === undefined) return undefined;
  const { ledger } = run;
  const { stepMs, count } = ledger.grid;
  const grid = { startMs: stepStartMs(ledger.grid, from), stepMs, count: count - from };
  const zone = zoneOf(site.context.zone);
  const local = Array.from({ length: grid.count }, (_, i) => zone.local(stepStartMs(grid, i) + grid.stepMs / 2));
  const kw = (rule.basis === 'grid_import' ? importKw(site, run) : ledger.get('site.loadKw')).subarray(from);
  const stepH = grid.stepMs / HOUR_MS;
  const periods = periodCuts(peakDuty(site, rule, local), kw, contractedKw(site)).map(
    ({ period, ...cut }): PeakCutPeriod => ({
      name: periodName(period),
      whole: (cut.peakSteps + cut.otherSteps) * stepH >= hoursOf(period, zone) - stepH / 2,
      ...cut,
    }),
  );
  if (periods.length === 0) return undefined;
  const whole = periods.filter((p) => p.whole);
  const counted = whole.length > 0 ? whole : periods;
  const months = Map.groupBy(counted, ({ name }) => name.slice(0, 7));
  return {
    rule,
    periods,
    months: [...months].map(([month, own]) => monthOf(month, own)),
    counted: counted.length,
    missed: counted.filter(({ met }) => !met).length,
  };
}

function importKw(site: Site, { ledger }: Run): Float64Array {
  const sum = new Float64Array(ledger.grid.count);
  for (const { id } of site.parsed.grid ?? []) {
    ledger.get(`${id}.importKw`).forEach((kw, i) => {
      sum[i]! += kw;
    });
  }
  return sum;
}

function monthOf(month: string, periods: readonly PeakCutPeriod[]): PeakCutMonth {
  const sum = (of: (p: PeakCutPeriod) => number): number => periods.reduce((total, p) => total + of(p), 0);
  const [peak, against] = [sum((p) => p.peakKw), sum((p) => p.againstKw)];
  return {
    month,
    periods: periods.length,
    missed: periods.filter(({ met }) => !met).length,
    worst: periods.reduce((worst, p) => (p.marginKw < worst.marginKw ? p : worst)),
    cutShare: against > 0 ? 1 - peak / against : null,
  };
}

/** Hours of a period by its number. */
function hoursOf(period: number, zone: Zone): number {
  const [year, month, day] = periodName(period).split('-').map(Number);
  const start = zone.instant(year!, month ?? 1, day ?? 1);
  const end =
    day !== undefined
      ? zone.instant(year!, month!, day + 1)
      : month !== undefined
        ? zone.instant(year!, month + 1, 1)
        : zone.instant(year! + 1, 1, 1);
  return (end - start) / HOUR_MS;
}
