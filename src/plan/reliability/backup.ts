import type { Backup } from './chain.ts';
import { demand } from './demand.ts';
import { type BackupBattery, survivalOfYear } from './markov.ts';
import { type Gensets, outagesOfYear, survivalCurve } from './outage.ts';

/** A source that needs the battery to hold the voltage, unless it can stand alone. */
export interface BackupSource {
  /** Output by hour, kW. */
  readonly kw: Float64Array;
  /** Share of the time that it is not down. */
  readonly availability: number;
  readonly standsAlone?: boolean;
}

/** What carries a site through an outage. */
export interface BackupDesign {
  readonly loadKw: Float64Array;
  readonly generators: readonly (Backup & { readonly fuel?: Omit<Gensets, 'units' | 'unitKw'> })[];
  readonly battery?: BackupBattery & {
    readonly availability: number;
    /** Usable charge at the start of each hour. */
    readonly chargeKwh: Float64Array;
  };
  readonly sources: readonly BackupSource[];
}

/** How likely a load is carried, over the starts of all hours. */
export interface BackupSurvival {
  /** Chance to carry 1, 2, ... hours, failures and fuel counted; mean and worst start. */
  readonly mean: Float64Array;
  readonly least: Float64Array;
  /** Means with fuel without end, and with fuel but without failures. */
  readonly unlimitedFuel: Float64Array;
  readonly fuelOnly: Float64Array;
  /** Chance to carry the longest outage, by start. */
  readonly atEnd: Float64Array;
  /** Load lost in the 1st, 2nd, ... hour of an outage, mean over starts, kW: all of it, once any is lost. */
  readonly lostKw: Float64Array;
}

/** A state of what is up or down when the outage begins, and how likely it is. */
interface Standing {
  readonly chance: number;
  readonly hasBattery: boolean;
  /** Output of the sources that are up and can be used, kW by hour. */
  readonly freeKw: Float64Array;
}

function addTo(sum: Float64Array, series: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += series[i]!;
}

function standings(design: BackupDesign): readonly Standing[] {
  const n = design.loadKw.length;
  const batteryShare = design.battery?.availability ?? 0;
  const list: Standing[] = [];
  for (let mask = 0; mask < 2 ** design.sources.length; mask++) {
    for (const hasBattery of [true, false]) {
      let chance = hasBattery ? batteryShare : 1 - batteryShare;
      const freeKw = new Float64Array(n);
      design.sources.forEach((source, k) => {
        const isUp = Math.floor(mask / 2 ** k) % 2 === 1;
        chance *= isUp ? source.availability : 1 - source.availability;
        if (isUp && (hasBattery || source.standsAlone === true)) addTo(freeKw, source.kw);
      });
      if (chance > 0) list.push({ chance, hasBattery, freeKw });
    }
  }
  return list;
}

/**
 * Chance that a site's backup carries its load through an outage from any hour: the Markov chain of `survivalOfYear` in each
 * state of battery, sun and wind at the start, weighted with their availability; times the share of starts that the fuel lasts
 * for, from an outage without failures. Failures and fuel are taken to be independent, as the reference does.
 * Source: NREL REopt, `backup_reliability` (Marqusee and Jenket 2021, Applied Energy 293).
 * @throws JW_RELIABILITY for series of unequal length and figures out of range
 */
export function backupSurvival(design: BackupDesign, hours: number): BackupSurvival {
  const { loadKw, generators, battery, sources } = design;
  const starts = loadKw.length;
  for (const s of sources) {
    demand(s.kw.length === starts, 'the hours of a source', s.kw.length, `${starts}`);
    demand(s.availability >= 0 && s.availability <= 1, 'the availability of a source', s.availability, '0 to 1');
  }
  const up = battery?.availability ?? 0;
  demand(up >= 0 && up <= 1, 'the availability of the battery', up, '0 to 1');
  const chances = new Float64Array(starts * hours);
  const charges = battery?.chargeKwh ?? new Float64Array(starts);
  for (const { chance, hasBattery, freeKw } of standings(design)) {
    const net = loadKw.map((kw, h) => kw - freeKw[h]!);
    const run = survivalOfYear(net, generators, hasBattery ? battery : undefined, charges, hours);
    for (let i = 0; i < run.length; i++) chances[i]! += chance * run[i]!;
  }
  return summary(loadKw, chances, fuelHours(design, hours), hours);
}

/** Hours that the fuel lasts for from each start, when nothing fails; at most those of the outage. */
function fuelHours(design: BackupDesign, hours: number): Float64Array {
  const { loadKw, battery } = design;
  const freeKw = new Float64Array(loadKw.length);
  for (const source of design.sources) addTo(freeKw, source.kw);
  const kinds = design.generators.map(
    ({ count, kw, fuel }): Gensets => ({
      units: count,
      unitKw: kw,
      ...(fuel ?? { fuelLPerKwh: 0, fuelLPerUnitH: 0, fuelL: Number.POSITIVE_INFINITY }),
    }),
  );
  const chargeKwh = battery?.chargeKwh ?? new Float64Array(loadKw.length);
  const supply = { generators: kinds, ...(battery === undefined ? {} : { battery }) };
  return outagesOfYear({ loadKw, freeKw, chargeKwh }, supply, hours).carriedH;
}

/** Means over starts; every start ends where its fuel does. */
function summary(loadKw: Float64Array, chances: Float64Array, fuelH: Float64Array, hours: number): BackupSurvival {
  const starts = loadKw.length;
  const of = {
    mean: new Float64Array(hours),
    least: new Float64Array(hours).fill(1),
    unlimitedFuel: new Float64Array(hours),
    fuelOnly: survivalCurve(fuelH, hours),
    atEnd: new Float64Array(starts),
    lostKw: new Float64Array(hours),
  };
  for (let h = 0; h < starts; h++) {
    for (let d = 0; d < hours; d++) {
      const chance = chances[h * hours + d]!;
      const alive = fuelH[h]! > d ? chance : 0;
      of.unlimitedFuel[d]! += chance / starts;
      of.mean[d]! += alive / starts;
      of.lostKw[d]! += ((1 - alive) * loadKw[(h + d) % starts]!) / starts;
      if (alive < of.least[d]!) of.least[d] = alive;
      if (d === hours - 1) of.atEnd[h] = alive;
    }
  }
  return of;
}
