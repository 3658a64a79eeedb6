import { DAY_MS, HOUR_MS, stepStartMs } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';
import type { Plant } from '../twin/plant.ts';
import type { Run } from './simulate.ts';
import { deviceSums } from './yearsMeters.ts';

/** Seven days on end that were the hardest of a run, and what happened in them. */
export interface WorstWeek {
  /** First step of the week and number of steps. */
  readonly from: number;
  readonly count: number;
  /** Local date of its first day, "2026-12-14"; the year is the calendar's, not the weather's. */
  readonly date: string;
  readonly lastDate: string;
  /** What it was found by: the most unserved energy, else the most of the generators, else the most bought. */
  readonly by: 'unserved' | 'generator' | 'import';
  readonly shortKwh: number;
  readonly generatorKwh: number;
  readonly importKwh: number;
  readonly meanC: number;
  readonly minC: number;
  /** Mean global irradiation, kWh/m2 a day. */
  readonly ghiKwhM2Day: number;
  /** Lowest state of charge of any store, 0..1; null without stores. */
  readonly lowestSoc: number | null;
  /** Electricity of the heaters of all stores; null where no store has one. */
  readonly heatingKwh: number | null;
  /** Running hours of generator sets and what they burnt, hours with chillers added up over the halls; null where there are none. */
  readonly generatorHours: number | null;
  readonly fuelL: number | null;
  readonly liquidChillerHours: number | null;
  readonly airChillerHours: number | null;
  readonly waterL: number;
  /** Facility over IT energy, and output tokens over facility energy; null where nothing ran. */
  readonly pue: number | null;
  readonly tokensPerJoule: number | null;
}

const WEEK_DAYS = 7;

/** Sum of a power over each whole day of a run, kWh. */
function dailyKwh(values: Float64Array, stepsPerDay: number, stepMs: number): Float64Array {
  const days = new Float64Array(Math.max(1, Math.floor(values.length / stepsPerDay)));
  for (let i = 0; i < days.length * stepsPerDay && i < values.length; i++) {
    const day = Math.floor(i / stepsPerDay);
    days[day] = days[day]! + (Math.max(0, values[i]!) * stepMs) / HOUR_MS;
  }
  return days;
}

/** The hardest seven days of a run, from any of its days on; the whole run where it is shorter. */
export function worstWeek(run: Run, plant: Plant, zone: string): WorstWeek {
  const { grid } = run.ledger;
  const stepsPerDay = Math.round(DAY_MS / grid.stepMs);
  const column = (name: string) => run.ledger.get(name);
  const added = (names: readonly string[]) => {
    const sum = new Float64Array(grid.count);
    for (const name of names)
      column(name).forEach((v, i) => {
        sum[i] = sum[i]! + Math.max(0, v);
      });
    return sum;
  };
  const powers = (of: (unit: Plant['dispatch'][number]) => boolean) =>
    plant.dispatch.filter(of).map((unit) => `${unit.id}.powerKw`);
  const kinds = [
    ['unserved', column('site.shortKw')],
    ['generator', added(powers((u) => u.from === 'fuel'))],
    ['import', added(powers((u) => u.role === 'slack'))],
  ] as const;
  const daily = kinds.map(([, values]) => dailyKwh(values, stepsPerDay, grid.stepMs));
  const found = daily.findIndex((days) => days.some((kwh) => kwh > 1e-6));
  const at = found < 0 ? kinds.length - 1 : found;
  const length = Math.min(WEEK_DAYS, daily[0]!.length);
  const inWeek = (days: Float64Array, day: number) => days.subarray(day, day + length).reduce((a, b) => a + b, 0);
  let first = 0;
  for (let day = 1; day + length <= daily[at]!.length; day++) {
    if (inWeek(daily[at]!, day) > inWeek(daily[at]!, first) + 1e-9) first = day;
  }
  const from = first * stepsPerDay;
  const count = Math.min(length * stepsPerDay, grid.count - from);
  const part = (name: string) => column(name).subarray(from, from + count);
  const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;
  const devices = deviceSums(run, plant, from, count);
  const dateOf = (step: number) => {
    const local = zoneOf(zone).local(stepStartMs(grid, step));
    return `${local.year}-${String(local.month).padStart(2, '0')}-${String(local.day).padStart(2, '0')}`;
  };
  const total = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + part(name).reduce((a, b) => a + b, 0), 0);
  const facilityKw = total(['site.facilityKw']);
  const itKw = total(['site.itKw']);
  const tokensPerS = total(plant.services.map((s) => `service.${s.id}.outputTokensPerS`));
  return {
    from,
    count,
    date: dateOf(from),
    lastDate: dateOf(from + count - 1),
    by: kinds[at]![0],
    shortKwh: inWeek(daily[0]!, first),
    generatorKwh: inWeek(daily[1]!, first),
    importKwh: inWeek(daily[2]!, first),
    meanC: mean(part('weather.tempC')),
    minC: part('weather.tempC').reduce((a, b) => Math.min(a, b)),
    ghiKwhM2Day: (mean(part('weather.ghiWm2')) * 24) / 1000,
    lowestSoc: devices.lowestSoc,
    heatingKwh: devices.batteryHeatingKwh,
    generatorHours: devices.generatorHours,
    fuelL: devices.fuelL,
    liquidChillerHours: devices.liquidChillerHours,
    airChillerHours: devices.airChillerHours,
    waterL: total(plant.halls.flatMap((h) => ('waterL' in h.cooling.meters ? [`${h.id}.cooling.waterL`] : []))),
    pue: itKw > 0 ? facilityKw / itKw : null,
    tokensPerJoule: facilityKw > 0 ? tokensPerS / (facilityKw * 1000) : null,
  };
}
