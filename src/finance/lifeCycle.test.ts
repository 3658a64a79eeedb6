import { describe, expect, it } from 'vitest';
import { escalatingWorth, worthAfterStraightLine } from './lifeCycle.ts';
import { discounted } from './presentWorth.ts';

describe('life cycle', () => {
  it('is the sum of the years it stands for', () => {
    let sum = 0;
    for (let n = 1; n <= 12; n++) sum += discounted(100 * 1.02 ** n * 0.8, 0.07, n);
    expect(escalatingWorth(100, 12, 0.02, 0.07, 0.2)).toBeCloseTo(sum, 9);
    let shield = 0;
    for (let n = 1; n <= 12; n++) shield += discounted((1000 / 12) * 0.2, 0.07, n);
    expect(worthAfterStraightLine(1000, 12, 0.07, 0.2)).toBeCloseTo(1000 - shield, 9);
    expect(worthAfterStraightLine(1000, 12, 0.07, 0)).toBe(1000);
  });

  it.each([-0.1, 1.1, Number.NaN])('refuses a tax of %d', (tax) => {
    expect(() => escalatingWorth(100, 12, 0, 0.07, tax)).toThrow(/JW_FINANCE/);
    expect(() => worthAfterStraightLine(100, 12, 0.07, tax)).toThrow(/JW_FINANCE/);
  });
});
