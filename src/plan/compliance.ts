import { type SizeTerm, sizeUse } from '../balance/rules/sizes.ts';
import type { LocalTime } from '../series/zone.ts';
import { peakDuty, periodName, storageLimits } from '../site/duties.ts';
import { periodCuts } from '../site/peakCut.ts';
import type { PeakReduction, Rules, Site, StorageShare } from '../site/site.ts';
import type { Plan } from './plan.ts';

/** How a site runs, as far as its duties go. */
export interface ComplianceRun {
  readonly site: Site;
  /** Size of a device by its key: kW, kWh, replicas. */
  readonly sizeOf: (unit: string, key: string) => number;
  /** Bought, and drawn from the site's bus by halls and standing devices, mean kW of each step. */
  readonly importKw: Float64Array;
  readonly loadKw: Float64Array;
  /** Local time at the middle of each step. */
  readonly local: readonly LocalTime[];
  readonly stepH: number;
}

/** A rule in one reading: what is asked, what is reached, and where it is tight. */
export interface RuleReading {
  readonly rule: 'peak_reduction' | 'storage';
  /** Its parameters in words: "grid import, against the mean of the other hours of a day". */
  readonly reading: string;
  /** True for the reading of the site file, which the plan keeps to; `whose` says whose it is. */
  readonly isOwn: boolean;
  readonly whose: PeakReduction['reading'];
  /** Share, kW or kWh. For peak hours the figure is that of the worst period. */
  readonly unit: 'share' | 'kW' | 'kWh';
  readonly asked: number;
  readonly reached: number;
  /** reached - asked: negative where the rule is not met. */
  readonly margin: number;
  readonly ok: boolean;
  /** Hours in which the reading holds the site back or is broken: peak hours of the tight periods; 0 for a rule on sizes. */
  readonly tightH: number;
  /** Periods that have both peak and other hours, those that are tight, those that break the rule, and the worst of them. */
  readonly periods?: {
    readonly count: number;
    readonly tight: number;
    readonly broken: number;
    readonly worst: string;
  };
}

/** A cut within this of what is asked holds the site back. */
const TIGHT = 1e-3;

const BASES = ['grid_import', 'facility_load'] as const satisfies readonly PeakReduction['basis'][];
const REFERENCES = ['mean_off_peak', 'contracted'] as const satisfies readonly PeakReduction['reference'][];
const PERIODS = ['day', 'month', 'year'] as const satisfies readonly PeakReduction['period'][];
const LOADS = ['contracted', 'rated_load', 'it_load'] as const satisfies readonly StorageShare['basis'][];

const BASIS_TEXT = { grid_import: 'grid import', facility_load: 'load of the site' } as const;
const LOAD_TEXT = {
  contracted: 'the contracted import',
  rated_load: 'the rated output of the power chains',
  it_load: 'the full IT load',
} as const;

/**
 * Each duty of a site in every reading that its parameters allow: peak hours by what is cut, against what, and over which time;
 * storage by the load that it is a share of, power and energy. The first of each kind is the reading of the site file.
 *
 * @returns [] for a site without rules; readings without a reference (no grid, no other hours) are left out
 */
export function complianceOf(run: ComplianceRun, rules: Rules = run.site.rules): RuleReading[] {
  const { peakReduction, storage } = rules;
  return [
    ...(peakReduction === undefined ? [] : peakReadings(run, peakReduction)),
    ...(storage === undefined ? [] : storageReadings(run, storage)),
  ].sort((a, b) => (a.rule === b.rule ? Number(b.isOwn) - Number(a.isOwn) : 0));
}

/** The duties of a planned site, as it is dispatched. */
export function complianceOfPlan({ site, problem, chosen }: Pick<Plan, 'site' | 'problem' | 'chosen'>): RuleReading[] {
  const { balance, horizon } = problem;
  const sizes = new Map(balance.sizes.map((s, i) => [`${s.unitId}.${s.key}`, chosen.sizes[i]!]));
  return complianceOf({
    site,
    sizeOf: (unit, key) => sizes.get(`${unit}.${key}`) ?? 0,
    importKw: chosen.dispatch.importKw,
    loadKw: chosen.dispatch.loadKw,
    local: Array.from({ length: horizon.grid.count }, (_, i) => horizon.conditions(i).local),
    stepH: balance.stepH,
  });
}

function peakReadings(run: ComplianceRun, rule: PeakReduction): RuleReading[] {
  const list: RuleReading[] = [];
  for (const basis of BASES) {
    for (const reference of REFERENCES) {
      for (const period of PERIODS) {
        const isOwn = basis === rule.basis && reference === rule.reference && period === rule.period;
        const reading = peakReading(run, { ...rule, basis, reference, period }, isOwn);
        if (reading !== undefined) list.push(reading);
      }
    }
  }
  return list;
}

const total = (terms: readonly SizeTerm[], { sizeOf }: ComplianceRun): number =>
  terms.reduce((sum, { unit, key, factor }) => sum + factor * sizeOf(unit, key), 0);

function peakReading(run: ComplianceRun, rule: PeakReduction, isOwn: boolean): RuleReading | undefined {
  const duty = peakDuty(run.site, rule, run.local);
  const kw = duty.basis === 'import' ? run.importKw : run.loadKw;
  const contractKw = duty.reference === 'others' ? 0 : total(duty.reference, run);
  let [count, tight, broken, tightH] = [0, 0, 0, 0];
  let worst = { share: Number.POSITIVE_INFINITY, period: 0 };
  for (const { period, cutShare, peakSteps, met } of periodCuts(duty, kw, contractKw)) {
    // A day that imports nothing has no share, and nothing to be cut.
    if (cutShare === null && met) continue;
    const share = cutShare ?? Number.NEGATIVE_INFINITY;
    count++;
    if (share < worst.share) worst = { share, period };
    if (!met) broken++;
    if (share > rule.share + TIGHT) continue;
    tight++;
    tightH += peakSteps * run.stepH;
  }
  if (count === 0) return undefined;
  const against = rule.reference === 'contracted' ? 'the contracted import' : 'the mean of the other hours';
  return {
    rule: 'peak_reduction',
    reading: `${BASIS_TEXT[rule.basis]} against ${against}, every ${rule.period}`,
    isOwn,
    whose: rule.reading,
    unit: 'share',
    asked: rule.share,
    reached: worst.share,
    margin: worst.share - rule.share,
    ok: broken === 0,
    tightH,
    periods: { count, tight, broken, worst: periodName(worst.period) },
  };
}

function storageReadings(run: ComplianceRun, rule: StorageShare): RuleReading[] {
  return LOADS.flatMap((basis) =>
    storageLimits(run.site, { ...rule, basis }).map((limit): RuleReading => {
      const asked = -total(
        limit.terms.filter((t) => t.factor < 0),
        run,
      );
      const reached = total(
        limit.terms.filter((t) => t.factor > 0),
        run,
      );
      const { missed } = sizeUse({ ...limit, penalty: 0 }, run.sizeOf);
      const isPower = limit.unit === 'kW';
      return {
        rule: 'storage',
        reading: isPower
          ? `power for a share of ${LOAD_TEXT[basis]}`
          : `energy for ${rule.durationH} h of that share of ${LOAD_TEXT[basis]}`,
        isOwn: basis === rule.basis,
        whose: rule.reading,
        unit: isPower ? 'kW' : 'kWh',
        asked,
        reached,
        margin: reached - asked,
        ok: missed === 0,
        tightH: 0,
      };
    }),
  );
}
