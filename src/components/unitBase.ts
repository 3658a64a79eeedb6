import type { z } from 'zod';
import type { Component, MeterDef, Ownership, Port, Stepped, Versioned } from './contract.ts';
import type { BalancePart, Horizon } from './model.ts';

/**
 * A unit is a device of a site: a component bound to its spec, with the types of both closed over, so that the engines can
 * hold units of every kind in one list. `start` gives a running copy with a state of its own; a unit itself never changes.
 */
export interface UnitBase {
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

export interface Previewed extends Running {
  keep(): void;
}

/** What every unit of a component has. */
export function baseOf<F extends z.ZodType, Spec, State extends Versioned>(
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
export function memory<State extends Versioned>(
  fresh: State,
  revive: (saved: unknown) => State | undefined,
  saved: unknown,
) {
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
