import type { Accelerator } from '../catalog/catalog.ts';
import { idleW } from '../components/inference/power.ts';
import type { Interval } from '../components/inference/predict/predict.ts';

/** What a token's cost consists of. */
export interface Costs {
  /** Price of one chip, USD; undefined where nobody gave one. */
  readonly chipUsd: number | undefined;
  /** Part of a price that is charged each year: the capital recovery factor. */
  readonly chargePerYear: number;
  readonly usdPerKwh: number;
  /** Part of the time at full load, (0, 1]; idle for the rest. */
  readonly utilisation: number;
  /** Watts of the site per watt of boards, >= 1: hosts, cooling and losses. */
  readonly overhead: number;
}

const SECONDS_PER_YEAR = 8760 * 3600;
const JOULES_PER_KWH = 3.6e6;

/**
 * USD per million output tokens of one chip: (price x charge + energy at full load + energy while idle) over the tokens of the time at
 * full load.
 *
 * The 90 % interval adds what the speed alone and what the power alone would do to the cost as independent errors, in natural logarithm:
 * the cost goes with one over the speed, and with the power only by energy's part of it. Both at their bad ends together would hold
 * more than nine of ten. Where both were measured (775 public rows, data sheets alone) the two errors correlate by 0.17: what is faster
 * than predicted draws more, so that the sum is rather too wide than too narrow.
 *
 * @param tokensPerS output tokens/s of one chip, > 0
 * @param watts board power of one chip at full load
 */
export function lcot(chip: Accelerator, tokensPerS: Interval, watts: Interval, costs: Costs): Interval {
  const { utilisation, usdPerKwh, overhead } = costs;
  const chipUsdPerS = ((costs.chipUsd ?? 0) * costs.chargePerYear) / SECONDS_PER_YEAR;
  const usdPerJoule = (usdPerKwh * overhead) / JOULES_PER_KWH;
  const idleUsdPerS = (1 - utilisation) * idleW(chip) * usdPerJoule;
  const at = (atWatts: number): number =>
    (1e6 * (chipUsdPerS + idleUsdPerS + utilisation * atWatts * usdPerJoule)) / (utilisation * tokensPerS.value);
  const value = at(watts.value);
  if (value === 0) return { value, low: 0, high: 0 };
  const down = Math.hypot(Math.log(tokensPerS.high / tokensPerS.value), Math.log(value / at(watts.low)));
  const up = Math.hypot(Math.log(tokensPerS.value / tokensPerS.low), Math.log(at(watts.high) / value));
  return { value, low: value * Math.exp(-down), high: value * Math.exp(up) };
}
