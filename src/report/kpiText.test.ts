import { describe, expect, it } from 'vitest';
import type { Kpi } from '../kpi/kpi.ts';
import { kpiText } from './kpiText.ts';

const of = (value: number | null, unit: string, interval?: readonly [number, number]): Kpi => ({
  id: 'x',
  label: 'x',
  value,
  unit,
  boundary: 'b',
  basis: 'modelled',
  ...(interval === undefined ? {} : { interval }),
});

describe('kpiText', () => {
  it.each([
    [0.4743, 'tokens/J', '0.474', 'tokens/J'],
    [1.0847, '', '1.085', ''],
    [0.99987, 'share', '99.987', '%'],
    [0.0713, 'share', '7.13', '%'],
    [1, 'share', '100', '%'],
    [556_000, 'kg', '556', 't'],
    [93_500, 'kWh', '93.5', 'MWh'],
    [756, 'kWh', '756', 'kWh'],
    [-756.3, 'kWh', '-756', 'kWh'],
    [56_853.4, 'USD', '56,853', 'USD'],
    [0.123, 'USD', '0.123', 'USD'],
    [2.69e12, 'tokens', '2.69 T', 'tokens'],
  ])('%d %s is %s %s', (value, unit, figure, shown) => {
    expect(kpiText(of(value, unit))).toMatchObject({ figure, unit: shown });
  });

  it('prints an interval in the unit of its value, and a dash for what could not be had', () => {
    expect(kpiText(of(526_195, 'kg', [500_000, 600_000]))).toEqual({
      figure: '526',
      unit: 't',
      interval: '500 to 600',
    });
    expect(kpiText(of(null, 'L/kWh')).figure).toBe('–');
  });
});
