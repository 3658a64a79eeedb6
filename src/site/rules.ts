import type { ChainUnit, ItUnit } from '../components/unit.ts';
import { formatQuantity } from '../units/quantity.ts';
import type { PeakReduction, Reading, Site, StorageShare } from './site.ts';

/** What a rule asks, what the site has, and whether that is enough. */
export interface Statement {
  readonly rule: 'storage' | 'peak_reduction';
  readonly ok: boolean;
  readonly text: string;
  /** Figures behind the text, in kW and kWh. */
  readonly needKw: number;
  readonly haveKw: number;
  readonly needKwh: number;
  readonly haveKwh: number;
  readonly reading: Reading;
}

/** The load that a storage duty is a share of, kW. */
export function basisKw(site: Site, basis: StorageShare['basis']): number {
  if (basis === 'contracted') return contractedKw(site);
  if (basis === 'rated_load') {
    return site.units.filter((u): u is ChainUnit => u.role === 'chain').reduce((sum, u) => sum + u.ratedKw, 0);
  }
  return site.units
    .filter((u): u is ItUnit => u.role === 'it')
    .reduce((sum, u) => sum + u.powerRange(u.installed).fullKw, 0);
}

/** Sum of the import limits of the grid connections, kW; a limit in kVA counts with its power factor. */
export function contractedKw(site: Site): number {
  return (site.parsed.grid ?? []).reduce((sum, g) => {
    const apparentKw = (g.apparent_limit ?? Number.POSITIVE_INFINITY) * g.power_factor;
    return sum + Math.min(g.import_limit, apparentKw);
  }, 0);
}

/** Power and usable energy of the site's batteries at the bus. */
function storage(site: Site): { readonly powerKw: number; readonly energyKwh: number } {
  let [powerKw, energyKwh] = [0, 0];
  for (const b of site.parsed.battery ?? []) {
    powerKw += b.power;
    energyKwh += b.energy * (b.soc_max - b.soc_min) * b.discharge_efficiency;
  }
  return { powerKw, energyKwh };
}

const kw = (value: number): string => formatQuantity(value, 'power');
const kwh = (value: number): string => formatQuantity(value, 'energy');
const pct = (value: number): string => formatQuantity(value, 'share');
const whose = (reading: Reading): string => (reading === 'ours' ? ' (our reading of the rule)' : '');
const BASIS = {
  contracted: 'the contracted import',
  rated_load: 'the rated load',
  it_load: 'the full IT load',
} as const satisfies Record<StorageShare['basis'], string>;

/** Storage duty: battery power >= share x basis, usable energy >= that power x duration. */
export function storageStatement(site: Site, rule: StorageShare): Statement {
  const { powerKw, energyKwh } = storage(site);
  const needKw = rule.share * basisKw(site, rule.basis);
  const needKwh = needKw * rule.durationH;
  const ok = powerKw >= needKw * (1 - 1e-9) && energyKwh >= needKwh * (1 - 1e-9);
  const text =
    `storage of ${pct(rule.share)} of ${BASIS[rule.basis]} for ${rule.durationH} h: ` +
    `needs ${kw(needKw)} and ${kwh(needKwh)}, has ${kw(powerKw)} and ${kwh(energyKwh)} usable${whose(rule.reading)}`;
  return {
    rule: 'storage',
    ok,
    text,
    needKw,
    haveKw: powerKw,
    needKwh,
    haveKwh: energyKwh,
    reading: rule.reading,
  };
}

/** Hours of the longest peak period. */
function longestH(rule: PeakReduction): number {
  return Math.max(...rule.peakHours.map(([from, to]) => to - from));
}

/**
 * Peak duty, before anything is simulated: can storage alone carry the cut at full load through the longest peak period? What
 * really happened is for `periodCuts` to say.
 */
export function peakStatement(site: Site, rule: PeakReduction): Statement {
  const { powerKw, energyKwh } = storage(site);
  const basis = rule.reference === 'contracted' ? contractedKw(site) : basisKw(site, 'rated_load');
  const needKw = rule.share * basis;
  const needKwh = needKw * longestH(rule);
  const ok = powerKw >= needKw * (1 - 1e-9) && energyKwh >= needKwh * (1 - 1e-9);
  const text =
    `cut of ${pct(rule.share)} at peak hours: at full load ${kw(needKw)} for ${longestH(rule)} h (${kwh(needKwh)}); ` +
    `storage alone gives ${kw(powerKw)} and ${kwh(energyKwh)}${whose(rule.reading)}`;
  return {
    rule: 'peak_reduction',
    ok,
    text,
    needKw,
    haveKw: powerKw,
    needKwh,
    haveKwh: energyKwh,
    reading: rule.reading,
  };
}

/** What `check` and the report say about the rules of a site. */
export function ruleStatements(site: Site): readonly Statement[] {
  const { storage: store, peakReduction } = site.rules;
  return [
    ...(store === undefined ? [] : [storageStatement(site, store)]),
    ...(peakReduction === undefined ? [] : [peakStatement(site, peakReduction)]),
  ];
}

/** True in the peak hours of a rule. @param hour local hour of the day, 0..24 */
export function isPeakHour(rule: PeakReduction, hour: number): boolean {
  return rule.peakHours.some(([from, to]) => hour >= from && hour < to);
}
