import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { command, scratch } from './running.ts';

const LLAMA = ['compare', '--model', 'llama-3.1-8b-instruct', '--service', 'azure-conversation'];

describe('joulewright compare', () => {
  it('ranks chips and says which cannot', async () => {
    const ended = await command([...LLAMA, '--accelerators', 'nvidia-h100-sxm-80gb,amd-mi300x', '--max-power', '10']);
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(/nvidia-h100-sxm-80gb +fp8/);
    expect(ended.out).toContain('All measured power is of NVIDIA chips');
    const all = JSON.parse((await command([...LLAMA, '--by', 'lcot', '--json'])).out);
    expect(all.ranked.length).toBeGreaterThan(40);
    expect(all.excluded.length).toBeGreaterThan(10);
    expect(all).toMatchObject({ by: 'lcot', rank: 'low', engine: 'vllm', manifest: { siteId: null } });
    expect(all.ranked[0].loads[0]).toMatchObject({ batch: 1, parts: { memory: expect.any(Number) } });
  });

  it('writes a page, and tells batch by batch', async () => {
    const { dir, remove } = scratch();
    try {
      const file = path.join(dir, 'chips.html');
      const ended = await command([...LLAMA, '--vendors', 'AMD', '--engine', 'sglang', '--batches', '--html', file]);
      expect(ended.code).toBe(0);
      expect(ended.out).toMatch(/batch by batch \(power as of NVIDIA chips: of AMD none was ever measured\)/);
      expect(ended.out).toContain('target missed');
      expect(readFileSync(file, 'utf8')).toContain('llama-3.1-8b-instruct under sglang');
    } finally {
      remove();
    }
  });

  it('names what was meant', async () => {
    const [vendor, chip, mix, model, engine, batch] = await Promise.all([
      command([...LLAMA, '--vendors', 'nvidea']),
      command([...LLAMA, '--accelerators', 'h100']),
      command([...LLAMA, '--service', 'azure-conversatoin']),
      command(['compare', '--model', 'lama', '--service', 'reasoning']),
      command([...LLAMA, '--engine', 'vlm']),
      command([...LLAMA, '--max-batch', '1.5']),
    ]);
    expect([vendor, chip, mix, model, engine, batch].map((ended) => ended.code)).toEqual(Array(6).fill(64));
    expect(vendor.err).toContain('did you mean NVIDIA');
    expect(chip.err).toContain('did you mean nvidia-h100');
    expect(mix.err).toContain('did you mean azure-conversation');
    expect(engine.err).toContain('did you mean vllm?');
    expect(batch.err).toContain('a whole number');
  });
});
