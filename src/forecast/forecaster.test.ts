import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JoulewrightError } from '../errors/error.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../series/grid.ts';
import { random } from '../series/random.ts';
import { evenEdges, type History, median } from './contract.ts';
import { LearningForecaster } from './forecaster.ts';
import { perfectForecaster } from './perfect.ts';
import { irradianceQuantity, loadQuantity, requestsQuantity, temperatureQuantity } from './quantity.ts';
import { rollingScore } from './score.ts';

const START = Date.UTC(2026, 2, 2);
const zone = 'Asia/Samarkand';

/** A day with a hump, a weekend at half, and noise. */
function demand(days: number, stepMs: number, noise = 0.1, seed = 1): History {
  const draw = random(seed);
  const count = Math.round((days * DAY_MS) / stepMs);
  const values = Float64Array.from({ length: count }, (_, i) => {
    const ms = i * stepMs + 5 * HOUR_MS;
    const hour = (ms % DAY_MS) / HOUR_MS;
    const weekend = Math.floor(ms / DAY_MS) % 7 > 4;
    const shape = 10 + 40 * Math.exp(-(((hour - 14) / 4) ** 2));
    return Math.max(0, shape * (weekend ? 0.5 : 1) * (1 + noise * draw.normal()));
  });
  return { grid: { startMs: START, stepMs, count }, values };
}
const endOf = ({ grid }: History): number => grid.startMs + grid.count * grid.stepMs;
const requests = requestsQuantity({ zone });

