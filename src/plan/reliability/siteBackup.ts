import { generatorSpec } from '../../components/generator/spec.ts';
import type { Site } from '../../site/site.ts';
import { type BackupDesign, type BackupSurvival, backupSurvival } from './backup.ts';
import { durationChances, lognormalWithin, type OutageHabit, type SupplyRisk, supplyRisk } from './indices.ts';

/** How a site runs in a year when nothing fails, hour by hour. */
export interface SiteHours {
  /** Load on the site's bus that an outage must not break, kW. */
  readonly loadKw: Float64Array;
  /** What all solar fields and all turbines could give, kW; undefined for a site without. */
  readonly sunKw?: Float64Array;
  readonly windKw?: Float64Array;
  /** State of charge of the batteries at the start of each hour, a share of their nameplate. */
  readonly socShare?: Float64Array;
}

export interface SiteBackupOptions {
  /** Longest outage looked at, h; 168 when left out. */
  readonly hours?: number;
  /** Steps of charge; 41 when left out. */
  readonly bins?: number;
  /** How often the grid fails; what the site file says of it when left out. */
  readonly habit?: OutageHabit;
  /** Share of the time that they are not down. */
  readonly availability?: { readonly battery: number; readonly sun: number; readonly wind: number };
}

/** Survival of a site, and what the outages of its grid do to it; no risk where nothing is known of outages. */
export interface SiteReliability {
  readonly backup: BackupSurvival;
  readonly risk?: SupplyRisk;
}

const HOURS = 168;
const BINS = 41;
/** Source: NREL REopt.jl, operational availability of battery, PV and wind in src/outagesim/backup_reliability.jl. */
const AVAILABILITY = { battery: 0.97, sun: 0.98, wind: 0.97 };
const MONTHS = 12;

/** Outages that nobody announces, of the grid connections of a site; undefined where the file tells of none. */
export function outageHabitOf(site: Pick<Site, 'parsed'>, hours: number): OutageHabit | undefined {
  const kinds = (site.parsed.grid ?? []).flatMap((g) => g.outages?.unannounced ?? []).filter((k) => k.per_month > 0);
  if (kinds.length === 0) return undefined;
  const perMonth = kinds.reduce((sum, k) => sum + k.per_month, 0);
  const durations = new Float64Array(hours);
  for (const kind of kinds) {
    const chances = durationChances(lognormalWithin(kind.mean_duration / 3600, kind.spread), hours);
    for (let d = 0; d < hours; d++) durations[d]! += (chances[d]! * kind.per_month) / perMonth;
  }
  return { perYear: MONTHS * perMonth, durations };
}

/**
 * What carries a site through an outage, from its file and a year without failures. The tank stands where the next delivery
 * would be ordered, and the delivery comes as the file says; sets have their power at the altitude of the site, not that of
 * its hottest hour. Batteries count as one.
 */
export function backupDesignOf(
  site: Pick<Site, 'parsed' | 'context'>,
  year: SiteHours,
  options: SiteBackupOptions = {},
): BackupDesign {
  const up = options.availability ?? AVAILABILITY;
  const generators = (site.parsed.generator ?? []).map((row) => {
    const set = generatorSpec(row, site.context, () => {
      // Complaints were made when the site was loaded.
    });
    const isOrdered = set.orderBelowL >= 0;
    return {
      count: set.units,
      kw: set.setKw,
      availability: set.availabilityShare,
      failureToStart: set.startFailure,
      mttfH: set.mttfH,
      fuel: {
        fuelLPerKwh: set.fuel.slope / set.lhvKwhPerL,
        fuelLPerUnitH: (set.fuel.intercept * set.plateKw) / set.lhvKwhPerL,
        fuelL: isOrdered ? set.orderBelowL : set.tankL,
        ...(isOrdered
          ? { delivery: { belowL: set.orderBelowL, afterH: Math.max(1, set.deliveryMs / 3.6e6), fullL: set.tankL } }
          : {}),
      },
    };
  });
  const sources = [
    ...(year.sunKw === undefined ? [] : [{ kw: year.sunKw, availability: up.sun }]),
    ...(year.windKw === undefined ? [] : [{ kw: year.windKw, availability: up.wind }]),
  ];
  const battery = batteryOf(site, year, options.bins ?? BINS, up.battery);
  return { loadKw: year.loadKw, generators, sources, ...(battery === undefined ? {} : { battery }) };
}

function batteryOf(
  site: Pick<Site, 'parsed'>,
  year: SiteHours,
  bins: number,
  availability: number,
): BackupDesign['battery'] {
  const rows = site.parsed.battery ?? [];
  const { socShare } = year;
  if (rows.length === 0 || socShare === undefined) return undefined;
  let [kw, kwh, usableKwh, lowKwh, chargeShare, dischargeShare] = [0, 0, 0, 0, 0, 0];
  for (const b of rows) {
    kw += b.power;
    kwh += b.energy;
    usableKwh += b.energy * (b.soc_max - b.soc_min);
    lowKwh += b.energy * b.soc_min;
    chargeShare += b.energy * b.charge_efficiency;
    dischargeShare += b.energy * b.discharge_efficiency;
  }
  return {
    usableKwh,
    kw,
    chargeShare: chargeShare / kwh,
    dischargeShare: dischargeShare / kwh,
    bins,
    availability,
    chargeKwh: socShare.map((share) => Math.min(usableKwh, Math.max(0, share * kwh - lowKwh))),
  };
}

/**
 * Reliability of supply of a site: the chance to carry outages from every hour of a year, and what the outages of its grid make of
 * it. Some seconds for 168 h with two generators, sun, wind and a battery. @throws JW_RELIABILITY for series of unequal length
 */
export function siteReliability(
  site: Pick<Site, 'parsed' | 'context'>,
  year: SiteHours,
  options: SiteBackupOptions = {},
): SiteReliability {
  const hours = options.hours ?? HOURS;
  const backup = backupSurvival(backupDesignOf(site, year, options), hours);
  const habit = options.habit ?? outageHabitOf(site, hours);
  return habit === undefined ? { backup } : { backup, risk: supplyRisk(habit, backup.mean, backup.lostKw) };
}
