import { type Operated, requestsOn } from '../components/model.ts';
import type { ItUnit, Unit } from '../components/unit.ts';
import { JoulewrightError } from '../errors/error.ts';
import type { Service } from '../workload/service.ts';
import { givenMoney } from './certify.ts';
import { type Choice, choicesAt, clocksAtWork } from './clocks.ts';
import type { Dispatch } from './dispatch.ts';
import type { PlanProblem } from './problem.ts';
import { GAP, type Sizing, type SizingOptions, sizeSite } from './sizing.ts';

/** A plan whose replicas are whole in every step, with what that costs. */
export interface Settled {
  readonly problem: PlanProblem;
  readonly sizing: Sizing;
  /** IT electricity of whole replicas over that of replicas in fractions, less 1. */
  readonly itShare: number;
  /** Money over the horizon that whole replicas cost, and the same over what can be decided, as the gap is. */
  readonly lossMoney: number;
  readonly lossShare: number;
}

/** What a request may be short of and still count as served. */
const SERVED = 1 - 1e-6;
/** IT electricity that whole replicas may add before the rest of the site is chosen anew. */
const WORTH_IT = 0.01;
/**
 * Share of the requests of a step within their targets that a slower clock must reach: what a sizing asks for. Load levels keep to
 * more, but they do not see that batch stands beside chat on the same replicas.
 */
const IN_TIME = 0.95;
/** Requests below this share are not counted as given up. */
const LOST_SHARE = 1e-6;

/** Requests/s of a service that a dispatch serves, by base step: what arrived, less what is given up, less what waits on. */
export function servedPerS(
  { horizon }: Pick<PlanProblem, 'horizon'>,
  dispatch: Dispatch,
  service: string,
): Float64Array {
  const { grid, blocks } = horizon;
  const stepS = grid.stepMs / 1000;
  const shed = dispatch.columns.get(`${service} not served`)?.values;
  const backlog = dispatch.columns.get(`${service} backlog`)?.values;
  const served = Float64Array.from(horizon.arrivals(service) ?? new Float64Array(grid.count));
  blocks.forEach((from, b) => {
    const to = blocks[b + 1] ?? grid.count;
    for (let i = from; i < to; i++) {
      const waited = backlog === undefined ? 0 : backlog[i > from ? i - 1 : to - 1]! - backlog[i]!;
      const lost = shed?.[i] ?? 0;
      // What the solver's tolerance leaves is nobody's request.
      const most = served[i]! + waited / stepS;
      const left = most - (lost > LOST_SHARE * most ? lost : 0);
      served[i] = left > LOST_SHARE * most ? left : 0;
    }
  });
  return served;
}

/** Parts of a service on its deployments in a step of a dispatch, in their order; equal where it serves nothing of it. */
export function sharesAt(dispatch: Dispatch, service: string, deployments: readonly string[], i: number): number[] {
  const perS = deployments.map((id) => Math.max(0, dispatch.requestsPerS.get(requestsOn(service, id))?.[i] ?? 0));
  const sum = perS.reduce((all, part) => all + part, 0);
  return perS.map((part) => (sum > 0 ? part / sum : 1 / perS.length));
}

/** Requests/s of a service that a deployment of it serves in a dispatch, by base step. */
function servedOn(
  problem: PlanProblem,
  dispatch: Dispatch,
  { profile, deployments }: Service,
  deployment: string,
): Float64Array {
  const served = servedPerS(problem, dispatch, profile.id);
  const d = deployments.indexOf(deployment);
  if (deployments.length === 1) return served;
  return served.map((perS, i) => perS * sharesAt(dispatch, profile.id, deployments, i)[d]!);
}

/** Requests/s of interactive services in the steps in which nobody serves them, by service and base step. */
function givenUp(problem: PlanProblem, dispatch: Dispatch): Map<string, Float64Array> {
  return new Map(
    problem.services.flatMap(({ profile }) => {
      const arrived = problem.horizon.arrivals(profile.id);
      if (profile.kind !== 'interactive' || arrived === undefined) return [];
      const served = servedPerS(problem, dispatch, profile.id);
      return [[profile.id, arrived.map((perS, i) => (served[i] === 0 ? perS : 0))] as const];
    }),
  );
}

/** Replicas of a deployment at work in a dispatch, whole or not, by base step. */
export function replicasAtWork(dispatch: Dispatch, deployment: string, count: number): Float64Array {
  const sum = new Float64Array(count);
  for (const { name, unit, values } of dispatch.columns.values()) {
    if (unit !== 'replicas' || !name.startsWith(`${deployment} `)) continue;
    for (let i = 0; i < count; i++) sum[i]! += values[i]!;
  }
  return sum;
}

/**
 * What a deployment does when its replicas are whole: in every step the fewest, not below the plan's, that serve what the plan has
 * them serve, stepped by the deployment's own physics, with those that boot. All run at one clock: the one that most of the plan's
 * replicas have in that step, or the next faster one that serves what is asked within the targets.
 *
 * @param most replicas that are bought
 */
