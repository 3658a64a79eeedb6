import type { Bounds, Mode } from '../site/bounds.ts';
import type { ImportLimit } from '../site/gridEvent.ts';
import type { LeverSetting } from '../site/lever.ts';
import type { Decision, Order } from '../twin/decision.ts';
import type { Plant } from '../twin/plant.ts';

/** A lever that was pulled. */
export interface Lever {
  readonly id: number;
  readonly setting: LeverSetting;
  /** Site time, ms. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Site time from which whoever plans knows of it, ms; left out: since it was pulled. */
  readonly knownMs?: number;
  /** Who pulled it, as the audit trail names them. */
  readonly by: string;
}

/** The settings of levers that hold at a moment, oldest first. */
export function holding(levers: readonly Lever[], nowMs: number): LeverSetting[] {
  return levers.filter(({ fromMs, untilMs }) => nowMs >= fromMs && nowMs < untilMs).map(({ setting }) => setting);
}

/** Limits on import that an operator has declared, those for a time to come among them, once they are known. */
export function eventLimits(levers: readonly Lever[], nowMs: number): ImportLimit[] {
  return levers.flatMap(({ setting, fromMs, untilMs, knownMs = nowMs }): ImportLimit[] =>
    setting.kind === 'event' && untilMs > nowMs && knownMs <= nowMs
      ? [{ fromMs, toMs: untilMs, mostKw: setting.mostImportKw }]
      : [],
  );
}

/** Of several that say the same, the last one holds. */
export function modeUnder(settings: readonly LeverSetting[], mode: Mode): Mode {
  return settings.reduce<Mode>((held, s) => (s.kind === 'mode' ? s.mode : held), mode);
}

export function boundsUnder(settings: readonly LeverSetting[], bounds: Bounds): Bounds {
  let held = bounds;
  for (const setting of settings) {
    if (setting.kind === 'bounds') {
      const { kind: _, ...given } = setting;
      held = { ...held, ...given };
    }
    // Whoever starts a generator allows it
    if (setting.kind === 'start-generator') held = { ...held, generators: true };
    if (setting.kind === 'event') held = { ...held, mostImportKw: Math.min(held.mostImportKw, setting.mostImportKw) };
  }
  return held;
}

/** Has a decision do what levers ask, whatever was decided. */
export function withLevers(decision: Decision, settings: readonly LeverSetting[], plant: Plant): Decision {
  return settings.reduce((held, setting) => withLever(held, setting, plant), decision);
}

function withLever(decision: Decision, setting: LeverSetting, plant: Plant): Decision {
  switch (setting.kind) {
    case 'hold-battery':
      return withOrders(decision, (i, order) =>
        plant.dispatch[i]!.role === 'store' && isUnit(setting.unit, plant.dispatch[i]!.id)
          ? { ...order, minKw: 0, maxKw: 0 }
          : order,
      );
    case 'start-generator': {
      const runs = (i: number): boolean => {
        const { role, mustTake, id } = plant.dispatch[i]!;
        return role === 'source' && !mustTake && isUnit(setting.unit, id);
      };
      const floor = (order: Order): Order => {
        const minKw = setting.powerKw ?? Number.NEGATIVE_INFINITY;
        return {
          commit: true,
          minKw,
          maxKw: Number.POSITIVE_INFINITY,
          ...(order.commit ? { minKw: Math.max(minKw, order.minKw) } : {}),
        };
      };
      return withOrders(decision, (i, order) => (runs(i) ? floor(order) : order));
    }
    case 'drain': {
      const isDrained = (deployment: string): boolean => deployment === setting.deployment;
      const { shares } = decision;
      return {
        ...decision,
        replicas: plant.halls.map((hall, h) =>
          hall.it.map((unit, i) => (isDrained(unit.id) ? 0 : (decision.replicas[h]?.[i] ?? unit.installed))),
        ),
        ...(decision.asleep === undefined
          ? {}
          : {
              asleep: plant.halls.map(({ it }, h) =>
                it.map((unit, i) => (isDrained(unit.id) ? 0 : (decision.asleep?.[h]?.[i] ?? 0))),
              ),
            }),
        batchPerS: plant.services.map(({ deployments }, s) =>
          deployments.every(isDrained) ? 0 : (decision.batchPerS[s] ?? 0),
        ),
        ...(shares === undefined
          ? {}
          : {
              shares: plant.services.map(({ deployments }, s) =>
                deployments.map((id, d) => (isDrained(id) ? 0 : (shares[s]?.[d] ?? 0))),
              ),
            }),
      };
    }
    default:
      return decision;
  }
}

const isUnit = (asked: string | null, id: string): boolean => asked === null || asked === id;

function withOrders(decision: Decision, of: (unit: number, order: Order) => Order): Decision {
  return { ...decision, orders: decision.orders.map((order, i) => of(i, order)) };
}
