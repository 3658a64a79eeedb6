import type { z } from 'zod';
import type {
  Accuracy,
  Conditions,
  It,
  ItSetPoint,
  ItStepped,
  LevelOptions,
  LoadLevel,
  MarginalEnergy,
  Offer,
  PoolDraw,
  PoolOptions,
  ServiceProfile,
  SleepTerms,
  Turned,
  Versioned,
} from './contract.ts';
import { baseOf, memory, type Previewed, type UnitBase } from './unitBase.ts';

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
  /** Power caps of one accelerator that may be set, W, falling: its own first. */
  readonly capsW: readonly number[];
  readonly accuracy: Accuracy;
  /** Ids of the services it serves. */
  readonly services: readonly string[];
  /** The same unit with other lengths or targets. */
  withProfiles(profiles: readonly ServiceProfile[]): ItUnit;
  replicasFor(offers: readonly Offer[], attainment: number, turned?: Turned, guess?: number): number | undefined;
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
    capsW: component.capsW(spec),
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
