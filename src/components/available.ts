import type { Conditions, Ownership } from './contract.ts';
import type { BalancePart, Horizon } from './model.ts';

/** Value of every base step of a horizon. */
export function series(horizon: Horizon, of: (conditions: Conditions, i: number) => number): Float64Array {
  const values = new Float64Array(horizon.grid.count);
  for (let i = 0; i < values.length; i++) values[i] = of(horizon.conditions(i), i);
  return values;
}

/**
 * A source whose energy is free and lost when not used, in the linear model: used_t <= available_t x size, with the available
 * power per unit of size. What is not used is curtailed.
 *
 * @param origin how sure it is when the grid is lost without notice
 * @param availableKw what the device as given could give under these conditions, kW
 */
export function availablePart(
  id: string,
  number: string,
  origin: 'sun' | 'wind',
  ownership: Ownership,
  size: { readonly key: string; readonly unit: string; readonly given: number },
  horizon: Horizon,
  availableKw: (conditions: Conditions) => number,
): BalancePart {
  const perUnit = series(horizon, (c) => availableKw(c) / size.given);
  return {
    sizes: [
      {
        ...size,
        capexMoney: ownership.capexMoney / size.given,
        opexMoneyPerYear: ownership.opexMoneyPerYear / size.given,
        lifeYears: ownership.lifeYears,
        source: ownership.source,
      },
    ],
    sharp: [],
    shape: [perUnit],
    standby: { kind: 'free', origin, key: size.key, perUnit },
    add(model) {
      const used = model.columns(`${id} used`, 'kW', 0, Number.POSITIVE_INFINITY, 0);
      const rows = model.rows(number, `${id}: used at most available`, Number.NEGATIVE_INFINITY, 0);
      model.putAll(rows, used, 1);
      const mean = model.mean(perUnit);
      const own = model.size(id, size.key);
      model.putSize(
        rows,
        own,
        mean.map((v) => -v),
      );
      model.flow('mv', used, 1);
      model.count('renewableKwh', used, 1);
      model.count('suppliedKwh', used, 1);
      model.tellSize(origin, own, mean);
    },
  };
}
