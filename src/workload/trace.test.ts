import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { JoulewrightError } from '../errors/error.ts';
import { quantile } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';
import { AZURE_SIGMA, lognormalSamples, MIX_NAMES, meanLengths, mixLengths, normalQuantile } from './lengths.ts';
import { parseDemandOption, parseLengthsOption, weekdayOf } from './option.ts';
import { prefixTokensAt } from './profile.ts';
import { HASH_TOKENS } from './requests.ts';
import { meanTokens, withTrace } from './service.ts';
import { shapeRate } from './shape.ts';
import { lengthSlices, promptSlices, readTrace } from './trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'jw-trace-'));
let made = 0;
function write(header: string, rows: readonly string[]): string {
  const file = join(folder, `t${made++}.csv`);
  writeFileSync(file, `${[header, ...rows].join('\n')}\n`);
  return file;
}
function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof JoulewrightError) return error.message;
    throw error;
  }
  return 'no error';
}
const HEADER = 't_s,input_tokens,output_tokens';
const good = Array.from({ length: 100 }, (_, i) => `${i * 2},${100 + i},${i}`);
const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;

describe('a trace', () => {
  it('gives lengths with the exact mean, the rate and the burstiness', () => {
    const trace = readTrace(write(HEADER, good));
    expect(trace.requests).toBe(100);
    expect(trace.meanPerS).toBeCloseTo(0.5, 12);
    expect(trace.inputTokens).toHaveLength(100);
    expect(mean(trace.inputTokens)).toBeCloseTo(149.5, 9);
    expect(mean(trace.outputTokens)).toBeCloseTo(49.5, 9);
    expect(trace.arrivalCv2).toBeCloseTo(0, 12);
  });

  it('reads the original layout with dates', () => {
    const rows = Array.from({ length: 12 }, (_, i) => `2023-11-16 18:15:${10 + i}.5000000,10,5`);
    const trace = readTrace(write('TIMESTAMP,ContextTokens,GeneratedTokens', rows));
    expect(trace.spanS).toBeCloseTo(11, 6);
    expect(trace.inputMean).toBe(10);
  });

  it.each([
    ['JW_TRACE_NEGATIVE', 7, '12,-3,4', 'input_tokens is -3'],
    ['JW_TRACE_NEGATIVE', 7, '12,3,-4', 'output_tokens is -4'],
    ['JW_TRACE_LONG', 7, '12,3,99999999999', 'output_tokens is 99999999999'],
    ['JW_TRACE_BACKWARDS', 7, '1,3,4', 't_s is 1 after 10'],
    ['JW_TRACE_NUMBER', 7, '12,three,4', 'input_tokens is "three"'],
    ['JW_TRACE_NUMBER', 7, '12,3', 'output_tokens is ""'],
    ['JW_TRACE_NUMBER', 7, 'yesterday,3,4', 't_s is "yesterday"'],
  ])('%s at line %d', (code, at, row, part) => {
    const rows = [...good];
    rows[at - 1] = row;
    const text = messageOf(() => readTrace(write(HEADER, rows)));
    expect(text).toContain(code);
    expect(text).toContain(part);
    expect(text).toContain(`.csv:${at + 1}:`);
  });

  it('is refused without its columns or with too few rows', () => {
    expect(messageOf(() => readTrace(write('t_s,input_tokens', good)))).toContain('JW_TRACE_COLUMNS');
    expect(messageOf(() => readTrace(write(HEADER, good.slice(0, 9))))).toContain('JW_TRACE_SHORT');
    expect(messageOf(() => readTrace(join(folder, 'none.csv')))).toContain('JW_FILE_MISSING');
    expect(messageOf(() => readTrace(write('', [])))).toContain('it has none');
    const noise = messageOf(() => readTrace(write(`\u0007${'x'.repeat(500)},${'y,'.repeat(40)}`, [])));
    expect(noise.length).toBeLessThan(500);
    expect(noise).not.toContain('\u0007');
  });

  it('is refused when it was packed and cut short, or is no gzip at all', () => {
    const packed = gzipSync([HEADER, ...good].join('\n'));
    for (const bytes of [packed.subarray(0, packed.length - 30), Buffer.from('plain text'), Buffer.alloc(0)]) {
      const file = join(folder, `t${made++}.csv.gz`);
      writeFileSync(file, bytes);
      expect(messageOf(() => readTrace(file))).toContain('JW_FILE_GZIP');
    }
  });

  it('measures coarse ticks by counts', () => {
    const counts = [0, 6, 0, 6, 0, 6, 0, 6, 6, 6];
    const rows = counts.flatMap((n, tick) => Array.from({ length: n }, () => `${tick * 3},1,1`));
    const trace = readTrace(write(HEADER, rows));
    expect(trace.ticked).toBe(true);
    // the recording starts at tick 1: counts 6 0 6 0 6 0 6 6 6, mean 4, variance 8
    expect(trace.arrivalCv2).toBeCloseTo(8 / 4, 9);
  });
});

