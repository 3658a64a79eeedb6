import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { siloed } from '../../policy/siloed.ts';
import { parseGridEvent } from '../../site/gridEvent.ts';
import { checkSite } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import { conditionsOn } from '../../weather/conditions.ts';
import { weatherOf } from '../air.ts';
import { periodOf } from '../period.ts';
import { type Run, type Scenario, simulate } from '../simulate.ts';
import { type EventOutcome, eventOutcomes } from './outcome.ts';

const { site } = checkSite(fileURLToPath(new URL('../../../sites/nukus-ai-zone.yaml', import.meta.url)));
if (site === undefined) throw new Error('the site is broken');
const { zone } = site.context;
const EVENT = parseGridEvent('2025-01-14T18:00 3h -25% notice=30m', zone);
const grid = periodOf({ from: '2025-01-08', to: '2025-01-17' }, zone);
const plant = plantOf(site);
const base: Omit<Scenario, 'policy'> = {
  plant,
  currency: site.money.currency,
  grid,
  conditions: conditionsOn(weatherOf(site), site.context, grid),
  rates: site.services.map((s) => s.rate),
};
const events = { list: [EVENT], zone };

/** Siloed, deaf to the grid, and with batch work held back while an order holds where asked. */
function made(holdsBatch: boolean): Scenario['policy'] {
  return (setting) => {
    const own = siloed(setting);
    return {
      ...own,
      decide: ({ limits, ...view }) => {
        const decision = own.decide(view);
        const { startMs } = view.conditions;
        const isOn = (limits ?? []).some((l) => startMs >= l.fromMs && startMs < l.toMs);
        return holdsBatch && isOn ? { ...decision, batchPerS: plant.services.map(() => 0) } : decision;
      },
    };
  };
}

function outcomeOf(policy: Scenario['policy'], without: Run): EventOutcome {
  const [outcome, ...more] = eventOutcomes(simulate({ ...base, policy, events }), without, plant);
  expect(more).toEqual([]);
  return outcome!;
}

describe('how an order of the grid was met', () => {
  let without: Run;
  beforeAll(() => {
    without = simulate({ ...base, policy: 'siloed' });
  }, 60_000);

  it('is read off the meter, quarter by quarter, beside the run without it', () => {
    const run = simulate({ ...base, policy: 'siloed', events });
    const [outcome] = eventOutcomes(run, without, plant) as [EventOutcome];
    const first = (EVENT.startMs - grid.startMs) / grid.stepMs;
    const column = (of: Run, name: string, i: number): number => of.ledger.get(name)[first + i]!;
    expect(outcome.quarters).toHaveLength(12);
    outcome.quarters.forEach((q, i) => {
      expect(q.drawnKw).toBeCloseTo(column(run, 'grid.importKw', i), 6);
      expect(q.withoutKw).toBeCloseTo(column(without, 'grid.importKw', i), 6);
      expect(q.limitKw).toBeCloseTo(0.75 * q.baselineKw, 9);
      expect(q.cutShare).toBeCloseTo(1 - q.drawnKw / q.baselineKw, 9);
      expect(q.reached).toBe(true);
    });
    expect(outcome).toMatchObject({ quartersReached: 12, interactiveHeld: true, batchDeadlinesHeld: true });
    expect(outcome.overKwh).toBe(0);
    const steps = Array.from({ length: 12 }, (_, i) => i);
    const given = (unit: string): number =>
      steps.reduce((sum, i) => sum + 0.25 * (column(run, unit, i) - column(without, unit, i)), 0);
    expect(outcome.generatorKwh).toBeCloseTo(given('gensets.powerKw'), 6);
    expect(outcome.generatorKwh).toBeGreaterThan(5000);
    expect(outcome.extraMoney).toBeGreaterThan(0);
    const { flexible } = outcome;
    const hardest = Math.max(...outcome.quarters.map((q) => q.withoutKw - q.limitKw));
    expect(flexible.neededKw).toBeCloseTo(hardest, 6);
    expect(flexible.neededShare).toBeCloseTo(hardest / flexible.loadKw, 9);
    expect(flexible.thereKw).toBeCloseTo(flexible.batchKw + flexible.batteryKw + flexible.generatorKw, 6);
    expect(flexible.generatorKw).toBeGreaterThan(hardest);
  });

  it('says when nobody listened', () => {
    const deaf = outcomeOf(made(false), without);
    expect(deaf.quartersReached).toBe(0);
    const over = deaf.quarters.reduce((sum, q) => sum + 0.25 * (q.drawnKw - q.limitKw), 0);
    expect(deaf.overKwh / over).toBeCloseTo(1, 4);
    expect(deaf.generatorKwh).toBeCloseTo(0, 6);
    expect(deaf.batch.every((b) => b.slipped === 0)).toBe(true);
    for (const q of deaf.quarters) expect(q.drawnKw).toBeCloseTo(q.withoutKw, 6);
  });

  it('counts batch work that waits, and when it has caught up', () => {
    const held = outcomeOf(made(true), without);
    const [bulk] = held.batch.filter(({ service }) => service === 'bulk');
    expect(bulk!.slippedShare).toBeCloseTo(1, 6);
    expect(bulk!.slipped).toBeGreaterThan(1000);
    expect(bulk!.doneMs!).toBeGreaterThan(EVENT.endMs);
    expect(bulk!.doneMs!).toBeLessThan(EVENT.endMs + 24 * 3_600_000);
    expect(bulk).toMatchObject({ late: 0, deadlinesHeld: true });
    expect(held.batchDeadlinesHeld).toBe(true);
    expect(held.interactive.every((i) => i.held)).toBe(true);
    for (const q of held.quarters) expect(q.drawnKw).toBeLessThan(q.withoutKw);
  });

  it('is silent where there was none', () => {
    expect(eventOutcomes(without, without, plant)).toEqual([]);
  });
});
