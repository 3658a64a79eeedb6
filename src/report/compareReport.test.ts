import { describe, expect, it } from 'vitest';
import { modelNamed, need } from '../catalog/choose.ts';
import { loadCatalog } from '../catalog/load.ts';
import { shippedCalibration } from '../components/inference/predict/calibrationFile.ts';
import { Predictor } from '../components/inference/predict/predict.ts';
import { type CompareOptions, compare, type Sort } from '../predict/compare.ts';
import { compareReportHtml } from './compareReport.ts';
import { rankedHead, rankedRow } from './compareText.ts';

const catalog = loadCatalog();
const predictor = new Predictor(shippedCalibration());
const options: CompareOptions = {
  rows: ['nvidia-h100-sxm-80gb', 'amd-mi300x', 'nvidia-t4'].map((id) => catalog.acceleratorRows.get(id)!),
  model: need(modelNamed(catalog, 'llama-3.1-70b-instruct')),
  service: { inputTokens: 1000, outputTokens: 200, ttftS: 2, tpotS: 0.1 },
  engine: 'vllm',
  nativeOnly: false,
  maxDevices: 8,
  maxBatch: 256,
  sort: 'tokens-per-joule',
  rank: 'low',
  priceUsd: new Map(),
  costs: { chargePerYear: 0.24, usdPerKwh: 0.083, utilisation: 1, overhead: 1 },
};
const manifest = {
  program: 'joulewright',
  version: '0',
  createdMs: 0,
  command: 'joulewright compare <x>',
  inputs: [],
  seed: null,
  siteId: null,
  stepMs: null,
  fromMs: null,
  toMs: null,
  policy: null,
  warnings: [],
};
const pageOf = (asked: CompareOptions) => {
  const by = (sort: Sort) => compare(predictor, { ...asked, sort });
  const bySort = { 'tokens-per-joule': by('tokens-per-joule'), lcot: by('lcot'), 'tokens-per-s': by('tokens-per-s') };
  const report = { options: asked, comparison: by(asked.sort), bySort, lengths: 'requests', top: 20, named: true };
  return compareReportHtml(report, manifest);
};

describe('page of a comparison', () => {
  it('has the three rankings, the curves, what binds, and who cannot', () => {
    const page = pageOf(options);
    for (const title of ['By tokens per joule', 'By cost', 'By tokens per second', 'Throughput against latency']) {
      expect(page).toContain(`<h2>${title}</h2>`);
    }
    expect(page).toContain('Joules per token against batch');
    expect(page).toContain('KV memory filled');
    expect(page).toMatch(/<td class="name">nvidia-t4<\/td><td>8 x 16 GB leave/);
    expect(page).toContain('power as of NVIDIA chips: of AMD none was ever measured');
    expect(page).toContain('joulewright compare &lt;x&gt;');
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('stands where no chip can', () => {
    const page = pageOf({ ...options, service: { ...options.service, tpotS: 1e-4 } });
    expect(page).toContain('No chip can serve this');
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('marks power that was inferred, and has a cell for every head', () => {
    const { ranked } = compare(predictor, { ...options, maxPowerKw: 20 });
    for (const [k, c] of ranked.entries()) {
      const row = rankedRow(c, k + 1);
      expect(row).toHaveLength(rankedHead(true).length);
      const watts = row[rankedHead(true).indexOf('W a device')]!;
      expect(watts.endsWith('+')).toBe(c.chip.vendor !== 'NVIDIA');
    }
    expect(ranked.map((c) => c.chip.vendor).sort()).toEqual(['AMD', 'NVIDIA']);
  });
});