const conv = '../shared/data/traces/azure_llm_2023_conv.csv.gz';
const code = '../shared/data/traces/azure_llm_2023_code.csv.gz';
describe('the Azure traces', () => {
  it.skipIf(!existsSync(conv))('have their published statistics (skipped without ../shared/data)', () => {
    const a = readTrace(conv);
    expect(a.requests).toBe(19366);
    expect(a.meanPerS).toBeCloseTo(5.53, 2);
    expect(Math.sqrt(a.arrivalCv2)).toBeCloseTo(1.09, 2);
    expect(mean(a.inputTokens)).toBeCloseTo(1155, 0);
    expect(mean(a.outputTokens)).toBeCloseTo(211, 0);
    const b = readTrace(code);
    expect(Math.sqrt(b.arrivalCv2)).toBeCloseTo(13.15, 2);
    expect(mean(b.outputTokens)).toBeCloseTo(28, 0);
  });
});

describe('lengths', () => {
  it('the normal quantile is right', () => {
    expect(normalQuantile(0.5)).toBeCloseTo(0, 9);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963985, 8);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306, 8);
  });
  it.each(MIX_NAMES)('%s is ordered, positive and near its published median', (name) => {
    const { inputTokens, outputTokens } = mixLengths(name);
    for (const samples of [inputTokens, outputTokens]) {
      expect(samples).toHaveLength(32);
      expect([...samples].sort((a, b) => a - b)).toEqual(samples);
      expect(samples[0]).toBeGreaterThan(0);
    }
  });
  it('azure-conversation keeps mean and median', () => {
    const { inputTokens } = mixLengths('azure-conversation');
    expect(mean(inputTokens)).toBeCloseTo(1155, 6);
    expect(Math.abs(quantile(Float64Array.from(inputTokens), 0.5) / 1020 - 1)).toBeLessThan(0.12);
  });
  it('a lognormal has its mean and spread', () => {
    const samples = lognormalSamples(1000, 0.5);
    expect(mean(samples)).toBeCloseTo(1000, 9);
    const logs = samples.map(Math.log);
    const sd = Math.sqrt(mean(logs.map((x) => (x - mean(logs)) ** 2)));
    expect(Math.abs(sd / 0.5 - 1)).toBeLessThan(0.03);
    expect(new Set(lognormalSamples(10, 0)).size).toBe(1);
    expect(meanLengths(10, 20).source).toContain(String(AZURE_SIGMA.input));
    expect(AZURE_SIGMA.input).toBeCloseTo(Math.log(2735 / 207) / (2 * normalQuantile(0.9)), 2);
    expect(AZURE_SIGMA.output).toBeCloseTo(Math.log(424 / 54) / (2 * normalQuantile(0.9)), 2);
  });
  it('slices of many lengths keep their mean and nearly all of their spread', () => {
    const values = Float64Array.from({ length: 5001 }, (_, i) => 100 * Math.exp(normalQuantile((i + 0.5) / 5001)));
    const slices = lengthSlices(values);
    expect(slices).toHaveLength(256);
    expect([...slices].sort((a, b) => a - b)).toEqual(slices);
    const all = Array.from(values);
    expect(mean(slices) / mean(all)).toBeCloseTo(1, 9);
    const squares = (x: readonly number[]) => mean(x.map((v) => v * v));
    expect(squares(slices) / squares(all)).toBeGreaterThan(0.9);
    expect(squares(slices) / squares(all)).toBeLessThan(1);
    expect(lengthSlices(new Float64Array(20))).toEqual(Array(20).fill(0));
  });
  it('prompts keep their prefixes, sorted by what is computed of them', () => {
    const input = [5000, 100, 900, 3000];
    expect(promptSlices(input)).toEqual({ inputTokens: [100, 900, 3000, 5000] });
    expect(promptSlices(input, [0, 0, 0, 0])).toEqual(promptSlices(input));
    const sliced = promptSlices(input, [4990, 0, 512, 0]);
    expect(sliced.inputTokens).toEqual([5000, 100, 900, 3000]);
    expect(sliced.prefixTokens).toEqual([4990, 0, 512, 0]);
    expect(sliced.prefixHitShare).toBeCloseTo(5502 / 9000, 12);
    // The last token is always computed.
    expect(promptSlices([600, 600], [600, 1024]).prefixTokens).toEqual([599, 599]);
  });
  it('a service takes the prefixes of a trace, and keeps a share that it was said to hit', () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i},${1000 + i},10,${i % 2}`);
    const seen = readTrace(write(`${HEADER},blocks_seen_before`, rows));
    expect(seen.prefixHitShare).toBeCloseTo((10 * HASH_TOKENS) / (1009.5 * 20), 9);
    const rate = shapeRate('flat', { meanPerS: 1 }, zoneOf('UTC'));
    const bare = { id: 'chat', kind: 'interactive' as const, arrivalCv2: 1, ttftS: 2, tpotS: 0.1 };
    const profile = { ...bare, ...mixLengths('reasoning'), prefixHitShare: 0.25 };
    const recorded = withTrace({ profile, rate, deployments: ['d'] }, seen);
    expect(recorded.profile.prefixTokens).toEqual(seen.prefixTokens);
    const plain = readTrace(write(HEADER, good));
    expect(withTrace({ profile, rate, deployments: ['d'] }, plain).profile).toMatchObject({ prefixHitShare: 0.25 });
    expect(withTrace(recorded, plain).profile).not.toHaveProperty('prefixHitShare');
    expect(prefixTokensAt({ ...profile, inputTokens: [400, 1], prefixHitShare: 0.25 }, 0)).toBe(100);
    expect(prefixTokensAt({ ...profile, inputTokens: [400, 1], prefixHitShare: 1 }, 1)).toBe(0);
  });
  it('hashes are looked up in a cache as large as is said', () => {
    const line = (i: number, ids: readonly number[]) =>
      JSON.stringify({ timestamp: 1000 * i, input_length: 1536, output_length: 5, hash_ids: ids });
    const lines = Array.from({ length: 12 }, (_, i) =>
      line(i, i % 2 === 0 ? [1, 2, 3] : [100 * i, 100 * i + 1, 100 * i + 2]),
    );
    const file = join(folder, 'hashes.jsonl');
    writeFileSync(file, lines.join('\n'));
    // Every second request finds all its blocks, but for one token, where two requests fit into the cache.
    expect(readTrace(file).prefixHitShare).toBeCloseTo((5 * 1535) / (12 * 1536), 12);
    expect(readTrace(file, () => 6 * HASH_TOKENS).prefixHitShare).toBeCloseTo((5 * 1535) / (12 * 1536), 12);
    expect(readTrace(file, () => 3 * HASH_TOKENS).prefixHitShare).toBeUndefined();
  });
  it('a service takes the lengths of a trace', () => {
    const trace = readTrace(write(HEADER, good));
    const bare = { id: 'chat', kind: 'interactive' as const, arrivalCv2: 1, ttftS: 2, tpotS: 0.1 };
    const profile = { ...bare, ...mixLengths('reasoning') };
    const rate = shapeRate('flat', { meanPerS: 1 }, zoneOf('UTC'));
    const service = withTrace({ profile, rate, deployments: ['d'] }, trace);
    expect(meanTokens(service.profile).input).toBeCloseTo(149.5, 9);
    expect(service.profile.ttftS).toBe(2);
  });
});

describe('options', () => {
  it('reads everything', () => {
    expect(
      parseDemandOption('chat=a/b=c.csv,series=conv,shift=5h,scale=0.3,mean=2 req/s,start=fri,clock=local'),
    ).toEqual({
      service: 'chat',
      file: 'a/b=c.csv',
      series: 'conv',
      shiftH: 5,
      scale: 0.3,
      meanPerS: 2,
      startWeekday: 4,
      clock: 'local',
    });
    expect(parseDemandOption('chat=x.csv,shift=-90min')).toEqual({ service: 'chat', file: 'x.csv', shiftH: -1.5 });
    expect(parseLengthsOption('chat=C.csv')).toEqual({ service: 'chat', file: 'C.csv' });
    expect(weekdayOf('Sunday')).toBe(6);
  });
  it.each([
    'chat',
    '=x.csv',
    'chat=',
    'chat=x,serie=conv',
    'chat=x,series=',
    'chat=x,shift=5',
    'chat=x,scale=-1',
    'chat=x,mean=1 req/s,peak=2 req/s',
    'chat=x,start=someday',
    'chat=x,clock=moon',
    'chat=x,scale=1,scale=2',
  ])('refuses %s and shows how', (text) => {
    const message = messageOf(() => parseDemandOption(text));
    expect(message).toContain('JW_DEMAND_OPTION');
    expect(message).toContain('series=conv');
  });
  it('refuses lengths without a file', () => {
    expect(messageOf(() => parseLengthsOption('chat'))).toContain('JW_DEMAND_OPTION');
  });
});
