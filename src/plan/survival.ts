import type { Standby } from '../components/model.ts';
import type { FreeSize } from '../site/freeSize.ts';
import type { PlanProblem } from './problem.ts';
import { type BackupDesign, type BackupSurvival, backupSurvival } from './reliability/backup.ts';
import { durationChances, lognormalWithin, type SupplyRisk, supplyRisk } from './reliability/indices.ts';
import type { Sizing } from './sizing.ts';

/** How a plan stands when the grid goes without notice. */
export interface PlanSurvival {
  /** Hours looked at. */
  readonly hours: number;
  /** Share of the load that must be carried. */
  readonly loadShare: number;
  /** Chance to carry 1, 2, ... hours, failures and fuel counted, over the starts of all hours of the first weather year. */
  readonly survival: BackupSurvival;
  /** With the outages that the site file expects; undefined where it expects none, or there is no grid. */
  readonly risk: SupplyRisk | undefined;
  /** Outages expected: a year, and their mean length, h. */
  readonly outages: { readonly perYear: number; readonly meanH: number } | undefined;
}

/** Steps of charge that the chain tells apart. */
const BINS = 21;
/** Share of the time that they are not down. Source: NREL REopt.jl 0.56, src/outagesim/backup_reliability.jl. */
const AVAILABILITY = { battery: 0.97, sun: 0.98, wind: 0.97 };

type Of<K extends Standby['kind']> = Extract<Standby, { kind: K }>;

/** Hourly means of a series of base steps, of the hours of one block. */
function hourly(values: ArrayLike<number>, from: number, to: number, stepsPerHour: number): Float64Array {
  const hours = Math.floor((to - from) / stepsPerHour);
  return Float64Array.from({ length: hours }, (_, h) => {
    let sum = 0;
    for (let i = 0; i < stepsPerHour; i++) sum += values[from + h * stepsPerHour + i]!;
    return sum / stepsPerHour;
  });
}

/** What a store holds when each hour begins: its values are those at the end of steps, and a block closes in itself. */
export function heldBefore(values: ArrayLike<number>, from: number, to: number, stepsPerHour: number): Float64Array {
  const hours = Math.floor((to - from) / stepsPerHour);
  return Float64Array.from({ length: hours }, (_, h) => values[h === 0 ? to - 1 : from + h * stepsPerHour - 1]!);
}

/**
 * An outage that nobody announced, from every hour of the first weather year of a plan: the load as planned, the stores as full
 * as they were planned to be, generators with their chance to fail, sun and wind of those hours.
 *
 * @param hours longest outage looked at
 * @param loadShare share of the load that must be carried, 0..1
 * @throws JW_RELIABILITY
 */
