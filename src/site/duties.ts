import { lastDaySpeakers, type PeakDuty, peakRule } from '../balance/rules/peak.ts';
import type { Reserve } from '../balance/rules/reserve.ts';
import type { Rule } from '../balance/rules/rule.ts';
import type { SizeLimit, SizeTerm } from '../balance/rules/sizes.ts';
import type { ChainUnit, ItUnit } from '../components/unit.ts';
import type { LocalTime } from '../series/zone.ts';
import type { Limits } from './limitsSection.ts';
import { isPeakHour } from './rules.ts';
import type { PeakReduction, Site, StorageShare } from './site.ts';

/** Number of the period that a local time lies in: 20260114, 202601 or 2026. */
export function periodOf(period: PeakReduction['period'], { year, month, day }: LocalTime): number {
  if (period === 'year') return year;
  return period === 'month' ? 100 * year + month : 10_000 * year + 100 * month + day;
}

/** A period as people write it: 2026-01-14, 2026-01, 2026. */
export function periodName(period: number): string {
  const text = String(period);
  return [text.slice(0, 4), text.slice(4, 6), text.slice(6, 8)].filter((part) => part !== '').join('-');
}

/** Contracted import as sizes: a limit in kVA counts with its power factor, in the proportion of the file. */
export function contractTerms(site: Site): SizeTerm[] {
  return (site.parsed.grid ?? []).map((g) => {
    const apparentKw = (g.apparent_limit ?? Number.POSITIVE_INFINITY) * g.power_factor;
    const factor = g.import_limit > 0 ? Math.min(1, apparentKw / g.import_limit) : 1;
    return { unit: g.id, key: 'import_limit', factor };
  });
}

/** The load that a storage duty is a share of, as sizes. */
export function basisTerms(site: Site, basis: StorageShare['basis']): SizeTerm[] {
  if (basis === 'contracted') return contractTerms(site);
  if (basis === 'rated_load') {
    const chains = site.units.filter((u): u is ChainUnit => u.role === 'chain');
    return chains.map((u) => ({ unit: u.id, key: 'rated', factor: 1 }));
  }
  const its = site.units.filter((u): u is ItUnit => u.role === 'it');
  return its.map((u) => ({ unit: u.id, key: 'replicas', factor: u.powerRange(u.installed).fullKw / u.installed }));
}

/** Power of the batteries at the bus, and the energy that they give there, as sizes. */
export function storageTerms(site: Site): { readonly power: SizeTerm[]; readonly energy: SizeTerm[] } {
  const batteries = site.parsed.battery ?? [];
  return {
    power: batteries.map((b) => ({ unit: b.id, key: 'power', factor: 1 })),
    energy: batteries.map((b) => ({
      unit: b.id,
      key: 'energy',
      factor: (b.soc_max - b.soc_min) * b.discharge_efficiency,
    })),
  };
}

/** D2, D3, storage duty: battery power >= share x load, and the energy that it gives >= that power x its duration. */
export function storageLimits(site: Site, rule: StorageShare): Omit<SizeLimit, 'penalty'>[] {
  const storage = storageTerms(site);
  const load = basisTerms(site, rule.basis);
  const less = (factor: number) => load.map((term) => ({ ...term, factor: -factor * term.factor }));
  return [
    {
      number: 'D2',
      name: 'power of the storage duty',
      unit: 'kW',
      terms: [...storage.power, ...less(rule.share)],
      least: 0,
    },
    {
      number: 'D3',
      name: 'energy of the storage duty',
      unit: 'kWh',
      terms: [...storage.energy, ...less(rule.share * rule.durationH)],
      least: 0,
    },
  ];
}

/** How a duty hangs together with the time around a horizon. */
export interface DutyAround {
  /** What was drawn already in its periods. */
  readonly before?: PeakDuty['before'];
  /** Base steps of a day, where the horizon may end inside one: the day before then speaks for the hours beyond. */
  readonly stepsPerDay?: number;
}

/** The duty to draw less at peak hours on steps in local time. */
export function peakDuty(
  site: Site,
  rule: PeakReduction,
  local: readonly LocalTime[],
  { before, stepsPerDay }: DutyAround = {},
): PeakDuty {
  const peak = Float64Array.from(local, (t) => (isPeakHour(rule, t.hour) ? 1 : 0));
  const period = Float64Array.from(local, (t) => periodOf(rule.period, t));
  return {
    ...(before === undefined ? {} : { before }),
    ...(stepsPerDay === undefined || rule.period !== 'day'
      ? {}
      : { speaksFor: lastDaySpeakers({ peak, period }, stepsPerDay) }),
    name: 'cut at peak hours',
    basis: rule.basis === 'grid_import' ? 'import' : 'load',
    share: rule.share,
    reference: rule.reference === 'contracted' ? contractTerms(site) : 'others',
    peak,
    period,
    nameOf: periodName,
  };
}

/** D1, the duty to draw less at peak hours. */
export function peakDutyRule(
  site: Site,
  rule: PeakReduction,
  local: readonly LocalTime[],
  around: DutyAround = {},
): Rule {
  return peakRule(peakDuty(site, rule, local, around));
}

/** The reserve that a site file asks for. @param penalty of a missing kW, as a multiple of what a kWh not fed costs */
export function reserveOf(reserve: NonNullable<Limits['reserve']>, penalty: number): Reserve {
  return {
    hours: reserve.duration / 3600,
    share: reserve.load,
    margin: reserve.margin,
    firmSun: reserve.sun,
    firmWind: reserve.wind,
    penalty,
  };
}
