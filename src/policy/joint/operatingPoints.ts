import type { CheapestPoint, Conditions, CoolingSettings, PointPrices } from '../../components/contract.ts';
import type { CoolingUnit } from '../../components/unit.ts';
import type { PlantHall } from '../../twin/plant.ts';
import type { HeatView } from '../policy.ts';

/** Air is rounded to this, K, load and price to steps of which so many double them, so that points are worked out once. */
const BIN_K = 0.5;
const PER_DOUBLING = { load: 16, price: 2 };
/** The step in which points are looked for, h, and how many until a loop has settled. */
const SETTLED = { dtH: 1, steps: 4 };
/** A point must also bear so much more heat than there was, in air so much hotter, K. */
const SURE = { load: 1.5, tempC: 2 };

/**
 * Prices of a litre over that of a kWh that are tried where water has no price, the lowest first: with the last no litre is evaporated to
 * spare fans, since a litre takes 0.68 kWh of heat with it.
 */
const SHADOW_PRICES = [0, 0.01, 0.04, 0.2] as const;

/** Least and most that a litre is taken to count, kWh: beyond them nothing changes any more. */
const LITRE_KWH = { least: 1e-4, most: 0.2 } as const;

/**
 * What a litre counts in kWh where both have a price: much where sun is thrown away, little at peak hours or under an order of the grid;
 * undefined where water has no price.
 *
 * @param perKwh what one more kWh would cost now, money; below 0 where it would earn
 */
export function litreKwh(perLitre: number, perKwh: number): number | undefined {
  if (perLitre <= 0) return undefined;
  const { least, most } = LITRE_KWH;
  return perKwh * most <= perLitre ? most : Math.max(least, perLitre / perKwh);
}

/**
 * Operating points of the liquid loops: supply, flow of the pumps, limits of fans and pads at which electricity, leakage of the chips and
 * water together cost least at what they are worth now, found on a copy of the plant in the air and at the load that are measured.
 */
export class OperatingPoints {
  readonly #halls: readonly PlantHall[];
  readonly #found = new Map<string, CoolingSettings | undefined>();

  constructor(halls: readonly PlantHall[]) {
    this.#halls = halls;
  }

  /**
   * Set points by hall; undefined where nothing is found that is safe, or a plant has none.
   *
   * @param perLitre what a litre counts, kWh (`litreKwh`); undefined for no more water than at the supply that is reset
   * @param resetC that supply by hall, °C; undefined for the plant's own
   */
  decide(
    { conditions, last }: HeatView,
    perLitre: number | undefined,
    resetC: readonly (number | undefined)[],
  ): (CoolingSettings | undefined)[] {
    const price = perLitre === undefined ? undefined : Math.round(PER_DOUBLING.price * Math.log2(perLitre));
    return this.#halls.map(({ cooling }, h) => {
      const liquidKw = last?.halls[h]?.liquidKw ?? 0;
      if (liquidKw <= 0) return undefined;
      const tempC = BIN_K * Math.round(conditions.tempC / BIN_K);
      const wetBulbC = Math.min(tempC, BIN_K * Math.round(conditions.wetBulbC / BIN_K));
      const size = Math.round(PER_DOUBLING.load * Math.log2(liquidKw));
      const key = `${h} ${tempC} ${wetBulbC} ${size} ${price ?? `at ${resetC[h]}`}`;
      if (!this.#found.has(key)) {
        const air = { ...conditions, dtH: SETTLED.dtH, tempC, wetBulbC };
        const counted = price === undefined ? undefined : 2 ** (price / PER_DOUBLING.price);
        this.#found.set(key, pointOf(cooling, 2 ** (size / PER_DOUBLING.load), air, counted ?? { resetC: resetC[h] }));
      }
      return this.#found.get(key);
    });
  }
}

/** No more water than at a supply, °C; at the plant's own where that is undefined. */
interface WaterAt {
  readonly resetC: number | undefined;
}

/** @param water what a litre counts, kWh, or how much of it there may be */
function pointOf(
  cooling: CoolingUnit,
  liquidKw: number,
  air: Conditions,
  water: number | WaterAt,
): CoolingSettings | undefined {
  const found =
    typeof water === 'number'
      ? settled(cooling, liquidKw, air, { perKwh: 1, perLitre: water })
      : noMoreWater(cooling, liquidKw, air, water);
  if (found === undefined) return undefined;
  const settings = settingsOf(found);
  // Pads that are not needed stay dry also while the loop comes from a warmer supply.
  const tried = found.waterLPerH > 0 ? [settings] : [{ ...settings, wet: 0 }, settings];
  return tried.find((set) => isSure(cooling, liquidKw, air, set, found.mostSupplyC));
}

/** The point with the least electricity among those with no more water than at a supply; undefined where none has. */
function noMoreWater(
  cooling: CoolingUnit,
  liquidKw: number,
  air: Conditions,
  { resetC }: WaterAt,
): CheapestPoint | undefined {
  const plant = cooling.start();
  let mostLPerH = 0;
  for (let k = 0; k < SETTLED.steps; k++) {
    mostLPerH = -(plant.preview({ liquidKw, airKw: 0, supplyC: resetC }, air).flows['water'] ?? 0);
    plant.keep();
  }
  for (const perLitre of SHADOW_PRICES) {
    const point = settled(cooling, liquidKw, air, { perKwh: 1, perLitre });
    if (point !== undefined && point.waterLPerH <= mostLPerH + 1e-9) return point;
  }
  return undefined;
}

/** The cheapest point of a plant that has run at it for long. */
function settled(
  cooling: CoolingUnit,
  liquidKw: number,
  air: Conditions,
  prices: PointPrices,
): CheapestPoint | undefined {
  const plant = cooling.start();
  let point: CheapestPoint | undefined;
  for (let k = 0; k < SETTLED.steps; k++) {
    point = plant.cheapest?.({ liquidKw, airKw: 0 }, air, prices);
    if (point === undefined) return undefined;
    plant.preview({ liquidKw, airKw: 0, ...settingsOf(point) }, air);
    plant.keep();
  }
  return point;
}

const settingsOf = ({ supplyC, flow, fan, wet }: CheapestPoint): CoolingSettings => ({ supplyC, flow, fan, wet });

/** Whether the loop still keeps its supply with more heat in hotter air than a point was found for, once it has settled there. */
function isSure(
  cooling: CoolingUnit,
  liquidKw: number,
  air: Conditions,
  settings: CoolingSettings,
  mostSupplyC: number,
): boolean {
  const plant = cooling.start();
  const hotter = { ...air, tempC: air.tempC + SURE.tempC, wetBulbC: air.wetBulbC + SURE.tempC };
  const mostKw = Math.min(SURE.load * liquidKw, plant.capacity(hotter).liquidKw);
  const set = { liquidKw: Math.max(liquidKw, mostKw), airKw: 0, ...settings };
  let endC = 0;
  for (let k = 0; k < SETTLED.steps; k++) {
    endC = plant.preview(set, hotter).meters['supplyC'] ?? 0;
    plant.keep();
  }
  return endC <= mostSupplyC + 1e-6;
}