describe('a forecast', () => {
  it('beats persistence and the day before on a series with days and weeks, and covers four in five', () => {
    const series = demand(29, HOUR_MS);
    const score = rollingScore(series, requests, { fromMs: START + 21 * DAY_MS, everyMs: 11 * HOUR_MS });
    expect(score.values).toBeGreaterThan(500);
    expect(score.ours).toBeLessThan(0.8 * score.daily);
    expect(score.ours).toBeLessThan(0.5 * score.persistence);
    expect(score.covered).toBeGreaterThan(0.7);
    expect(score.covered).toBeLessThan(0.92);
  });

  it('knows nothing of the future: what comes after now changes nothing', () => {
    const series = demand(16, HOUR_MS);
    const now = START + 14 * DAY_MS;
    const edges = evenEdges(now, HOUR_MS, 48);
    const other = { ...series, values: series.values.map((v, i) => (i * HOUR_MS < 14 * DAY_MS ? v : 1e6)) };
    const a = new LearningForecaster(requests).forecast(series, now, edges);
    const b = new LearningForecaster(requests).forecast(other, now, edges);
    expect(b.quantiles).toEqual(a.quantiles);
  });

  it('is the same after a restart from plain JSON, and learns anew from what cannot be read', () => {
    const series = demand(14, 15 * MINUTE_MS);
    const now = endOf(series);
    const edges = evenEdges(now, 15 * MINUTE_MS, 192);
    const first = new LearningForecaster(requests);
    const before = first.forecast(series, now, edges);
    const saved = JSON.parse(JSON.stringify(first.save()));
    const second = new LearningForecaster(requests, saved);
    const after = second.forecast(series, now, edges);
    expect(second.save()).toEqual(first.save());
    expect(after.methods).toEqual(before.methods);
    after.quantiles.forEach((own, q) => {
      own.forEach((v, k) => {
        expect(v).toBeCloseTo(before.quantiles[q]![k]!, 9);
      });
    });
    for (const broken of [null, 7, {}, { v: 99 }, { ...saved, rules: [] }, { ...saved, chosen: [{ mix: ['x'] }] }]) {
      expect(new LearningForecaster(requests, broken).fitted).toBeUndefined();
    }
  });

  it('has quantiles that rise and stay in their bounds, for segments of any lengths', () => {
    const series = demand(9, 5 * MINUTE_MS, 0.5);
    const forecaster = new LearningForecaster(requests);
    const now = endOf(series);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 12 }), (minutes) => {
        const edges = [now];
        for (const m of minutes) edges.push(edges[edges.length - 1]! + m * MINUTE_MS);
        const said = forecaster.forecast(series, now, edges);
        said.quantiles[0]!.forEach((low, k) => {
          expect(low).toBeGreaterThanOrEqual(0);
          expect(said.quantiles[1]![k]!).toBeGreaterThanOrEqual(low - 1e-9);
          expect(said.quantiles[2]![k]!).toBeGreaterThanOrEqual(said.quantiles[1]![k]! - 1e-9);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('over a long segment is the mean of those over its parts', () => {
    const series = demand(9, 5 * MINUTE_MS);
    const now = endOf(series);
    const forecaster = new LearningForecaster(requests);
    const fine = median(forecaster.forecast(series, now, evenEdges(now, 5 * MINUTE_MS, 12)));
    const whole = median(forecaster.forecast(series, now, [now, now + HOUR_MS]));
    expect(whole[0]).toBeCloseTo(fine.reduce((a, b) => a + b, 0) / 12, 9);
  });
});

describe('before there is history', () => {
  const prior = { about: 'a profile', quantiles: () => [8, 10, 15] };
  const empty: History = { grid: { startMs: START, stepMs: HOUR_MS, count: 0 }, values: new Float64Array(0) };
  const edges = evenEdges(START, HOUR_MS, 48);

  it('the prior speaks, and says that it does', () => {
    const said = new LearningForecaster(requestsQuantity({ zone, prior })).forecast(empty, START, edges);
    expect(said.quantiles.map((own) => own[30]!.toFixed(6))).toEqual(['8.000000', '10.000000', '15.000000']);
    expect(said.methods[0]).toEqual(['prior']);
    expect(said.flags.map((f) => f.kind)).toContain('new');
  });

  it('without a prior there is none for nothing, and persistence for a few hours', () => {
    expect(() => new LearningForecaster(requests).forecast(empty, START, edges)).toThrow(JoulewrightError);
    const few = demand(0.5, HOUR_MS);
    const said = new LearningForecaster(requests).forecast(few, endOf(few), evenEdges(endOf(few), HOUR_MS, 6));
    expect(said.methods[0]).toEqual(['persistence']);
    expect(median(said).every(Number.isFinite)).toBe(true);
  });

  it('irradiance is nothing at night', () => {
    const place = { latDeg: 39.8, lonDeg: 64.4, elevationM: 225, zone };
    const days = 12;
    const values = Float64Array.from({ length: days * 24 }, (_, i) =>
      Math.max(0, 700 * Math.sin(((i % 24) / 12) * Math.PI - 0.1)),
    );
    const series = { grid: { startMs: START, stepMs: HOUR_MS, count: values.length }, values };
    const now = endOf(series);
    const said = new LearningForecaster(irradianceQuantity(place)).forecast(series, now, evenEdges(now, HOUR_MS, 24));
    // 20:00 UTC is 01:00 in Bukhara.
    expect(said.quantiles.map((own) => own[20])).toEqual([0, 0, 0]);
    expect(said.quantiles[1]![7]).toBeGreaterThan(300);
  });
});

describe('bad histories', () => {
  it('gaps are told and bridged', () => {
    const series = demand(14, HOUR_MS, 0.05);
    const whole = median(
      new LearningForecaster(requests).forecast(series, endOf(series), evenEdges(endOf(series), HOUR_MS, 24)),
    );
    const values = series.values.map((v, i) => (i % 50 < 5 || i > series.values.length - 4 ? Number.NaN : v));
    const said = new LearningForecaster(requests).forecast(
      { ...series, values },
      endOf(series),
      evenEdges(endOf(series), HOUR_MS, 24),
    );
    expect(said.flags.map((f) => f.kind)).toEqual(['gap', 'old']);
    median(said).forEach((v, k) => {
      expect(Math.abs(v - whole[k]!)).toBeLessThan(0.35 * whole[k]!);
    });
  });

  it('a meter that stands still is told and taken out; a series that is flat throughout stays', () => {
    const series = demand(14, HOUR_MS, 0.05);
    const values = series.values.map((v, i) => (i >= 200 && i < 240 ? 17 : v));
    const now = endOf(series);
    const edges = evenEdges(now, HOUR_MS, 24);
    const said = new LearningForecaster(requests).forecast({ ...series, values }, now, edges);
    expect(said.flags.map((f) => f.kind)).toContain('stuck');
    const flat = { ...series, values: series.values.map(() => 12) };
    const same = new LearningForecaster(temperatureQuantity({ zone })).forecast(flat, now, edges);
    expect(same.flags.map((f) => f.kind)).toContain('stuck');
    for (const v of median(same)) expect(v).toBeCloseTo(12, 9);
  });

  it('where a history ended a day ago, or stands still from its start against what is assumed, the prior speaks', () => {
    const series = demand(14, HOUR_MS, 0.05);
    const wave = (ms: number) => 20 + 10 * Math.sin((ms / DAY_MS) * 2 * Math.PI);
    const prior = { about: 'a wave', quantiles: (ms: number) => [0.8, 1, 1.2].map((f) => f * wave(ms)) };
    const quantity = requestsQuantity({ zone, prior });
    const late = endOf(series) + 2 * DAY_MS;
    const ended = new LearningForecaster(quantity).forecast(series, late, evenEdges(late, HOUR_MS, 12));
    expect(ended.methods[0]).toEqual(['prior']);
    expect(ended.flags.map((f) => f.kind)).toContain('old');
    expect(median(ended)[3]).toBeCloseTo(wave(late + 3 * HOUR_MS), 6);
    const still = { ...series, values: series.values.map(() => 25) };
    const now = endOf(series);
    const stuck = new LearningForecaster(quantity).forecast(still, now, evenEdges(now, HOUR_MS, 12));
    expect(stuck.methods[0]).toEqual(['prior']);
    expect(stuck.flags.map((f) => f.kind)).toContain('stuck');
    const bare = new LearningForecaster(requests).forecast(series, late, evenEdges(late, HOUR_MS, 12));
    expect(bare.methods[0]).toEqual(['climatology']);
  });

  it('steps and edges that cannot be forecast are refused', () => {
    const series = demand(3, HOUR_MS);
    const now = endOf(series);
    const forecaster = new LearningForecaster(loadQuantity({ zone }));
    const of =
      (edges: number[], history = series) =>
      () =>
        forecaster.forecast(history, now, edges);
    expect(of([now])).toThrow(/two edges/);
    expect(of([now + 2, now + 1])).toThrow(/rise/);
    expect(of([now - DAY_MS, now])).toThrow(/before now/);
    expect(of([now, now + 60 * HOUR_MS])).toThrow(/48 h/);
    expect(of([now, now + HOUR_MS], { ...series, grid: { ...series.grid, stepMs: 7 * MINUTE_MS } })).toThrow(
      /steps of/,
    );
  });
});

describe('the perfect forecaster', () => {
  it('says what comes at every level', () => {
    const said = perfectForecaster((a, b) => (a + b) / 2).forecast(demand(1, HOUR_MS), START, [
      START,
      START + 10,
      START + 30,
    ]);
    expect(said.quantiles.map((own) => [...own])).toEqual(Array.from({ length: 3 }, () => [START + 5, START + 20]));
    expect(said.methods).toEqual([['known'], ['known']]);
  });
});
