import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complaints, sampleConditions, sampleContext } from '../sample.ts';
import { genericCurve, TURBINES } from './curves.ts';
import { wind } from './index.ts';
import { densityKgM3, hellmanExponent, hellmanShear, logShear, tempAtHeightC, turbineKw } from './physics.ts';
import type { WindSpec } from './spec.ts';

const cases = JSON.parse(readFileSync(new URL('./fixtures/windpowerlib.json', import.meta.url), 'utf8')) as {
  log: { speedsMs: number[]; fromM: number; toM: number; roughnessM: number; hubMs: number[] };
  hellman: {
    speedMs: number;
    fromM: number;
    toM: number;
    roughnessM: number;
    byRoughnessMs: number;
    bySeventhMs: number;
    byFifthMs: number;
  };
  density: { pressurePa: number; tempK: number; riseM: number; kgM3: number };
  curve: {
    speedsMs: number[];
    powersKw: number[];
    windMs: number[];
    plainKw: number[];
    density: number;
    correctedKw: number[];
  };
  chain: {
    windMs: number[];
    tempK: number[];
    pressurePa: number[];
    hubM: number;
    tempHeightM: number;
    hubMs: number[];
    kgM3: number[];
  };
};

const close = (got: number, want: number, relative = 1e-7) =>
  expect(Math.abs(got - want)).toBeLessThanOrEqual(relative * Math.abs(want));

function spec(over: Record<string, unknown> = {}): WindSpec {
  const file = wind.file.parse({ turbine: 'nordex-n117', capex: '1041 USD/kW', opex: '34 USD/kW/y', ...over });
  const { list, complain } = complaints();
  const made = wind.spec(file, sampleContext(), complain);
  expect(list).toEqual([]);
  return made;
}

describe('wind physics against windpowerlib', () => {
  it('logarithmic profile', () => {
    const c = cases.log;
    c.speedsMs.forEach((v, i) => {
      close(v * logShear(c.toM, c.fromM, c.roughnessM), c.hubMs[i]!);
    });
  });
  it('power law', () => {
    const c = cases.hellman;
    close(c.speedMs * hellmanShear(c.toM, c.fromM, hellmanExponent(c.toM, c.roughnessM)), c.byRoughnessMs);
    close(c.speedMs * hellmanShear(c.toM, c.fromM, 1 / 7), c.bySeventhMs);
    close(c.speedMs * hellmanShear(c.toM, c.fromM, 0.2), c.byFifthMs);
  });
  it('density', () => {
    close(densityKgM3(cases.density.pressurePa, cases.density.tempK, cases.density.riseM), cases.density.kgM3);
  });
  it('power curve, plain and corrected for density', () => {
    const c = cases.curve;
    c.windMs.forEach((v, i) => {
      close(turbineKw(c, v), c.plainKw[i]!);
      close(turbineKw(c, v, c.density), c.correctedKw[i]!);
    });
  });
  it('the chain from 10 m to the hub', () => {
    const c = cases.chain;
    c.windMs.forEach((v, i) => {
      close(v * logShear(c.hubM, 10, 0.15), c.hubMs[i]!, 1e-5);
      const tempK = tempAtHeightC(c.tempK[i]!, c.hubM - c.tempHeightM);
      close(densityKgM3(c.pressurePa[i]!, tempK, c.hubM), c.kgM3[i]!, 1e-5);
    });
  });
});

