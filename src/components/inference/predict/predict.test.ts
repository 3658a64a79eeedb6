import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../catalog/load.ts';
import { powerTierOf, TIERS } from './calibration.ts';
import { shippedCalibration } from './calibrationFile.ts';
import { servedPoint } from './point.ts';
import { Predictor } from './predict.ts';

const { accelerators, models } = loadCatalog();
const pointOf = (chip: string) =>
  servedPoint(
    {
      chip: accelerators.get(chip)!,
      model: models.get('llama-3.1-70b-instruct')!,
      format: 'fp16',
      engine: 'vllm',
      devices: 4,
      inputTokens: 1000,
      outputTokens: 200,
    },
    64,
  );

describe('power', () => {
  it('of other makers never counts as measured', () => {
    const [amd, nvidia] = [pointOf('amd-mi300x'), pointOf('nvidia-h100-sxm-80gb')];
    expect(TIERS.map((tier) => powerTierOf(tier, nvidia))).toEqual([...TIERS]);
    expect(TIERS.map((tier) => powerTierOf(tier, amd))).toEqual(['chip', 'neither', 'chip', 'neither']);
  });

  it('of a chip that was measured is surer than that of the same chip without its measurements', () => {
    const calibration = shippedCalibration();
    const width = (of: typeof calibration) => {
      const { powerW } = new Predictor(of).predict(pointOf('nvidia-h100-sxm-80gb'));
      return powerW!.high / powerW!.low;
    };
    expect(width(calibration)).toBeLessThan(width({ ...calibration, chips: [], counts: [] }));
  });

  it('of other makers has an interval that no measured speed of the chip makes narrower', () => {
    const calibration = shippedCalibration();
    for (const basis of ['calibrated', 'specification'] as const) {
      const width = (chip: string, chips: readonly string[]) => {
        const { powerW, throughput } = new Predictor({ ...calibration, chips }, basis).predict(pointOf(chip));
        return { power: powerW!.high / powerW!.low, speed: throughput.high / throughput.low };
      };
      const known = width('amd-mi300x', calibration.chips);
      const unknown = width('amd-mi300x', []);
      expect(known.power).toBeCloseTo(unknown.power, 9);
      // Data sheets know the speed of no chip better than that of another.
      if (basis === 'calibrated') expect(known.speed).toBeLessThan(unknown.speed);
      else expect(known.speed).toBe(unknown.speed);
      const own = 'nvidia-h100-sxm-80gb';
      expect(width(own, calibration.chips).power).toBeLessThanOrEqual(width(own, []).power);
    }
  });
});
