import { describe, expect, it } from 'vitest';
import { dayToNoon, noon } from '../../test/browser/noon.ts';
import { exampleCurl } from './Access.tsx';
import { backoffMs } from './live.ts';
import { isDay, parseSnapshot } from './parse.ts';
import { batteryWords } from './Tiles.tsx';

describe('what the server sends', () => {
  it('is a snapshot only when every part that the page reads is there', () => {
    expect(parseSnapshot(JSON.stringify(noon()))).toEqual(noon());
    expect(parseSnapshot(JSON.stringify(noon({ battery: null })))?.battery).toBeNull();
    for (const key of Object.keys(noon()).filter((k) => !['plant', 'mode', 'policy'].includes(k))) {
      expect(parseSnapshot(JSON.stringify({ ...noon(), [key]: undefined })), key).toBeUndefined();
    }
    for (const text of ['', '{', 'null', '[]', '"x"', '{}']) expect(parseSnapshot(text)).toBeUndefined();
  });

  it('is a day only with columns of one length', () => {
    const day = dayToNoon();
    expect(isDay(day)).toBe(true);
    expect(isDay({ ...day, startMs: day.startMs.slice(1) })).toBe(false);
    expect(isDay({ ...day, columns: { ...day.columns, pue: 1 } })).toBe(false);
    expect(isDay(null)).toBe(false);
  });
});

describe('reconnecting', () => {
  it('waits longer each time, up to half a minute, spread by chance', () => {
    expect([0, 1, 2, 3, 4, 5, 99].map((n) => backoffMs(n, 0.5))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
    ]);
    expect(backoffMs(0, 0)).toBe(750);
    expect(backoffMs(0, 1)).toBe(1250);
  });
});

describe('words', () => {
  it('say what the battery does', () => {
    expect([-900, 0.2, 410].map(batteryWords)).toEqual(['charging at 900 kW', 'resting', 'giving 410 kW']);
  });

  it('give a command that a shell takes as it stands', () => {
    expect(exampleCurl('http://10.0.0.5:8080', 'chat')).toContain(`-d '{"model":"chat","messages":`);
  });
});
