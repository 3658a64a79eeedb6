import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../series/clock.ts';
import { jsonLog } from './log.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('jsonLog', () => {
  it('writes a JSON object per line, requests gathered and warnings at once, in order', () => {
    const written: string[] = [];
    const log = jsonLog(new ManualClock(0), (lines) => written.push(lines), 'requests');
    log.info('request', { status: 200 });
    log.info('request', { status: 499, model: 'a\nb' });
    expect(written).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(written).toEqual([
      '{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"request","status":200}\n{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"request","status":499,"model":"a\\nb"}\n',
    ]);
    log.info('request');
    log.warn('down', { code: 'JW_ENGINE_DOWN' });
    expect(written.slice(1).map((line) => JSON.parse(line).message)).toEqual(['request', 'down']);
    vi.advanceTimersByTime(1_000);
    expect(written.length).toBe(3);
  });
});
