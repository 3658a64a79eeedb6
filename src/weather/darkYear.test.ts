import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { dailyGhi, darkestSpell, generatedGhi } from './darkYear.ts';
import { generateWeather } from './generate.ts';

describe('dark years', () => {
  it('finds the darkest days on end, the first of equals', () => {
    const days = Float64Array.from({ length: 20 }, () => 5);
    days.set([1, 2, 1], 4);
    expect(darkestSpell(days, 3)).toEqual({ day: 4, days: 3, ghiKwhM2Day: 4 / 3 });
    expect(darkestSpell(days, 1)).toEqual({ day: 4, days: 1, ghiKwhM2Day: 1 });
    expect(darkestSpell(days.fill(5), 7)).toEqual({ day: 0, days: 7, ghiKwhM2Day: 5 });
    expect(darkestSpell(days, 40).days).toBe(20);
  });

  it.each(['bukhara', 'mannheim', 'antananarivo'])('%s: light of the days alone is that of the hourly year', (id) => {
    const climate = loadCatalog().climates.get(id)!;
    const seeds = [1, 2, 9];
    const light = generatedGhi(climate, seeds);
    for (const [i, seed] of seeds.entries()) {
      const hourly = dailyGhi(generateWeather(climate, seed, { yearToYear: 1 }).ghiWm2);
      hourly.forEach((kwh, day) => {
        expect(Math.abs(kwh - light[i]![day]!)).toBeLessThan(1e-6 + 0.01 * kwh);
      });
    }
  });
});
