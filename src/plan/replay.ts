import type { Horizon } from '../components/model.ts';
import type { Totals } from '../kpi/totals.ts';
import type { Policy, Setting, View } from '../policy/policy.ts';
import { simulate } from '../simulate/simulate.ts';
import { type AcceleratorKnobs, FOLLOW, type Order } from '../twin/decision.ts';
import type { Plant } from '../twin/plant.ts';
import type { Dispatch } from './dispatch.ts';
import { meteredMoney } from './figures.ts';
import { conditionsOfBlock } from './horizon.ts';
import { replicasAtWork, servedPerS, sharesAt } from './operate.ts';
import type { PlanProblem } from './problem.ts';

/** A figure as planned and as the twin's physics has it. */
export interface Replayed {
  readonly name: string;
  readonly unit: string;
  readonly plan: number;
  readonly twin: number;
  /** (twin - plan) / plan; 0 where both are nothing. */
  readonly differenceShare: number;
}

/** What sets the twin apart from the plan, whose balance is linear. */
export interface ReplayCauses {
  /** Replicas at work, mean over the block, all deployments together. */
  readonly replicas: { readonly plan: number; readonly twin: number };
  readonly itKwh: { readonly plan: number; readonly twin: number };
  readonly coolingKwh: { readonly plan: number; readonly twin: number };
  /** Facility energy that limits of a step kept from the twin, kWh. */
  readonly cutKwh: number;
  /** Interactive requests shed over those offered, and batch that the plan does and the twin has not done at the end over it. */
  readonly shedShare: number;
  readonly batchLeftShare: number;
}

/** What the twin made of a plan, in one weather year of it. */
export interface PlanReplay {
  readonly block: number;
  readonly figures: readonly Replayed[];
  readonly causes: ReplayCauses;
  readonly totals: Totals;
}

/** Value of a planned column at a base step; 0 where the plan has none of that name. */
function at(dispatch: Dispatch, name: string, i: number): number {
  return dispatch.columns.get(name)?.values[i] ?? 0;
}

/** Net power of a unit in the plan, kW into the bus. */
function plannedKw(dispatch: Dispatch, id: string, i: number): number {
  return (
    at(dispatch, `${id} power`, i) +
    at(dispatch, `${id} used`, i) +
    at(dispatch, `${id} discharge`, i) -
    at(dispatch, `${id} charge`, i) +
    at(dispatch, `${id} import`, i) -
    at(dispatch, `${id} export`, i)
  );
}

/**
 * A policy that carries out a plan's set points: as many replicas as it has at work, rounded up, its batch, its stores and
 * generators; sun and wind are taken as they come, and the grid, or the stores where there is none, makes up for what the plan
 * did not foresee.
 *
 * @param first base step of the plan that the simulation begins with
 */
export function planPolicy(dispatch: Dispatch, horizon: Horizon, first: number): (setting: Setting) => Policy {
  return ({ plant }) => {
    const atWork = plant.halls.map((hall) =>
      hall.it.map((unit) => replicasAtWork(dispatch, unit.id, horizon.grid.count)),
    );
    const indices = (role: string) => plant.dispatch.flatMap((unit, u) => (unit.role === role ? [u] : []));
    const [stores, slacks] = [indices('store'), indices('slack')];
    const generators = plant.dispatch.flatMap((unit, u) => (unit.role === 'source' && !unit.mustTake ? [u] : []));
    const supplyC = plant.halls.map(() => undefined);
    const stepH = horizon.grid.stepMs / 3_600_000;
    let step = 0;
    return {
      name: 'plan',
      decide({ last }: View) {
        const i = first + step++;
        const orders = plant.dispatch.map((unit): Order => {
          if (unit.mustTake || unit.role === 'slack') return FOLLOW;
          const kw = plannedKw(dispatch, unit.id, i);
          if (unit.role === 'source') return { commit: kw > 1e-6, minKw: kw, maxKw: slacks.length > 0 ? kw : Infinity };
          return { commit: true, minKw: kw, maxKw: kw };
        });
        return {
          replicas: atWork.map((hall, h) =>
            hall.map((sum, d) => Math.min(plant.halls[h]!.it[d]!.installed, Math.ceil(sum[i]! - 1e-6))),
          ),
          knobs: plant.halls.map((hall) =>
            hall.it.map((unit): AcceleratorKnobs => horizon.operated?.(unit.id)?.knobs?.[i] ?? {}),
          ),
          supplyC,
          batchPerS: plant.services.map((s, k) =>
            s.kind === 'batch' ? batchPerS(dispatch, horizon, s.id, i, stepH, last?.services[k]?.backlog) : 0,
          ),
          shares: plant.services.map(({ id, deployments }) => sharesAt(dispatch, id, deployments, i)),
          orders,
          deficitOrder: [...slacks, ...generators, ...stores],
          surplusOrder: [...slacks, ...stores],
        };
      },
      save: () => ({}),
    };
  };
}

