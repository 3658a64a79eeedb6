import { series } from '../available.ts';
import type { BalancePart, Horizon, Standing } from '../model.ts';
import type { GeneratorSpec } from './spec.ts';
import { setKw } from './twin.ts';

/**
 * Equal sets in the linear model, size R = rated power of all of them. G1: p <= R x what the air leaves of the rating. As many
 * sets run as the load needs, in fractions of one, so that each runs at full load: fuel = (slope + intercept / left) p. Whole
 * sets, least load, starts, repair and the tank are the twin's; what they add is printed beside the gap.
 */
export function generatorBalance(spec: GeneratorSpec, { id }: Standing, horizon: Horizon): BalancePart {
  const ratedKw = spec.plateKw * spec.units;
  const left = series(horizon, (c) => setKw(spec, c) / spec.plateKw);
  const { ownership, fuel } = spec;
  const co2PerFuelKwh = spec.co2KgPerL / spec.lhvKwhPerL;
  const { fuel: level, carbonPerKg } = horizon.level ?? { fuel: 1, carbonPerKg: 0 };
  const perFuelKwh = (level * spec.fuelPerL) / spec.lhvKwhPerL + carbonPerKg * co2PerFuelKwh;
  return {
    sizes: [
      {
        key: 'rated',
        unit: 'kW',
        given: ratedKw,
        capexMoney: ownership.capexMoney / ratedKw,
        opexMoneyPerYear: ownership.opexMoneyPerYear / ratedKw,
        lifeYears: ownership.lifeYears,
        source: ownership.source,
      },
    ],
    sharp: [],
    shape: [],
    standby: {
      kind: 'generators',
      key: 'rated',
      sets: spec.units,
      setKw: spec.plateKw,
      left,
      fuelLPerKwh: fuel.slope / spec.lhvKwhPerL,
      fuelLPerSetH: (fuel.intercept * spec.plateKw) / spec.lhvKwhPerL,
      // As full as it is when the next delivery would be ordered.
      fuelL: spec.orderBelowL < 0 ? spec.tankL : spec.orderBelowL,
      tankL: spec.tankL,
      ...(spec.orderBelowL < 0
        ? {}
        : { delivery: { belowL: spec.orderBelowL, afterH: Math.max(1, spec.deliveryMs / 3_600_000) } }),
      availability: spec.availabilityShare,
      failureToStart: spec.startFailure,
      mttfH: spec.mttfH,
      repairH: Math.max(1, spec.repairMs / 3_600_000),
    },
    add(model) {
      const rated = model.size(id, 'rated');
      const most = model.most(left);
      const perKwh = most.map((share) => fuel.slope + (share > 0 ? fuel.intercept / share : 0));
      const cost = perKwh.map((f) => f * perFuelKwh);
      const power = model.columns(`${id} power`, 'kW', 0, Number.POSITIVE_INFINITY, cost);
      const within = model.rows('G1', `${id}: rating`, Number.NEGATIVE_INFINITY, 0);
      model.putAll(within, power, 1);
      const share = model.mean(left);
      model.putSize(
        within,
        rated,
        share.map((v) => -v),
      );
      model.tellSize('ready', rated, share);
      model.flow('mv', power, 1);
      model.count('suppliedKwh', power, 1);
      model.count('fuelKwh', power, perKwh);
      model.count(
        'co2Kg',
        power,
        perKwh.map((f) => f * co2PerFuelKwh),
      );
      model.count(
        'fuelCo2Kg',
        power,
        perKwh.map((f) => f * co2PerFuelKwh),
      );
    },
  };
}
