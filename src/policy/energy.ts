import { HOUR_MS } from '../series/grid.ts';
import { mostOver } from '../site/gridEvent.ts';
import type { Plant } from '../twin/plant.ts';
import type { View } from './policy.ts';

/** Indices of the dispatchable units of a plant by what they are to a policy. */
export interface Roles {
  readonly stores: readonly number[];
  readonly slacks: readonly number[];
  readonly generators: readonly number[];
  readonly mustTake: readonly number[];
}

export function rolesOf({ dispatch }: Plant): Roles {
  const of = (role: string, mustTake = false): number[] =>
    dispatch.flatMap((unit, i) => (unit.role === role && unit.mustTake === mustTake ? [i] : []));
  return {
    stores: of('store'),
    slacks: of('slack'),
    generators: of('source'),
    mustTake: dispatch.flatMap((unit, i) => (unit.mustTake ? [i] : [])),
  };
}

/** Sum of what units can give now, kW. */
export function mostKw(view: View, units: readonly number[]): number {
  return units.reduce((sum, i) => sum + Math.max(0, view.feasible[i]!.maxKw), 0);
}

/** The most that the grid's operator asks the site to import in this step, kW; Infinity without an order. */
export function askedKw({ conditions, limits }: View): number {
  return mostOver(limits, conditions.startMs, conditions.startMs + conditions.dtH * HOUR_MS);
}

/** The most of an import of the whole site that falls on one connection, by what each can do, kW. */
export function ofImportKw(view: View, slacks: readonly number[], i: number, importKw: number): number {
  const all = mostKw(view, slacks);
  return importKw < all ? (importKw * Math.max(0, view.feasible[i]!.maxKw)) / all : importKw;
}

/** Energy in stores and what they hold when full, kWh. */
export function storedKwh(view: View, stores: readonly number[]) {
  let energyKwh = 0;
  let capacityKwh = 0;
  for (const i of stores) {
    const store = view.feasible[i]!.store;
    energyKwh += store?.energyKwh ?? 0;
    capacityKwh += store?.capacityKwh ?? 0;
  }
  return { energyKwh, capacityKwh, share: capacityKwh > 0 ? energyKwh / capacityKwh : 0 };
}

/** Load of the step before, as it was wanted, kW. */
export function wantedKw({ last }: View): number {
  return last === undefined ? 0 : last.loadKw + last.shortKw;
}

/** When generators run by the level of the stores. */
export interface LevelRule {
  readonly startShare: number;
  readonly stopShare: number;
}

/** Whether generators run: start below one level of the stores, stop at another, and only while load is not covered otherwise. */
export function runsByLevel(running: boolean, rule: LevelRule, shortKw: number, share: number): boolean {
  if (shortKw <= 0) return false;
  return running ? share < rule.stopShare : share < rule.startShare;
}

/** The change in words; undefined without one. */
export function generatorReason(was: boolean, running: boolean, share: number, shortKw: number): string | undefined {
  if (was === running) return undefined;
  const level = `${Math.round(share * 100)} %`;
  return running
    ? `generator started: stores at ${level} and ${Math.round(shortKw)} kW not covered by sun, wind and grid`
    : `generator stopped: stores at ${level}${shortKw > 0 ? '' : ', sun, wind and grid cover the load'}`;
}
