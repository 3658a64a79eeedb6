import type { LinearModel } from '../../balance/linearModel.ts';
import type { PeriodSoFar } from '../../balance/rules/peak.ts';
import type { BalanceService, Waiting } from '../../balance/services.ts';
import { type AwakeReplicas, peakOf } from '../../components/model.ts';

/** Where a look ahead begins. */
export interface Start {
  /** Stored quantities by their names in the balance: `bess energy` in kWh above its floor, `hall-1-cooling tank` in kWh; 0 where left out. */
  readonly stored?: ReadonlyMap<string, number>;
  /** Batch requests that wait, by service. */
  readonly waiting?: ReadonlyMap<string, readonly Waiting[]>;
  /** Peaks of the billing period so far that are charged for. */
  readonly peaks?: readonly { readonly unit: string; readonly charge: string; readonly powerKw: number }[];
  /** Energy of the billing period that runs, bought so far, for tariffs with tiers. */
  readonly bought?: readonly { readonly unit: string; readonly energyKwh: number }[];
  /** Replicas that are awake, by deployment; boots of one that is left out do not count. */
  readonly awake?: ReadonlyMap<string, AwakeReplicas>;
  /** What was drawn already in periods of the duty at peak hours. */
  readonly dutySoFar?: ReadonlyMap<number, PeriodSoFar>;
}

/** Work that is late already is due so soon, h: in five minutes it could seldom be done. */
const LATE_DUE_H = 1;

/** Services with what waits of them. */
export function withWaiting(services: readonly BalanceService[], { waiting }: Start): BalanceService[] {
  return services.map((service) => {
    const lots = waiting?.get(service.id);
    if (service.kind !== 'batch' || lots === undefined) return service;
    return { ...service, waiting: lots.map((lot) => ({ ...lot, dueH: Math.max(LATE_DUE_H, lot.dueH) })) };
  });
}

/**
 * Ties a model to its start: stored quantities as they are, billed peaks at least as they are. A billing period that begins in the
 * horizon is taken to become like the one that runs: its first hours alone would say that every kW is a new peak.
 *
 * @throws RangeError for a stored quantity, a peak or a connection that the model does not have
 */
export function tie(model: LinearModel, start: Start): void {
  const { lower, upper, columnGroups } = model;
  const stored = new Map(start.stored);
  for (const [service, lots] of start.waiting ?? []) {
    stored.set(
      `${service} backlog`,
      lots.reduce((sum, { requests }) => sum + requests, 0),
    );
  }
  for (const { name, state } of model.states) {
    const opening = state.before(0);
    lower[opening] = stored.get(name) ?? 0;
    upper[opening] = lower[opening]!;
    stored.delete(name);
  }
  const [unknown] = stored.keys();
  if (unknown !== undefined) throw new RangeError(`no stored quantity ${unknown}`);
  for (const { unit, charge, powerKw } of start.peaks ?? []) {
    const own = columnGroups.filter((g) => g.name.startsWith(peakOf(unit, charge)));
    if (own.length === 0) throw new RangeError(`no demand charge ${charge} of ${unit}`);
    for (const { first } of own) lower[first] = powerKw;
  }
  for (const { unit, energyKwh } of start.bought ?? []) fillTiers(model, unit, energyKwh);
}

/** Energy above a tier counts from what was bought before; what of it lies above the tier already is paid. */
function fillTiers(model: LinearModel, unit: string, energyKwh: number): void {
  const importing = model.columnGroups.find((g) => g.name === `${unit} import` && g.count === model.segments);
  if (importing === undefined) throw new RangeError(`no grid connection ${unit}`);
  const tiers = new Set(model.rowGroups.filter((g) => g.tag === 'N3').map((g) => g.first));
  const { starts, rows } = model.matrix();
  // The period that runs is the one of the first segment.
  for (let i = starts[importing.first]!; i < starts[importing.first + 1]!; i++) {
    const row = rows[i]!;
    if (tiers.has(row)) model.rowLower[row] = Math.min(0, model.rowLower[row]! + energyKwh);
  }
}
