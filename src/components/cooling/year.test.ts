import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { wetBulbOfRhC } from '../../air/psychrometrics.ts';
import { numberColumn, parseCsv, readText } from '../../series/csv.ts';
import { sampleConditions, sampleContext } from '../sample.ts';
import { cooling } from './index.ts';

const FILE = '../shared/data/weather/uz_bukhara_hourly_typ_2003.csv.gz';
/** Station pressure at 225 m. */
const PRESSURE_PA = 98_650;

interface Year {
  /** Electricity of cooling over IT electricity: partial PUE less 1. */
  readonly share: number;
  readonly litresPerKwh: number;
  readonly compressorHours: number;
  readonly hottestSupplyC: number;
  readonly worstShare: number;
}

/** A year of full load in Bukhara; all heat is IT heat. */
function year(section: z.input<typeof cooling.file>, liquidKw: number, airKw: number): Year {
  const spec = cooling.spec(cooling.file.parse(section), sampleContext(), (c) => {
    throw new Error(c.message);
  });
  const table = parseCsv(readText(FILE), FILE);
  const temp = numberColumn(table, 'temp_c');
  const rh = numberColumn(table, 'rh_pct');
  let state = cooling.initial(spec);
  const total = { powerKwh: 0, waterL: 0, compressorHours: 0, hottestSupplyC: -99, worstShare: 0 };
  for (let h = 0; h < temp.length; h++) {
    const tempC = temp[h]!;
    const rhShare = rh[h]! / 100;
    const conditions = sampleConditions({ tempC, rhShare, wetBulbC: wetBulbOfRhC(tempC, rhShare, PRESSURE_PA) });
    const stepped = cooling.step(spec, state, { liquidKw, airKw }, conditions);
    state = stepped.state;
    const powerKw = -stepped.flows['power']!;
    total.powerKwh += powerKw;
    total.waterL += stepped.meters['waterL']!;
    if (stepped.meters['compressorKw']! > 0) total.compressorHours++;
    total.hottestSupplyC = Math.max(total.hottestSupplyC, stepped.meters['supplyC']!);
    total.worstShare = Math.max(total.worstShare, powerKw / (liquidKw + airKw));
  }
  const itKwh = (liquidKw + airKw) * temp.length;
  return {
    share: total.powerKwh / itKwh,
    litresPerKwh: total.waterL / itKwh,
    compressorHours: total.compressorHours,
    hottestSupplyC: total.hottestSupplyC,
    worstShare: total.worstShare,
  };
}

describe.skipIf(!existsSync(FILE))(`a year in Bukhara (needs ${FILE})`, () => {
  it('a liquid loop at 45 °C needs no compressor, little water and 1-5 % of the IT energy', () => {
    const y = year({ liquid_heat: '1 MW', air_heat: '0 kW', supply: '45 °C' }, 1000, 0);
    expect(y.compressorHours).toBe(0);
    expect(y.hottestSupplyC).toBeLessThanOrEqual(45 + 1e-9);
    expect(y.share).toBeGreaterThan(0.01);
    expect(y.share).toBeLessThan(0.05);
    expect(y.litresPerKwh).toBeLessThan(0.2);
  });

  it('water buys supply temperature: 40 °C takes more of it than 45 °C, and without pads the loop is too hot', () => {
    const cool = year({ liquid_heat: '1 MW', air_heat: '0 kW', supply: '40 °C' }, 1000, 0);
    const warm = year({ liquid_heat: '1 MW', air_heat: '0 kW', supply: '45 °C' }, 1000, 0);
    const dry = year({ liquid_heat: '1 MW', air_heat: '0 kW', supply: '40 °C', adiabatic: 'off' }, 1000, 0);
    expect(cool.hottestSupplyC).toBeLessThanOrEqual(40 + 1e-9);
    expect(cool.litresPerKwh).toBeGreaterThan(2 * warm.litresPerKwh);
    expect(dry.litresPerKwh).toBe(0);
    expect(dry.hottestSupplyC).toBeGreaterThan(45);
  });

  it('the usual hybrid, 80 % liquid, stays below a partial PUE of 1.10; all air with free cooling lies between 1.15 and 1.35', () => {
    const hybrid = year({ liquid_heat: '800 kW', air_heat: '200 kW' }, 800, 200);
    const allAir = year({ liquid_heat: '0 kW', air_heat: '1 MW' }, 0, 1000);
    expect(hybrid.share).toBeGreaterThan(0.02);
    expect(hybrid.share).toBeLessThan(0.1);
    expect(allAir.share).toBeGreaterThan(0.15);
    expect(allAir.share).toBeLessThan(0.35);
    expect(allAir.compressorHours).toBeLessThan(8760);
    expect(allAir.compressorHours).toBeGreaterThan(4000);
  });
});