describe('power curves', () => {
  it('rise from the first point to the rated power and stay below the limit of Betz', () => {
    for (const turbine of Object.values(TURBINES)) {
      const speeds: readonly number[] = turbine.speedsMs;
      const powers: readonly number[] = turbine.powersKw;
      expect(speeds.length).toBe(powers.length);
      for (let i = 1; i < speeds.length; i++) {
        expect(speeds[i]!).toBeGreaterThan(speeds[i - 1]!);
        expect(powers[i]!).toBeGreaterThanOrEqual(powers[i - 1]!);
        const windKw = (0.5 * 1.225 * Math.PI * (turbine.rotorM / 2) ** 2 * speeds[i]! ** 3) / 1000;
        expect(powers[i]!).toBeLessThan((16 / 27) * windKw);
      }
      expect(powers.at(-1)).toBe(turbine.ratedKw);
    }
  });

  it('a generic curve follows the cube law and its three speeds', () => {
    const curve = genericCurve(1000, 3, 12, 25);
    expect(turbineKw(curve, 2.9)).toBe(0);
    expect(turbineKw(curve, 12)).toBeCloseTo(1000, 9);
    expect(turbineKw(curve, 25)).toBeCloseTo(1000, 9);
    expect(turbineKw(curve, 25.01)).toBe(0);
    for (const v of [4, 6, 8, 10]) {
      close(turbineKw(curve, v), (1000 * (v ** 3 - 27)) / (1728 - 27), 0.005);
    }
  });

  it('at any density the walk finds what a plain search over the scaled points finds', () => {
    const curve = TURBINES['vestas-v112'];
    const exponent = (v: number) => 1 / 3 + Math.min(1, Math.max(0, (v - 7.5) / 5)) / 3;
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 25, noNaN: true }),
        fc.double({ min: 0.9, max: 1.45, noNaN: true }),
        (v, rho) => {
          const speeds = curve.speedsMs.map((s) => s * (1.225 / rho) ** exponent(s));
          let want = v >= speeds.at(-1)! ? curve.ratedKw : 0;
          for (let i = 1; i < speeds.length; i++) {
            const [a, b] = [speeds[i - 1]!, speeds[i]!];
            if (v < a || v >= b) continue;
            want = curve.powersKw[i - 1]! + ((curve.powersKw[i]! - curve.powersKw[i - 1]!) * (v - a)) / (b - a);
          }
          expect(Math.abs(turbineKw(curve, v, rho) - want)).toBeLessThan(1e-6);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('wind spec', () => {
  it('takes hub, rating and curve from the table, wakes only for several', () => {
    expect(spec()).toMatchObject({ hubM: 91, ratedKw: 2400, cutOutMs: 20, effectiveUnits: 0.97 });
    expect(spec({ units: 4 }).effectiveUnits).toBeCloseTo(4 * 0.97 * 0.95, 12);
    expect(spec({ hellman: 0.2, hub_height: '100 m' }).shear).toBeCloseTo(10 ** 0.2, 12);
    expect(spec({ units: 4 }).ownership).toMatchObject({ capexMoney: 1041 * 9600, opexMoneyPerYear: 34 * 9600 });
  });
  it('complains about a generic turbine without its rating, speeds out of order, and a rating too many', () => {
    const paths = (over: Record<string, unknown>) => {
      const { list, complain } = complaints();
      const file = wind.file.parse({ capex: '1 USD/kW', opex: '1 USD/kW/y', ...over });
      wind.spec(file, sampleContext(), complain);
      return list.map((c) => c.path[0]);
    };
    expect(paths({ turbine: 'generic' })).toEqual(['rated']);
    expect(paths({ turbine: 'generic', rated: '1 MW', cut_out: '11 m/s' })).toEqual(['rated_speed']);
    expect(paths({ turbine: 'vestas-v126', rated: '1 MW' })).toEqual(['rated']);
    expect(paths({ turbine: 'generic', rated: '1 MW' })).toEqual([]);
  });
  it('refuses nonsense', () => {
    for (const bad of [
      { turbine: 'windmill' },
      { units: 0 },
      { hub_height: '5 m' },
      { wake: '60 %' },
      { roughness: '10 m' },
      { blades: 3 },
    ]) {
      expect(wind.file.safeParse({ turbine: 'generic', ...bad }).success).toBe(false);
    }
  });
});

describe('wind step', () => {
  const s = spec({ units: 3 });
  const state = wind.initial(s);

  it('stops above the cut-out and in calm air', () => {
    const at = (hubMs: number) => wind.feasible(s, state, sampleConditions({ windMs: hubMs / s.shear })).maxKw;
    expect(at(0)).toBe(0);
    expect(at(2)).toBe(0);
    expect(at(19.9)).toBeCloseTo(2400 * s.effectiveUnits, 6);
    expect(at(20.1)).toBe(0);
    const early = spec({ cut_out: '15 m/s' });
    expect(wind.feasible(early, state, sampleConditions({ windMs: 16 / early.shear })).maxKw).toBe(0);
  });

  it('thin air gives less', () => {
    const low = wind.feasible(s, state, sampleConditions({ pressurePa: 101_000, tempC: -10, windMs: 5 })).maxKw;
    const high = wind.feasible(s, state, sampleConditions({ pressurePa: 84_000, tempC: 35, windMs: 5 })).maxKw;
    expect(high).toBeLessThan(0.75 * low);
  });

  it('power and curtailment make up what is available', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -100, max: 9000, noNaN: true }),
        fc.double({ min: 0, max: 30, noNaN: true }),
        fc.double({ min: -30, max: 48, noNaN: true }),
        (powerKw, windMs, tempC) => {
          const c = sampleConditions({ windMs, tempC });
          const can = wind.feasible(s, state, c);
          const out = wind.step(s, state, { powerKw }, c);
          expect(can.maxKw).toBeLessThanOrEqual(s.ratedKw);
          expect(out.flows['power']).toBe(Math.min(can.maxKw, Math.max(0, powerKw)));
          expect(out.flows['power']! + out.meters['curtailedKw']!).toBeCloseTo(can.maxKw, 9);
        },
      ),
    );
  });

  it('state survives JSON, garbage is not state, and names are those declared', () => {
    expect(wind.revive(JSON.parse(JSON.stringify(state)))).toEqual(state);
    for (const bad of [undefined, null, 1, [], {}, { v: 2 }]) expect(wind.revive(bad)).toBeUndefined();
    const out = wind.step(s, state, { powerKw: 10 }, sampleConditions());
    expect(Object.keys(out.flows)).toEqual(wind.ports(s).map((p) => p.name));
    expect(Object.keys(out.meters)).toEqual(Object.keys(wind.meters));
  });
});
