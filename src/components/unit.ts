import type { z } from 'zod';
import type {
  Chain,
  ChainSetPoint,
  Complaint,
  Conditions,
  Cooling,
  Dispatchable,
  EnergyOrigin,
  Feasible,
  PowerSetPoint,
  SiteContext,
  Stepped,
  Versioned,
} from './contract.ts';
import type { CoolingSetPoint, FindPoint, HeatLoad, TraceFrontier } from './coolingPoint.ts';
import type { ItUnit } from './itUnit.ts';
import { baseOf, memory, type Previewed, type Running, type UnitBase } from './unitBase.ts';

export { bindIt, type ItUnit, type RunningIt } from './itUnit.ts';
export type { Running } from './unitBase.ts';

export interface RunningDispatch extends Running {
  feasible(conditions: Conditions): Feasible;
  step(setPoint: PowerSetPoint, conditions: Conditions): Stepped<unknown>;
}
export interface DispatchUnit extends UnitBase {
  readonly role: 'source' | 'store' | 'slack';
  readonly mustTake: boolean;
  readonly from: EnergyOrigin;
  /** @param saved state from `save()`; undefined or unreadable = new. */
  start(saved?: unknown): RunningDispatch;
}

/**
 * A unit inside the fixed point of a hall: `preview` says what a step would give without taking it, as often as needed;
 * `keep` takes the last preview.
 */
export interface RunningCooling extends Previewed {
  capacity(conditions: Conditions): HeatLoad;
  preview(setPoint: CoolingSetPoint, conditions: Conditions): Stepped<unknown>;
  /** See the contract; nothing is previewed. Absent where a plant has no set points. */
  readonly cheapest?: FindPoint;
}
export interface CoolingUnit extends UnitBase {
  readonly role: 'cooling';
  readonly hall: string;
  /** See the contract; absent where a plant has no set points. */
  readonly frontier?: TraceFrontier;
  start(saved?: unknown): RunningCooling;
}

export interface RunningChain extends Previewed {
  preview(setPoint: ChainSetPoint, conditions: Conditions): Stepped<unknown>;
}
export interface ChainUnit extends UnitBase {
  readonly role: 'chain';
  readonly hall: string;
  readonly ratedKw: number;
  start(saved?: unknown): RunningChain;
}

export type Unit = DispatchUnit | CoolingUnit | ChainUnit | ItUnit;

/** Binds a source, store or slack. */
export function bindDispatch<F extends z.ZodType, Spec, State extends Versioned>(
  component: Dispatchable<F, Spec, State>,
  id: string,
  spec: Spec,
): DispatchUnit {
  return {
    ...baseOf(component, id, spec),
    role: component.role,
    mustTake: component.mustTake,
    from: component.from,
    start(saved) {
      const held = memory(component.initial(spec), component.revive, saved);
      return {
        save: held.get,
        feasible: (conditions) => component.feasible(spec, held.get(), conditions),
        step: (setPoint, conditions) => held.take(component.step(spec, held.get(), setPoint, conditions)),
      };
    },
  };
}

/** A kind of device whose rows stand in a list at the top of a site file, with its types closed over. */
export interface ListedKind<F extends z.ZodType> {
  readonly about: string;
  readonly file: F;
  /** Resolves a row (without its id) to a unit; undefined when the row is not one of this kind at all. */
  readonly resolve: (
    id: string,
    row: unknown,
    context: SiteContext,
    complain: (c: Complaint) => void,
  ) => DispatchUnit | undefined;
}

/** Makes a listed kind of a source, store or slack. */
export function listed<F extends z.ZodType, Spec, State extends Versioned>(
  component: Dispatchable<F, Spec, State>,
): ListedKind<F> {
  return {
    about: component.about,
    file: component.file,
    resolve(id, row, context, complain) {
      const file = component.file.safeParse(row);
      return file.success ? bindDispatch(component, id, component.spec(file.data, context, complain)) : undefined;
    },
  };
}

/** Binds a hall's cooling. */
export function bindCooling<F extends z.ZodType, Spec, State extends Versioned>(
  component: Cooling<F, Spec, State>,
  id: string,
  hall: string,
  spec: Spec,
): CoolingUnit {
  return {
    ...baseOf(component, id, spec, hall),
    role: 'cooling',
    hall,
    frontier: (series, load) => component.frontier(spec, series, load),
    start(saved) {
      const held = memory(component.initial(spec), component.revive, saved);
      return {
        save: held.get,
        capacity: (conditions) => component.capacity(spec, held.get(), conditions),
        keep: held.keep,
        preview: (setPoint, conditions) => held.look(component.step(spec, held.get(), setPoint, conditions)),
        cheapest: (load, conditions, prices) => component.cheapest(spec, held.get(), load, conditions, prices),
      };
    },
  };
}

/** Binds a hall's power chain. */
export function bindChain<F extends z.ZodType, Spec, State extends Versioned>(
  component: Chain<F, Spec, State>,
  id: string,
  hall: string,
  spec: Spec,
): ChainUnit {
  return {
    ...baseOf(component, id, spec, hall),
    role: 'chain',
    hall,
    ratedKw: component.ratedKw(spec),
    start(saved) {
      const held = memory(component.initial(spec), component.revive, saved);
      return {
        save: held.get,
        keep: held.keep,
        preview: (setPoint, conditions) => held.look(component.step(spec, held.get(), setPoint, conditions)),
      };
    },
  };
}
