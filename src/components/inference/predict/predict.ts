import { ENGINES, type Engine } from '../engine.ts';
import { powerW } from './boardPower.ts';
import {
  type Calibration,
  correctionAt,
  familiarity,
  groupsOf,
  halfWidth,
  type Known,
  POWER_MEASURED,
  powerTierOf,
  type Target,
  type Tier,
  tierOf,
} from './calibration.ts';
import { engineAt, taskTokensAt } from './constants.ts';
import { type Estimate, estimate } from './estimate.ts';
import { featuresOf } from './features.ts';
import type { Point } from './point.ts';
import { wavesAt } from './smooth.ts';

/** A prediction with its 90 % interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What is predicted of a point; power and energy only where the chip's board power is known. */
export interface Prediction {
  /** In the point's kind, tokens/s. */
  readonly throughput: Interval;
  readonly ttftS: Interval;
  readonly tpotS: Interval;
  /** In the point's scope, W. */
  readonly powerW: Interval | undefined;
  /** Energy of all devices (of the machine, for a scope at the wall) over output tokens, J. */
  readonly joulesPerOutputToken: Interval | undefined;
  /** How much of the point was measured. */
  readonly tier: Tier;
  /** What the roofline says, before corrections. */
  readonly at: Estimate;
}

/** Whether corrections are used, or the roofline alone. */
export type Basis = 'calibrated' | 'specification';

const around = (value: number, half: number): Interval => ({
  value,
  low: value * Math.exp(-half),
  high: value * Math.exp(half),
});

/** Speed and power of inference from a calibration. Made once, asked often. */
export class Predictor {
  readonly basis: Basis;
  readonly #calibration: Calibration;
  readonly #engines: readonly Engine[];
  readonly #known: Known;

  constructor(calibration: Calibration, basis: Basis = 'calibrated') {
    this.#calibration = calibration;
    this.basis = basis;
    this.#engines = ENGINES.map((id) => engineAt(calibration.constants, id));
    this.#known = { chips: new Set(calibration.chips), builds: new Set(calibration.builds) };
  }

  /** The engine's constants. */
  engine(point: Pick<Point, 'engine'>): Engine {
    return this.#engines[ENGINES.indexOf(point.engine)]!;
  }

  /** Predicts a point; the interval holds nine of ten measurements of what is known as little. */
  predict(asked: Point): Prediction {
    const tokens = asked.task === '' ? undefined : taskTokensAt(this.#calibration.constants, asked.task);
    const point = tokens === undefined ? asked : { ...asked, inputTokens: tokens };
    const at = estimate(point, this.engine(point));
    const features = featuresOf(point, at);
    const tier = tierOf(this.#known, point);
    const powerTier = powerTierOf(tier, point);
    const calibrated = this.basis === 'calibrated';
    const groups = groupsOf(point);
    const waves = calibrated ? wavesAt(this.#calibration.scales, features) : undefined;
    const familiar = familiarity(this.#calibration.counts, groups);
    // Of a maker whose power nobody measured, power is as strange as that of a chip without a name.
    const powerGroups =
      point.chip.vendor === POWER_MEASURED ? groups : groupsOf({ ...point, chip: { ...point.chip, id: '' } });
    const familiarPower = familiarity(this.#calibration.counts, powerGroups);
    const half: Partial<Record<Target, number>> = {};
    const of = (target: Target, base: number): Interval => {
      const known = target === 'power' ? powerTier : tier;
      if (waves === undefined) {
        const pooled = target === 'power' ? known : 'seen';
        half[target] = halfWidth(this.#calibration.specification[target], features, pooled);
        return around(base, half[target]);
      }
      const correction = this.#calibration.corrections[target];
      const { value, apart } = correctionAt(correction, groups, features, waves);
      half[target] = halfWidth(
        correction.spread,
        [...features, ...(target === 'power' ? familiarPower : familiar), ...apart],
        known,
      );
      return around(base * Math.exp(value), half[target]);
    };
    const throughput = of('throughput', at.throughput);
    const power = point.chip.tdpW > 0 ? of('power', powerW(point, at, this.#calibration.power)) : undefined;
    const outputPerS = throughput.value * (at.outputPerS / at.throughput);
    const boards = point.scope === 'per_accelerator' ? point.devices : 1;
    return {
      throughput,
      ttftS: of('ttft', at.ttftS),
      tpotS: of('tpot', at.tpotS),
      powerW: power,
      joulesPerOutputToken:
        power === undefined
          ? undefined
          : around((power.value * boards) / outputPerS, Math.hypot(half.throughput!, half.power!)),
      tier,
      at,
    };
  }
}
