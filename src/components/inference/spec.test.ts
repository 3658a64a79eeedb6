import { describe, expect, it } from 'vitest';
import { deployment } from './fixtures/deployment.ts';
import { inference } from './index.ts';

const OWN_CHIP = {
  name: 'own-card',
  memory: '64 GB',
  bandwidth: '1.6 TB/s',
  fp16: '313 TFLOP/s',
  tdp: '364 W',
  source: 'FlagPerf, measured',
};
const OWN_MODEL = {
  name: 'own-moe',
  parameters: 30.5,
  active_parameters: 3.35,
  layers: 48,
  hidden: 2048,
  heads: 32,
  kv_heads: 4,
  head_dim: 128,
  context: 40_960,
  experts: 128,
  experts_active: 8,
  expert_parameters: 29,
  source: 'our own configuration',
};

const rejects = (says: Record<string, unknown>) => {
  const result = inference.file.safeParse({
    model: 'qwen3-8b',
    accelerator: 'nvidia-l4',
    replicas: 1,
    ...says,
  });
  return result.success ? [] : result.error.issues.map((issue) => issue.path.join('.'));
};

describe('a deployment section', () => {
  it('resolves names and defaults', () => {
    const { spec, complaints } = deployment({ replicas: 12, capex: '250000 USD/node' });
    expect(complaints).toEqual([]);
    expect(spec.model.id).toBe('llama-3.1-8b-instruct');
    expect(spec.liquidShare).toBe(0.75);
    expect(spec.bootS).toBe(300);
    expect(spec.power).toMatchObject({ tdpW: 700, hostIdleW: 1000, hostFullW: 1900, networkW: 65 });
    expect(spec.ownership).toMatchObject({ capexMoney: 500_000, lifeYears: 5 });
    expect(inference.installed(spec)).toBe(12);
  });

  it('gives light cards a light host and air', () => {
    const { spec } = deployment({ accelerator: 'nvidia-l4', precision: 'fp8', replicas: 8 });
    expect(spec.liquidShare).toBe(0);
    expect(spec.power.hostIdleW).toBeCloseTo((1000 * 8 * 72) / 3200, 9);
    expect(spec.power.idleW).toBeCloseTo(0.13 * 72, 9);
    expect(deployment({ accelerator: 'nvidia-l4', node_cooling: 'liquid', precision: 'fp8' }).spec.liquidShare).toBe(
      0.75,
    );
  });

  it('takes an own chip and an own model', () => {
    const { spec, complaints } = deployment({ accelerator: OWN_CHIP, model: OWN_MODEL, tensor_parallel: 2 });
    expect(complaints).toEqual([]);
    expect(spec.accelerator).toMatchObject({ memoryGb: 64, bandwidthGbPerS: 1600, tdpW: 364 });
    expect(spec.model).toMatchObject({ kvBytesPerToken: 98_304, moe: { experts: 128, active: 8 } });
  });

  it('offers the nearest known name', () => {
    const { complaints } = deployment({ accelerator: 'nvidia-h10-sxm-80gb', model: 'lama-3.1-8b-instruct' });
    expect(complaints.map((c) => c.path[0])).toEqual(['accelerator', 'model']);
    expect(complaints[0]!.hint).toContain('nvidia-h100-sxm-80gb');
    expect(complaints[1]!.hint).toContain('llama-3.1-8b-instruct');
  });

  it('says how many accelerators a model needs', () => {
    const { complaints } = deployment({ model: 'llama-3.1-70b-instruct', tensor_parallel: 1 });
    expect(complaints).toHaveLength(1);
    expect(complaints[0]!.message).toMatch(/141 GB of weights/);
    expect(complaints[0]!.hint).toMatch(/tensor_parallel to 4/);
    expect(deployment({ model: 'llama-3.1-70b-instruct', tensor_parallel: 4 }).complaints).toEqual([]);
  });

  it('wants a host that draws more at full load than idle', () => {
    const { complaints } = deployment({ host_idle_power: '3 kW' });
    expect(complaints[0]!.path).toEqual(['host_idle_power']);
  });

  it.each([
    [{ replicas: 0 }, 'replicas'],
    [{ replicas: 1.5 }, 'replicas'],
    [{ precision: 'fp32' }, 'precision'],
    [{ boot_time: '5' }, 'boot_time'],
    [{ liquid_share: '120 %' }, 'liquid_share'],
    [{ accelerator: { ...OWN_CHIP, source: undefined } }, 'accelerator'],
    [{ accelerator: { ...OWN_CHIP, idle: '2 kW' } }, 'accelerator'],
    [{ model: { ...OWN_MODEL, experts: undefined } }, 'model'],
    [{ gpus: 8 }, ''],
  ])('refuses %j', (says, key) => {
    expect(rejects(says)).toContain(key);
  });
});
