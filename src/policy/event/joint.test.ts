import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { weatherOf } from '../../simulate/air.ts';
import { aroundOf, solverFor } from '../../simulate/around.ts';
import { eventOutcomes } from '../../simulate/events/outcome.ts';
import { periodOf } from '../../simulate/period.ts';
import { type Scenario, simulate } from '../../simulate/simulate.ts';
import { parseGridEvent } from '../../site/gridEvent.ts';
import { checkText } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import { conditionsOn } from '../../weather/conditions.ts';

const PATIENCE_MS = 240_000;
const FILE = fileURLToPath(new URL('../../../sites/nukus-ai-zone.yaml', import.meta.url));

/** The AI zone with nothing to give but what its batch work leaves: no battery, no generators, and no duty. */
function bareSite() {
  const without = (text: string, section: string): string =>
    text.replace(new RegExp(`^${section}:\n(?:[ #].*\n|\n)*`, 'm'), '');
  const text = ['battery', 'generator', 'rules'].reduce(without, readFileSync(FILE, 'utf8'));
  const { site, faults } = checkText(text, fileURLToPath(new URL('../../../sites', import.meta.url)));
  if (site === undefined) throw new Error(faults.map((f) => f.message).join('; '));
  return site;
}

describe('joint at an order of the grid', () => {
  it(
    'has batch work wait, which meets its deadlines, and keeps every interactive request',
    async () => {
      const site = bareSite();
      const { zone } = site.context;
      const grid = periodOf({ from: '2025-01-07', to: '2025-01-11' }, zone);
      const plant = plantOf(site);
      expect(plant.dispatch.map(({ role }) => role)).toEqual(['source', 'slack']);
      const weather = weatherOf(site);
      const scenario: Scenario = {
        plant,
        currency: site.money.currency,
        grid,
        conditions: conditionsOn(weather, site.context, grid),
        rates: site.services.map((s) => s.rate),
        policy: 'joint',
        ...aroundOf(site, site.services, weather, await solverFor(['joint'])),
      };
      const event = parseGridEvent('2025-01-09T23:00 2h -20% notice=30m', zone);
      const run = simulate({ ...scenario, events: { list: [event], zone } });
      const [met] = eventOutcomes(run, simulate(scenario), plant);
      expect(met!.flexible.thereShare).toBeGreaterThan(met!.flexible.neededShare);
      expect(met!.flexible.neededShare).toBeGreaterThan(0.1);
      expect(met!.quartersReached).toBe(8);
      expect(met!.interactiveHeld).toBe(true);
      expect(met!.batch[0]!.slippedShare!).toBeGreaterThan(0.2);
      expect(met!.batch[0]).toMatchObject({ service: 'bulk', late: 0, deadlinesHeld: true });
    },
    PATIENCE_MS,
  );
});
