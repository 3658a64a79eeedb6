import { describe, expect, it } from 'vitest';
import { solveModel, TOY_CO2, TOY_EFFICIENCY, type ToySite, toyBalance, valuesOf } from '../testing/toySite.ts';
import { RESERVE_DEFAULTS, type Reserve } from './reserve.ts';
import type { Rule } from './rule.ts';
import { type SizeLimit, sizeRule, sizeUse } from './sizes.ts';
import { spareRule } from './spare.ts';
import { hourlyRule, totalRule } from './total.ts';

const DAYS = 4;
const HOURS = 24 * DAYS;
const hour = (i: number): number => i % 24;
const SUN = Array.from({ length: HOURS }, (_, i) => Math.max(0, Math.sin(((hour(i) - 6) / 12) * Math.PI)));
const LOAD = Array.from({ length: HOURS }, (_, i) => 100 + 20 * Math.sin((hour(i) / 24) * 2 * Math.PI));

const site: ToySite = {
  loadKw: LOAD,
  sun: SUN,
  price: LOAD.map(() => 0.1),
  windowH: 48,
  sizes: { grid: 200, gen: [0, 500], sun: [0, 500], energy: [0, 2000], power: [0, 500] },
};

const CO2: Rule = totalRule({
  number: 'L2',
  name: 'CO2 of a year',
  unit: 'kg',
  terms: [{ account: 'co2Kg', factor: 1 }],
  allowedPerYear: 100_000,
  penalty: 1,
});

async function solved(balance: ReturnType<typeof toyBalance>, segments = balance.balance.flat()) {
  const model = balance.balance.model(segments, balance.choices);
  const answer = await solveModel(model);
  expect(answer.status).toBe('optimal');
  return { model, answer, of: (name: string) => valuesOf(model, answer, name) };
}
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

describe('reserve (Z1, Z2)', () => {
  const reserve: Reserve = { hours: 2, ...RESERVE_DEFAULTS };
  it('holds the protected load in every hour with what is there without notice', async () => {
    const toy = toyBalance(site);
    const { of } = await solved({ ...toy, balance: toy.balance.withReserve(reserve) });
    const [gen, sun, power] = ['size gen.kw', 'size sun.kw', 'size store.power'].map((n) => of(n)[0]!);
    const energy = of('store energy');
    for (let i = 0; i < HOURS; i++) {
      const firm = gen! + reserve.firmSun * SUN[i]! * sun!;
      const needed = 1.1 * LOAD[i]!;
      expect(firm + power!).toBeGreaterThanOrEqual(needed - 1e-5);
      const before = energy[(i + HOURS - 1) % HOURS]!;
      expect(firm + (before * TOY_EFFICIENCY) / reserve.hours).toBeGreaterThanOrEqual(needed - 1e-5);
    }
    expect(sum(of('reserve of power missed'))).toBeLessThan(1e-6);
  });

  it('asks for no less when the hours are raised, and for nothing when there is none', async () => {
    const toy = toyBalance({ ...site, sizes: { ...site.sizes, gen: 0, sun: 0 } });
    const energies: number[] = [];
    for (const hours of [1, 2, 4]) {
      const { of } = await solved({ ...toy, balance: toy.balance.withReserve({ ...reserve, hours }) });
      energies.push(of('size store.energy')[0]!);
    }
    expect(energies[1]).toBeGreaterThan(1.5 * energies[0]!);
    expect(energies[2]).toBeGreaterThan(1.5 * energies[1]!);
    const { of } = await solved({
      ...toy,
      balance: toy.balance.withReserve({ ...reserve, hours: 4 }).withReserve(undefined),
    });
    expect(of('size store.energy')[0]).toBeLessThan(energies[0]!);
  });

  it('says what is missed where nothing can be built', async () => {
    const toy = toyBalance({ ...site, sizes: { grid: 200, gen: 50, sun: 0, energy: 0, power: 0 } });
    const { of } = await solved({ ...toy, balance: toy.balance.withReserve(reserve) });
    LOAD.forEach((load, i) => {
      expect(of('reserve of power missed')[i]).toBeCloseTo(1.1 * load - 50, 6);
    });
  });
});

