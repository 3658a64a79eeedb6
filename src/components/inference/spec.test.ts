import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import configs from '../../catalog/config/fixtures/configs.json' with { type: 'json' };
import { CONTEXT, deployment } from './fixtures/deployment.ts';
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

  it('is rented by the accelerator hour, or bought and worth something at the end', () => {
    const rented = deployment({ replicas: 12, rent: '2 USD/h', price_escalation: '-10 %' });
    expect(rented.complaints).toEqual([]);
    expect(rented.spec.ownership).toMatchObject({
      capexMoney: 0,
      rentMoneyPerYear: 16 * 2 * 8760,
      priceEscalationShare: -0.1,
      source: 'site file, rent of 16 accelerators',
    });
    const bought = deployment({ replicas: 12, capex: '250000 USD/node', residual: '10 %', value_loss: 'geometric' });
    expect(bought.spec.ownership).toMatchObject({ residualShare: 0.1, fall: 'geometric', idleMonths: 0 });
    expect(rejects({ residual: '95 %' })).toEqual(['residual']);
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

  it('finds a model by its name on the hub', () => {
    expect(deployment({ model: 'Qwen/Qwen3-8B' }).spec.model.id).toBe('qwen3-8b');
    expect(deployment({ model: 'mistral-7b-INSTRUCT-v0.3' }).spec.model.id).toBe('mistral-7b-instruct');
  });

  it('complains about what too little is known of, and says what is missing', () => {
    const said = (says: Record<string, unknown>) => deployment(says).complaints;
    expect(said({ accelerator: 'nvidia-a10g' })[0]).toMatchObject({
      path: ['accelerator'],
      message: 'nvidia-a10g cannot be planned with: it lacks dense 16-bit rate',
      hint: expect.stringContaining('give its figures in place of the name'),
    });
    expect(said({ accelerator: 'cambricon-mlu590' })[0]!.message).toMatch(/lacks .*board power; .* of grade D/);
    expect(said({ model: 'bert-base-cased' })[0]!.message).toMatch(/lacks text output/);
    expect(said({ model: 'llama-3.1-8b-instrct' })[0]!.hint).toMatch(/did you mean llama-3.1-8b-instruct/);
  });

  it('takes windows, latent attention and recurrent layers of an own model', () => {
    const attention = { window: 1024, window_layers: 20, recurrent_layers: 24, state_per_sequence: '50 MB' };
    const { spec, complaints } = deployment({ model: { ...OWN_MODEL, ...attention }, tensor_parallel: 2 });
    expect(complaints).toEqual([]);
    expect(spec.model).toMatchObject({
      kvBytesPerToken: 4 * 2048,
      window: { tokens: 1024, layers: 20, kvBytesPerToken: 20 * 2048 },
      linear: { layers: 24, stateBytes: 5e7 },
    });
    const latent = deployment({ model: { ...OWN_MODEL, latent_rank: 512, latent_rope: 64 }, tensor_parallel: 2 });
    expect(latent.spec.model.kvBytesPerToken).toBe(48 * 576 * 2);
    expect(rejects({ model: { ...OWN_MODEL, window: 1024 } })).toEqual(['model']);
    expect(rejects({ model: { ...OWN_MODEL, ...attention, window_layers: 40 } })).toEqual(['model']);
  });

  it('reads the config.json of a model, and says what is wrong with it', () => {
    const { config } = configs.models.find((m) => m.hub === 'Qwen/Qwen3-VL-4B-Instruct')!;
    const folder = mkdtempSync(path.join(tmpdir(), 'site-'));
    mkdirSync(path.join(folder, 'my-qwen'));
    writeFileSync(path.join(folder, 'my-qwen', 'config.json'), JSON.stringify(config));
    writeFileSync(path.join(folder, 'bad.json'), '{"model_type": "llama"}');
    const at = (config: string) => deployment({ model: { config } }, { ...CONTEXT, folder });
    expect(at('my-qwen/config.json').spec.model).toMatchObject({ id: 'my-qwen', totalParamsB: 4.022, layers: 36 });
    expect(at('bad.json').complaints[0]).toMatchObject({
      path: ['model', 'config'],
      message: expect.stringMatching(/"hidden_size" is missing/),
    });
    expect(at('none.json').complaints[0]!.message).toMatch(/none\.json/);
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

  it('says that heads cannot be divided, and where an engine does not run', () => {
    const odd = { model: 'llama-3.1-70b-instruct', precision: 'fp8', tensor_parallel: 3 };
    const [heads] = deployment(odd).complaints;
    expect(heads).toMatchObject({ path: ['tensor_parallel'], message: expect.stringMatching(/64 heads .* among 3/) });
    expect(heads!.hint).toContain('1, 2, 4, 8');
    expect(deployment({ ...odd, runtime: 'llama.cpp' }).complaints).toEqual([]);
    expect(deployment({ ...odd, model: 'lama' }).complaints.map((c) => c.path)).toEqual([['model']]);
    const amd = { accelerator: 'amd-mi300x', runtime: 'tensorrt-llm' };
    expect(deployment(amd).complaints).toEqual([
      expect.objectContaining({
        path: ['runtime'],
        message: 'tensorrt-llm runs on NVIDIA chips only; amd-mi300x is of AMD',
      }),
    ]);
    expect(deployment({ accelerator: OWN_CHIP, runtime: 'tensorrt-llm' }).complaints).toEqual([]);
  });

  it('wants a host that draws more at full load than idle', () => {
    const { complaints } = deployment({ host_idle_power: '3 kW' });
    expect(complaints[0]!.path).toEqual(['host_idle_power']);
  });

  it('wants a power cap between idle and the board power limit', () => {
    const complaintsOf = (cap: string) => deployment({ power_cap: cap }).complaints;
    expect(complaintsOf('500 W')).toEqual([]);
    for (const cap of ['701 W', '100 W']) {
      expect(complaintsOf(cap)[0]!.path).toEqual(['power_cap']);
      expect(complaintsOf(cap)[0]!.hint).toMatch(/give a cap of \d+ to 700 W/);
    }
  });

  it.each([
    [{ replicas: 0 }, 'replicas'],
    [{ clock: '110 %' }, 'clock'],
    [{ clock: '10 %' }, 'clock'],
    [{ power_cap: '500' }, 'power_cap'],
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