/** Batch requests/s that bring the backlog to what the plan has at the end of a step: also what was not done before. */
function batchPerS(
  dispatch: Dispatch,
  horizon: Horizon,
  service: string,
  i: number,
  stepH: number,
  waiting = 0,
): number {
  const arrived = horizon.arrivals(service)?.[i] ?? 0;
  const planned = dispatch.columns.get(`${service} backlog`)?.values[i] ?? 0;
  const shed = at(dispatch, `${service} not served`, i);
  return Math.max(0, arrived - shed + (waiting - planned) / (3600 * stepH));
}

/**
 * Steps the twin of a site as designed through one block of a plan's horizon with the plan's set points.
 *
 * @param plant of the design; outages that nobody announced belong to it or not, as the question is
 */
export function replayPlan(problem: PlanProblem, dispatch: Dispatch, plant: Plant, block: number): PlanReplay {
  const { horizon, site, services } = problem;
  const { grid, conditions } = conditionsOfBlock(horizon, block);
  const first = horizon.blocks[block]!;
  const run = simulate({
    plant,
    currency: site.money.currency,
    grid,
    conditions,
    rates: services.map((s) => s.rate),
    policy: planPolicy(dispatch, horizon, first),
  });
  const totals = run.tally.totals();
  const stepH = horizon.grid.stepMs / 3_600_000;
  const range = [first, first + grid.count] as const;
  const energy = (suffix: string, ids: readonly string[]): number =>
    stepH * ids.reduce((sum, id) => sum + total(dispatch, `${id} ${suffix}`, range), 0);
  const of = (from: string) => plant.dispatch.filter((u) => u.from === from).map((u) => u.id);
  const share = grid.count / horizon.grid.count;
  const lone = horizon.blocks.length === 1;
  const figure = (name: string, unit: string, plan: number, twin: number): Replayed => ({
    name,
    unit,
    plan,
    twin,
    differenceShare: Math.abs(plan) < 1e-9 ? (Math.abs(twin) < 1e-6 ? 0 : Infinity) : (twin - plan) / Math.abs(plan),
  });
  const figures = [
    figure('energy from the grid', 'kWh', energy('import', of('grid')), totals.importKwh),
    // Which of the two is curtailed first costs nothing and is not compared.
    figure(
      'energy from sun and wind',
      'kWh',
      energy('used', [...of('sun'), ...of('wind')]),
      totals.solarUsedKwh + totals.windUsedKwh,
    ),
    figure('energy from generators', 'kWh', energy('power', of('fuel')), totals.generatorKwh),
    // Accounts stand for the whole horizon.
    ...(lone
      ? [
          figure('energy into IT', 'kWh', (dispatch.accounts.get('energyKwh') ?? 0) * share, totals.itKwh),
          figure('output tokens', 'tokens', (dispatch.accounts.get('outputTokens') ?? 0) * share, totals.outputTokens),
          figure('running cost', site.money.currency, meteredMoney(problem, dispatch), totals.runningCostMoney),
        ]
      : []),
  ];
  const { requestsOffered, requestsShed, shortKwh, coolingKwh, itKwh } = totals;
  const sum = (series: Float64Array): number => series.subarray(...range).reduce((all, v) => all + v, 0);
  const units = plant.halls.flatMap((hall) => hall.it);
  const batch = plant.services.flatMap((s) => (s.kind === 'batch' ? [s.id] : []));
  const planned = batch.reduce((all, id) => all + 3600 * stepH * sum(servedPerS(problem, dispatch, id)), 0);
  const causes: ReplayCauses = {
    replicas: {
      plan: units.reduce((all, u) => all + sum(replicasAtWork(dispatch, u.id, horizon.grid.count)), 0) / grid.count,
      twin: units.reduce((all, u) => all + sum(run.ledger.get(`${u.id}.replicas`)), 0) / grid.count,
    },
    itKwh: { plan: stepH * sum(dispatch.itKw), twin: itKwh },
    coolingKwh: { plan: stepH * sum(dispatch.coolingKw), twin: coolingKwh },
    cutKwh: shortKwh,
    shedShare: requestsOffered > 0 ? requestsShed / requestsOffered : 0,
    batchLeftShare: planned > 0 ? Math.max(0, 1 - totals.batchServed / planned) : 0,
  };
  return { block, figures, causes, totals };
}

function total(dispatch: Dispatch, name: string, [from, to]: readonly [number, number]): number {
  const values = dispatch.columns.get(name)?.values;
  let sum = 0;
  if (values !== undefined) for (let i = from; i < to; i++) sum += values[i]!;
  return sum;
}
