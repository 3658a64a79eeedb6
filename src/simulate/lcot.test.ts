import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { syntheticYear } from '../../test/browser/syntheticYear.ts';
import { PARTS } from '../finance/project.ts';
import { lcotHeader, lcotNote, lcotRows } from '../report/lcotRows.ts';
import { simulateReportHtml } from '../report/simulateReport.ts';
import { HOUR_MS } from '../series/grid.ts';
import { siteAssets, usersOf } from '../site/assets.ts';
import { checkText } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import { conditionsOn } from '../weather/conditions.ts';
import { weatherOf } from './air.ts';
import { kpisOf } from './kpis.ts';
import { lcotOf } from './lcot.ts';
import { simulate } from './simulate.ts';

const FINANCE = `
finance:
  years: 10
  escalation: { energy: 3 %, fuel: 2 % }
  carbon_price: 20 USD/t
  people: 300000 USD
  network: 50000 USD
  tax: { rate: 15 % }
  market:
    - { service: chat, input: 0.1 USD/Mtoken, output: 0.4 USD/Mtoken, source: one price list }
    - { service: chat, input: 0.2 USD/Mtoken, output: 0.9 USD/Mtoken, source: another }
`;
const text = readFileSync(new URL('../../sites/bukhara.yaml', import.meta.url), 'utf8');
const site = checkText(text + FINANCE, fileURLToPath(new URL('../../sites', import.meta.url))).site!;
const grid = { startMs: Date.UTC(2026, 0, 10), stepMs: HOUR_MS, count: 48 };
const run = simulate({
  plant: plantOf(site, site.services),
  currency: 'USD',
  grid,
  conditions: conditionsOn(weatherOf(site), site.context, grid),
  rates: site.services.map((s) => s.rate),
  policy: 'siloed',
});

describe('cost by service of a run', () => {
  const lcot = lcotOf(site, run);
  const sums = run.tally.services();

  it('adds up to the LCOT of the site, and each service to its parts', () => {
    const whole = kpisOf(site, run).find((k) => k.id === 'lcot')!.value!;
    const tokens = sums.reduce((sum, s) => sum + s.outputTokens, 0);
    const mean = lcot.reduce((sum, s, i) => sum + s.perMtoken! * sums[i]!.outputTokens, 0) / tokens;
    expect(mean / whole).toBeCloseTo(1, 9);
    for (const s of lcot) {
      expect(PARTS.reduce((sum, part) => sum + s.parts[part]!, 0)).toBeCloseTo(s.perMtoken!, 6);
      for (const part of PARTS) expect(s.parts[part]!, `${s.id} ${part}`).toBeGreaterThan(0);
    }
  });

  it('counts what the totals count', () => {
    const totals = run.tally.totals();
    expect(sums.map((s) => s.id)).toEqual(['chat', 'code', 'archive']);
    expect(sums.reduce((sum, s) => sum + s.outputTokens, 0)).toBeCloseTo(totals.outputTokens, 0);
    expect(sums.reduce((sum, s) => sum + s.inputTokens, 0)).toBeCloseTo(totals.inputTokens, 0);
    const it = sums.reduce((sum, s) => sum + s.itKwh, 0);
    expect(it).toBeGreaterThan(0);
    expect(it).toBeLessThanOrEqual(totals.itKwh * (1 + 1e-9));
    expect(totals.fuelCostMoney).toBeGreaterThan(0);
    expect(totals.fuelCostMoney).toBeLessThan(totals.runningCostMoney);
  });

  it('knows what belongs to what, and who uses it', () => {
    const parts = new Map(siteAssets(site).map((a) => [a.id, a.part]));
    expect([parts.get('chat-70b'), parts.get('hall-1-cooling'), parts.get('hall-1-chain'), parts.get('bess')]).toEqual([
      'chips',
      'cooling',
      'energy',
      'energy',
    ]);
    expect(usersOf(site, 'code-32b')).toEqual(['code']);
    expect(usersOf(site, 'hall-1-cooling')).toEqual(['chat', 'archive']);
    expect(usersOf(site, 'bess')).toBeUndefined();
    expect(usersOf(site, 'people')).toBeUndefined();
  });

  it('stands beside the market prices of the site file, on screen and on the page', () => {
    const ratio = sums[0]!.inputTokens / sums[0]!.outputTokens;
    expect(lcot[0]!.markets.map((m) => m.perMtoken)).toEqual([0.4 + 0.1 * ratio, 0.9 + 0.2 * ratio]);
    expect(lcot[1]!.markets).toEqual([]);
    expect(lcotHeader(lcot, 'USD')).toEqual(['service', 'LCOT, USD/Mtoken', ...PARTS, 'market']);
    for (const row of lcotRows(lcot)) expect(row).toHaveLength(PARTS.length + 3);
    expect(lcotNote(lcot)).toMatch(/people, network by tokens.*\(one price list; another\)/);
    const page = simulateReportHtml({ ...syntheticYear(), lcot: { services: lcot, currency: 'USD' } });
    expect(page).toContain('Cost by service');
    expect(page).toContain('one price list; another');
    expect(page).not.toMatch(/NaN|undefined/);
  });
});
