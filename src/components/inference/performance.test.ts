import { describe, expect, it } from 'vitest';
import { slotsOf } from './blend.ts';
import { CONTEXT, profile } from './fixtures/deployment.ts';
import { mixOf } from './mix.ts';
import { operate } from './operating.ts';
import { computeTflops, prefillS, promptTokenS, replicaOf, stepOf, touchedBytes } from './performance.ts';
import { serviceLoad } from './service.ts';

const h100 = CONTEXT.catalog.accelerators.get('nvidia-h100-sxm-80gb')!;
const a100 = CONTEXT.catalog.accelerators.get('nvidia-a100-sxm-80gb')!;
const llama = CONTEXT.catalog.models.get('llama-3.1-8b-instruct')!;
const qwenMoe = CONTEXT.catalog.models.get('qwen3-30b-a3b')!;

const options = { format: 'fp16', kvFormat: 'fp16', accelerators: 1, memoryUse: 0.9, maxBatch: 256 } as const;

describe('roofline', () => {
  it('reads the weights once for a single sequence: 16.06 GB at 0.7 of 3.35 TB/s', () => {
    const step = stepOf(replicaOf(h100, llama, options), 1, 0, 0, 0);
    expect(step.memoryS).toBeCloseTo(16.06e9 / (0.7 * 3.35e12), 9);
    expect(step.stepS).toBeCloseTo(step.memoryS + 0.004, 9);
  });

  it('reads KV of every sequence beside them: 131,072 bytes per token', () => {
    const replica = replicaOf(h100, llama, options);
    const more = stepOf(replica, 8, 8 * 1000, 0, 0).memoryS - stepOf(replica, 8, 0, 0, 0).memoryS;
    expect(more).toBeCloseTo((8000 * 131_072) / (0.7 * 3.35e12), 9);
  });

  it('halves KV bytes with an 8-bit cache', () => {
    expect(replicaOf(h100, llama, { ...options, kvFormat: 'fp8' }).kvBytesPerToken).toBe(65_536);
  });

  it('computes a long prompt at 0.4 of the peak, attention included', () => {
    const replica = replicaOf(h100, llama, options);
    const flops = 0.4 * 989.4e12;
    expect(promptTokenS(replica, 0)).toBeCloseTo((2 * 8.03e9) / flops, 12);
    expect(promptTokenS(replica, 8000) - promptTokenS(replica, 0)).toBeCloseTo((2 * 32 * 32 * 128 * 8000) / flops, 12);
    expect(prefillS(replica, 4, 1000)).toBeGreaterThan(4000 * promptTokenS(replica, 1000));
  });

  it('runs a format that the chip lacks at its 16-bit rate, with fewer bytes', () => {
    expect(computeTflops(a100, 'fp8')).toBe(312);
    expect(computeTflops(h100, 'fp8')).toBe(1979);
    const plain = replicaOf(a100, llama, options);
    const packed = replicaOf(a100, llama, { ...options, format: 'fp8' });
    expect(packed.tokenS).toBe(plain.tokenS);
    expect(packed.sharedBytes).toBe(plain.sharedBytes / 2);
  });

  it('reads only the experts that tokens use', () => {
    const replica = replicaOf(h100, qwenMoe, options);
    const one = touchedBytes(replica, 1);
    expect(one).toBeCloseTo((qwenMoe.totalParamsB - 28.99) * 2e9 + 28.99 * 2e9 * (8 / 128), -6);
    expect(one / 2e9).toBeCloseTo(qwenMoe.activeParamsB, 0);
    expect(touchedBytes(replica, 200)).toBeGreaterThan(0.99 * (replica.sharedBytes + replica.expertBytes));
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
