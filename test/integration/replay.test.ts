import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { BUKHARA, command, scratch } from './running.ts';

const { dir, remove } = scratch();
afterAll(remove);
const at = (name: string): string => path.join(dir, name);
const write = (name: string, text: string | Uint8Array): string => {
  writeFileSync(at(name), text);
  return at(name);
};
const LLAMA = ['--model', 'llama-3.1-8b-instruct', '--accelerator', 'nvidia-h100-sxm-80gb'];
const rows = Array.from({ length: 300 }, (_, i) => `${i * 0.4},${100 + (i % 7) * 300},${1 + (i % 5) * 40}`);
const trace = write('requests.csv.gz', gzipSync(`t_s,input_tokens,output_tokens\n${rows.join('\n')}\n`));

describe('joulewright replay', () => {
  it('replays a recording and writes page and rows', async () => {
    const ended = await command(['replay', trace, ...LLAMA, '--csv', at('out.csv'), '--html', at('out.html')]);
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(/requests answered +300 of 300/);
    expect(ended.out).toContain('fluid model');
    expect(ended.out).toMatch(/Up to [\d.]+ requests\/s/);
    expect(readFileSync(at('out.csv'), 'utf8').trim().split('\n')).toHaveLength(301);
    expect(readFileSync(at('out.html'), 'utf8')).toContain('What binds over time');
  });

  it('prints JSON that adds up', async () => {
    const ended = await command(['replay', trace, ...LLAMA, '--replicas', '2', '--no-sweep', '--json']);
    const { summary, fluid, timeline } = JSON.parse(ended.out);
    expect(summary.finished).toBe(300);
    expect(timeline.aboveIdleW).toHaveLength(2);
    const joules = timeline.aboveIdleW.flat().reduce((sum: number, w: number) => sum + w * timeline.binS, 0);
    expect(joules / (summary.prefillJ + summary.decodeJ)).toBeCloseTo(1, 9);
    expect(fluid.attainment).toBeGreaterThan(0.99);
  });

  it('locks clocks and caps power: no more joules, no less time', async () => {
    const run = async (...words: string[]) =>
      JSON.parse((await command(['replay', trace, ...LLAMA, '--no-sweep', '--json', ...words])).out).summary;
    const [free, slow, loose, cap] = await Promise.all([
      run(),
      run('--clock', '60%'),
      run('--power-cap', '699 W'),
      run('--power-cap', '300 W'),
    ]);
    const joules = (s: { prefillJ: number; decodeJ: number }) => s.prefillJ + s.decodeJ;
    expect(joules(slow)).toBeLessThan(0.8 * joules(free));
    expect(slow.tpotS.mean).toBeGreaterThan(free.tpotS.mean);
    expect(loose).toEqual(free);
    expect(cap.ttftS.mean).toBeGreaterThan(free.ttftS.mean);
    expect((await command(['replay', trace, ...LLAMA, '--clock', '5%'])).err).toContain('--clock takes 0.2 to 1');
  });

  it('draws requests from the demand of a site', async () => {
    const words = ['replay', '--site', BUKHARA, '--deployment', 'code-32b', '--from', '2026-01-14T18:00'];
    const ended = await command([...words, '--duration', '2m', '--no-sweep', '--json']);
    const { summary, fluid } = JSON.parse(ended.out);
    expect(summary.finished).toBeGreaterThan(1000);
    const perToken = (joules: number) => joules / summary.outputTokens;
    const own = perToken(summary.prefillJ + summary.decodeJ);
    expect(Math.abs(own / (fluid.aboveIdleW / fluid.outputPerS) - 1)).toBeLessThan(0.1);
  });

  it('tells what is wrong, with the line', async () => {
    const bad = write('bad.csv', 't_s,input_tokens,output_tokens\n0,1,1\n1,one,1\n');
    const [line, nothing, model, deployment, route] = await Promise.all([
      command(['replay', bad, ...LLAMA]),
      command(['replay']),
      command(['replay', trace, '--model', 'lama', '--accelerator', 'nvidia-h100-sxm-80gb']),
      command(['replay', trace, '--site', BUKHARA]),
      command(['replay', trace, ...LLAMA, '--route', 'best']),
    ]);
    expect([line.code, nothing.code, model.code, deployment.code, route.code]).toEqual([65, 64, 64, 64, 64]);
    expect(line.err).toMatch(/bad\.csv:3: input_tokens is "one".*JW_TRACE_NUMBER/s);
    expect(nothing.err).toContain('TRACE is missing');
    expect(model.err).toContain('JW_REPLAY_SETUP');
    expect(deployment.err).toContain('chat-70b, code-32b');
    expect(route.err).toContain('least-tokens');
  });
});
