import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../catalog/load.ts';
import { type Point, predictAll } from './fixtures/measured.ts';

/** Public measurements; they are not part of the product, so the test skips where they are absent. */
const FOLDER = new URL('../../../../shared/data/compute/', import.meta.url);
const absent = !existsSync(new URL('measured.csv', FOLDER));

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}
const errors = (points: readonly Point[], of: 'throughput' | 'power') =>
  points.flatMap((point) => (point[of] === undefined ? [] : [Math.abs(point[of] - 1)]));

describe.skipIf(absent)('against public measurements, from data sheets alone (skips without ../shared/data)', () => {
  const points = absent ? [] : predictAll(FOLDER, loadCatalog().accelerators);

  it('predicts throughput with a median error of 30 % (40 % for a plain roofline)', () => {
    expect(points.length).toBeGreaterThan(3000);
    expect(quantile(errors(points, 'throughput'), 0.5)).toBeLessThan(0.32);
    const newest = points.filter((point) => point.source === 'aiconfigurator-silicon');
    expect(newest.length).toBeGreaterThan(1500);
    expect(quantile(errors(newest, 'throughput'), 0.5)).toBeLessThan(0.28);
  });

  it('leans neither way on the two largest sources', () => {
    for (const source of ['aiconfigurator-silicon', 'argonne']) {
      const ratios = points.flatMap((point) => (point.source === source ? [point.throughput] : []));
      expect(Math.abs(quantile(ratios, 0.5) - 1)).toBeLessThan(0.12);
    }
  });

  it('predicts accelerator power with a median error of 12 % on current engines, 20 % with old ones in', () => {
    expect(quantile(errors(points, 'power'), 0.5)).toBeLessThan(0.22);
    const current = points.filter((point) => point.source === 'mlenergy-v3');
    expect(errors(current, 'power').length).toBeGreaterThan(250);
    expect(quantile(errors(current, 'power'), 0.5)).toBeLessThan(0.13);
    expect(quantile(errors(current, 'power'), 0.9)).toBeLessThan(0.36);
  });
});
