import { describe, expect, it } from 'vitest';
import { halfWidth } from '../components/inference/predict/calibration.ts';
import { FEATURE_NAMES } from '../components/inference/predict/features.ts';
import { random } from '../series/random.ts';
import { fitSpread, type Miss } from './spread.ts';

const draw = random(4);
const INPUT = FEATURE_NAMES.indexOf('inferredInput');

/** Errors whose size depends on nothing but whether prompts are stated. */
function misses(count: number, isStated: boolean, size: number): Miss[] {
  return Array.from({ length: count }, (_, k) => {
    const signs = Float64Array.from(FEATURE_NAMES, () => draw.next());
    signs[INPUT] = isStated ? 0 : 1;
    return { signs, tier: 'seen', residual: size * draw.normal(), part: k % 10 };
  });
}

describe('the spread of errors', () => {
  // Too few for the forest to tell them from the others.
  const learnt = [...misses(900, false, 0.3), ...misses(60, true, 0.1)];
  const stated = misses(4000, true, 0.1);
  const unstated = misses(4000, false, 0.3);
  const held = (of: readonly Miss[], spread: ReturnType<typeof fitSpread>) =>
    of.filter((m) => Math.abs(m.residual) <= halfWidth(spread, m.signs, m.tier)).length / of.length;

  it('holds nine of ten', () => {
    expect(Math.abs(held(unstated, fitSpread(learnt)) - 0.9)).toBeLessThan(0.03);
  });

  it('of those that state their prompts is their own where it is learnt apart', () => {
    const [together, apart] = [fitSpread(learnt), fitSpread(learnt, true)];
    expect(held(stated, together)).toBeGreaterThan(0.97);
    // Sixty errors say what nine of ten of them are to four points.
    expect(Math.abs(held(stated, apart) - 0.9)).toBeLessThan(0.06);
    expect(Math.abs(held(unstated, apart) - 0.9)).toBeLessThan(0.03);
  });

  it('takes the usual scale over where too few state them', () => {
    const few = fitSpread([...learnt.slice(0, 900), ...stated.slice(0, 5)], true);
    expect(few.stated).toEqual(few.scale);
  });
});
