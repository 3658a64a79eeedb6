import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  densityKgPerM3,
  dewPointC,
  dewPointOfRhC,
  enthalpyJPerKg,
  humidityRatio,
  humidityRatioOfRh,
  humidityRatioOfWetBulb,
  pressureAtPa,
  relativeHumidity,
  saturationHumidityRatio,
  saturationPressurePa,
  specificVolumeM3PerKg,
  tempOfEnthalpyC,
  vapourPressureOfRhPa,
  vapourPressurePa,
  wetBulbC,
  wetBulbOfRhC,
} from './psychrometrics.ts';

interface Value {
  value: number;
  rel?: number;
  abs?: number;
}
interface Fixture {
  saturationPressurePa: (Value & { tempC: number })[];
  saturationHumidityRatio: (Value & { tempC: number; pressurePa: number })[];
  saturationEnthalpyJPerKg: (Value & { tempC: number; pressurePa: number })[];
  wetBulbOfRhC: (Value & { tempC: number; rhShare: number; pressurePa: number })[];
  humidityRatioOfWetBulb: (Value & { tempC: number; wetC: number; pressurePa: number })[];
  pressureAtPa: (Value & { elevationM: number })[];
  moistAir: Record<'tempC' | 'ratio' | 'pressurePa' | 'enthalpyJ' | 'volume' | 'density' | 'rel', number>;
  example: { tempC: number; wetC: number; pressurePa: number } & Record<
    'ratio' | 'dewC' | 'rhShare' | 'enthalpyJ' | 'volume',
    Value
  >;
  states: number[][];
}
const fixture = JSON.parse(readFileSync(new URL('./fixtures/psychrometrics.json', import.meta.url), 'utf8')) as Fixture;

function near(actual: number, { value, rel = 0, abs = 0 }: Value): void {
  expect(Math.abs(actual - value), `${actual} against ${value}`).toBeLessThanOrEqual(abs + rel * Math.abs(value));
}

describe('psychrometrics against published values', () => {
  it('saturation pressure over ice and water', () => {
    for (const row of fixture.saturationPressurePa) near(saturationPressurePa(row.tempC), row);
  });
  it('saturation humidity ratio and enthalpy', () => {
    for (const row of fixture.saturationHumidityRatio) near(saturationHumidityRatio(row.tempC, row.pressurePa), row);
    for (const row of fixture.saturationEnthalpyJPerKg) {
      near(enthalpyJPerKg(row.tempC, saturationHumidityRatio(row.tempC, row.pressurePa)), row);
    }
  });
  it('wet bulb both ways', () => {
    for (const row of fixture.wetBulbOfRhC) near(wetBulbOfRhC(row.tempC, row.rhShare, row.pressurePa), row);
    for (const row of fixture.humidityRatioOfWetBulb) {
      near(humidityRatioOfWetBulb(row.tempC, row.wetC, row.pressurePa), row);
    }
  });
  it('enthalpy, volume and density of moist air; pressure of the standard atmosphere', () => {
    const { tempC, ratio, pressurePa, enthalpyJ, volume, density, rel } = fixture.moistAir;
    near(enthalpyJPerKg(tempC, ratio), { value: enthalpyJ, rel });
    near(specificVolumeM3PerKg(tempC, ratio, pressurePa), { value: volume, rel });
    near(densityKgPerM3(tempC, ratio, pressurePa), { value: density, rel });
    for (const row of fixture.pressureAtPa) near(pressureAtPa(row.elevationM), row);
  });
  it('the worked example of the handbook: 40 °C dry, 20 °C wet', () => {
    const { tempC, wetC, pressurePa, ...expected } = fixture.example;
    const ratio = humidityRatioOfWetBulb(tempC, wetC, pressurePa);
    const vapourPa = vapourPressurePa(ratio, pressurePa);
    near(ratio, expected.ratio);
    near(dewPointC(vapourPa), expected.dewC);
    near(relativeHumidity(tempC, vapourPa), expected.rhShare);
    near(enthalpyJPerKg(tempC, ratio), expected.enthalpyJ);
    near(specificVolumeM3PerKg(tempC, ratio, pressurePa), expected.volume);
  });
  it('56 states at four altitudes', () => {
    expect(fixture.states).toHaveLength(56);
    for (const state of fixture.states) {
      const [tempC, rhShare, pressurePa, wetC, dewC, ratio, enthalpyJ, volume, vapourPa] = state as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const own = humidityRatioOfRh(tempC, rhShare, pressurePa);
      near(wetBulbOfRhC(tempC, rhShare, pressurePa), { value: wetC, abs: Math.abs(wetC) < 0.3 ? 0.5 : 0.05 });
      near(dewPointOfRhC(tempC, rhShare), { value: dewC, abs: 0.05 });
      near(own, { value: ratio, rel: 0.005 });
      near(enthalpyJPerKg(tempC, own), { value: enthalpyJ, rel: 0.005, abs: 100 });
      near(specificVolumeM3PerKg(tempC, own, pressurePa), { value: volume, rel: 0.001 });
      near(vapourPressureOfRhPa(tempC, rhShare), { value: vapourPa, rel: 0.001 });
    }
  });
});

