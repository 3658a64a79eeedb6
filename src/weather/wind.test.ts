import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { JoulewrightError } from '../errors/error.ts';
import { mean } from '../series/grid.ts';
import { generateWeather } from './generate.ts';
import { parseWeather } from './read.ts';

const place = { latDeg: 39.81, lonDeg: 64.38, elevationM: 218, zone: 'Asia/Samarkand' };
const year = generateWeather(loadCatalog().climates.get('bukhara')!, 7);
const meanMs = mean(year.windMs);

/** The year as an hourly table with another wind. */
function read(wind: (ms: number, row: number) => number) {
  const rows = Array.from(year.tempC, (t, i) =>
    [Math.floor(i / 24) + 1, i % 24, t, year.rhShare[i]! * 100, year.ghiWm2[i], wind(year.windMs[i]!, i)].join(','),
  );
  return parseWeather(['day_of_year,hour,temp_c,rh_pct,ghi_wm2,wind10_ms', ...rows].join('\n'), 'w.csv', place);
}

function faultOf(wind: (ms: number) => number) {
  try {
    read(wind);
  } catch (error) {
    if (error instanceof JoulewrightError) return error.faults[0]!;
    throw error;
  }
  throw new Error('no fault was found');
}

describe('wind in another unit', () => {
  it('a mean above 12 m/s is km/h or knots, and an error', () => {
    const fault = faultOf((v) => (v / meanMs) * 12.1);
    expect(fault).toMatchObject({ code: 'JW_WEATHER_UNIT', where: 'w.csv' });
    expect(fault.message).toBe('wind10_ms looks like km/h or knots (mean 12.1); it must be in m/s');
    expect(fault.hint).toBe('is it in km/h or knots? divide km/h by 3.6, knots by 1.944');
  });
  it('a mean of 10 to 12 m/s is a warning, and less is none', () => {
    expect(read((v) => (v / meanMs) * 11.9).warnings.join()).toContain(
      'mean wind of 11.9 m/s: is it in km/h or knots?',
    );
    expect(read((v) => (v / meanMs) * 9.9).warnings.join()).not.toContain('km/h');
  });
  it('a storm is no wrong unit', () => {
    expect(read((v, row) => (row === 50 ? 40 : v)).windMs[50]).toBe(40);
  });
});
