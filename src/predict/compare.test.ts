import { describe, expect, it } from 'vitest';
import { modelNamed, need } from '../catalog/choose.ts';
import { loadCatalog } from '../catalog/load.ts';
import { Predictor } from '../components/inference/predict/predict.ts';
import { shippedCalibration } from './calibrationFile.ts';
import { type CompareOptions, compare } from './compare.ts';

const catalog = loadCatalog();
const predictor = new Predictor(shippedCalibration());
const LLAMA8 = need(modelNamed(catalog, 'llama-3.1-8b-instruct'));
const LLAMA70 = need(modelNamed(catalog, 'llama-3.1-70b-instruct'));
const chips = (...ids: string[]) => ids.map((id) => catalog.acceleratorRows.get(id)!);
const H100 = 'nvidia-h100-sxm-80gb';
const MI300 = 'amd-mi300x';
const RTX = 'nvidia-rtx-4090';

const ask = (more: Partial<CompareOptions> = {}): CompareOptions => ({
  rows: chips(H100, MI300, RTX),
  model: LLAMA8,
  service: { inputTokens: 1155, outputTokens: 211, ttftS: 2, tpotS: 0.1 },
  maxDevices: 8,
  sort: 'tokens-per-joule',
  priceUsd: new Map(),
  costs: { chargePerYear: 0.24, usdPerKwh: 0.083, utilisation: 1, overhead: 1 },
  ...more,
});
const of = (options: CompareOptions, id: string) => compare(predictor, options).ranked.find((c) => c.chip.id === id)!;

describe('compare', () => {
  it('orders chips by what is asked, with intervals around their values', () => {
    const { ranked } = compare(predictor, ask());
    expect(ranked).toHaveLength(3);
    const tokensPerJoule = ranked.map((c) => c.tokensPerJoule.value);
    expect(tokensPerJoule).toEqual(tokensPerJoule.toSorted((a, b) => b - a));
    const costs = compare(predictor, ask({ sort: 'lcot' })).ranked.map((c) => c.lcotUsd.value);
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
    for (const { tokensPerJoule, lcotUsd, tokensPerS, wattsPerDevice, chip } of ranked) {
      for (const { low, value, high } of [tokensPerJoule, lcotUsd, tokensPerS]) {
        expect(low).toBeLessThan(value);
        expect(value).toBeLessThan(high);
      }
      expect(wattsPerDevice.value).toBeLessThanOrEqual(chip.tdpW * 1.05);
    }
  });

  it('keeps the latencies, and says what binds', () => {
    const loose = of(ask(), H100);
    expect(loose.tpotS.value).toBeLessThanOrEqual(0.1);
    expect(loose.ttftS.value).toBeLessThanOrEqual(2);
    const tight = of(ask({ service: { ...ask().service, tpotS: 0.012 }, maxDevices: 1 }), H100);
    expect(tight.bound).toBe('TPOT');
    expect(tight.tpotS.value).toBeLessThanOrEqual(0.012);
    expect(tight.batch).toBeLessThan(loose.batch);
    const { excluded } = compare(predictor, ask({ service: { ...ask().service, tpotS: 1e-4 } }));
    expect(excluded.map((e) => e.reason)).toEqual(Array(3).fill(expect.stringMatching(/^TPOT is .* single request/)));
  });

  it('takes as many devices as hold the model, or says what is lacking', () => {
    const options = ask({ model: LLAMA70, format: 'fp16', maxDevices: 2 });
    const { ranked, excluded } = compare(predictor, options);
    // 141 GB of weights: one chip of 192 GB, never two of 24 GB; two of 80 GB lose more to the engine than they have left.
    expect(ranked.find((c) => c.chip.id === MI300)!.devices).toBeLessThanOrEqual(2);
    expect(excluded.find((e) => e.id === RTX)).toMatchObject({
      kind: 'unfit',
      reason: expect.stringMatching(
        /^2 x 24 GB leave 34.9 GB beside the engine; fp16 weights and one request take 142 GB/,
      ),
    });
  });

  it('says that heads cannot be divided', () => {
    const odd = { ...LLAMA70, heads: 63 };
    const { excluded } = compare(predictor, ask({ model: odd, rows: chips(H100), format: 'fp16' }));
    expect(excluded[0]!.reason).toMatch(/needs 4 devices, which do not divide the 63 heads/);
  });

  it('says what nobody published', () => {
    const row = { ...catalog.acceleratorRows.get(H100)!, id: 'x', tdpW: undefined };
    const { tdpW: _, ...bare } = row;
    const { excluded } = compare(predictor, ask({ rows: [bare] }));
    expect(excluded).toEqual([{ id: 'x', kind: 'unusable', reason: 'nobody published its board power' }]);
  });

  it('marks formats that a chip unpacks', () => {
    const a100 = chips('nvidia-a100-sxm-80gb');
    expect(compare(predictor, ask({ rows: a100 })).ranked[0]).toMatchObject({ format: 'fp16', native: true });
    expect(compare(predictor, ask({ rows: a100, format: 'fp8' })).ranked[0]).toMatchObject({ native: false });
    expect(of(ask(), H100)).toMatchObject({ format: 'fp8', native: true });
  });

  it('counts replicas within a limit of power at their board power limits', () => {
    const c = of(ask({ maxPowerKw: 10, costs: { ...ask().costs, overhead: 1.25 } }), H100);
    expect(c.replicas).toBe(Math.floor(10_000 / (700 * 1.25 * c.devices)));
    expect(c.totalTokensPerS).toBeCloseTo(c.replicas! * c.tokensPerS.value, 6);
    const { excluded } = compare(predictor, ask({ rows: chips(H100), maxPowerKw: 0.5 }));
    expect(excluded[0]!.reason).toBe('1 x 700 W need 0.7 kW');
  });

  it('costs energy and the chip over its tokens', () => {
    const costs = { chargePerYear: 0.2, usdPerKwh: 0.1, utilisation: 0.5, overhead: 1.2 };
    const c = of(ask({ costs, priceUsd: new Map([[H100, 20_000]]), maxDevices: 1 }), H100);
    const perToken = (20_000 * 0.2) / (8760 * 3600) / (0.5 * c.tokensPerS.value);
    const usdPerJoule = (0.1 * 1.2) / 3.6e6;
    const idle = (0.5 * (c.chip.idleW ?? 0.13 * 700) * usdPerJoule) / (0.5 * c.tokensPerS.value);
    expect(c.lcotUsd.value / (1e6 * (perToken + idle + usdPerJoule / c.tokensPerJoule.value))).toBeCloseTo(1, 9);
  });

  it('puts a chip without a price behind those with one, by cost', () => {
    const { ranked } = compare(predictor, ask({ rows: chips('nvidia-h200-sxm', H100), sort: 'lcot' }));
    expect(ranked.map((c) => [c.chip.id, c.priced])).toEqual([
      [H100, true],
      ['nvidia-h200-sxm', false],
    ]);
  });
});
