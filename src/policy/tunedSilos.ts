import { type Decision, FOLLOW, OFF, type Order } from '../twin/decision.ts';
import { reviveRecord } from '../twin/memory.ts';
import { askedKw, generatorReason, mostKw, ofImportKw, rolesOf, runsByLevel, storedKwh, wantedKw } from './energy.ts';
import type { Policy, Setting, View } from './policy.ts';
import type { Shares } from './split.ts';
import { BatteryDesk } from './tuned/battery.ts';
import { TUNED } from './tuned/parameters.ts';
import { Scaler, type ScalerMemory } from './tuned/replicas.ts';
import { SupplyReset } from './tuned/supply.ts';

function scalerMemory(saved: unknown): ScalerMemory | undefined {
  const { seen, held, clocks } = reviveRecord(saved);
  if (!Array.isArray(seen)) return undefined;
  return {
    seen: seen as ScalerMemory['seen'],
    held: reviveRecord(held) as ScalerMemory['held'],
    clocks: reviveRecord(clocks) as ScalerMemory['clocks'],
  };
}

/** What the tuned silos decide. */
export interface TunedDecision extends Decision {
  readonly shares: Shares;
}

/** The tuned silos; somebody else may split the services among the deployments. */
export interface TunedPolicy extends Policy {
  decide(view: View, given?: Shares): TunedDecision;
}

/**
 * Every domain as good as it can be alone, and no signal between them: replicas follow the requests, the loop's supply follows
 * the outdoor air, the battery follows tariff and a forecast of the load. Without the grid the energy side goes by the level of
 * the stores, as `siloed` does.
 */
export function tunedSilos(setting: Setting): TunedPolicy {
  const { plant } = setting;
  const saved = reviveRecord(setting.saved);
  const roles = rolesOf(plant);
  const { stores, slacks, generators, mustTake } = roles;
  const scaler = new Scaler(plant, scalerMemory(saved['scaler']));
  const reset = new SupplyReset(plant.halls);
  const desk = new BatteryDesk(plant, roles, reviveRecord(saved['battery']));
  let running = saved['running'] === true;
  let gridWasUp = true;
  let asked = '';

  /** Splits the power of all stores by what each can do. */
  const shareOf = (view: View, powerKw: number, i: number): number => {
    const can = view.feasible[i]!;
    const own = powerKw > 0 ? Math.max(0, can.maxKw) : Math.max(0, -can.minKw);
    const all = stores.reduce((sum, k) => {
      const other = view.feasible[k]!;
      return sum + (powerKw > 0 ? Math.max(0, other.maxKw) : Math.max(0, -other.minKw));
    }, 0);
    return all > 0 ? (powerKw * own) / all : 0;
  };

  return {
    name: 'tuned-silos',
    decide(view: View, given?: Shares): TunedDecision {
      const { sizes, batchPerS, shares } = scaler.decide(view, given);
      desk.watch(view);
      const gridUp = mostKw(view, slacks) > 0;
      const orders = (view.limits ?? []).map(({ fromMs, mostKw: kw }) => `${fromMs} ${kw}`).join();
      if (gridUp !== gridWasUp || orders !== asked) desk.forget();
      gridWasUp = gridUp;
      asked = orders;
      const gridKw = Math.min(mostKw(view, slacks), askedKw(view));
      const { share } = storedKwh(view, stores);
      const shortKw = wantedKw(view) - mostKw(view, mustTake) - gridKw;
      const wish = gridUp ? desk.wish(view) : undefined;
      const was = running;
      running =
        generators.length > 0 &&
        (wish === undefined ? runsByLevel(running, TUNED, shortKw, share) : wish.shortKw > 1e-6 * wantedKw(view));
      const told = plant.dispatch.map((unit, i): Order => {
        if (unit.role === 'source' && !unit.mustTake) return running ? FOLLOW : OFF;
        if (unit.role === 'slack') {
          // Beyond the ceiling of a demand charge the stores give before the grid does; an order of the grid holds beside it.
          const ceilingKw = i === slacks[0] ? (wish?.ceilingKw ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
          const maxKw = Math.min(ceilingKw, ofImportKw(view, slacks, i, askedKw(view)));
          return maxKw < Number.POSITIVE_INFINITY ? { ...FOLLOW, maxKw } : FOLLOW;
        }
        if (unit.role !== 'store' || wish === undefined) return FOLLOW;
        // Whatever is over may come in beside what was wished.
        const covers = wish.powerKw > 0 && wish.powerKw >= wantedKw(view) - mostKw(view, mustTake) - 1e-6;
        return covers ? FOLLOW : { ...FOLLOW, maxKw: shareOf(view, wish.powerKw, i) };
      });
      const decision: TunedDecision = {
        replicas: sizes.map((hall) => hall.map((size) => size.replicas)),
        knobs: sizes.map((hall) => hall.map(({ clock }) => (clock === undefined ? {} : { clock }))),
        supplyC: reset.decide(view),
        batchPerS,
        shares,
        orders: told,
        deficitOrder:
          running && wish === undefined ? [...slacks, ...generators, ...stores] : [...stores, ...slacks, ...generators],
        surplusOrder: [...stores, ...slacks],
      };
      const reason = generatorReason(was, running, share, shortKw);
      return reason === undefined ? decision : { ...decision, reason };
    },
    save: () => ({ running, scaler: scaler.save(), battery: desk.save() }),
  };
}
