import { describe, expect, it } from 'vitest';
import { modelNamed, need } from '../catalog/choose.ts';
import { loadCatalog } from '../catalog/load.ts';
import { shippedCalibration } from '../components/inference/predict/calibrationFile.ts';
import { Predictor } from '../components/inference/predict/predict.ts';
import { type CompareOptions, compare } from './compare.ts';
import { lcot } from './compareCost.ts';

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
  engine: 'vllm',
  nativeOnly: false,
  maxDevices: 8,
  maxBatch: 256,
  sort: 'tokens-per-joule',
  rank: 'low',
  priceUsd: new Map(),
  costs: { chargePerYear: 0.24, usdPerKwh: 0.083, utilisation: 1, overhead: 1 },
  ...more,
});
const of = (options: CompareOptions, id: string) => compare(predictor, options).ranked.find((c) => c.chip.id === id)!;

describe('compare', () => {
  it('orders chips by what is asked, with intervals around their values', () => {
    const { ranked } = compare(predictor, ask());
    expect(ranked).toHaveLength(3);
    const worst = ranked.map((c) => c.tokensPerJoule.low);
    expect(worst).toEqual(worst.toSorted((a, b) => b - a));
    const values = compare(predictor, ask({ rank: 'mid' })).ranked.map((c) => c.tokensPerJoule.value);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    const costs = compare(predictor, ask({ sort: 'lcot' })).ranked.map((c) => c.lcotUsd.high);
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
    for (const { tokensPerJoule, lcotUsd, tokensPerS, wattsPerDevice, chip } of ranked) {
      for (const { low, value, high } of [tokensPerJoule, lcotUsd, tokensPerS]) {
        expect(low).toBeLessThan(value);
        expect(value).toBeLessThan(high);
      }
      expect(wattsPerDevice.value).toBeLessThanOrEqual(chip.tdpW * 1.05);
    }
  });

  it('lets no chip lead because little is known of it', () => {
    const rows = [...catalog.acceleratorRows.values()];
    const cautious = compare(predictor, ask({ rows })).ranked;
    const bold = compare(predictor, ask({ rows, rank: 'mid' })).ranked;
    const width = (ranked: typeof bold) =>
      ranked.slice(0, 10).reduce((sum, { tokensPerJoule: j }) => sum + Math.log(j.high / j.low), 0);
    expect(width(cautious)).toBeLessThan(width(bold));
    const [first] = cautious;
    for (const c of cautious) expect(c.tiesFirst).toBe(c.tokensPerJoule.high >= first!.tokensPerJoule.low);
    const ties = cautious.filter((c) => c.tiesFirst).length;
    expect(ties).toBeGreaterThan(1);
    expect(ties).toBeLessThan(cautious.length);
  });

  it('tells every batch: what its time goes to, how full the memory is', () => {
    const c = of(ask({ maxBatch: 100 }), H100);
    expect(c.loads.map((load) => load.batch)).toEqual([1, 2, 4, 8, 16, 32, 64, 100]);
    for (const { parts, kvShare } of c.loads) {
      const shares = Object.values(parts);
      expect(shares.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 9);
      for (const share of [...shares, kvShare]) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }
      if (c.devices === 1) expect(parts.link).toBeCloseTo(0, 9);
    }
    const [first, last] = [c.loads[0]!, c.loads.at(-1)!];
    expect(last.parts.compute).toBeGreaterThan(first.parts.compute);
    expect(last.joulesPerToken.value).toBeLessThan(first.joulesPerToken.value);
    expect(of(ask({ model: LLAMA70 }), H100).loads[0]!.parts.link).toBeGreaterThan(0);
  });

  it('says whose power was never measured, and where an engine does not run', () => {
    expect(compare(predictor, ask()).ranked.map((c) => [c.chip.vendor, c.powerInferred])).toEqual(
      expect.arrayContaining([
        ['AMD', true],
        ['NVIDIA', false],
      ]),
    );
    const { ranked, excluded } = compare(predictor, ask({ engine: 'tensorrt-llm' }));
    expect(ranked.map((c) => c.chip.id).sort()).toEqual([H100, RTX]);
    expect(excluded).toEqual([{ id: MI300, kind: 'unfit', reason: 'tensorrt-llm runs on NVIDIA chips only' }]);
    const speeds = (['vllm', 'vllm-2023', 'sglang'] as const).map(
      (engine) => of(ask({ engine }), H100).tokensPerS.value,
    );
    expect(new Set(speeds).size).toBe(3);
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
    const tiny = { ...catalog.acceleratorRows.get(H100)!, id: 'y', memoryGb: 0.23 };
    expect(compare(predictor, ask({ rows: [tiny] })).excluded[0]!.reason).toBe(
      'its 0.23 GB of memory hold no model beside what an engine keeps',
    );
  });

  it('marks formats that a chip unpacks', () => {
    const a100 = chips('nvidia-a100-sxm-80gb');
    expect(compare(predictor, ask({ rows: a100 })).ranked[0]).toMatchObject({ format: 'fp16', native: true });
    expect(compare(predictor, ask({ rows: a100, format: 'fp8' })).ranked[0]).toMatchObject({ native: false });
    expect(of(ask(), H100)).toMatchObject({ format: 'fp8', native: true });
    expect(compare(predictor, ask({ rows: a100, format: 'fp8', nativeOnly: true })).excluded).toEqual([
      { id: 'nvidia-a100-sxm-80gb', kind: 'unfit', reason: 'does not compute in fp8 itself' },
    ]);
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

  it('has a cost as sure as speed and power are: neither error counts for what the other does', () => {
    const chip = catalog.accelerators.get(H100)!;
    const sure = (value: number) => ({ value, low: value, high: value });
    const about = (value: number, factor: number) => ({ value, low: value / factor, high: value * factor });
    const costs = { chipUsd: 0, chargePerYear: 0.2, usdPerKwh: 0.1, utilisation: 1, overhead: 1 };
    const factors = ({ value, low, high }: { value: number; low: number; high: number }) => [value / low, high / value];
    // Energy alone: the errors of speed and power add up in quadrature.
    const both = Math.exp(Math.hypot(Math.log(2), Math.log(1.5)));
    for (const factor of factors(lcot(chip, about(100, 2), about(300, 1.5), costs)))
      expect(factor).toBeCloseTo(both, 9);
    for (const factor of factors(lcot(chip, about(100, 2), sure(300), costs))) expect(factor).toBeCloseTo(2, 9);
    // A dear chip: the power hardly matters.
    const dear = factors(lcot(chip, about(100, 2), about(300, 1.5), { ...costs, chipUsd: 1e6 }));
    for (const factor of dear) expect(factor).toBeCloseTo(2, 2);
    expect(lcot(chip, about(100, 2), about(300, 2), { ...costs, usdPerKwh: 0 })).toEqual(sure(0));
  });

  it('puts a chip without a price behind those with one, by cost', () => {
    const { ranked } = compare(predictor, ask({ rows: chips('nvidia-h200-sxm', H100), sort: 'lcot' }));
    expect(ranked.map((c) => [c.chip.id, c.priced])).toEqual([
      [H100, true],
      ['nvidia-h200-sxm', false],
    ]);
  });
});
