import { type Decision, FOLLOW, OFF, type Order } from '../twin/decision.ts';
import { reviveRecord } from '../twin/memory.ts';
import type { Plant } from '../twin/plant.ts';
import { askedKw, generatorReason, mostKw, ofImportKw, rolesOf, runsByLevel, storedKwh, wantedKw } from './energy.ts';
import type { Policy, Setting, Sized, View } from './policy.ts';
import { fixedReplicas, type ReplicaChoice } from './replicas.ts';
import { type Shares, Splitter } from './split.ts';

/** Parameters of the baseline; docs/baselines.md states and explains each. */
export const SILOED = {
  /** Share of requests that must meet their targets at the 99.9th percentile of demand. */
  attainment: 0.99,
  /** Energy kept in stores while the grid is up, share of capacity. */
  reserveShare: 0.2,
  /** Generators start when stores hold less than this and the rest cannot cover the load, and stop at the second. */
  startShare: 0.3,
  stopShare: 0.6,
} as const;

/** The baseline's replicas, by hall and deployment: sized once, for the whole period. */
export function siloedReplicas(
  setting: Pick<Setting, 'plant' | 'demand'>,
  shares: Shares = siloedShares(setting.plant),
): ReplicaChoice[][] {
  const { plant, demand } = setting;
  const { attainment } = SILOED;
  return plant.halls.map((hall) => hall.it.map((unit) => fixedReplicas(unit, plant, demand, shares, attainment)));
}

/** A service with several deployments is split by what is installed of each. */
function siloedShares(plant: Plant): Shares {
  return new Splitter(plant, { attainment: SILOED.attainment, clocks: [1] }).byCapacity();
}

/** The baseline's size: its replicas, and batch at the rate that they were sized for, so that batch never crowds out the rest. */
export function siloedSize(setting: Pick<Setting, 'plant' | 'demand'>): Sized {
  const { plant, demand } = setting;
  const shares = siloedShares(plant);
  return {
    shares,
    replicas: siloedReplicas(setting, shares).map((hall) => hall.map((choice) => choice.replicas)),
    batchPerS: plant.services.map((service) => demand.find((d) => d.service === service.id)?.highPerS ?? 0),
  };
}

/**
 * Nobody talks to anybody: fixed replicas that are always awake, batch at once up to the rate that was sized for, cooling at its own set point, the battery on
 * plain self-consumption (take what is over, give what is short, before the grid), generators by the level of the battery.
 */
export function siloed(setting: Setting): Policy {
  const { plant } = setting;
  const { replicas, batchPerS, shares } = setting.sized ?? siloedSize(setting);
  const supplyC = plant.halls.map(() => undefined);
  const { stores, slacks, generators, mustTake } = rolesOf(plant);
  const byBattery = [...stores, ...slacks, ...generators];
  const byGenerator = [...slacks, ...generators, ...stores];
  const surplusOrder = [...stores, ...slacks];
  let running = reviveRecord(setting.saved)['running'] === true;

  return {
    name: 'siloed',
    decide(view: View): Decision {
      const gridUp = slacks.some((i) => view.feasible[i]!.maxKw > 0);
      const { share } = storedKwh(view, stores);
      const importKw = askedKw(view);
      const isOrdered = importKw < mostKw(view, slacks);
      const short = wantedKw(view) - mostKw(view, mustTake) - Math.min(importKw, mostKw(view, slacks));
      const was = running;
      running =
        generators.length > 0 &&
        // The grid would give the rest before anything starts of itself, so that an order of the grid needs them sooner.
        (runsByLevel(running, SILOED, short, share) || (isOrdered && short > mostKw(view, stores)));
      const orders: Order[] = plant.dispatch.map((unit, i) => {
        if (unit.role === 'store') {
          const store = view.feasible[i]!.store;
          if (!gridUp || store === undefined) return FOLLOW;
          const spareKw = Math.max(
            0,
            (store.energyKwh - SILOED.reserveShare * store.capacityKwh) / view.conditions.dtH,
          );
          return { ...FOLLOW, maxKw: spareKw };
        }
        if (unit.role === 'source' && !unit.mustTake) return running ? FOLLOW : OFF;
        return isOrdered && unit.role === 'slack'
          ? { ...FOLLOW, maxKw: ofImportKw(view, slacks, i, importKw) }
          : FOLLOW;
      });
      const decision: Decision = {
        replicas,
        supplyC,
        batchPerS,
        ...(shares === undefined ? {} : { shares }),
        orders,
        deficitOrder: running ? byGenerator : byBattery,
        surplusOrder,
      };
      const reason = generatorReason(was, running, share, short);
      return reason === undefined ? decision : { ...decision, reason };
    },
    save: () => ({ running }),
  };
}
