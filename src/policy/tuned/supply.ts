import type { Conditions } from '../../components/contract.ts';
import type { CoolingUnit } from '../../components/unit.ts';
import type { PlantHall } from '../../twin/plant.ts';
import type { View } from '../policy.ts';
import { TUNED } from './parameters.ts';

/** Outdoor air and load are rounded to these, so that set points are worked out once. */
const BIN = { tempC: 2, wetBulbC: 2, loadShare: 0.1 };
/** Steps after which a loop has settled at a new set point. */
const SETTLING = 4;

/**
 * Set-point reset of the liquid loops: the supply at which plant and leakage of the chips together draw least in this air and at
 * this load, found on a copy of the plant.
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
  decide({ conditions, last }: View): (number | undefined)[] {
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

/** Supply with the least electricity, leakage counted, among those at which the plant can take the heat; undefined for its own. */
function bestSupply(cooling: CoolingUnit, liquidKw: number, airKw: number, air: Conditions): number | undefined {
  let best: { readonly supplyC: number; readonly kw: number } | undefined;
  const { least, most, step } = TUNED.supplyC;
  for (let supplyC = least; supplyC <= most; supplyC += step) {
    const copy = cooling.start();
    let kw = 0;
    let endC = 0;
    for (let k = 0; k < SETTLING; k++) {
      const stepped = copy.preview({ liquidKw, airKw, supplyC }, air);
      copy.keep();
      kw = (stepped.meters['leakageKw'] ?? 0) - stepped.flows['power']!;
      endC = stepped.meters['supplyC'] ?? supplyC;
    }
    // A plant that does not reach the set point, or holds it lower at its own limit, was tried already.
    if (Math.abs(endC - supplyC) > 0.5) continue;
    if (best === undefined || kw < best.kw - 1e-9) best = { supplyC, kw };
  }
  return best?.supplyC;
}
