import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { checkText } from '../site/load.ts';
import { alternativeScenarios, alternativesOf } from './alternatives.ts';
import { planScenario } from './scenario.ts';

const FOLDER = join(import.meta.dirname, '../../sites');
const FILE = join(FOLDER, 'bukhara.yaml');

describe('another chip', () => {
  const catalog = loadCatalog();
  const site = checkText(readFileSync(FILE, 'utf8'), FOLDER, 'bukhara.yaml').site!;

  it('is rented in a plan where the catalogue knows its rent, and the plan says so', async () => {
    for (const chip of ['nvidia-h200-sxm', 'nvidia-b200-sxm'])
      expect(catalog.accelerators.get(chip)!.priceUsd).toBeUndefined();
    const list = alternativesOf(site, catalog, ['nvidia-h200-sxm']).filter((a) => a.id.startsWith('chip-'));
    expect(list[0]!.label).toMatch(/, rented at 4 USD\/h$/);
    expect(list[0]!.note).toMatch(/^rented, since no purchase price is public: .*May 2026$/);
    const [asked] = alternativeScenarios(site, list, 0.05, 7);
    const outcome = await planScenario(asked!, 2);
    expect(outcome.faults).toEqual([]);
    // A year of rent of all accelerators, and nothing of them in the capital.
    const { sizes, yearlyMoney, capexMoney } = outcome.figures!;
    const replicas = sizes.filter((s) => s.key === 'replicas').reduce((sum, s) => sum + s.size, 0);
    expect(replicas).toBeGreaterThan(0);
    expect(yearlyMoney).toBeGreaterThan(replicas * 4 * 8760);
    // The rent is in the cost of a token as it is in that of a year, and code on the hall without a loop is served too.
    const { lcotPerMtoken, outputTokens, unservedShare } = outcome.figures!;
    expect(lcotPerMtoken! / ((yearlyMoney * 1e6) / outputTokens)).toBeCloseTo(1, 3);
    expect(unservedShare).toBeLessThan(0.001);
    const [bought] = alternativeScenarios(site, alternativesOf(site, catalog, ['amd-mi300x']).slice(1, 2), 0.05, 7);
    expect(capexMoney).toBeLessThan((await planScenario(bought!, 2)).figures!.capexMoney);
  }, 120_000);

  it('is left out where the catalogue knows neither, or the site counts in other money', () => {
    const [gh200] = alternativesOf(site, catalog, ['nvidia-gh200-96gb']).filter((a) => a.id.startsWith('chip-'));
    expect(gh200!.reason).toBe('the catalogue has neither a price nor a rent of it');
  });

  it('has as many accelerators for a replica as its targets ask for, not its weights alone', () => {
    const widths = (chip: string) =>
      alternativesOf(site, catalog, [chip])
        .find((a) => a.id === `chip-${chip}`)!
        .edits.filter(({ path }) => path[2] === 'tensor_parallel')
        .map(({ value }) => value);
    // 70 GB of weights fit on one of either; one H20 has a seventh of the arithmetic.
    expect(widths('amd-mi300x')).toEqual([1, 1]);
    expect(widths('nvidia-h20')).toEqual([4, 4]);
  });

  it('has a rent of an accelerator that the catalogue has', () => {
    const rents = [...catalog.prices.values()].filter((p) => p.accelerators !== undefined);
    expect(rents.map((p) => p.id)).toEqual(
      expect.arrayContaining(['rental-h100', 'rental-h200', 'rental-b200', 'rental-mi300x']),
    );
    for (const { accelerators, unit } of rents) {
      expect(unit).toBe('USD/h');
      for (const id of accelerators!) expect(catalog.acceleratorRows.has(id), id).toBe(true);
    }
    // What one costs to buy and to rent points the same way: MI300X at about half of an H100.
    const rent = (id: string) => catalog.prices.get(id)!.value;
    const buy = (id: string) => catalog.accelerators.get(id)!.priceUsd!;
    const ratios = [
      rent('rental-mi300x') / rent('rental-h100'),
      buy('amd-mi300x') / buy('nvidia-h100-sxm-80gb'),
    ] as const;
    for (const ratio of ratios) expect(ratio).toBeGreaterThan(0.4);
    for (const ratio of ratios) expect(ratio).toBeLessThan(0.7);
  });
});
