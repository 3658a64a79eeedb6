import type { Decision } from '../../twin/decision.ts';
import type { PlantHall } from '../../twin/plant.ts';
import type { View } from '../policy.ts';
import { SupplyReset } from '../tuned/supply.ts';
import type { Planned } from './follow.ts';
import { litreKwh, OperatingPoints } from './operatingPoints.ts';

/**
 * Set points of the halls' cooling from what a plan says energy is worth in the step; tanks are charged and give as planned. Where no operating point is found that is safe, the
 * loop's supply is reset as the tuned silos do.
 */
export class CoolingDesk {
  readonly #halls: readonly PlantHall[];
  readonly #reset: SupplyReset;
  readonly #points: OperatingPoints;
  readonly #waterMoneyPerL: number;

  /** @param waterMoneyPerL price of water, money per litre; 0 where it has none */
  constructor(halls: readonly PlantHall[], waterMoneyPerL: number) {
    this.#halls = halls;
    this.#reset = new SupplyReset(halls);
    this.#points = new OperatingPoints(halls);
    this.#waterMoneyPerL = waterMoneyPerL;
  }

  decide(
    view: View,
    { pricePerKwh, tankKw }: Pick<Planned, 'pricePerKwh' | 'tankKw'>,
  ): Required<Pick<Decision, 'supplyC' | 'cooling'>> {
    const reset = this.#reset.decide(view);
    const points = this.#points.decide(view, litreKwh(this.#waterMoneyPerL, pricePerKwh), reset);
    return {
      supplyC: points.map((point, h) => (point === undefined ? reset[h] : point.supplyC)),
      cooling: points.map((point, h) => {
        const kw = tankKw.get(this.#halls[h]!.cooling.id);
        return {
          ...(point === undefined ? {} : { flow: point.flow, fan: point.fan, wet: point.wet }),
          ...(kw === undefined ? {} : { tankKw: kw }),
        };
      }),
    };
  }
}
