import { describe, expect, it } from 'vitest';
import type { Model } from '../../catalog/catalog.ts';
import { slotsOf } from './blend.ts';
import type { Engine } from './engine.ts';
import { CONTEXT, profile } from './fixtures/deployment.ts';
import { mixOf } from './mix.ts';
import { operate } from './operating.ts';
import { computeTflops, prefillS, promptTokenS, replicaOf, stepOf, touchedBytes } from './performance.ts';
import { serviceLoad } from './service.ts';

const h100 = CONTEXT.catalog.accelerators.get('nvidia-h100-sxm-80gb')!;
const a100 = CONTEXT.catalog.accelerators.get('nvidia-a100-sxm-80gb')!;
const llama = CONTEXT.catalog.models.get('llama-3.1-8b-instruct')!;
const deepseek = CONTEXT.catalog.models.get('deepseek-v3')!;
const qwenMoe = CONTEXT.catalog.models.get('qwen3-30b-a3b')!;

/** Round figures, so that a reader can check by hand. */
const engine: Engine = {
  memoryShare: 0.8,
  computeShare: 0.5,
  attentionShare: 0.4,
  routingShare: 1,
  expertShare: 1,
  linkShare: 0.5,
  stepS: 0.002,
  layerS: 1e-5,
  expertLayerS: 0,
  reduceS: 1e-5,
  tokenS: 0,
  halfTokens: 10,
  serialShare: 0.5,
};
const options = {
  format: 'fp16',
  kvFormat: 'fp16',
  accelerators: 1,
  memoryUse: 0.9,
  maxBatch: 256,
  engine,
} as const;

describe('roofline', () => {
  it('reads the weights once for a single sequence, less the embeddings that are only looked up', () => {
    const step = stepOf(replicaOf(h100, llama, options), 1, 0, 0, 0);
    const lookedUp = 128_256 * 4096 * 2;
    expect(step.memoryS).toBeCloseTo((8.03e9 * 2 - lookedUp) / (0.8 * 3.35e12), 6);
    expect(step.computeS).toBeCloseTo((11 * 2 * 8.03e9) / (0.5 * 989.4e12), 6);
    expect(step.stepS).toBeCloseTo(step.memoryS + 0.5 * step.computeS + 0.002 + 32e-5, 9);
  });

  it('reads KV of every sequence beside them: 131,072 bytes per token', () => {
    const replica = replicaOf(h100, llama, options);
    const more = stepOf(replica, 8, 8 * 1000, 0, 0).memoryS - stepOf(replica, 8, 0, 0, 0).memoryS;
    expect(more).toBeCloseTo((8000 * 131_072) / (0.8 * 3.35e12), 9);
  });

  it('halves KV bytes with an 8-bit cache', () => {
    expect(replicaOf(h100, llama, { ...options, kvFormat: 'fp8' }).kvBytesPerToken).toBe(65_536);
  });

  it('holds KV heads that cannot be divided twice, and a latent cache on every device', () => {
    const split = (model: Model, tensorParallel: number, dataParallel: number) =>
      replicaOf(h100, model, { ...options, accelerators: 16, tensorParallel, dataParallel }).kvBytesPerToken;
    expect(split(llama, 8, 1)).toBe(131_072);
    expect(split(llama, 16, 1)).toBe(2 * 131_072);
    expect(split(deepseek, 16, 1)).toBe(16 * deepseek.kvBytesPerToken);
    expect(split(deepseek, 1, 16)).toBe(deepseek.kvBytesPerToken);
  });

  it('computes a long prompt at half of the peak, attention included', () => {
    const replica = replicaOf(h100, llama, options);
    expect(promptTokenS(replica, 0)).toBeCloseTo((2 * 8.03e9) / (0.5 * 989.4e12), 9);
    const attention = (2 * 32 * 32 * 128 * 8000) / (0.4 * 989.4e12);
    expect(promptTokenS(replica, 8000) - promptTokenS(replica, 0)).toBeCloseTo(attention, 12);
    expect(prefillS(replica, 4, 1000)).toBeGreaterThan(4000 * promptTokenS(replica, 1000));
  });

  it('runs a format that the chip lacks at its 16-bit rate, with fewer bytes; four-bit integers always', () => {
    expect(computeTflops(a100, 'fp8')).toBe(312);
    expect(computeTflops(h100, 'fp8')).toBe(1979);
    expect(computeTflops({ ...h100, tflops: { fp16: 989, int4: 4000 } }, 'int4')).toBe(989);
    const plain = replicaOf(a100, llama, options);
    const packed = replicaOf(a100, llama, { ...options, format: 'fp8' });
    expect(packed.tokenS).toBe(plain.tokenS);
    expect(packed.weightBytes).toBe(plain.weightBytes / 2);
    expect(packed.sharedBytes).toBeLessThan(0.54 * plain.sharedBytes);
  });

  it('reads only the experts that tokens use, fewer when tokens choose alike', () => {
    const replica = replicaOf(h100, qwenMoe, options);
    const read = touchedBytes(replica, 1) - replica.sharedBytes;
    expect(read / replica.expertBytes).toBeCloseTo(8 / 128, 9);
    expect(touchedBytes(replica, 200)).toBeGreaterThan(0.99 * (replica.sharedBytes + replica.expertBytes));
    const alike = replicaOf(h100, qwenMoe, { ...options, engine: { ...engine, routingShare: 0.3 } });
    expect(touchedBytes(alike, 8)).toBeLessThan(0.7 * touchedBytes(replica, 8));
  });

  it('leaves stages of a pipeline idle when there are fewer tokens than stages', () => {
    const staged = replicaOf(h100, llama, { ...options, accelerators: 4, tensorParallel: 1, pipelineParallel: 4 });
    const one = replicaOf(h100, llama, options);
    expect(stepOf(staged, 1, 0, 0, 0).memoryS).toBeCloseTo(stepOf(one, 1, 0, 0, 0).memoryS, 9);
    expect(stepOf(staged, 8, 0, 0, 0).memoryS).toBeCloseTo(stepOf(one, 8, 0, 0, 0).memoryS / 4, 9);
  });

  it('spreads over devices: memory time falls, all-reduce appears', () => {
    const one = stepOf(replicaOf(h100, llama, options), 1, 0, 0, 0);
    const four = stepOf(replicaOf(h100, llama, { ...options, accelerators: 4 }), 1, 0, 0, 0);
    expect(four.memoryS).toBeCloseTo(one.memoryS / 4, 12);
    expect(four.linkS).toBeGreaterThan(0);
    expect(four.stepS).toBeLessThan(one.stepS);
  });
});

