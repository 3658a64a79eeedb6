import { describe, expect, it } from 'vitest';
import { command } from './running.ts';

const LLAMA = ['compare', '--model', 'llama-3.1-8b-instruct', '--service', 'azure-conversation'];

describe('joulewright compare', () => {
  it('ranks chips and says which cannot', async () => {
    const ended = await command([...LLAMA, '--accelerators', 'nvidia-h100-sxm-80gb,amd-mi300x', '--max-power', '10']);
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(/nvidia-h100-sxm-80gb +fp8/);
    expect(ended.out).toContain('All measured power is of NVIDIA chips');
    const all = JSON.parse((await command([...LLAMA, '--sort', 'lcot', '--json'])).out);
    expect(all.ranked.length).toBeGreaterThan(40);
    expect(all.excluded.length).toBeGreaterThan(10);
  });

  it('names what was meant', async () => {
    const [vendor, chip, mix, model] = await Promise.all([
      command([...LLAMA, '--vendors', 'nvidea']),
      command([...LLAMA, '--accelerators', 'h100']),
      command([...LLAMA, '--service', 'azure-conversatoin']),
      command(['compare', '--model', 'lama', '--service', 'reasoning']),
    ]);
    expect([vendor.code, chip.code, mix.code, model.code]).toEqual([64, 64, 64, 64]);
    expect(vendor.err).toContain('did you mean NVIDIA');
    expect(chip.err).toContain('did you mean nvidia-h100');
    expect(mix.err).toContain('did you mean azure-conversation');
  });
});