describe('limits on sums', () => {
  it('keep CO2 of the horizon below the cap of its share of a year', async () => {
    const free = await solved(toyBalance(site));
    const { of, model, answer } = await solved(toyBalance(site, [CO2]));
    const kg = TOY_CO2.grid * sum(of('grid power')) + TOY_CO2.gen * sum(of('gen power'));
    const allowed = (100_000 * HOURS) / 8760;
    expect(TOY_CO2.grid * sum(free.of('grid power'))).toBeGreaterThan(1.5 * allowed);
    expect(kg).toBeLessThanOrEqual(allowed * (1 + 1e-7));
    expect(kg).toBeGreaterThan(0.99 * allowed);
    expect(answer.objective).toBeGreaterThan(free.answer.objective);
    expect(model.rowGroups.filter((g) => g.tag === 'L2').map((g) => g.name)).toEqual([
      'CO2 of a year',
      'CO2 of a year, part 0',
      'CO2 of a year, part 1',
    ]);
  });

  it('reach a renewable share', async () => {
    const rule = totalRule({
      number: 'L1',
      name: 'renewable share',
      unit: 'kWh',
      terms: [
        { account: 'suppliedKwh', factor: 0.6 },
        { account: 'renewableKwh', factor: -1 },
      ],
      allowedPerYear: 0,
      penalty: 1,
    });
    const { of } = await solved(toyBalance(site, [rule]));
    const [sun, grid, gen] = ['sun power', 'grid power', 'gen power'].map((n) => sum(of(n)));
    expect(sun! / (sun! + grid! + gen!)).toBeGreaterThan(0.6 - 1e-7);
  });

  it('keep every hour below its most', async () => {
    const rule = hourlyRule({
      number: 'L4',
      name: 'CO2 of an hour',
      unit: 'kg/h',
      account: 'co2Kg',
      mostPerHour: 30,
      penalty: 1,
    });
    const { of } = await solved(toyBalance(site, [rule]));
    for (let i = 0; i < HOURS; i++) {
      expect(TOY_CO2.grid * of('grid power')[i]! + TOY_CO2.gen * of('gen power')[i]!).toBeLessThan(30 + 1e-6);
    }
  });
});

describe('limits on sizes', () => {
  const limit: SizeLimit = {
    number: 'L5',
    name: 'land',
    unit: 'm2',
    terms: [
      { unit: 'sun', key: 'kw', factor: 24 },
      { unit: 'gen', key: 'kw', factor: 1 },
    ],
    most: 2400,
    penalty: 1e4,
  };
  it('hold sizes back and say how much they use', async () => {
    const { of } = await solved(toyBalance(site, [CO2, sizeRule(limit)]));
    const use = sizeUse(limit, (unit, key) => of(`size ${unit}.${key}`)[0]!);
    expect(use.used).toBeCloseTo(2400, 3);
    expect(use).toMatchObject({ missed: 0, binds: true });
    expect(of('land: more than allowed')[0]).toBe(0);
  });

  it('tell by how much they are missed', async () => {
    const tight = { ...limit, least: 500_000 };
    const toy = toyBalance({ ...site, sizes: { ...site.sizes, sun: 10, gen: 0 } }, [
      sizeRule({ ...tight, most: Number.POSITIVE_INFINITY }),
    ]);
    const { of } = await solved(toy);
    expect(of('land: less than asked')[0]).toBeCloseTo(500_000 - 240, 6);
    expect(sizeUse(tight, (unit) => (unit === 'sun' ? 10 : 0))).toMatchObject({
      used: 240,
      missed: 499_760,
      binds: true,
    });
  });
});

describe('spare (I2)', () => {
  it('keeps a part of what is in use free', async () => {
    // Whatever tells that it is in use: here the generator.
    const rule: Rule = {
      add(model, penalties) {
        spareRule({
          pool: 'gen',
          takes: [{ unit: 'gen', key: 'kw', each: 2 }],
          kept: 60,
          of: 'halves',
          penalty: 10,
        }).add(model, penalties);
        const power = model.columnGroups.find((g) => g.name === 'gen power')!;
        model.tell('busy gen', power.first, 1);
      },
    };
    const { of } = await solved(toyBalance({ ...site, sizes: { ...site.sizes, grid: 0, sun: 0, energy: 0 } }, [rule]));
    const most = Math.max(...of('gen power'));
    expect(of('size gen.kw')[0]).toBeCloseTo(most + 30, 5);
  });
});
