import { describe, expect, it } from 'vitest';
import type { Directive } from '../control/contract.ts';
import { Readings } from './readings.ts';

const T0 = 1_800_000_000_000;

function reading(second: number, decodeJ: number, more: Partial<Directive> = {}): Directive {
  const expected = {
    queueS: 0,
    prefillSPerToken: 0,
    tpotS: 0,
    prefillJPerToken: decodeJ / 10,
    decodeJPerToken: decodeJ,
  };
  return {
    seq: second + 1,
    issuedMs: T0 + second * 1000,
    validUntilMs: T0 + second * 1000 + 10_000,
    classes: [],
    engines: [{ id: 'd', state: 'serving', replicas: 1, clock: null, expected }],
    facilityFactor: 1.5,
    carbonGPerKwh: 360,
    waterLPerKwh: 3.6,
    pricePerKwh: 0.36,
    currency: 'USD',
    ...more,
  };
}

const work = { deployment: 'd', startMs: T0, endMs: T0 + 4000, ttftMs: 1000, prefilledTokens: 100, outputTokens: 30 };

describe('readings', () => {
  it('set a request against the very seconds in which it ran', () => {
    const readings = new Readings();
    // Seconds 0..1, 1..2, 2..3, 3..4 at 1, 2, 3 and 4 J per output token
    for (let s = 0; s <= 4; s++) readings.take(reading(s, s));
    const settled = readings.settle(work)!;
    // Input: 100 tokens x 0.1 J in the first second; output: 30 tokens at the mean of 2, 3 and 4 J
    expect(settled.itJoules).toBeCloseTo(100 * 0.1 + 30 * 3, 9);
    expect(settled.facilityJoules).toBeCloseTo(100 * 1.5, 9);
    expect(settled.co2G).toBeCloseTo((150 / 3.6e6) * 360, 12);
    expect(settled.waterL).toBeCloseTo((150 / 3.6e6) * 3.6, 12);
    expect(settled.cost).toBeCloseTo((150 / 3.6e6) * 0.36, 12);
    expect(readings.untilMs).toBe(T0 + 4000);
  });

  it('weigh seconds by how much of the request fell into them', () => {
    const readings = new Readings();
    for (let s = 0; s <= 2; s++) readings.take(reading(s, s));
    const part = { ...work, startMs: T0 + 500, endMs: T0 + 1250, ttftMs: 0, prefilledTokens: 0 };
    expect(readings.settle(part)!.itJoules).toBeCloseTo(30 * ((500 * 1 + 250 * 2) / 750), 9);
  });

  it('know nothing of deployments and times that no reading names', () => {
    const readings = new Readings();
    expect(readings.settle(work)).toBeNull();
    for (let s = 100; s <= 104; s++) readings.take(reading(s, s));
    expect(readings.settle(work)).toBeNull();
    expect(readings.settle({ ...work, startMs: T0 + 101_000, endMs: T0 + 102_000, deployment: 'other' })).toBeNull();
  });

  it('forget what is older than a quarter of an hour', () => {
    const readings = new Readings();
    for (let s = 0; s <= 1000; s++) readings.take(reading(s, 1));
    expect(readings.settle(work)).toBeNull();
    expect(readings.settle({ ...work, startMs: T0 + 990_000, endMs: T0 + 995_000 })).not.toBeNull();
  });
});
