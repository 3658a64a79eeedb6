import { type ClockAndCap, clockIn } from '../../components/model.ts';
import type { LookedAhead } from './looking.ts';
import { reasonsOf } from './reasons.ts';
import type { AheadSite } from './site.ts';
import { NOTHING, Solution } from './solution.ts';
import { splitOf } from './split.ts';

/** What a deployment does in a segment. */
export interface DeploymentAhead {
  readonly deployment: string;
  /** Whole replicas at work, rounded up. */
  readonly replicas: number;
  /** Replicas that sleep, mean; left out where none does. */
  readonly asleep?: number;
  /** Its load levels in replicas, whole or not; with clock and cap where the site file leaves them open. */
  readonly levels: readonly { readonly level: string; readonly replicas: number; readonly knobs?: ClockAndCap }[];
}

/** A segment of a look ahead as a plan: means over the segment, stores at its end. */
export interface SegmentAhead {
  readonly startMs: number;
  readonly endMs: number;
  readonly deployments: readonly DeploymentAhead[];
  /** Requests/s that are served and that are given up, and requests that wait at the end. */
  readonly services: readonly {
    readonly service: string;
    readonly servedPerS: number;
    readonly givenUpPerS: number;
    readonly waiting: number;
  }[];
  /** Requests/s of the services that several deployments serve, on each of these; left out where none has a choice. */
  readonly split?: readonly { readonly service: string; readonly deployment: string; readonly perS: number }[];
  /** Out of the battery, kW; above its floor, kWh. */
  readonly batteries: readonly { readonly unit: string; readonly powerKw: number; readonly energyKwh: number }[];
  readonly generators: readonly { readonly unit: string; readonly powerKw: number }[];
  /** Bought less sold, kW. */
  readonly grids: readonly { readonly unit: string; readonly powerKw: number }[];
  /** Sun and wind used, kW. */
  readonly sources: readonly { readonly unit: string; readonly powerKw: number }[];
  /** Heat beyond the usual load of a plant, and cold into its tank where it has one (below 0: out of it), kW. */
  readonly coolings: readonly { readonly unit: string; readonly aboveUsualKw: number; readonly tankKw?: number }[];
  /** Load that is not fed, kW. */
  readonly shortKw: number;
  /** What one more kWh on the site's bus would cost, money. */
  readonly pricePerKwh: number;
  /** Why, in words. */
  readonly reasons: readonly string[];
}

const clean = (value: number): number => (Math.abs(value) < NOTHING ? 0 : value);

/**
 * The first segments of a look ahead as a plan, each with its reasons.
 *
 * @param count segments, all when left out
 * @param currency in which reasons are told
 */
export function readOut(
  ahead: LookedAhead,
  site: AheadSite,
  currency: string,
  count = ahead.model.segments,
): SegmentAhead[] {
  const solution = new Solution(ahead);
  const { grid, arrivals } = ahead.outlook;
  const units = columnsByUnit(solution);
  const deployments = [...site.deployments].map((id) => ({
    id,
    levels: solution.replicasOf(id),
    asleep: solution.column(`${id} asleep`),
  }));
  const short = solution.column('electricity short');
  const services = [...arrivals].map(([service, perS]) => ({
    service,
    arrived: (k: number) => meanOf(perS, ahead.model.span(k)),
    shed: solution.column(`${service} not served`),
    backlog: solution.column(`${service} backlog`),
    opening: solution.opening(`${service} backlog`),
  }));
  const split = splitOf(solution, [...arrivals.keys()], [...site.deployments]);
  const reasons = reasonsOf(solution, [...arrivals.keys()], split, currency);
  return Array.from({ length: Math.min(count, solution.segments) }, (_, k): SegmentAhead => {
    const at = (values: Float64Array): number => clean(values[k]!);
    return {
      startMs: solution.startMs(k),
      endMs: grid.startMs + ahead.model.span(k)[1] * grid.stepMs,
      deployments: deployments.map(({ id, levels, asleep }) => ({
        deployment: id,
        replicas: Math.max(0, Math.ceil(levels.reduce((sum, { values }) => sum + values[k]!, 0) - 1e-6)),
        ...(asleep[k]! > NOTHING ? { asleep: asleep[k]! } : {}),
        levels: levels
          .filter(({ values }) => values[k]! > NOTHING)
          .map(({ level, values }) => {
            const knobs = clockIn(level);
            return { level, replicas: values[k]!, ...(knobs === undefined ? {} : { knobs }) };
          }),
      })),
      services: services.map(({ service, arrived, shed, backlog, opening }) => ({
        service,
        // What arrives and does not wait or get lost is served.
        servedPerS: Math.max(
          0,
          clean(
            arrived(k) - shed[k]! + ((k === 0 ? opening : backlog[k - 1]!) - backlog[k]!) / (3600 * solution.hours[k]!),
          ),
        ),
        givenUpPerS: at(shed),
        waiting: at(backlog),
      })),
      ...(split.length === 0
        ? {}
        : { split: split.map(({ service, deployment, perS }) => ({ service, deployment, perS: at(perS) })) }),
      batteries: units.batteries.map(({ unit, charge, discharge, energy }) => ({
        unit,
        powerKw: clean(discharge[k]! - charge[k]!),
        energyKwh: at(energy),
      })),
      generators: units.generators.map(({ unit, power }) => ({ unit, powerKw: at(power) })),
      grids: units.grids.map(({ unit, bought, sold }) => ({ unit, powerKw: clean(bought[k]! - sold[k]!) })),
      sources: units.sources.map(({ unit, used }) => ({ unit, powerKw: at(used) })),
      coolings: units.coolings.map(({ unit, above, hasTank, charge, discharge }) => ({
        unit,
        aboveUsualKw: clean(above.reduce((sum, values) => sum + values[k]!, 0)),
        ...(hasTank ? { tankKw: clean(charge[k]! - discharge[k]!) } : {}),
      })),
      shortKw: at(short),
      pricePerKwh: solution.price[k]!,
      reasons: reasons(k),
    };
  });
}

function meanOf(values: Float64Array, [from, to]: readonly [number, number]): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]!;
  return sum / (to - from);
}

/** Columns of the devices, by what they are called in the balance. */
function columnsByUnit(solution: Solution) {
  const sides = [' liquid above usual', ' air above usual'].map((side) => solution.ending(side));
  const plants = [...new Set(sides.flat().map(({ id }) => id))];
  const tanks = solution.ending(' tank charge').map(({ id }) => id);
  return {
    batteries: solution
      .ending(' charge')
      .filter(({ id }) => !tanks.some((tank) => id === `${tank} tank`))
      .map(({ id, values }) => ({
        unit: id,
        charge: values,
        discharge: solution.column(`${id} discharge`),
        energy: solution.column(`${id} energy`),
      })),
    generators: solution.ending(' power').map(({ id, values }) => ({ unit: id, power: values })),
    grids: solution
      .ending(' import')
      .map(({ id, values }) => ({ unit: id, bought: values, sold: solution.column(`${id} export`) })),
    sources: solution.ending(' used').map(({ id, values }) => ({ unit: id, used: values })),
    coolings: plants.map((unit) => ({
      unit,
      above: sides.flatMap((side) => side.filter(({ id }) => id === unit).map(({ values }) => values)),
      hasTank: tanks.includes(unit),
      charge: solution.column(`${unit} tank charge`),
      discharge: solution.column(`${unit} tank discharge`),
    })),
  };
}
