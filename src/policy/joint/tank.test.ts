import { describe, expect, it } from 'vitest';
import { weatherOf } from '../../simulate/air.ts';
import { aroundOf, solverFor } from '../../simulate/around.ts';
import { periodOf } from '../../simulate/period.ts';
import { type Run, simulate } from '../../simulate/simulate.ts';
import { parseGridEvent } from '../../site/gridEvent.ts';
import { plantOf } from '../../site/plant.ts';
import { coldStore } from '../../site/testing/coldStore.ts';
import { conditionsOn } from '../../weather/conditions.ts';
import { joint } from './joint.ts';
import type { JointPart } from './parameters.ts';

const PATIENCE_MS = 240_000;
/** First step of the order, and its steps: the fourth evening, 18 to 21 h. */
const [FROM, STEPS] = [3 * 96 + 18 * 4, 12];

async function run(store: string | undefined, without?: readonly JointPart[]): Promise<Run> {
  const site = coldStore(store === undefined ? {} : { store });
  const { zone } = site.context;
  const grid = periodOf({ from: '2026-07-06', days: '4', step: '15m' }, zone);
  const weather = weatherOf(site);
  return simulate({
    plant: plantOf(site),
    currency: site.money.currency,
    grid,
    conditions: conditionsOn(weather, site.context, grid),
    rates: site.services.map((s) => s.rate),
    ...aroundOf(site, site.services, weather, await solverFor(['joint'])),
    policy: (setting) => joint(setting, without),
    events: { list: [parseGridEvent('2026-07-09T18:00 3h -30% notice=24h', zone)], zone },
  });
}

/** kWh of a column in the hours of the order. */
const duringKwh = ({ ledger }: Run, column: string): number =>
  ledger
    .get(column)
    .subarray(FROM, FROM + STEPS)
    .reduce((sum, kw) => sum + kw / 4, 0);

describe('a tank of cold under the joint policy', () => {
  it(
    'is charged before an order of the grid and gives in its hours, so that the battery need not',
    async () => {
      const [bare, tank, left] = [await run(undefined), await run('30 m3'), await run('30 m3', ['cooling'])];
      expect(duringKwh(bare, 'bess.powerKw')).toBeGreaterThan(5);
      expect(duringKwh(tank, 'bess.powerKw')).toBeLessThan(0.2 * duringKwh(bare, 'bess.powerKw'));
      expect(duringKwh(tank, 'hall.coolingKw')).toBeLessThan(0.7 * duringKwh(bare, 'hall.coolingKw'));
      expect(tank.tally.totals().requestsShed).toBeLessThanOrEqual(bare.tally.totals().requestsShed + 1);
      const told = (pattern: RegExp): boolean => tank.notes.some(({ text }) => pattern.test(text));
      expect(told(/tank charged with .* kW in air of \d+ °C at .* USD\/kWh for .*: \d+ °C and .* then/)).toBe(true);
      expect(told(/tank gives .* kW of cold: power is worth .* order of the grid/)).toBe(true);
      // Left to the silos, the tank of a July that has no free cooling stays empty.
      expect(duringKwh(left, 'hall.coolingKw')).toBeCloseTo(duringKwh(bare, 'hall.coolingKw'), 6);
      expect(Math.max(...tank.ledger.get('site.imbalance'))).toBeLessThan(1e-9);
    },
    PATIENCE_MS,
  );
});
