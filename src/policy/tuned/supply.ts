import type { Conditions } from '../../components/contract.ts';
import type { CoolingUnit } from '../../components/unit.ts';
import type { PlantHall } from '../../twin/plant.ts';
import type { HeatView } from '../policy.ts';
import { TUNED } from './parameters.ts';

/** Outdoor air and load are rounded to these, so that set points are worked out once. */
const BIN = { tempC: 2, wetBulbC: 2, loadShare: 0.1 };
/** Steps after which a loop has settled at a new set point. */
const SETTLING = 4;

/**
 * Set-point reset of the liquid loops: the supply at which plant and leakage of the chips together draw least in this air and at
 * this load without more water than before, found on a copy of the plant.
 */
export class SupplyReset {
  readonly #halls: readonly PlantHall[];
  readonly #found = new Map<string, number | undefined>();
  readonly #most: number[];

  constructor(halls: readonly PlantHall[]) {
    this.#halls = halls;
    this.#most = halls.map(() => 0);
  }

  /** Supply temperature by hall, °C; undefined leaves the plant's own. */
  decide({ conditions, last }: HeatView): (number | undefined)[] {
    return this.#halls.map((hall, h) => {
      const record = last?.halls[h];
      if (record === undefined || record.liquidKw <= 0) return undefined;
      this.#most[h] = Math.max(this.#most[h]!, record.liquidKw);
      const most = this.#most[h]!;
      const share = Math.max(1, Math.round(record.liquidKw / most / BIN.loadShare)) * BIN.loadShare;
      const tempC = BIN.tempC * Math.round(conditions.tempC / BIN.tempC);
      const wetBulbC = Math.min(tempC, BIN.wetBulbC * Math.round(conditions.wetBulbC / BIN.wetBulbC));
      const size = Math.round(Math.log2(most) * 8);
      const key = `${h} ${tempC} ${wetBulbC} ${share.toFixed(1)} ${size}`;
      if (!this.#found.has(key)) {
        const air = { ...conditions, tempC, wetBulbC };
        this.#found.set(key, bestSupply(hall.cooling, share * most, record.airKw, air));
      }
      return this.#found.get(key);
    });
  }
}

/** What a plant comes to at a set point once it has settled. */
function settled(cooling: CoolingUnit, liquidKw: number, airKw: number, supplyC: number | undefined, air: Conditions) {
  const copy = cooling.start();
  let kw = 0;
  let waterLPerH = 0;
  let endC = 0;
  for (let k = 0; k < SETTLING; k++) {
    const { meters, flows } = copy.preview({ liquidKw, airKw, supplyC }, air);
    copy.keep();
    kw = (meters['leakageKw'] ?? 0) - flows['power']!;
    waterLPerH = -(flows['water'] ?? 0);
    endC = meters['supplyC'] ?? 0;
  }
  return { kw, waterLPerH, endC };
}

/**
 * Supply with the least electricity, leakage counted, among those that the plant reaches with no more water than at its own set
 * point; undefined for its own.
 */
function bestSupply(cooling: CoolingUnit, liquidKw: number, airKw: number, air: Conditions): number | undefined {
  const own = settled(cooling, liquidKw, airKw, undefined, air);
  let best: number | undefined;
  let leastKw = own.kw;
  const { least, most, step } = TUNED.supplyC;
  for (let supplyC = least; supplyC <= most; supplyC += step) {
    const { kw, waterLPerH, endC } = settled(cooling, liquidKw, airKw, supplyC, air);
    // A set point that the plant does not reach is that of another row.
    if (Math.abs(endC - supplyC) > 0.5 || waterLPerH > own.waterLPerH + 1e-9 || kw >= leastKw - 1e-9) continue;
    best = supplyC;
    leastKw = kw;
  }
  return best;
}
