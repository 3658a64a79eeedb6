import { describe, expect, it } from 'vitest';
import { command } from './running.ts';

describe('the catalogue', () => {
  it('lists in a terminal, each row with its grade and what is missing', async () => {
    const { out, code } = await command(['catalog', 'accelerators', '--vendor', 'intel']);
    expect(code).toBe(0);
    expect(out).toMatch(/GB\/s +FP16 TF\/s/);
    expect(out).toMatch(/intel-gaudi2 +Intel +96 +2460 +432 +865/);
    expect(out).toMatch(/intel-flex-170 .* C +dense 16-bit rate/);
    for (const line of out.split('\n')) expect(line.length).toBeLessThan(200);
  });

  it('leaves grade D out unless asked', async () => {
    const [plain, all] = await Promise.all([
      command(['catalog', 'accelerators', '--search', 'mlu590']),
      command(['catalog', 'accelerators', '--search', 'mlu590', '--allow-unsourced']),
    ]);
    expect(plain.out).toMatch(/^0 accelerators, .*; 1 of grade D left out, --allow-unsourced shows them$/m);
    expect(all.out).toContain('cambricon-mlu590');
  });

  it('shows one row with the source of each figure', async () => {
    const [chip, model, json] = await Promise.all([
      command(['catalog', 'accelerators', 'nvidia-h100-sxm-80gb']),
      command(['catalog', 'models', 'Qwen/Qwen3.5-27B']),
      command(['catalog', 'models', 'qwen3.5-27b', '--json']),
    ]);
    expect(chip.out).toMatch(/FP8, dense +1979 +TFLOP\/s +2\n/);
    expect(chip.out).toMatch(/^2 {2}NVIDIA data sheet H100$/m);
    expect(model.out).toMatch(/layers with a state instead of a cache +48/);
    expect(JSON.parse(json.out)).toMatchObject({ hub: 'Qwen/Qwen3.5-27B', linear: { layers: 48 } });
  });

  it('names what is near a name that it does not have', async () => {
    const { err, code } = await command(['catalog', 'models', 'llama-3.1-8b-instrct']);
    expect([code, err]).toEqual([64, expect.stringMatching(/did you mean llama-3\.1-8b-instruct.*JW_CATALOG_NAME/)]);
  });
});