const air = fc.record({
  tempC: fc.double({ min: -45, max: 55, noNaN: true }),
  rhShare: fc.double({ min: 0.005, max: 1, noNaN: true }),
  elevationM: fc.double({ min: -100, max: 4500, noNaN: true }),
});

describe('psychrometrics hold together', () => {
  it('dew point <= wet bulb <= dry bulb, and the wet bulb solves its own balance', () => {
    fc.assert(
      fc.property(air, ({ tempC, rhShare, elevationM }) => {
        const pressurePa = pressureAtPa(elevationM);
        const ratio = humidityRatioOfRh(tempC, rhShare, pressurePa);
        const wetC = wetBulbC(tempC, ratio, pressurePa);
        expect(wetC).toBeLessThanOrEqual(tempC);
        // The handbook's wick constants are rounded: at saturation below freezing the two may cross by a hundredth.
        expect(dewPointOfRhC(tempC, rhShare)).toBeLessThanOrEqual(wetC + 0.02);
        expect(humidityRatioOfWetBulb(tempC, wetC, pressurePa)).toBeCloseTo(ratio, 7);
      }),
    );
  });
  it('wet bulb never falls as humidity rises, at any temperature', () => {
    fc.assert(
      fc.property(air, fc.double({ min: 0, max: 1, noNaN: true }), ({ tempC, rhShare, elevationM }, other) => {
        const pressurePa = pressureAtPa(elevationM);
        const [low, high] = [Math.min(rhShare, other), Math.max(rhShare, other)];
        expect(wetBulbOfRhC(tempC, low, pressurePa)).toBeLessThanOrEqual(wetBulbOfRhC(tempC, high, pressurePa) + 1e-6);
      }),
    );
  });
  it('inverses undo: dew point, vapour pressure, temperature of enthalpy', () => {
    fc.assert(
      fc.property(air, ({ tempC, rhShare, elevationM }) => {
        const pressurePa = pressureAtPa(elevationM);
        const vapourPa = vapourPressureOfRhPa(tempC, rhShare);
        const ratio = humidityRatio(vapourPa, pressurePa);
        expect(saturationPressurePa(dewPointC(vapourPa)) / vapourPa).toBeCloseTo(1, 4);
        expect(vapourPressurePa(ratio, pressurePa) / vapourPa).toBeCloseTo(1, 10);
        expect(tempOfEnthalpyC(enthalpyJPerKg(tempC, ratio), ratio)).toBeCloseTo(tempC, 8);
      }),
    );
  });
  it('perfectly dry air has a wet bulb and no dew point', () => {
    expect(wetBulbOfRhC(40, 0, 101325)).toBeGreaterThan(8);
    expect(wetBulbOfRhC(40, 0, 101325)).toBeLessThan(16);
    expect(dewPointOfRhC(40, 0)).toBe(Number.NEGATIVE_INFINITY);
  });
});
