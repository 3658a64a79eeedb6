import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corrected } from './correction.ts';
import { CONTEXT, conditions, deployment, profile } from './fixtures/deployment.ts';
import { inference } from './index.ts';
import { promptTokenS, type Replica, stepOf } from './performance.ts';
import { readCalibration, SHIPPED_FILE, shippedPredictor, writeCalibration } from './predict/calibrationFile.ts';
import { servedPoint } from './predict/point.ts';

const CHAT = profile('chat', 1155, 211);
const H100 = { model: 'llama-3.1-70b-instruct', precision: 'fp8', tensor_parallel: 4 };
const MI300 = { ...H100, accelerator: 'amd-mi300x' };
const served = (says: Record<string, unknown>) => inference.serve(deployment(says).spec, [CHAT]);

/** Output tokens/s of a replica whose batch is always full of requests of the mean lengths. */
function continuous(replica: Replica, batch: number): number {
  const prompts = (batch * 1155) / 211;
  return batch / stepOf(replica, batch, batch * (1155 + 211 / 2), prompts, promptTokenS(replica, 1155)).stepS;
}

describe('what measurements add to a deployment', () => {
  it('makes every part of a step as much faster', () => {
    const { roofline } = deployment(H100).spec;
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        fc.integer({ min: 0, max: 256 }),
        fc.integer({ min: 0, max: 2048 }),
        (speed, batch, prompts) => {
          const at = (replica: Replica) =>
            stepOf(replica, batch, 1000 * batch, prompts, promptTokenS(replica, prompts));
          const [before, after] = [at(roofline), at(corrected(roofline, { speed, draw: 1 }))];
          for (const part of ['stepS', 'memoryS', 'computeS', 'linkS'] as const) {
            expect(after[part] * speed).toBeCloseTo(before[part], 9);
          }
        },
      ),
    );
  });

  it('lets a simulation say what a prediction says', () => {
    for (const says of [
      H100,
      MI300,
      { ...H100, runtime: 'sglang' },
      { model: 'qwen3-32b', accelerator: 'nvidia-l40s', tensor_parallel: 4 },
    ]) {
      const spec = served(says);
      const { accelerator: chip, model, format, engine } = spec;
      const serving = { chip, model, format, engine, devices: 4, inputTokens: 1155, outputTokens: 211 };
      const ratios = [32, 128, 256].map((batch) => {
        const { throughput } = shippedPredictor('calibrated').predict(servedPoint(serving, batch));
        return continuous(spec.replica, batch) / throughput.value;
      });
      for (const ratio of ratios) expect(Math.abs(Math.log(ratio))).toBeLessThan(Math.log(1.25));
      const { speedBand, drawBand } = spec.correction;
      for (const band of [speedBand!, drawBand!]) {
        expect(band.low).toBeLessThan(1);
        expect(band.high).toBeGreaterThan(1);
      }
    }
  });

  it('says whose power was never measured, and is less sure of what nobody measured', () => {
    const [known, other] = [served(H100).correction, served(MI300).correction];
    expect(known.about).toContain('chip and model measured');
    expect(known.about).not.toContain('NVIDIA');
    expect(other.about).toContain('power as of NVIDIA chips');
    const unknown = served({ ...H100, accelerator: 'nvidia-b100' }).correction;
    expect(unknown.speedBand!.high).toBeGreaterThan(known.speedBand!.high);
  });

  it('is none with data sheets alone, as told with factors of your own, and none while nothing is served', () => {
    const bare = served({ ...H100, calibration: 'none' });
    for (const [name, value] of Object.entries(bare.roofline)) {
      const own = bare.replica[name as keyof typeof bare.replica];
      if (typeof value === 'number' && Number.isFinite(value)) expect(own, name).toBeCloseTo(value, 12);
      else expect(own, name).toEqual(value);
    }
    expect(bare.correction).toMatchObject({ speed: 1, draw: 1 });
    expect(bare.correction.speedBand!.high).toBeGreaterThan(1);
    const own = served({ ...H100, calibration: { speed: 1.25, power: 0.8, source: 'own run, May 2026' } });
    expect(continuous(own.replica, 64) / continuous(own.roofline, 64)).toBeCloseTo(1.25, 9);
    expect(own.correction).toEqual({
      speed: 1.25,
      draw: 0.8,
      about: 'as the site file says (own run, May 2026): speed x 1.25, power x 0.8',
    });
    expect(inference.serve(deployment(H100).spec, []).correction.speed).toBe(1);
    // Serving anew starts from the data sheets again.
    expect(inference.serve(own, [CHAT]).replica).toEqual(own.replica);
  });

  it('comes from a file of calibrate, or says what is wrong with it', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'joulewright-'));
    try {
      writeCalibration(path.join(folder, 'mine.json'), readCalibration(SHIPPED_FILE));
      const context = { ...CONTEXT, folder };
      const { spec, complaints } = deployment({ ...H100, calibration: 'mine.json' }, context);
      expect(complaints).toEqual([]);
      expect(inference.serve(spec, [CHAT]).correction.speed).toBeCloseTo(served(H100).correction.speed, 3);
      const [wrong] = deployment({ ...H100, calibration: 'shiped' }, context).complaints;
      expect(wrong).toMatchObject({ path: ['calibration'], message: expect.stringContaining('shiped') });
      expect(wrong!.hint).toContain('did you mean shipped?');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reaches the power of a step', () => {
    const kw = (power: number) => {
      const spec = served({ ...H100, calibration: { speed: 1, power, source: 'a test' } });
      const offers = [{ service: 'chat', requestsPerS: 40, batchPerS: 0 }];
      const set = { replicas: 16, offers, limitKw: Number.POSITIVE_INFINITY };
      const { flows } = inference.step(spec, inference.initial(spec), set, conditions());
      return -flows['power']!;
    };
    // Idle power and a part of the hosts' do not follow, so power changes by less than the factor.
    for (const factor of [0.8, 1.1]) {
      const ratio = kw(factor) / kw(1);
      expect(Math.abs(Math.log(ratio))).toBeGreaterThan(0.01);
      expect(Math.sign(Math.log(ratio))).toBe(Math.sign(Math.log(factor)));
    }
  });
});
