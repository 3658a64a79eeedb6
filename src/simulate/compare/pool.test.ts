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
