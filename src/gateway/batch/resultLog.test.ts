import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { random } from '../../series/random.ts';
import { realDisk } from './disk.ts';
import { temporary } from './fixtures/office.ts';
import { NO_USE } from './records.ts';
import { type Result, ResultLog, resultsOf } from './resultLog.ts';

const RESULTS: readonly Result[] = Array.from({ length: 6 }, (_, line) => ({
  line,
  ok: line % 3 !== 2,
  use: { ...NO_USE, outputTokens: line },
  text: JSON.stringify({ custom_id: `r${line}`, text: 'тест '.repeat(line) }),
}));

let place: ReturnType<typeof temporary>;
beforeEach(() => {
  place = temporary();
});
afterEach(() => place.remove());

const quiet = (): void => undefined;

async function written(): Promise<string> {
  const path = join(place.folder, 'whole.log');
  const log = await ResultLog.open(realDisk, path, quiet, quiet);
  for (const result of RESULTS) await log.append(result);
  await log.close();
  return path;
}

async function all(path: string): Promise<Result[]> {
  const found: Result[] = [];
  for await (const result of resultsOf(path)) found.push(result);
  return found;
}

/** Opens what a crash has left, appends what is missing, and reads all of it. */
async function mended(path: string): Promise<Result[]> {
  const found: number[] = [];
  const log = await ResultLog.open(realDisk, path, ({ line }) => found.push(line), quiet);
  for (const result of RESULTS) if (!found.includes(result.line)) await log.append(result);
  await log.close();
  return all(path);
}

const byLine = (results: readonly Result[]): Result[] => results.toSorted((a, b) => a.line - b.line);

describe('a log of results', () => {
  it('that was cut at any byte has the results before it, and takes the others after them', async () => {
    const whole = readFileSync(await written());
    const ends = [...whole.keys()].filter((at) => whole[at] === 10).map((at) => at + 1);
    expect(ends.length).toBe(RESULTS.length);
    const path = join(place.folder, 'cut.log');
    for (let bytes = 0; bytes <= whole.length; bytes++) {
      writeFileSync(path, whole.subarray(0, bytes));
      expect(await all(path)).toEqual(RESULTS.slice(0, ends.filter((end) => end <= bytes).length));
      if (bytes % 7 === 0) expect(await mended(path)).toEqual(RESULTS);
    }
  });

  it('gives no result that the disk has spoilt, and runs that line again', async () => {
    const original = await written();
    const draw = random(5);
    const path = join(place.folder, 'spoilt.log');
    for (let round = 0; round < 300; round++) {
      copyFileSync(original, path);
      const data = readFileSync(path);
      const at = Math.floor(draw.next() * data.length);
      const bytes = 1 + Math.floor(draw.next() * 40);
      // Zeros as of blocks that never reached the disk, or anything
      for (let i = at; i < Math.min(data.length, at + bytes); i++) data[i] = round % 2 === 0 ? 0 : draw.next() * 256;
      writeFileSync(path, data);
      const before = await all(path);
      for (const result of before) expect(RESULTS).toContainEqual(result);
      expect(byLine(await mended(path))).toEqual(RESULTS);
    }
  });
});
