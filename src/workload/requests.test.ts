import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { JoulewrightError } from '../errors/error.ts';
import { cachedTokens, HASH_TOKENS, readRecording } from './requests.ts';

const folder = mkdtempSync(join(tmpdir(), 'jw-requests-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
function refused(path: string, series?: string): string {
  try {
    readRecording(path, series);
  } catch (error) {
    if (error instanceof JoulewrightError) return `${error.code} ${error.faults[0]!.message}`;
  }
  return 'nothing';
}

describe('a recording', () => {
  it('is read from plain columns', () => {
    const read = readRecording(file('plain.csv', 'arrival_s,input_tokens,output_tokens\n0.5,10,20\n2,30,40\n'));
    expect([...read.timeS]).toEqual([0.5, 2]);
    expect([...read.inputTokens]).toEqual([10, 30]);
    expect([...read.outputTokens]).toEqual([20, 40]);
    expect(read.seenTokens).toBeUndefined();
  });

  it('is one series of several', () => {
    const several = 't_s,service,input_tokens,output_tokens\n0,a,1,1\n1,b,2,2\n2,a,3,3\n';
    expect([...readRecording(file('several.csv', several), 'a').timeS]).toEqual([0, 2]);
    expect(refused(file('several.csv', several))).toContain('JW_SERIES_CHOICE');
    expect(refused(file('several.csv', several), 'c')).toContain('JW_SERIES_UNKNOWN');
  });

  it('tells what a cache of prefixes would know', () => {
    const text = 't_s,input_tokens,output_tokens,blocks_seen_before\n0,900,1,0\n1,900,1,1\n';
    expect([...readRecording(file('seen.csv', text)).seenTokens!]).toEqual([0, 512]);
  });

  it('is read from the lines of Mooncake, with its hashes', () => {
    const line = (timestamp: number, ids: number[]) =>
      JSON.stringify({ timestamp, input_length: 1200, output_length: 7, hash_ids: ids });
    const read = readRecording(file('trace.jsonl', `${line(0, [1, 2, 3])}\n${line(3000, [1, 2, 4])}\n`));
    expect([...read.timeS]).toEqual([0, 3]);
    expect(read.hashes).toEqual([
      [1, 2, 3],
      [1, 2, 4],
    ]);
  });

  it('is refused with the line that is wrong', () => {
    const head = 't_s,input_tokens,output_tokens\n';
    expect(refused(file('a.csv', `${head}0,1,1\n1,x,1\n`))).toMatch(/JW_TRACE_NUMBER .*a\.csv:3: input_tokens is "x"/);
    expect(refused(file('b.csv', `${head}5,1,1\n1,1,1\n`))).toMatch(/JW_TRACE_BACKWARDS .*b\.csv:3/);
    expect(refused(file('c.csv', `${head}0,1,-1\n`))).toMatch(/JW_TRACE_NEGATIVE .*c\.csv:2/);
    expect(refused(file('d.jsonl', '{"timestamp": 0}\n'))).toMatch(/JW_TRACE_NUMBER .*d\.jsonl:1: input_length/);
    expect(refused(file('e.jsonl', 'no\n'))).toMatch(/JW_TRACE_NUMBER .*e\.jsonl:1/);
  });
});

describe('a cache of prefixes', () => {
  const asked = [
    [1, 2, 3],
    [1, 2, 9],
    [7, 8],
    [1, 2, 3],
  ];
  it('knows leading blocks that came before', () => {
    expect([...cachedTokens(asked, 100)]).toEqual([0, 2, 0, 3].map((n) => n * HASH_TOKENS));
  });
  it('forgets what was used longest ago', () => {
    // After 7 and 8, of four blocks only 2, 9, 7 and 8 are left.
    expect([...cachedTokens(asked, 4)]).toEqual([0, 2, 0, 0].map((n) => n * HASH_TOKENS));
  });
});
