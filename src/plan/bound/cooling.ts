import type { CheapestPoint, Conditions, CoolingSettings } from '../../components/contract.ts';
import { accountBus, type BalancePart, type Horizon, type ModelBuilder } from '../../components/model.ts';
import type { CoolingUnit, RunningCooling } from '../../components/unit.ts';

/** A line below what a plant draws: standing power and power per heat, kW. */
interface Line {
  readonly standingKw: number;
  readonly perHeat: number;
}

/** Heats at which a line touches what is drawn, shares of the most heat; each is a line of its own. */
const TOUCHED = [0.1, 0.3, 0.6] as const;
/** Heats at which a line is held below what is drawn. */
const HELD = [0, 0.01, 0.03, 0.05, 0.08, 0.1, 0.13, 0.17, 0.21, 0.25, 0.3, 0.36, 0.43, 0.5, 0.6, 0.7, 0.85, 1];
/** Wanted supplies that are tried, °C, beside the plant's own. */
const SUPPLIES_C = [20, 30, 40, 50, 60];
/** Prices by which water and leakage are free. */
const POWER_ALONE = { perKwh: 1, perLitre: 0, perLeakageKwh: 0 };
/** The cheapest point is found to half a percent of what a fine search finds (a test of the cooling holds that). */
const FOUND = 0.995;
/** Steps after which a loop has settled. */
const SETTLING = 4;
/** Air is rounded down to these, since colder and drier air never needs more; K. */
const BIN_K = { temp: 1, wetBulb: 1 };

type Side = 'liquid' | 'air';

/** Least electricity of a plant that takes so much heat in this air for long, over all set points, kW. */
function drawn(unit: CoolingUnit, liquidKw: number, airKw: number, air: Conditions): number {
  const load = { liquidKw, airKw };
  const settled = (choose: (plant: RunningCooling) => CoolingSettings | undefined): number => {
    const plant = unit.start();
    let powerKw = 0;
    for (let k = 0; k < SETTLING; k++) {
      const settings = choose(plant);
      if (settings === undefined) return Number.POSITIVE_INFINITY;
      powerKw = -plant.preview({ ...settings, ...load, tankKw: 0 }, air).flows['power']!;
      plant.keep();
    }
    return powerKw;
  };
  if (liquidKw <= 0) return settled(() => ({}));
  const least = settled((plant) => settingsOf(plant.cheapest?.(load, air, POWER_ALONE)));
  return [undefined, ...SUPPLIES_C].reduce<number>(
    (kw, supplyC) =>
      Math.min(
        kw,
        settled(() => ({ supplyC })),
      ),
    FOUND * least,
  );
}

const settingsOf = (point: CheapestPoint | undefined): CoolingSettings | undefined =>
  point && { supplyC: point.supplyC, flow: point.flow, fan: point.fan, wet: point.wet };

/** Lines below a side's power at every heat; what stands with no heat at all counts with the air. */
function linesOf(unit: CoolingUnit, side: Side, mostKw: number, air: Conditions): Line[] {
  const rest = drawn(unit, 0, 0, air);
  const at = (heatKw: number): number => {
    const kw = side === 'liquid' ? drawn(unit, heatKw, 0, air) : drawn(unit, 0, heatKw, air);
    return side === 'liquid' ? kw - rest : kw;
  };
  const held = HELD.map((share) => ({ heatKw: share * mostKw, kw: at(share * mostKw) }));
  return TOUCHED.map((share) => {
    const h = 0.02 * share * mostKw;
    const perHeat = Math.max(0, (at(share * mostKw + h) - at(share * mostKw - h)) / (2 * h));
    const standingKw = held.reduce((least, p) => Math.min(least, p.kw - perHeat * p.heatKw), Number.POSITIVE_INFINITY);
    return { standingKw, perHeat };
  });
}

/** Lines of both sides by base step; air that rounds to the same has the same. */
class Lines {
  readonly #unit: CoolingUnit;
  readonly #most: Readonly<Record<Side, number>>;
  readonly #known = new Map<string, readonly Line[]>();

  constructor(unit: CoolingUnit, most: Readonly<Record<Side, number>>) {
    this.#unit = unit;
    this.#most = most;
  }

  of(side: Side, conditions: Conditions): readonly Line[] {
    const tempC = BIN_K.temp * Math.floor(conditions.tempC / BIN_K.temp);
    const wetBulbC = Math.min(tempC, BIN_K.wetBulb * Math.floor(conditions.wetBulbC / BIN_K.wetBulb));
    const key = `${side} ${tempC} ${wetBulbC}`;
    let lines = this.#known.get(key);
    if (lines === undefined) {
      lines = linesOf(this.#unit, side, this.#most[side], { ...conditions, tempC, wetBulbC });
      this.#known.set(key, lines);
    }
    return lines;
  }
}

/** Columns and rows of one side: it draws at least what each line says. */
function addSide(
  model: ModelBuilder,
  unit: CoolingUnit,
  side: Side,
  lines: readonly { readonly standing: Float64Array; readonly perHeat: Float64Array }[],
): void {
  const infinite = Number.POSITIVE_INFINITY;
  const { id, hall } = unit;
  const power = model.columns(`${id} ${side} at least`, 'kW', 0, infinite, 0);
  const landings = lines.map(({ standing, perHeat }) => {
    const rows = model.rows('C4', `${id}: ${side} side draws at least`, model.mean(standing), infinite);
    model.putAll(rows, power, 1);
    // A merged segment takes the most favourable of its steps.
    return { at: rows, factor: model.least(perHeat).map((v) => -v) };
  });
  model.through(`${hall}/${side}`, landings);
  model.flow(`${hall}/essential`, power, -1);
  model.flow(accountBus('coolingKwh'), power, 1);
}

/**
 * A cooling plant in a lower bound: it draws at least what lines below its own physics say, C4, whatever its set points are; it can take any
 * heat, and uses no water.
 *
 * @param most heat of each side that can come, kW
 */
export function boundedCooling(unit: CoolingUnit, most: Readonly<Record<Side, number>>, horizon: Horizon): BalancePart {
  const lines = new Lines(unit, most);
  const { count } = horizon.grid;
  // What a tank gives may have been stored at any time and price: the side that it serves is counted on for nothing.
  const hasTank = unit.balance(horizon).sizes.some(({ key }) => key === 'store');
  const sides = (['liquid', 'air'] as const).map((side) => {
    const series = TOUCHED.map(() => ({ standing: new Float64Array(count), perHeat: new Float64Array(count) }));
    for (let i = 0; most[side] > 0 && !(hasTank && side === 'air') && i < count; i++) {
      lines.of(side, horizon.conditions(i)).forEach((line, k) => {
        series[k]!.standing[i] = line.standingKw;
        series[k]!.perHeat[i] = line.perHeat;
      });
    }
    return { side, series };
  });
  return {
    sizes: [],
    sharp: [],
    shape: sides.flatMap(({ series }) => series.slice(0, 1).map((s) => s.perHeat)),
    add(model) {
      for (const { side, series } of sides) addSide(model, unit, side, series);
    },
  };
}