describe('operating point', () => {
  const replica = replicaOf(h100, llama, options);
  const load = serviceLoad(replica, profile('chat', 1000, 300));
  const at = (rate: number) => operate(replica, mixOf([load], [rate]));
  const most = load.capacityPerS;

  it('keeps to the room: 80 GB x 0.9 less reserve and weights', () => {
    expect(replica.kvRoomBytes).toBeCloseTo(72e9 - 3.87 * 2 ** 30 - 16.06e9, 0);
    expect(slotsOf(replica, mixOf([load], [1]))).toBe(256);
    const long = serviceLoad(replica, profile('long', 60_000, 1000));
    expect(slotsOf(replica, mixOf([long], [1]))).toBeCloseTo(replica.kvRoomBytes / (long.contextTokens * 131_072), 9);
  });

  it('has a capacity that falls smoothly with the length of prompts, also where steps are just full', () => {
    const capacity = (input: number) => serviceLoad(replica, profile('chat', input, 169)).capacityPerS;
    for (let input = 1000; input < 1200; input++) {
      const ratio = capacity(input + 1) / capacity(input);
      expect(ratio).toBeLessThan(1);
      expect(ratio).toBeGreaterThan(0.998);
    }
  });

  it("obeys Little's law at every load", () => {
    for (const share of [0.001, 0.1, 0.5, 0.9, 0.999]) {
      const point = at(share * most);
      const decoding = share * most * (load.outputTokens - 1) * point.stepS;
      expect(point.batch * point.busyShare * (1 - point.aloneTime)).toBeCloseTo(decoding, 6);
      expect(point.inService).toBeGreaterThan(decoding);
      expect(point.utilisation).toBeCloseTo(share, 9);
    }
    expect(at(most).batch).toBeCloseTo(256, 2);
  });

  it('runs single sequences and mostly rests at a trickle', () => {
    const point = at(0.001);
    expect(point.batch).toBeCloseTo(1, 2);
    const prompt = 0.001 * point.alone.stepS;
    expect(point.busyShare).toBeCloseTo(prompt + 0.001 * (load.outputTokens - 1) * point.stepS, 4);
  });

  it('does nothing with nothing', () => {
    expect(at(0)).toMatchObject({ inService: 0, busyShare: 0, utilisation: 0 });
  });
});
