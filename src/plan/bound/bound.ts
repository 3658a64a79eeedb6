import { arraysOf } from '../../balance/highs.ts';
import type { LinearModel } from '../../balance/linearModel.ts';
import type { SolverPool } from '../../balance/pool.ts';
import type { BalanceService } from '../../balance/services.ts';
import { SiteBalance } from '../../balance/siteModel.ts';
import type { Conditions } from '../../components/contract.ts';
import type { BalancePart, Horizon } from '../../components/model.ts';
import type { CoolingUnit, DispatchUnit, ItUnit } from '../../components/unit.ts';
import { fail } from '../../errors/error.ts';
import { HOUR_MS, type TimeGrid } from '../../series/grid.ts';
import type { LowerBound } from '../../simulate/compare/comparison.ts';
import type { BoundTerms } from '../../simulate/compare/terms.ts';
import { ratesOn } from '../../simulate/stepping.ts';
import { plantOf } from '../../site/plant.ts';
import type { Site } from '../../site/site.ts';
import type { Plant } from '../../twin/plant.ts';
import { conditionsOn } from '../../weather/conditions.ts';
import type { WeatherYear } from '../../weather/year.ts';
import { meanTokens, type Service } from '../../workload/service.ts';
import { boundedCooling } from './cooling.ts';
import { type BoundedDeployment, boundedDeployment, sharedBy } from './deployment.ts';
import { type Asked, requestPower } from './requests.ts';

/** What is bounded: a site, its demand and its air over some time. */
export interface BoundScene {
  readonly site: Site;
  readonly services: readonly Service[];
  readonly grid: TimeGrid;
  readonly weather: WeatherYear;
  /** Steps before the grid that others were run through: more than none, and what stores and queues begin with is open. */
  readonly warmUp: number;
}

export interface BoundOptions {
  readonly pool: SolverPool;
  /** Segments that the period is merged to; a finer bound is closer and slower. */
  readonly segments?: number;
}

const SEGMENTS = 3000;
/** To lose a request costs so many times what it takes: nothing is ever lost where it can be served. */
const LOSS_FACTOR = 1000;
/** The devices' rows have a hair of money against doing two opposite things at once, per kWh; three of them can meet one kWh of load. */
const HAIR = 3e-6;
/** Losses of the chains that are heat of the halls, over IT, at most: for the range of heat that is looked at. */
const CHAIN_HEAT = 0.15;

/** Everything of a scene that both bounds share. */
interface Frame {
  readonly scene: BoundScene;
  readonly terms: BoundTerms;
  readonly plant: Plant;
  readonly horizon: Horizon;
  readonly deployments: readonly BoundedDeployment[];
  /** Parts of halls: deployments, chains, plants. */
  readonly halls: readonly { readonly id: string; readonly part: BalancePart }[];
}

const isCooling = (unit: { role: string }): unit is CoolingUnit => unit.role === 'cooling';

/** Steps in which every connection to the grid is lost, as the twin will have it. */
function lostSteps({ dispatch }: Plant, known: readonly Conditions[]): Uint8Array {
  const grids = dispatch.filter((unit) => unit.role === 'slack').map((unit) => unit.start());
  return Uint8Array.from(known, (air) =>
    grids.length > 0 && grids.every((grid) => grid.feasible(air).maxKw <= 0) ? 1 : 0,
  );
}

function horizonOver({ site, services, grid, weather }: BoundScene, plant: Plant): Horizon {
  const air = conditionsOn(weather, site.context, grid);
  const known = Array.from({ length: grid.count }, (_, i): Conditions => air(i));
  const lost = lostSteps(plant, known);
  const arrivals = new Map(services.map((s) => [s.profile.id, ratesOn(s.rate, grid)] as const));
  return {
    grid,
    blocks: [0],
    cyclic: false,
    conditions: (i) => known[i]!,
    arrivals: (service) => arrivals.get(service),
    attainment: 0,
    isGridLost: (i) => lost[i] === 1,
    bounding: true,
    level: { energy: 1, fuel: 1, water: 1, carbonPerKg: 0 },
  };
}

const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;

async function bounded(
  unit: ItUnit,
  services: readonly Service[],
  horizon: Horizon,
  terms: BoundTerms,
): Promise<BoundedDeployment> {
  const asked = services.flatMap(({ profile: { id, kind }, deployments }): Asked[] => {
    const requestsPerS = mean(horizon.arrivals(id)!);
    if (!deployments.includes(unit.id) || requestsPerS <= 0) return [];
    return [{ service: id, kind, requestsPerS, attainment: kind === 'batch' ? 0 : (terms.attainment.get(id) ?? 0) }];
  });
  const conditions = horizon.conditions(0);
  const set = { replicas: unit.installed, offers: [], limitKw: Number.POSITIVE_INFINITY };
  const { flows } = unit.start().preview(set, conditions);
  return {
    unit,
    liquidShare: flows['power']! < 0 ? flows['liquid']! / -flows['power']! : 0,
    asked,
    power: await requestPower(unit, asked, conditions),
    ...sharedBy(unit, asked, services),
  };
}

