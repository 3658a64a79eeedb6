import { HOUR_MS, MINUTE_MS } from '../series/grid.ts';
import { random, seedFrom } from '../series/random.ts';
import type { RateSource } from './rate.ts';

/**
 * How one week strays from another of the same service. Measured on the logarithm of the second over the first week of three services of
 * ServeGen (alibaba/ServeGen, 10-minute rates): correlation after an hour 0.67, 0.64 and 0.38, after three 0.41, 0.31 and 0.09; about
 * an eighth of the variance is gone after ten minutes. The spread of one week about what they have in common is 0.34, 0.19 and 0.62.
 */
const FADES_H = 2.5;
const SUDDEN_SHARE = 0.125;
const STEP_MS = 10 * MINUTE_MS;
/** Steps that are drawn at once. */
const BLOCK = 1008;
/** Steps that a block is drawn before it begins, so that it does not show where it begins. */
const RUN_IN = 144;

/**
 * The same demand as it might be in another week: times a factor of mean 1 that wanders for hours and jumps a little, different in every
 * week, the same whenever it is asked. Nobody who forecasts it by the week before is right.
 *
 * @param spread standard deviation of the logarithm of the factor, 0..1
 */
export function varied(source: RateSource, spread: number, seed: number): RateSource {
  const keep = Math.exp(-STEP_MS / (FADES_H * HOUR_MS));
  const [slow, sudden] = [spread * Math.sqrt(1 - SUDDEN_SHARE), spread * Math.sqrt(SUDDEN_SHARE)];
  const blocks = new Map<number, Float64Array>();
  const block = (b: number): Float64Array => {
    let own = blocks.get(b);
    if (own !== undefined) return own;
    own = new Float64Array(BLOCK);
    const shocks = (of: number) => {
      const draw = random(seedFrom(`${seed}/varied/${of}`));
      return Float64Array.from({ length: 2 * BLOCK }, () => draw.normal());
    };
    // The end of the block before runs in, so that the wandering goes on from block to block.
    const [before, now] = [shocks(b - 1), shocks(b)];
    let z = 0;
    for (let i = BLOCK - RUN_IN; i < BLOCK; i++) z = keep * z + Math.sqrt(1 - keep * keep) * before[i]!;
    for (let i = 0; i < BLOCK; i++) {
      z = keep * z + Math.sqrt(1 - keep * keep) * now[i]!;
      own[i] = Math.exp(slow * z + sudden * now[BLOCK + i]! - (spread * spread) / 2);
    }
    blocks.set(b, own);
    return own;
  };
  const factor = (step: number): number => {
    const b = Math.floor(step / BLOCK);
    return block(b)[step - b * BLOCK]!;
  };
  return {
    about: `${source.about}; every week strays from it by ${Number((100 * spread).toPrecision(3))} %`,
    provenance: 'derived',
    ratePerS(startMs, endMs) {
      const end = Math.max(startMs + 1000, endMs);
      let sum = 0;
      for (let step = Math.floor(startMs / STEP_MS); step * STEP_MS < end; step++) {
        const [from, to] = [Math.max(startMs, step * STEP_MS), Math.min(end, (step + 1) * STEP_MS)];
        sum += factor(step) * source.ratePerS(from, to) * (to - from);
      }
      return sum / (end - startMs);
    },
  };
}
