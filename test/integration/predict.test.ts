import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command } from './running.ts';

const HEAD = 'id,accelerator,model,precision,engine,count,tp,batch,input_tokens,output_tokens,throughput_tok_s';
const ROW = 'nvidia-h100-sxm-80gb,Qwen/Qwen3-32B,fp16,vllm,2,2,32,1000,500';
const folder = () => mkdtempSync(join(tmpdir(), 'joulewright-predict-'));

describe('predict and calibrate', () => {
  it('predicts what it can, says of the rest why, and goes on', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'points.csv'), `${HEAD}\na,${ROW},\nb,nvidia-h100-sxm-80gbb,qwen3-32b\nc,${ROW},\n`);
    const { code, err } = await command(['predict', join(dir, 'points.csv'), '--out', join(dir, 'out.csv')]);
    expect(code).toBe(0);
    expect(err).toMatch(/2 of 3 rows predicted/);
    expect(err).toMatch(/did you mean nvidia-h100-sxm-80gb/);
    const lines = readFileSync(join(dir, 'out.csv'), 'utf8').trim().split('\n');
    expect(lines.map((line) => line.slice(0, 2))).toEqual(['id', 'a,', 'b,', 'c,']);
  });

  it('learns from one row, keeps none of it, and is used by name', async () => {
    const dir = folder();
    const [points, measured, mine] = ['points.csv', 'measured.csv', 'mine.json'].map((name) => join(dir, name));
    writeFileSync(points!, `${HEAD}\na,${ROW},\n`);
    writeFileSync(measured!, `${HEAD}\nsecret-row,${ROW},4321.987\n`);
    const made = await command(['calibrate', measured!, '--out', mine!]);
    expect(made.code).toBe(0);
    expect(readFileSync(mine!, 'utf8')).not.toMatch(/secret-row|4321\.9/);
    const value = (text: string) => Number(text.trim().split('\n')[1]!.split(',')[11]);
    const before = await command(['predict', points!]);
    const after = await command(['predict', points!, '--calibration', mine!]);
    const away = (v: number) => Math.abs(Math.log(v / 4321.987));
    expect(away(value(after.out))).toBeLessThan(away(value(before.out)));
    const again = await command(['calibrate', measured!, '--out', mine!]);
    expect(again.err).toMatch(/JW_FILE_EXISTS/);
  });

  it('refuses a file that is no calibration, and a table without an accelerator', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'points.csv'), `${HEAD}\na,${ROW},\n`);
    writeFileSync(join(dir, 'bad.json'), '{"format":7}');
    writeFileSync(join(dir, 'other.csv'), 'a,b\n1,2\n');
    const bad = await command(['predict', join(dir, 'points.csv'), '--calibration', join(dir, 'bad.json')]);
    expect(bad.err).toMatch(/JW_CALIBRATION_FILE/);
    expect((await command(['predict', join(dir, 'other.csv')])).err).toMatch(/JW_CSV_HEADER/);
  });
});
