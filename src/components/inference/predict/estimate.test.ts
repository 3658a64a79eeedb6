import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../catalog/load.ts';
import { pointOf } from '../../../predict/row.ts';
import { engineConstants } from './constants.ts';
import { estimate } from './estimate.ts';

const catalog = loadCatalog();

function of(cells: Record<string, string>) {
  const { point, reason } = pointOf((column) => cells[column] ?? '', catalog);
  if (point === undefined) throw new Error(reason);
  return estimate(point, engineConstants(point.engine));
}

const LENGTHS = { input_tokens: '512', output_tokens: '512', batch: '1', precision: 'fp16' };

describe('the roofline of a point', () => {
  it('has llama.cpp read one device after the other, so that more devices hold more and read no faster', () => {
    const chip = { ...LENGTHS, accelerator: 'nvidia-h100-sxm-80gb', model: 'llama-3.1-8b-instruct' };
    const one = of({ ...chip, engine: 'llama.cpp', count: '1' });
    const four = of({ ...chip, engine: 'llama.cpp', count: '4', tp: '4' });
    expect(four.outputPerS / one.outputPerS).toBeGreaterThan(0.9);
    expect(four.outputPerS / one.outputPerS).toBeLessThan(1.1);
    expect(four.slots).toBeGreaterThan(3 * one.slots);
    const split = of({ ...chip, engine: 'vllm', count: '4', tp: '4' });
    expect(split.outputPerS).toBeGreaterThan(1.5 * of({ ...chip, engine: 'vllm', count: '1' }).outputPerS);
  });

  it('takes the memory of data sheets as GiB: four A100 of 40 serve 70 billion weights of 16 bit, as was measured', () => {
    const tight = { ...LENGTHS, accelerator: 'nvidia-a100-sxm-40gb', model: 'llama-2-70b', engine: 'tensorrt-llm' };
    const { slots, batch } = of({ ...tight, count: '4', tp: '4', batch: '16', mode: 'static batch' });
    expect(slots).toBeGreaterThan(16);
    expect(batch).toBe(16);
  });

  it('spreads requests where latent attention would be split over more devices than a node has', () => {
    const wide = { ...LENGTHS, accelerator: 'nvidia-gb200', model: 'deepseek-v3', engine: 'trtllm', precision: 'fp4' };
    const whole = of({ ...wide, count: '32', tp: '32', batch: '1024' });
    const spread = of({ ...wide, count: '32', tp: '32', dp: '32', batch: '1024' });
    expect(whole.outputPerS).toBeCloseTo(spread.outputPerS, 6);
  });

  it('says how much of the published rates is used', () => {
    const { bandwidthShare, rateShare } = of({
      ...LENGTHS,
      accelerator: 'nvidia-h100-sxm-80gb',
      model: 'llama-3.1-8b-instruct',
      engine: 'vllm',
      count: '1',
    });
    expect(bandwidthShare).toBeGreaterThan(0.2);
    expect(bandwidthShare).toBeLessThan(0.95);
    expect(rateShare).toBeLessThan(0.2);
  });
});
