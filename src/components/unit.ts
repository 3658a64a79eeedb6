import type { z } from 'zod';
import type {
  Accuracy,
  Chain,
  ChainSetPoint,
  Complaint,
  Component,
  Conditions,
  Cooling,
  Dispatchable,
  EnergyOrigin,
  Feasible,
  It,
  ItSetPoint,
  ItStepped,
  LevelOptions,
  LoadLevel,
  MarginalEnergy,
  MeterDef,
  Offer,
  Ownership,
  PoolDraw,
  PoolOptions,
  Port,
  PowerSetPoint,
  ServiceProfile,
  SiteContext,
  SleepTerms,
  Stepped,
  Versioned,
} from './contract.ts';
import type { CoolingSetPoint, FindPoint, HeatLoad, TraceFrontier } from './coolingPoint.ts';
import type { BalancePart, Horizon } from './model.ts';

/**
 * A unit is a device of a site: a component bound to its spec, with the types of both closed over, so that the engines can
 * hold units of every kind in one list. `start` gives a running copy with a state of its own; a unit itself never changes.
 */
interface UnitBase {
  readonly id: string;
  readonly kind: string;
  /** Undefined for units of the whole site. */
  readonly hall?: string;
  readonly ports: readonly Port[];
  readonly meters: Readonly<Record<string, MeterDef>>;
  readonly ownership: Ownership;
  /** Its part of the linear model of a horizon. */
  balance(horizon: Horizon): BalancePart;
}

/** What every running unit can do: `save` gives its state as plain JSON. */
export interface Running {
  save(): unknown;
}

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
export interface Previewed extends Running {
  keep(): void;
}

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

export interface RunningIt extends Previewed {
  preview(setPoint: ItSetPoint, conditions: Conditions): ItStepped<unknown>;
}
/** A deployment; what it is asked is told in the contract. */
export interface ItUnit extends UnitBase {
  readonly role: 'it';
  readonly hall: string;
  readonly installed: number;
  /** From waking a replica until it serves, s. */
  readonly bootS: number;
  /** Where sleeping replicas save power; see the contract. */
  readonly sleep?: SleepTerms;
  readonly accuracy: Accuracy;
  /** Ids of the services it serves. */
  readonly services: readonly string[];
  /** The same unit with other lengths or targets. */
  withProfiles(profiles: readonly ServiceProfile[]): ItUnit;
  replicasFor(offers: readonly Offer[], attainment: number, clock?: number, guess?: number): number | undefined;
  pool(offers: readonly Offer[], options: PoolOptions): PoolDraw;
  powerRange(replicas: number): { readonly idleKw: number; readonly fullKw: number };
  levels(offers: readonly Offer[], options?: LevelOptions): readonly LoadLevel[];
  marginal(
    service: string,
    served: readonly Offer[],
    setPoint: Pick<ItSetPoint, 'replicas' | 'clock' | 'capW' | 'fill'>,
  ): MarginalEnergy | undefined;
  start(saved?: unknown): RunningIt;
}

export type Unit = DispatchUnit | CoolingUnit | ChainUnit | ItUnit;

/** What every unit of a component has. */
function baseOf<F extends z.ZodType, Spec, State extends Versioned>(
  component: Component<F, Spec, State>,
  id: string,
  spec: Spec,
  hall?: string,
) {
  const place = hall === undefined ? { id } : { id, hall };
  return {
    id,
    kind: component.kind,
    ports: component.ports(spec),
    meters: component.meters,
    ownership: component.ownership(spec),
    balance: (horizon: Horizon) => component.balance(spec, place, horizon),
  };
}

/** Keeps a state and moves it along; `revive` decides what a saved state is worth. */
function memory<State extends Versioned>(fresh: State, revive: (saved: unknown) => State | undefined, saved: unknown) {
  let state = (saved === undefined ? undefined : revive(saved)) ?? fresh;
  let next = state;
  return {
    get: () => state,
    look<R extends Stepped<State>>(result: R): R {
      next = result.state;
      return result;
    },
    keep: () => {
      state = next;
    },
    take<R extends Stepped<State>>(result: R): R {
      state = next = result.state;
      return result;
    },
  };
}

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

/** Binds a deployment to the services it serves. */
export function bindIt<F extends z.ZodType, Spec, State extends Versioned>(
  component: It<F, Spec, State>,
  id: string,
  hall: string,
  bare: Spec,
  profiles: readonly ServiceProfile[],
): ItUnit {
  const spec = component.serve(bare, profiles);
  const sleep = component.sleep(spec);
  return {
    ...baseOf(component, id, spec, hall),
    role: 'it',
    hall,
    installed: component.installed(spec),
    bootS: component.bootS(spec),
    ...(sleep === undefined ? {} : { sleep }),
    accuracy: component.accuracy(spec),
    services: profiles.map((p) => p.id),
    withProfiles: (others) => bindIt(component, id, hall, bare, others),
    replicasFor: (offers, attainment, ...more) => component.replicasFor(spec, offers, attainment, ...more),
    pool: (offers, options) => component.pool(spec, offers, options),
    powerRange: (replicas) => component.powerRange(spec, replicas),
    levels: (offers, options) => component.levels(spec, offers, options),
    marginal: (service, served, setPoint) => component.marginal(spec, service, served, setPoint),
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
