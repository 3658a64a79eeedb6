import type { Offer } from '../../components/contract.ts';
import { fail } from '../../errors/error.ts';
import { HOUR_MS } from '../../series/grid.ts';
import type { AcceleratorKnobs, Decision } from '../../twin/decision.ts';
import { reviveRecord } from '../../twin/memory.ts';
import type { Plant } from '../../twin/plant.ts';
import { mostKw, rolesOf, runsByLevel, storedKwh, wantedKw } from '../energy.ts';
import type { Policy, PolicyName, Setting, Surroundings, View } from '../policy.ts';
import { partsOf, Splitter } from '../split.ts';
import { tunedSilos } from '../tunedSilos.ts';
import { CoolingDesk } from './coolingDesk.ts';
import { endMsOf, followEnergy, plannedAt, plannedEnergyKwh, plannedSplit } from './follow.ts';
import { NearDemand, type NearMemory, type Sure } from './nearDemand.ts';
import { Observer } from './observer.ts';
import { JOINT, type JointPart } from './parameters.ts';
import { type AheadPlan, Planner } from './planner.ts';
import { Response } from './response.ts';
import { learning, perfect, type Sight } from './sight.ts';
import { type ClockedSize, ClockedSizes } from './sizes.ts';
import { Standby } from './standby.ts';

/** How a policy on the one balance is made. */
interface Kind {
  readonly name: PolicyName;
  readonly sight: (around: Surroundings, setting: Setting, saved: unknown) => Sight;
  /** Parts that the tuned silos decide in its place. */
  readonly without?: readonly JointPart[];
}

function nearMemory(saved: unknown): NearMemory | undefined {
  const { outcomes, measured } = reviveRecord(saved);
  const { startMs, stepMs, perS } = reviveRecord(measured);
  if (typeof startMs !== 'number' || typeof stepMs !== 'number') return undefined;
  return isListOf(outcomes, isTellers) && isListOf(perS, isNumbers)
    ? { outcomes, measured: { startMs, stepMs, perS } }
    : undefined;
}

type Is<T> = (value: unknown) => value is T;
function isListOf<T>(value: unknown, is: Is<T>): value is T[] {
  return Array.isArray(value) && value.every(is);
}
const isNumber: Is<number> = (value): value is number => typeof value === 'number' && Number.isFinite(value);
const isNumbers: Is<number[]> = (value): value is number[] => isListOf(value, isNumber);
const isLeads: Is<number[][]> = (value): value is number[][] => isListOf(value, isNumbers);
const isTellers: Is<number[][][]> = (value): value is number[][][] => isListOf(value, isLeads);

/** Limits on import that are known, as something to compare. */
function limitsOf({ limits }: Pick<View, 'limits'>): string {
  return (limits ?? []).map(({ fromMs, toMs, mostKw }) => `${fromMs} ${toMs} ${mostKw}`).join(', ');
}

const NONE: Sure = { nowPerS: 0, perS: 0, expectedPerS: 0 };

/** What the pool of a service makes of its load, the first of its deployments where it has several. */
function respondsTo({ halls, services }: Plant, s: number, usualPerS: readonly number[], stepMs: number) {
  const { id: own, deployments } = services[s]!;
  const unit = halls.flatMap(({ it }) => it).find(({ id }) => id === deployments[0]);
  if (unit === undefined) return undefined;
  const offers = services.flatMap(({ id, kind, deployments: on }, k): Offer[] =>
    kind === 'interactive' && on[0] === unit.id ? [{ service: id, requestsPerS: usualPerS[k]!, batchPerS: 0 }] : [],
  );
  const response = Response.of(unit, offers, own);
  return response && { response, boots: Math.min(1, (1000 * unit.bootS) / stepMs) };
}

/** Why a new look ahead is taken; undefined while the old one holds. */
type Why = string | undefined;

/**
 * One balance decides: batteries, generators, connections and batch follow a plan over two days that is made anew every few hours and
 * whenever something happens that it did not foresee; replicas and clocks follow the requests that are foreseen for the coming steps
 * beside the planned batch.
 */
