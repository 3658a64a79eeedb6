import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { evaluate } from '../../units/formula.ts';
import { complaints, sampleConditions, sampleContext } from '../sample.ts';
import { bindChain } from '../unit.ts';
import { FORMULAS } from './formulas.ts';
import { powerChain } from './index.ts';
import { dcChainInputW, efficiency, FRONTIER_CHAIN, lossKw, sharedLossKw, stageInputW } from './physics.ts';
import { UPS_CURVES, UPS_MODES } from './spec.ts';

const conditions = sampleConditions();

function specOf(section: z.input<typeof powerChain.file>, context = sampleContext()) {
  const { list, complain } = complaints();
  return { spec: powerChain.spec(powerChain.file.parse(section), context, complain), complaints: list };
}

function run(section: z.input<typeof powerChain.file>, criticalKw: number, essentialKw: number) {
  const { spec } = specOf(section);
  return powerChain.step(spec, powerChain.initial(spec), { criticalKw, essentialKw }, conditions);
}

describe('stages', () => {
  const raps: { tolerance: number; nodes: { nodeW: number; inputW: number }[] } = JSON.parse(
    readFileSync(new URL('./fixtures/raps.json', import.meta.url), 'utf8'),
  );
  it.each(raps.nodes)('a node of $nodeW W takes $inputW W from the mains', ({ nodeW, inputW }) => {
    expect(Math.abs(dcChainInputW(FRONTIER_CHAIN, nodeW) - inputW)).toBeLessThanOrEqual(raps.tolerance);
  });

  it('the HVDC curve is the rectifier stage', () => {
    const out = 9_000;
    expect(out + 1000 * lossKw(UPS_CURVES.hvdc, 13.67, out / 1000)).toBeCloseTo(stageInputW(out, 17, 0.96), 8);
  });

  it('efficiencies lie where datasheets put them, and fall at low load', () => {
    expect(efficiency(UPS_CURVES['double-conversion'], 1)).toBeCloseTo(0.96, 2);
    expect(efficiency(UPS_CURVES['double-conversion'], 0.5)).toBeCloseTo(0.96, 2);
    expect(efficiency(UPS_CURVES['double-conversion'], 0.1)).toBeLessThan(0.9);
    for (const l of [0.5, 1]) {
      expect(efficiency(UPS_CURVES.eco, l)).toBeGreaterThan(0.98);
      expect(efficiency(UPS_CURVES.eco, l)).toBeLessThan(0.99);
    }
  });

  it('2N loads each side at half: twice the fixed loss, half the square loss', () => {
    const curve = { fixed: 0.01, linear: 0.02, square: 0.04 };
    expect(sharedLossKw(curve, 100, 2, 80)).toBeCloseTo(100 * (2 * 0.01 + 0.02 * 0.8 + 0.04 * (0.64 / 2)), 12);
  });
});

