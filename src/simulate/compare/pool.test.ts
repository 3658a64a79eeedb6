import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadSite } from '../../site/load.ts';
import { periodOf } from '../period.ts';
import { whole } from './contender.ts';
import type { CompareOrder } from './order.ts';
import type { ContenderOutcome } from './outcome.ts';
import { compareOn } from './pool.ts';

const siteFile = fileURLToPath(new URL('../../../sites/tashkent-campus.yaml', import.meta.url));
const order: CompareOrder = {
  siteFile,
  grid: periodOf({ days: '1', step: '1h' }, loadSite(siteFile).context.zone),
  weather: { kind: 'own' },
  demand: { demand: [], lengths: [] },
  contenders: [whole('siloed'), whole('tuned-silos'), whole('siloed')],
};
const nothing = () => undefined;

describe('a comparison on threads', () => {
  it('tells of each contender as it is done, and ends with all of them in their order', async () => {
    const told: string[] = [];
    const outcomes = await compareOn(order, 2, nothing, undefined, ({ contender }) => told.push(contender.id));
    expect(outcomes.map(({ contender }) => contender.id)).toEqual(['siloed', 'tuned-silos', 'siloed']);
    expect(told.sort()).toEqual(['siloed', 'siloed', 'tuned-silos']);
    expect(outcomes[0]!.totals).toEqual(outcomes[2]!.totals);
  });

  it('counts from the first step after the warm-up, with stores and queues as they then stand', async () => {
    const twoDays = { ...order, grid: { ...order.grid, count: 48 }, contenders: [whole('tuned-silos')] };
    const { startMs, stepMs } = order.grid;
    const second = { ...twoDays, grid: { startMs: startMs + 24 * stepMs, stepMs, count: 24 }, warmUp: 24 };
    const [[both], [later]] = await Promise.all([compareOn(twoDays, 1, nothing), compareOn(second, 1, nothing)]);
    expect(later!.totals.hours).toBe(24);
    expect(later!.totals.storedEndKwh).toBeCloseTo(both!.totals.storedEndKwh, 9);
    expect(later!.totals.facilityKwh).toBeLessThan(both!.totals.facilityKwh);
    const grading = (of: ContenderOutcome) => of.services.find(({ id }) => id === 'grading')!;
    const { backlogStart, backlogEnd, offered, served } = grading(later!);
    expect(backlogStart).toBeGreaterThan(0);
    expect(backlogEnd).toBeCloseTo(grading(both!).backlogEnd, 6);
    expect(backlogStart + offered - served).toBeCloseTo(backlogEnd, 3);
  });

  it('ends at a signal with those that are done', async () => {
    const stop = new AbortController();
    const kept: ContenderOutcome[] = [];
    const outcomes = await compareOn(order, 1, nothing, stop.signal, (outcome) => {
      kept.push(outcome);
      stop.abort();
    });
    expect(outcomes.map(({ contender }) => contender.id)).toEqual(['siloed']);
    expect(outcomes).toEqual(kept);
    expect(await compareOn(order, 1, nothing, AbortSignal.abort())).toEqual([]);
  });

  it('fails with the faults of a scene that cannot be made', async () => {
    const broken = { ...order, demand: { demand: ['nobody=file.csv'], lengths: [] } };
    await expect(compareOn(broken, 2, nothing)).rejects.toThrow(/nobody/);
  });
});
