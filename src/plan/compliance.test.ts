import { describe, expect, it } from 'vitest';
import { complianceText } from '../report/complianceText.ts';
import { zoneOf } from '../series/zone.ts';
import { loadSite } from '../site/load.ts';
import { type ComplianceRun, complianceOf, type RuleReading } from './compliance.ts';

const site = loadSite('sites/nukus-ai-zone.yaml');
const HOURS = 24 * 40;
const START_MS = zoneOf('Asia/Samarkand').instant(2026, 1, 1);
const local = Array.from({ length: HOURS }, (_, i) => zoneOf('Asia/Samarkand').local(START_MS + (i + 0.5) * 3_600_000));
/** Peak hours of the file: 6 to 9 and 17 to 22. */
const isPeak = (i: number): boolean => [6, 7, 8, 17, 18, 19, 20, 21].includes(i % 24);
const SIZES: Readonly<Record<string, number>> = {
  'bess.power': 6500,
  'bess.energy': 28_000,
  'grid.import_limit': 20_000,
  'hall-1-chain.rated': 12_000,
  'hall-2-chain.rated': 5600,
  'chat-235b.replicas': 1024,
  'reason-r1.replicas': 1024,
  'bulk-32b.replicas': 2048,
};

function runOf(importKw: (i: number) => number, loadKw = importKw, sizes = SIZES): ComplianceRun {
  return {
    site,
    sizeOf: (unit, key) => sizes[`${unit}.${key}`]!,
    importKw: Float64Array.from({ length: HOURS }, (_, i) => importKw(i)),
    loadKw: Float64Array.from({ length: HOURS }, (_, i) => loadKw(i)),
    local,
    stepH: 1,
  };
}
const find = (list: readonly RuleReading[], text: string): RuleReading => {
  const found = list.filter((r) => r.reading.startsWith(text));
  expect(found, text).toHaveLength(1);
  return found[0]!;
};

describe('complianceOf', () => {
  it('has every reading that the parameters allow, the file’s first', () => {
    const list = complianceOf(runOf(() => 100));
    expect(list.filter((r) => r.rule === 'peak_reduction')).toHaveLength(2 * 2 * 3);
    expect(list.filter((r) => r.rule === 'storage')).toHaveLength(3 * 2);
    expect(list[0]).toMatchObject({
      isOwn: true,
      whose: 'ours',
      reading: 'grid import against the mean of the other hours, every day',
    });
    expect(list.filter((r) => r.isOwn)).toHaveLength(3);
  });

  it('measures the cut of the worst period, and counts the tight ones', () => {
    // 30 % less at peak, but 20 % on 1 January and 10 % on 3 February.
    const cut = (i: number): number => (i < 24 ? 0.2 : Math.floor(i / 24) === 33 ? 0.1 : 0.3);
    const list = complianceOf(runOf((i) => (isPeak(i) ? 10_000 * (1 - cut(i)) : 10_000)));
    const day = find(list, 'grid import against the mean of the other hours, every day');
    expect(day.reached).toBeCloseTo(0.1, 12);
    expect(day.margin).toBeCloseTo(-0.1, 12);
    expect(day).toMatchObject({
      ok: false,
      tightH: 16,
      periods: { count: 40, tight: 2, broken: 1, worst: '2026-02-03' },
    });
    const month = find(list, 'grid import against the mean of the other hours, every month');
    // February has 9 of the 40 days.
    expect(month.reached).toBeCloseTo((8 * 0.3 + 0.1) / 9, 12);
    expect(month).toMatchObject({ ok: true, tightH: 0, periods: { count: 2, tight: 0, worst: '2026-02' } });
    const contract = find(list, 'grid import against the contracted import, every day');
    expect(contract.reached).toBeCloseTo(1 - 9000 / 20_000, 12);
  });

  it('tells import and load apart', () => {
    const list = complianceOf(
      runOf(
        (i) => (isPeak(i) ? 500 : 1000),
        () => 1000,
      ),
    );
    expect(find(list, 'grid import against the mean of the other hours, every year').reached).toBeCloseTo(0.5, 12);
    const load = find(list, 'load of the site against the mean of the other hours, every year');
    expect(load.reached).toBeCloseTo(0, 12);
    expect(load).toMatchObject({ ok: false, tightH: 8 * 40 });
  });

  it('measures storage against each load', () => {
    const list = complianceOf(runOf(() => 100));
    const power = find(list, 'power for a share of the contracted import');
    expect(power).toMatchObject({ asked: 6000, reached: 6500, margin: 500, ok: true, unit: 'kW' });
    const energy = find(list, 'energy for 2 h of that share of the contracted import');
    expect(energy.asked).toBeCloseTo(12_000, 6);
    expect(energy.reached).toBeCloseTo(28_000 * 0.8 * 0.94792, 6);
    expect(find(list, 'power for a share of the rated output').asked).toBeCloseTo(0.3 * 17_600, 6);
    const small = complianceOf(runOf(() => 100, undefined, { ...SIZES, 'bess.power': 4000 }));
    expect(find(small, 'power for a share of the contracted import')).toMatchObject({ margin: -2000, ok: false });
  });

  it('leaves out what has no reference, and is empty without rules', () => {
    const list = complianceOf(runOf(() => 0));
    // Nothing is bought or drawn: only the contract is something to measure against.
    expect(list.filter((r) => r.rule === 'peak_reduction').map((r) => r.reading)).toEqual(
      ['grid import', 'load of the site'].flatMap((what) =>
        ['day', 'month', 'year'].map((period) => `${what} against the contracted import, every ${period}`),
      ),
    );
    expect(
      complianceOf(
        runOf(() => 0),
        {},
      ),
    ).toEqual([]);
    expect(complianceText([])).toMatch(/has no rules/);
  });

  it('is printed as a table', () => {
    const text = complianceText(complianceOf(runOf((i) => (isPeak(i) ? 8000 : 10_000))));
    const line = (start: string): string => text.split('\n').find((l) => l.includes(start))!;
    expect(line('grid import against the mean of the other hours, every day')).toMatch(
      /our reading\) +20 % +20 % +0 % +met +40 of 40 days \(320 h\); worst 2026-01-\d\d/,
    );
    expect(line('power for a share of the contracted import')).toMatch(/6 MW +6\.5 MW +\+500 kW +met/);
  });
});
