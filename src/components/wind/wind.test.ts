import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../catalog/load.ts';
import type { SiteContext } from '../contract.ts';
import { sampleContext as bareContext, complaints, sampleConditions } from '../sample.ts';
import { genericCurve } from './curves.ts';
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

const published = JSON.parse(readFileSync(new URL('./fixtures/turbines.json', import.meta.url), 'utf8')) as {
  speedsMs: number[];
  turbines: Record<string, { plain: number[]; thin: number[]; cold: number[] }>;
};
const TURBINES = loadCatalog().turbines;
const sampleContext = (over: Partial<SiteContext> = {}) => bareContext({ catalog: loadCatalog(), ...over });

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
  it('are there for at least thirty turbines of at least six makers, each with its source', () => {
    expect(TURBINES.size).toBeGreaterThanOrEqual(30);
    expect(new Set([...TURBINES.values()].map((t) => t.maker)).size).toBeGreaterThanOrEqual(6);
    for (const turbine of TURBINES.values()) expect(turbine.source).toMatch(/^oedb .*row [A-Za-z0-9/-]+: ./);
  });

  it.each(Object.keys(published.turbines))('%s gives what windpowerlib gives at three densities', (id) => {
    const turbine = TURBINES.get(id)!;
    const want = published.turbines[id]!;
    published.speedsMs.forEach((v, i) => {
      close(turbineKw(turbine, v), want.plain[i]!);
      close(turbineKw(turbine, v, 1.06), want.thin[i]!);
      close(turbineKw(turbine, v, 1.34), want.cold[i]!);
    });
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
    const curve = TURBINES.get('vestas-v112')!;
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
    expect(paths({ turbine: 'windmill' })).toEqual(['turbine']);
    expect(paths({ turbine: 'vestas-v126', restart: '24 m/s' })).toEqual(['restart']);
    expect(paths({ turbine: 'vestas-v126', obstacles: '14 m', roughness: '1 m' })).toEqual(['obstacles']);
  });
  it('refuses nonsense', () => {
    for (const bad of [
      { turbine: '4 blades' },
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

  it('after a cut-out waits for the restart wind, where one is given', () => {
    const slow = spec({ restart: '17 m/s' });
    const at = (hubMs: number) => sampleConditions({ windMs: hubMs / slow.shear });
    let now = wind.initial(slow);
    const run = (hubMs: number) => {
      const can = wind.feasible(slow, now, at(hubMs)).maxKw;
      const out = wind.step(slow, now, { powerKw: 1e9 }, at(hubMs));
      expect(out.flows['power']).toBe(can);
      now = out.state;
      return can > 0;
    };
    expect([19, 21, 19, 17.5, 16.9, 19].map(run)).toEqual([true, false, false, false, true, true]);
    run(21);
    expect(wind.revive(JSON.parse(JSON.stringify(now)))).toEqual({ v: 2, stopped: true });
    const plain = spec();
    const gone = wind.step(plain, wind.initial(plain), { powerKw: 1 }, sampleConditions({ windMs: 21 / plain.shear }));
    expect(wind.feasible(plain, gone.state, at(19)).maxKw).toBeGreaterThan(0);
  });

  it('loses power to ice inside the stated window only, and stops in deep frost where told', () => {
    const iced = spec({ icing: {} });
    const bare = spec();
    const share = (tempC: number, rhShare: number) => {
      const c = sampleConditions({ windMs: 6, tempC, rhShare });
      return wind.feasible(iced, state, c).maxKw / wind.feasible(bare, state, c).maxKw;
    };
    expect(share(-5, 0.97)).toBeCloseTo(0.8, 12);
    expect(share(-5, 0.9)).toBe(1);
    expect(share(1, 0.99)).toBe(1);
    expect(share(-20, 0.99)).toBe(1);
    const standard = spec({ stop_below: '-20 °C' });
    const frost = sampleConditions({ windMs: 6, tempC: -25 });
    expect(wind.feasible(standard, state, frost).maxKw).toBe(0);
    expect(wind.feasible(bare, state, frost).maxKw).toBeGreaterThan(0);
  });

  it('by the ideal gas gives nearly what the barometric form gives', () => {
    const c = sampleConditions({ windMs: 5 });
    const ideal = wind.feasible(spec({ density: 'ideal-gas' }), state, c).maxKw;
    close(ideal, wind.feasible(spec(), state, c).maxKw, 1e-3);
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
    expect(wind.revive({ v: 1 })).toEqual(state);
    for (const bad of [undefined, null, 1, [], {}, { v: 2 }, { v: 3, stopped: true }])
      expect(wind.revive(bad)).toBeUndefined();
    const out = wind.step(s, state, { powerKw: 10 }, sampleConditions());
    expect(Object.keys(out.flows)).toEqual(wind.ports(s).map((p) => p.name));
    expect(Object.keys(out.meters)).toEqual(Object.keys(wind.meters));
  });
});