function operatedBy(unit: ItUnit, problem: PlanProblem, dispatch: Dispatch, most: number): Operated {
  const { horizon, services } = problem;
  const { count } = horizon.grid;
  const own = services.filter((s) => s.deployments.includes(unit.id));
  const served = own.map((s) => servedOn(problem, dispatch, s, unit.id));
  const planned = replicasAtWork(dispatch, unit.id, count);
  const made: Operated = {
    replicas: new Float64Array(count),
    powerKw: new Float64Array(count),
    services: own.map((s, k) => ({ service: s.profile.id, perS: served[k]!, itKw: new Float64Array(count) })),
  };
  const clocks = clocksAtWork(dispatch, unit.id);
  const fastest = clocks.at(-1)?.knobs;
  const knobs = Array.from({ length: fastest === undefined ? 0 : count }, () => fastest!);
  // A pool with a choice of clocks is searched in fewer steps.
  const stride = clocks.length === 0 ? 1 : Math.max(1, Math.ceil(most / 32));
  const running = unit.start();
  const starts = new Set(horizon.blocks);
  for (let i = 0; i < count; i++) {
    const conditions = horizon.conditions(i);
    const offers = own.map(({ profile }, k) => ({
      service: profile.id,
      requestsPerS: profile.kind === 'interactive' ? served[k]![i]! : 0,
      batchPerS: profile.kind === 'interactive' ? 0 : served[k]![i]!,
    }));
    const look = (set: Choice) =>
      running.preview({ ...set.knobs, replicas: set.replicas, offers, limitKw: Number.POSITIVE_INFINITY }, conditions);
    const suffices = ({ services: all }: ReturnType<typeof look>): boolean =>
      all.every((s, k) => s.servedPerS + s.batchServedPerS >= SERVED * served[k]![i]!) &&
      (clocks.length === 0 || all.every((s) => s.attainment >= IN_TIME));
    const choices = choicesAt(clocks, i, planned[i]!, most);
    let [set] = choices as [Choice];
    // A deployment begins with all that it has; a block begins with what it needs.
    if (starts.has(i)) {
      look(set);
      running.keep();
    }
    let stepped = look(set);
    for (const choice of choices) {
      set = choice;
      stepped = look(set);
      while (set.replicas < most && !suffices(stepped)) {
        set = { ...set, replicas: Math.min(most, set.replicas + stride) };
        stepped = look(set);
      }
      if (suffices(stepped)) break;
    }
    running.keep();
    if (set.knobs !== undefined) knobs[i] = set.knobs;
    const { replicas } = set;
    made.replicas[i] = replicas;
    made.powerKw[i] = -stepped.flows['power']!;
    made.services.forEach(({ itKw }, k) => {
      itKw[i] = stepped.services[k]!.powerKw;
    });
  }
  return knobs.length > 0 ? { ...made, knobs } : made;
}

const isIt = (unit: Unit): unit is ItUnit => unit.role === 'it';

/**
 * Chooses the rest of a site anew for replicas that are whole in every step: the balance runs them in fractions at the best load,
 * which a large pool comes close to and a small one does not. Hours in which the plan gives up all of an interactive service stay
 * given up.
 *
 * @param found the plan, with sizes that are whole where they are sold in wholes
 * @returns undefined where whole replicas draw next to nothing more and have no choice of clocks, or there was no time
 * @throws JW_SOLVER
 */
export async function settleReplicas(
  problem: PlanProblem,
  found: Sizing,
  options: SizingOptions = {},
): Promise<Settled | undefined> {
  const { balance, horizon, site, choices } = problem;
  const replicasOf = (id: string): number =>
    Math.round(found.sizes[balance.sizes.findIndex((s) => s.unitId === id && s.key === 'replicas')]!);
  const units = site.units.filter(isIt);
  const operated = new Map(
    units.map((unit) => [unit.id, operatedBy(unit, problem, found.dispatch, replicasOf(unit.id))]),
  );
  const stepH = horizon.grid.stepMs / 3_600_000;
  let wholeKwh = 0;
  for (const { powerKw } of operated.values()) for (const kw of powerKw) wholeKwh += kw * stepH;
  const itShare = wholeKwh / Math.max(1e-9, found.dispatch.accounts.get('energyKwh') ?? 0) - 1;
  // A step has one clock, so that a plan that chooses clocks is always looked at again.
  const chooses = [...operated.values()].some((o) => o.knobs !== undefined);
  if (itShare < WORTH_IT && !chooses) return undefined;
  const at = { ...horizon, operated: (id: string) => operated.get(id) };
  const parts = new Map(units.map((unit) => [unit.id, unit.balance(at)]));
  const settled: PlanProblem = {
    ...problem,
    horizon: at,
    balance: balance.withParts(parts, givenUp(problem, found.dispatch)),
    choices: choices.map((choice, i) => {
      const { unitId, key } = balance.sizes[i]!;
      const size = found.sizes[i]!;
      const whole = site.free.some((f) => f.unitId === unitId && f.key === key && f.step !== undefined);
      return whole || key === 'replicas' || size <= 0 ? { ...choice, lower: size, upper: size } : choice;
    }),
  };
  const [open, rest] = [choices, settled.choices].map((list) => found.upper - givenMoney(list, balance.years));
  const gap = (options.gap ?? GAP) * Math.max(1, open! / Math.max(1e-9, rest!));
  const sizing = await sizedIfPossible(settled, { ...options, gap });
  if (sizing === undefined) return undefined;
  const lossMoney = sizing.upper - found.upper;
  return { problem: settled, sizing, itShare, lossMoney, lossShare: lossMoney / Math.max(1e-9, open!) };
}

async function sizedIfPossible(problem: PlanProblem, options: SizingOptions): Promise<Sizing | undefined> {
  try {
    return await sizeSite(problem, options);
  } catch (error) {
    if (error instanceof JoulewrightError && error.code === 'JW_PLAN_NONE') return undefined;
    throw error;
  }
}