export function survivalOf(problem: PlanProblem, sizing: Sizing, hours = 24, loadShare = 1): PlanSurvival {
  const { balance, horizon } = problem;
  const stepsPerHour = Math.max(1, Math.round(3_600_000 / horizon.grid.stepMs));
  const [from, to] = [0, horizon.blocks[1] ?? horizon.grid.count];
  const sizeOf = (unitId: string, key: string): number => {
    const i = balance.sizes.findIndex((s) => s.unitId === unitId && s.key === key);
    return Math.max(0, sizing.sizes[i] ?? 0);
  };
  const column = (name: string): ArrayLike<number> =>
    sizing.dispatch.columns.get(name)?.values ?? new Float64Array(horizon.grid.count);
  const load = new Float64Array(horizon.grid.count);
  const add = (name: string, sign: 1 | -1): void => {
    const values = column(name);
    for (let i = 0; i < load.length; i++) load[i]! += sign * values[i]!;
  };
  const sources: BackupDesign['sources'][number][] = [];
  const generators: BackupDesign['generators'][number][] = [];
  let battery: BackupDesign['battery'];
  let grid: Of<'grid'> | undefined;
  for (const unit of problem.site.units) {
    for (const [suffix, sign] of FLOWS) add(`${unit.id} ${suffix}`, sign);
  }
  for (const { unitId, standby } of balance.standbys) {
    if (standby.kind === 'grid') grid = standby;
    else if (standby.kind === 'free') {
      const size = sizeOf(unitId, standby.key);
      if (size > 0) {
        const kw = hourly(standby.perUnit, from, to, stepsPerHour).map((v) => v * size);
        sources.push({ kw, availability: AVAILABILITY[standby.origin] });
      }
    } else if (standby.kind === 'generators') {
      const sizeKw = sizeOf(unitId, standby.key);
      if (sizeKw <= 1e-3) continue;
      generators.push(setsOf(standby, sizeKw, setsOfSize(standby, problem.site.free, unitId, sizeKw).count));
    } else {
      const energyKwh = sizeOf(unitId, standby.energyKey);
      const kw = sizeOf(unitId, standby.powerKey);
      if (energyKwh <= 1e-3 || kw <= 1e-3) continue;
      const held = heldBefore(column(`${unitId} energy`), from, to, stepsPerHour);
      // Several stores act as one; the first says how well it gives.
      battery = {
        usableKwh: (battery?.usableKwh ?? 0) + standby.windowShare * energyKwh,
        kw: (battery?.kw ?? 0) + kw,
        chargeShare: battery?.chargeShare ?? standby.chargeShare,
        dischargeShare: battery?.dischargeShare ?? standby.dischargeShare,
        bins: BINS,
        availability: AVAILABILITY.battery,
        chargeKwh: battery === undefined ? held : battery.chargeKwh.map((v, h) => v + held[h]!),
      };
    }
  }
  const loadKw = hourly(load, from, to, stepsPerHour).map((v) => Math.max(0, v) * loadShare);
  const design: BackupDesign = { loadKw, generators, sources, ...(battery === undefined ? {} : { battery }) };
  const survival = backupSurvival(design, hours);
  const risk =
    grid === undefined
      ? undefined
      : supplyRisk(
          { perYear: grid.perYear, durations: durationChances(lognormalWithin(grid.meanH, grid.sigma), hours) },
          survival.mean,
          survival.lostKw,
        );
  return {
    hours,
    loadShare,
    survival,
    risk,
    outages: grid === undefined ? undefined : { perYear: grid.perYear, meanH: grid.meanH },
  };
}

/** Columns whose sum is what the site's load takes. */
const FLOWS = [
  ['used', 1],
  ['import', 1],
  ['power', 1],
  ['discharge', 1],
  ['charge', -1],
  ['export', -1],
] as const;

/**
 * Sets of a size, and the power of one, kW. Where the number of sets is chosen, as many as must be bought for the size; where the
 * power of a set is chosen, the file's number of them.
 */
export function setsOfSize(
  { sets, setKw, key }: Of<'generators'>,
  free: readonly FreeSize[],
  unitId: string,
  sizeKw: number,
): { readonly count: number; readonly setKw: number } {
  const open = free.find((f) => f.unitId === unitId && f.key === key);
  if (open !== undefined && open.step === undefined) return { count: sets, setKw: sizeKw > 0 ? sizeKw / sets : setKw };
  return { count: Math.max(1, Math.ceil(sizeKw / setKw - 1e-3)), setKw };
}

/** Sets that share a size evenly; in the hottest hour they give the least. */
function setsOf(standby: Of<'generators'>, sizeKw: number, count: number): BackupDesign['generators'][number] {
  let left = 1;
  for (const share of standby.left) left = Math.min(left, share);
  return {
    count,
    kw: (sizeKw / count) * left,
    availability: standby.availability,
    failureToStart: standby.failureToStart,
    mttfH: standby.mttfH,
    mttrH: standby.repairH,
    fuel: {
      fuelLPerKwh: standby.fuelLPerKwh,
      fuelLPerUnitH: (standby.fuelLPerSetH * sizeKw) / count / standby.setKw,
      fuelL: standby.fuelL,
      ...(standby.delivery === undefined ? {} : { delivery: { ...standby.delivery, fullL: standby.tankL } }),
    },
  };
}