export function onBalance(kind: Kind, setting: Setting): Policy {
  const { plant, around } = setting;
  if (around === undefined)
    fail('JW_INTERNAL', { reason: `the policy ${kind.name} was given nothing to look ahead with` });
  const saved = reviveRecord(setting.saved);
  const without = new Set(kind.without ?? []);
  const roles = rolesOf(plant);
  const { stores, slacks, generators } = roles;
  const observer = new Observer(plant, around.site, saved['observer']);
  const clocks = without.has('levels') ? undefined : JOINT.clocks;
  const planner = new Planner(around, kind.sight(around, setting, saved['sight']), clocks);
  const near = new NearDemand(
    plant.services.map(({ id }) => setting.missed?.get(id) ?? JOINT.missed),
    (s, usualPerS, stepMs) => respondsTo(plant, s, usualPerS, stepMs),
    nearMemory(saved['near']),
  );
  const sizes = new Map(
    plant.halls.flatMap((hall) =>
      hall.it.map((unit) => [unit.id, new ClockedSizes(unit, without.has('levels'))] as const),
    ),
  );
  const standby = new Standby(plant, sizes);
  const tuned = tunedSilos({ plant, demand: setting.demand, saved: saved['tuned'] });
  const splitter = new Splitter(plant, JOINT);
  const cooling = new CoolingDesk(plant.halls, observer.waterMoneyPerL);
  let plan: AheadPlan | undefined;
  let ordered: readonly (readonly number[])[] | undefined;
  /** Clocks and caps of the step before. */
  let turned: readonly (readonly ClockedSize[])[] | undefined;
  let gridLostMs: number | undefined;
  let mustRun = saved['mustRun'] === true;
  let told = '';

  const because = (view: View, gridUp: boolean, gridWasUp: boolean): Why => {
    const { startMs } = view.conditions;
    if (plan === undefined) return 'the first plan';
    if (limitsOf(view) !== limitsOf(plan)) return 'orders of the grid have changed';
    if (gridUp !== gridWasUp) return gridUp ? 'the grid is back' : 'the grid has failed';
    const againMs = (gridUp ? JOINT.againH : JOINT.againLostH) * HOUR_MS;
    if (startMs - plan.madeMs >= againMs - 1) return 'time for a new plan';
    const { energyKwh, capacityKwh } = storedKwh(view, stores);
    const meant = plannedEnergyKwh(plan.segments, startMs);
    if (meant !== undefined && Math.abs(energyKwh - meant) > JOINT.offPlanShare * capacityKwh)
      return 'stores are not where the plan has them';
    if (startMs - plan.madeMs < JOINT.surgeH * HOUR_MS) return undefined;
    const { grid, arrivals } = plan.outlook;
    const i = Math.floor((startMs - grid.startMs) / grid.stepMs) - 1;
    for (const [s, { id, kind: sort }] of plant.services.entries()) {
      const sure = arrivals.get(id)?.[i];
      if (
        sort === 'interactive' &&
        sure !== undefined &&
        (view.last?.services[s]?.arrivedPerS ?? 0) > JOINT.surge * sure
      )
        return `demand of ${id} has jumped`;
    }
    return undefined;
  };

  /** Until when the grid is taken to be away: for as long again as it has been, an hour at least. */
  const lostUntil = (nowMs: number): number | undefined =>
    gridLostMs === undefined ? undefined : nowMs + Math.max(HOUR_MS, nowMs - gridLostMs);

  const expectedOf =
    (id: string) =>
    (ms: number): number | undefined => {
      if (plan === undefined) return undefined;
      const { grid, expected, arrivals } = plan.outlook;
      const i = Math.floor((ms - grid.startMs) / grid.stepMs + 1e-9);
      return (expected ?? arrivals).get(id)?.[i];
    };

  return {
    name: kind.name,
    decide(view: View): Decision {
      const { startMs, dtH } = view.conditions;
      observer.watch(view);
      near.watch(view);
      const gridUp = slacks.length === 0 || mostKw(view, slacks) > 0;
      const gridWasUp = gridLostMs === undefined;
      if (gridUp) gridLostMs = undefined;
      else gridLostMs ??= startMs;
      const why = because(view, gridUp, gridWasUp);
      if (why !== undefined) plan = planner.plan(view, observer, ordered, lostUntil(startMs)) ?? plan;
      const planned = plan === undefined ? undefined : plannedAt(plan.segments, startMs, endMsOf(view.conditions));
      if (planned === undefined) {
        const alone = tuned.decide(view);
        ordered = alone.replicas;
        return why === undefined ? alone : { ...alone, reason: 'no plan: every part of the site decides alone' };
      }

      const due = plant.services.map(({ kind: sort }, s) =>
        sort === 'batch' ? observer.leastBatchPerS(s, startMs, dtH * HOUR_MS) : 0,
      );
      const sure = plant.services.map(({ id, kind: sort }, s) =>
        sort === 'batch' ? NONE : near.surely(s, view, expectedOf(id)),
      );
      const wanted = plant.services.map(({ id, kind: sort }, s) =>
        sort === 'batch' ? Math.max(planned.servedPerS.get(id) ?? 0, due[s]!) : sure[s]!.perS,
      );
      const split = splitter.near(plannedSplit(plant, planned), wanted, due);
      const silos = without.size > 0 ? tuned.decide(view, without.has('chips') ? undefined : split) : undefined;
      // Requests/s of each service on its deployments.
      const parts = partsOf(
        silos !== undefined && without.has('chips') ? silos.shares : split,
        plant.services.map(({ kind }, s) =>
          silos !== undefined && kind === 'batch' && without.has('deferral') ? silos.batchPerS[s]! : wanted[s]!,
        ),
      );
      const size = plant.halls.map((hall, h) =>
        hall.it.map((unit, i) => {
          const own = plant.services.flatMap(({ id, kind, deployments }, s) => {
            const d = deployments.indexOf(unit.id);
            return d < 0 ? [] : [{ s, id, isBatch: kind === 'batch', of: parts[s]!, d }];
          });
          const offers = own.map(({ id, isBatch, of, d }): Offer => {
            return { service: id, requestsPerS: isBatch ? 0 : of[d]!, batchPerS: isBatch ? of[d]! : 0 };
          });
          const table = sizes.get(unit.id)!;
          // What comes beside what is expected is margin; batch comes as it is let in.
          const [expected, all] = own.reduce(
            ([some, sum], { s, isBatch, of, d }) => {
              const { perS, expectedPerS } = sure[s]!;
              const usual = isBatch || perS <= 0 ? 1 : Math.min(1, expectedPerS / perS);
              return [some + usual * of[d]!, sum + of[d]!];
            },
            [0, 0],
          );
          const found = table.of(offers, all! > 0 ? expected! / all! : 1);
          const upNow = ordered?.[h]?.[i] ?? unit.installed;
          // Batch does not crowd in before the replicas that it was given have booted.
          if (!without.has('deferral') && (found.replicas > upNow || !found.suffices)) {
            const boots = Math.min(1, unit.bootS / (3600 * dtH));
            const share = table.batchShare(offers, upNow + (1 - boots) * Math.max(0, found.replicas - upNow), found);
            for (const { isBatch, of, d } of own) if (isBatch) of[d] = share * of[d]!;
          }
          if (found.clock === undefined || without.has('levels') || found.replicas <= upNow) return found;
          // A clock holds at once, replicas only when they have booted; batch can wait for them.
          const first = own.map(({ s, id, isBatch, of, d }): Offer => {
            const { nowPerS, perS } = sure[s]!;
            return { service: id, requestsPerS: isBatch || perS <= 0 ? 0 : (of[d]! * nowPerS) / perS, batchPerS: 0 };
          });
          const before = turned?.[h]?.[i];
          if (found.capW !== undefined && found.capW === before?.capW) return found;
          const [fast, last] = [table.clockOf(first, upNow), before?.clock ?? 1];
          if (found.capW !== undefined) return { ...found, clock: Math.max(fast, last), capW: undefined };
          return { ...found, clock: Math.max(found.clock, Math.min(fast, last)) };
        }),
      );
      const packs = silos === undefined || !without.has('packing');
      const sized = { size, sure, parts, before: ordered, expected: expectedOf };
      const rests = packs ? standby.decide(view.conditions, sized) : undefined;
      const awake = packs ? size.map((hall) => hall.map(({ replicas }) => replicas)) : silos.replicas;
      // Who sleeps can serve within the step.
      ordered = rests?.on ?? awake;
      turned = size;
      const knobs: readonly (readonly AcceleratorKnobs[])[] | undefined = packs
        ? size.map((hall) => hall.map(({ clock, capW, fill }) => ({ clock, capW, fill })))
        : silos.knobs;

      const { share } = storedKwh(view, stores);
      const shortKw = wantedKw(view) - mostKw(view, roles.mustTake) - mostKw(view, slacks);
      mustRun = !gridUp && generators.length > 0 && runsByLevel(mustRun, JOINT, shortKw, share);
      const energy =
        silos !== undefined && without.has('storage')
          ? silos
          : followEnergy(plant, roles, view, planned, plan!.ceilingsKw, mustRun);
      const reason = why === undefined ? undefined : reasonOf(why, plan!);
      const news = reason !== undefined && reason !== told;
      if (news) told = reason;
      return {
        replicas: rests?.serving ?? awake,
        ...(rests === undefined ? {} : { asleep: rests.asleep }),
        ...(knobs === undefined ? {} : { knobs }),
        ...(silos !== undefined && without.has('cooling') ? { supplyC: silos.supplyC } : cooling.decide(view, planned)),
        batchPerS: plant.services.map(({ kind }, s) => (kind === 'batch' ? sumOf(parts[s]!) : 0)),
        shares: parts,
        orders: energy.orders,
        deficitOrder: energy.deficitOrder,
        surplusOrder: energy.surplusOrder,
        ...(news ? { reason } : {}),
      };
    },
    save: () => ({
      observer: observer.save(),
      sight: planner.save(),
      near: near.save(),
      tuned: tuned.save(),
      mustRun,
    }),
  };
}

const sumOf = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

function reasonOf(why: string, { segments }: AheadPlan): string | undefined {
  const reasons = segments[0]?.reasons ?? [];
  return reasons.length === 0 ? undefined : `${why}: ${reasons.join('; ')}`;
}

/** The joint policy: MPC on the one balance, with forecasts. */
export function joint(setting: Setting, without?: readonly JointPart[]): Policy {
  return onBalance(
    {
      name: 'joint',
      sight: (around, { demand }, saved) => learning(around, demand, saved),
      ...(without === undefined ? {} : { without }),
    },
    setting,
  );
}

/** The same with perfect forecasts of demand and weather; outages come as unannounced as to the others. */
export function foresight(setting: Setting, without?: readonly JointPart[]): Policy {
  return onBalance({ name: 'foresight', sight: perfect, ...(without === undefined ? {} : { without }) }, setting);
}