async function frameOf(scene: BoundScene, terms: BoundTerms): Promise<Frame> {
  const plant = plantOf(scene.site, scene.services);
  const horizon = horizonOver(scene, plant);
  const deployments: BoundedDeployment[] = [];
  const halls: { id: string; part: BalancePart }[] = [];
  for (const hall of plant.halls) {
    const own: BoundedDeployment[] = [];
    for (const unit of hall.it) own.push(await bounded(unit, scene.services, horizon, terms));
    deployments.push(...own);
    const full = own.map((d) => ({ kw: d.unit.powerRange(d.unit.installed).fullKw, liquid: d.liquidShare }));
    const most = {
      liquid: full.reduce((sum, { kw, liquid }) => sum + liquid * kw, 0),
      air: full.reduce((sum, { kw, liquid }) => sum + (1 - liquid + CHAIN_HEAT) * kw, 0),
    };
    for (const d of own) halls.push({ id: d.unit.id, part: boundedDeployment(d, horizon) });
    halls.push({ id: hall.chain.id, part: hall.chain.balance(horizon) });
    if (isCooling(hall.cooling)) halls.push({ id: hall.cooling.id, part: boundedCooling(hall.cooling, most, horizon) });
  }
  return { scene, terms, plant, horizon, deployments, halls };
}

/** Least IT electricity of a request of each service, kWh: on whatever deployment of it, and within its targets on whatever one. */
function leastKwh({ deployments, scene, terms }: Frame): ReadonlyMap<string, number> {
  const least = new Map<string, number>();
  for (const { profile } of scene.services) {
    const own = deployments.flatMap(({ power }) => power.filter(({ service }) => service === profile.id));
    if (own.length === 0) continue;
    const servedKw = Math.min(...own.map(({ perServedKw }) => perServedKw));
    const attainedKw = Math.min(...own.map(({ perAttainedKw }) => perAttainedKw));
    const attainment = profile.kind === 'batch' ? 0 : (terms.attainment.get(profile.id) ?? 0);
    least.set(profile.id, (servedKw + attainment * attainedKw) / 3600);
  }
  return least;
}

/** Services as the bound asks for them: late by no more than the step in which they are due. */
function servicesOf(frame: Frame, moneyPerKwh: number): BalanceService[] {
  const least = leastKwh(frame);
  const stepH = frame.horizon.grid.stepMs / HOUR_MS;
  return frame.scene.services.map(({ profile: { id, kind }, deadlineS = 0 }) => {
    const deadlineH = deadlineS / 3600 + stepH;
    const requests = frame.terms.waiting.get(id)?.most ?? 0;
    return {
      id,
      kind,
      deadlineH,
      lostMoney: LOSS_FACTOR * Math.max(1e-12, (least.get(id) ?? 0) * moneyPerKwh),
      ...(requests > 0 ? { waiting: [{ dueH: deadlineH, requests }] } : {}),
    };
  });
}

/** What a stored quantity may begin with, and what a unit of it costs, below zero earns, at the start and at the end. */
interface Ends {
  readonly start: readonly [number, number];
  readonly startMoney: number;
  readonly endMoney: number;
}

const EMPTY: Ends = { start: [0, 0], startMoney: 0, endMoney: 0 };

function tie(model: LinearModel, ends: ReadonlyMap<string, Ends>): void {
  const { lower, upper, cost } = model;
  for (const { name, state } of model.states) {
    const { start, startMoney, endMoney } = ends.get(name) ?? EMPTY;
    const opening = state.before(0);
    [lower[opening], upper[opening]] = start;
    cost[opening] = startMoney;
    // Holding is free: what plans take against ties has no place in a bound.
    for (let k = 0; k < model.segments; k++) cost[state.first + k] = 0;
    cost[state.first + model.segments - 1]! += endMoney;
  }
}

/**
 * Solves one of both models. @returns its least money, without the penalties of what nobody could serve. @throws JW_SOLVER
 *
 * @param isFed whether what is not fed is what is counted, and no penalty
 */