describe('the chain', () => {
  it('gives a hand-made balance', () => {
    const { flows, meters } = run(
      {
        rated: '1 MW',
        redundancy: 'N',
        ups_loss: { fixed: 0.01, linear: 0, square: 0.02 },
        distribution_loss: '1 %',
        transformer: '2 MW',
        transformer_no_load_loss: '0.1 %',
        transformer_load_loss: '1 %',
        indoor_share: '50 %',
      },
      495,
      100,
    );
    const upsLoss = 1000 * (0.01 + 0.02 * 0.25);
    const low = 500 + upsLoss + 100;
    const transformer = 2000 * (0.001 + 0.01 * (low / 2000) ** 2);
    expect(flows['mv']).toBeCloseTo(-(low + transformer), 9);
    expect(flows['air']).toBeCloseTo(0.5 * (5 + upsLoss), 9);
    expect(flows['ambient']).toBeCloseTo(0.5 * (5 + upsLoss) + transformer, 9);
    expect(meters['loadShare']).toBeCloseTo(0.495, 12);
    expect(meters['efficiency']).toBeCloseTo(595 / (low + transformer), 12);
  });

  it('closes its balance for every load and arrangement', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('N', 'N+1', '2N'),
        fc.constantFrom(...UPS_MODES),
        fc.double({ min: 0, max: 1300, noNaN: true }),
        fc.double({ min: 0, max: 600, noNaN: true }),
        fc.integer({ min: 0, max: 100 }),
        (redundancy, ups, criticalKw, essentialKw, indoor) => {
          const section = { rated: '1 MW', redundancy, ups, indoor_share: `${indoor} %` } as const;
          const { flows } = run(section, criticalKw, essentialKw);
          const sum = Object.values(flows).reduce((a, b) => a + b, 0);
          expect(Math.abs(sum)).toBeLessThan(1e-9);
          expect(flows['ambient']).toBeGreaterThan(0);
          expect(flows['air']).toBeGreaterThanOrEqual(0);
          const more = run(section, criticalKw + 1, essentialKw).flows;
          expect(-more['mv']!).toBeGreaterThan(-flows['mv']! + 1);
        },
      ),
    );
  });

  it('draws its no-load losses when nothing runs', () => {
    const { flows, meters } = run({ rated: '1 MW', redundancy: 'N' }, 0, 0);
    const ups = 1000 * 0.012;
    expect(flows['mv']).toBeCloseTo(-(ups + 1600 * (0.0012 + 0.0081 * (ups / 1600) ** 2)), 9);
    expect(meters['efficiency']).toBe(0);
  });

  it('loses least in eco mode and most with a second side at low load', () => {
    const loss = (ups: 'eco' | 'double-conversion', redundancy: 'N' | '2N') =>
      run({ rated: '1 MW', ups, redundancy }, 250, 30).meters['lossKw']!;
    expect(loss('eco', 'N')).toBeLessThan(loss('double-conversion', 'N'));
    expect(loss('double-conversion', '2N')).toBeGreaterThan(loss('double-conversion', 'N'));
  });

  it('has costs by rating and sides', () => {
    const { spec } = specOf({
      rated: '1 MW',
      redundancy: 'N+1',
      modules: 4,
      capex: '600 USD/kW',
      opex: '2 %',
      life: '15 y',
    });
    expect(powerChain.ownership(spec)).toMatchObject({ capexMoney: 750_000, opexMoneyPerYear: 15_000, lifeYears: 15 });
  });

  it('asks for a price in the site’s currency where it only knows one in USD', () => {
    const { complaints: list } = specOf({ rated: '1 MW' }, sampleContext({ currency: 'UZS' }));
    expect(list).toMatchObject([{ path: ['capex'] }]);
    expect(specOf({ rated: '1 MW' }).spec.ownership.capexMoney).toBe(600 * 1000 * 1.25);
  });

  it('runs as a unit and keeps its state', () => {
    const unit = bindChain(powerChain, 'chain', 'hall', specOf({ rated: '1 MW' }).spec);
    const running = unit.start({ v: 7 });
    expect(unit.ratedKw).toBe(1000);
    const { flows } = running.preview({ criticalKw: 5, essentialKw: 1 }, conditions);
    expect(flows['critical']).toBe(5);
    running.keep();
    expect(unit.start(running.save()).save()).toEqual({ v: 1 });
    expect(powerChain.revive(null)).toBeUndefined();
  });
});

describe('bad sections', () => {
  it('complains of a transformer below the rating', () => {
    expect(specOf({ rated: '1 MW', transformer: '800 kW' }).complaints).toMatchObject([{ path: ['transformer'] }]);
    expect(specOf({ rated: '1 MW' }).complaints).toEqual([]);
  });
  it.each([
    { rated: '0 kW' },
    { rated: '1000' },
    {},
    { rated: '1 MW', redundancy: '3N' },
    { rated: '1 MW', ups: 'magic' },
    { rated: '1 MW', modules: 0 },
    { rated: '1 MW', distribution_loss: '100 %' },
    { rated: '1 MW', ups_loss: { fixed: -1, linear: 0, square: 0 } },
    { rated: '1 MW', ups_loss: { fixed: 0.01 } },
    { rated: '1 MW', life: '0 y' },
    { rated: '1 MW', colour: 'red' },
  ])('refuses %j', (section) => {
    expect(powerChain.file.safeParse(section).success).toBe(false);
  });
});

describe('lighting', () => {
  it('is drawn at any load, and its heat stays in the hall', () => {
    const dark = run({ rated: '1 MW' }, 500, 50);
    const lit = run({ rated: '1 MW', lighting: '0.18 %' }, 500, 50);
    expect(lit.flows['air']! - dark.flows['air']!).toBeCloseTo(1.8, 9);
    expect(dark.flows['mv']! - lit.flows['mv']!).toBeGreaterThan(1.8);
    expect(dark.flows['mv']! - lit.flows['mv']!).toBeLessThan(1.83);
  });
});

describe('formulas', () => {
  it('refuse what is outside', () => {
    expect(() => evaluate(FORMULAS[4]!, { node: -1 })).toThrow(/domain/);
  });
});
