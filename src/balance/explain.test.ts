import { describe, expect, it } from 'vitest';
import type { LocalTime } from '../series/zone.ts';
import { zoneOf } from '../series/zone.ts';
import { type Shortfall, shortfalls } from './explain.ts';
import { shortfallKinds, shortfallLines, shortfallText, spanText } from './explainText.ts';
import { totalRule } from './rules/total.ts';
import { solveModel, type ToySite, toyBalance } from './testing/toySite.ts';

const HOURS = 48;
/** 100 kW, and 300 kW from 18 to 21 h of the first day. */
const loadKw = Array.from({ length: HOURS }, (_, i) => (i >= 18 && i < 21 ? 300 : 100));
const site: ToySite = {
  loadKw,
  sun: loadKw.map((_, i) => (i % 24 >= 8 && i % 24 < 16 ? 1 : 0)),
  price: loadKw.map(() => 0.1),
  windowH: 24,
  sizes: { grid: 60, gen: 30, sun: 20, energy: 0, power: 0 },
};
/** Step 0 is midnight of 14 January 2026 in UTC. */
const clock = (step: number): LocalTime => zoneOf('UTC').local(Date.UTC(2026, 0, 14) + step * 3_600_000);

async function explained(given: Partial<ToySite>, rules: Parameters<typeof toyBalance>[1] = []) {
  const { balance, choices } = toyBalance({ ...site, ...given });
  const model = toyBalance({ ...site, ...given }, rules).balance.model(balance.flat(), choices);
  const { status, values, rowDuals } = await solveModel(model);
  expect(status).toBe('optimal');
  return shortfalls(model, values, rowDuals);
}

describe('shortfalls', () => {
  it('are none where everything is fed', async () => {
    expect(await explained({ sizes: { ...site.sizes, grid: 400 } })).toEqual([]);
  });

  it('say when, by how much, and what binds: not the sun at night', async () => {
    const list = await explained({ sizes: { ...site.sizes, grid: 70 } });
    expect(list).toMatchObject([
      { name: 'electricity short', unit: 'kW', from: 18, to: 21, hours: 3, binds: ['grid: limit', 'gen: limit'] },
    ]);
    expect(list[0]!.most).toBeCloseTo(200, 6);
    expect(list[0]!.sum).toBeCloseTo(600, 6);
    expect(shortfallText(list[0]!, clock)).toBe(
      'electricity short by 200 kW on 14 January 18:00-21:00: grid limit and gen limit bind',
    );
  });

  it('name the sun by day and a store that is empty', async () => {
    const list = await explained({
      loadKw: loadKw.map((_, i) => (i >= 10 && i < 14 ? 500 : 20)),
      sizes: { ...site.sizes, energy: 30, power: 200 },
    });
    expect(list[0]!.binds).toEqual(expect.arrayContaining(['grid: limit', 'gen: limit', 'sun: limit']));
    const binds = new Set(list.flatMap((s) => s.binds));
    expect([...binds].filter((b) => b.startsWith('store'))).toEqual(expect.arrayContaining(['store energy: empty']));
  });

  it('tell what a limit over time was missed by, by window', async () => {
    const cap = totalRule({
      number: 'L2',
      name: 'CO2',
      unit: 'kg',
      terms: [{ account: 'co2Kg', factor: 1 }],
      allowedPerYear: 0,
      penalty: 0.01,
    });
    const list = (await explained({ sizes: { ...site.sizes, grid: 400 } }, [cap])).filter(
      (s) => s.name === 'CO2 missed',
    );
    const kg = list.reduce((sum, s) => sum + s.sum, 0);
    expect(kg).toBeCloseTo(0.5 * (loadKw.reduce((a, b) => a + b, 0) - 2 * 8 * 20), 4);
    expect(list.every((s) => s.total && s.unit === 'kg')).toBe(true);
    // Parts in several windows are one limit.
    expect(shortfallLines([...list, ...list], clock)).toEqual([`CO2 missed by ${Math.round(2 * kg)} kg`]);
  });
});

describe('text', () => {
  const short = (more: Partial<Shortfall>): Shortfall => ({
    name: 'chat not served',
    unit: 'req/s',
    from: 3,
    to: 4,
    hours: 1,
    total: false,
    most: 2,
    sum: 2,
    binds: [],
    ...more,
  });
  it('tells spans', () => {
    expect(spanText(18, 21, clock)).toBe('14 January 18:00-21:00');
    expect(spanText(18, 24, clock)).toBe('14 January 18:00-24:00');
    expect(spanText(18, 27, clock)).toBe('14 January 18:00 to 15 January 03:00');
    expect(spanText(18, 48, clock)).toBe('14 January 18:00 to 16 January 00:00');
  });

  it('puts the same together and tells the worst of it', () => {
    const binds = ['a: limit', 'b: limit', 'c: limit', 'd', 'e'];
    const list = [
      short({ binds }),
      short({ from: 30, to: 33, hours: 3, most: 7, sum: 15, binds: [...binds].reverse() }),
    ];
    expect(shortfallKinds([...list, short({ sum: 1 })])).toMatchObject([
      { times: 2, hours: 4, sum: 17, worst: { most: 7 } },
      { times: 1, sum: 1 },
    ]);
    expect(shortfallLines(list, clock)).toEqual([
      'chat not served: 7 req/s on 15 January 06:00-09:00: e, d, c limit and b limit bind (the worst of 2 times, 4 h in all)',
    ]);
  });
});