async function least(
  balance: SiteBalance,
  ends: ReadonlyMap<string, Ends>,
  isFed: boolean,
  { pool, segments = SEGMENTS }: BoundOptions,
): Promise<number> {
  const choices = balance.sizes.map(({ given }) => ({ lower: given, upper: given, costPerYear: 0 }));
  const { steps } = balance.calendar;
  const model = balance.model(steps <= segments ? balance.flat() : balance.merged(segments), choices);
  tie(model, ends);
  const held = await pool.hold(arraysOf(model));
  try {
    const solved = await pool.solve(held, {
      options: { method: 'simplex' },
      want: { values: 'all', duals: [], rowDuals: false },
    });
    if (solved.status !== 'optimal') return fail('JW_SOLVER', { reason: `the bound is ${solved.status}` });
    let lostMoney = 0;
    for (const { slack, name, first, count } of model.columnGroups) {
      if (!slack || (isFed && name === 'electricity short')) continue;
      for (let c = first; c < first + count; c++) lostMoney += solved.values[c]! * model.cost[c]!;
    }
    return solved.objective - lostMoney;
  } finally {
    await pool.drop(held);
  }
}

/** What a store may begin with above its floor, kWh: what it is new with, or anything after a time that was not looked at. */
function storedKwh({ scene, horizon }: Frame, unit: DispatchUnit): readonly [number, number] {
  const { energyKwh, capacityKwh } = unit.start().feasible(horizon.conditions(0)).store ?? NO_STORE;
  return scene.warmUp > 0 ? [0, capacityKwh] : [energyKwh, energyKwh];
}

const NOTHING = { least: 0, most: 0, kwh: 0 };
const NO_STORE = { energyKwh: 0, capacityKwh: 0 };

/**
 * What queues begin and end with. What is left waiting costs its least. What waited before counts for whoever worked it off: in energy no more than
 * that, since it was spent; in money at the most that it took anybody, for it may have been worked off with energy that cost nothing.
 */
function backlogEnds(frame: Frame, moneyPerKwh: number, inMoney: boolean): [string, Ends][] {
  return [...leastKwh(frame)].map(([service, kwh]) => {
    const { least: low, most, kwh: dearest } = frame.terms.waiting.get(service) ?? NOTHING;
    const ends = {
      start: [low, most],
      startMoney: -(inMoney ? dearest : kwh) * moneyPerKwh,
      endMoney: kwh * moneyPerKwh,
    } as const;
    return [`${service} backlog`, ends];
  });
}

/** Least energy of the facility: halls alone, every kWh of them counted. */
async function leastEnergy(frame: Frame, options: BoundOptions): Promise<number> {
  const balance = new SiteBalance(frame.halls, servicesOf(frame, 1), frame.horizon, { shortPerKwh: 1 });
  return least(balance, new Map(backlogEnds(frame, 1, false)), true, options);
}

/** Least running cost, with stores worth the same at both ends. */
async function leastCost(frame: Frame, options: BoundOptions): Promise<number> {
  const { horizon, plant, terms } = frame;
  const parts = [...plant.dispatch.map((unit) => ({ id: unit.id, part: unit.balance(horizon) })), ...frame.halls];
  const { moneyPerKwh } = terms.price;
  const money = Math.max(moneyPerKwh, 1e-3);
  const balance = new SiteBalance(parts, servicesOf(frame, money), horizon, { shortPerKwh: LOSS_FACTOR * money });
  const stores = plant.dispatch
    .filter((unit) => unit.role === 'store')
    .map((unit): [string, Ends] => [
      `${unit.id} energy`,
      { start: storedKwh(frame, unit), startMoney: moneyPerKwh, endMoney: -moneyPerKwh },
    ]);
  const ends = new Map([...backlogEnds(frame, moneyPerKwh, true), ...stores]);
  return least(balance, ends, false, options);
}

/**
 * What no way to run a site goes below over a period, final states made equal: energy of the facility, and running cost. The relaxed balance of
 * the whole period with all knowledge: replicas in fractions at their best load and clock, cooling at its best supply, every
 * outage known, no ageing, no start of anything, stores without their containers' climate.
 *
 * @param terms what is asked of service, and the price of what is left at the end
 * @throws JW_SOLVER
 */
export async function lowerBound(scene: BoundScene, terms: BoundTerms, options: BoundOptions): Promise<LowerBound> {
  const began = performance.now();
  const frame = await frameOf(scene, terms);
  const facilityKwh = await leastEnergy(frame, options);
  const costMoney = await leastCost(frame, options);
  const { services, grid } = scene;
  const hours = (grid.count * grid.stepMs) / HOUR_MS;
  const outputTokens = services.reduce(
    (sum, { profile }) => sum + mean(frame.horizon.arrivals(profile.id)!) * 3600 * hours * meanTokens(profile).output,
    0,
  );
  return {
    facilityKwh,
    costMoney: costMoney - HAIR * facilityKwh,
    outputTokens,
    seconds: (performance.now() - began) / 1000,
  };
}
