import { describe, expect, it } from 'vitest';
import { linear } from '../../src/view/scale.ts';
import { planFromNoon } from '../../test/browser/planFixture.ts';
import { requestOf } from './operate.ts';
import { isPlan } from './parse.ts';
import { feeding, segmentAt, stacked, stepArea, stepLine, taking } from './planShape.ts';

const plan = planFromNoon();
const times = { startMs: [0, 10], endMs: [10, 30] };
const straight = linear([0, 100], [0, 100]);

describe('the shapes of a plan', () => {
  it('stack what feeds the site up to its load, and what is charged below', () => {
    expect(feeding(plan).map(({ label }) => label)).toEqual(['Sun', 'Battery', 'Grid']);
    expect(taking(plan).map(({ label }) => label)).toEqual(['Battery']);
    const top = stacked(feeding(plan), plan.startMs.length).at(-1)!;
    const bottom = stacked(taking(plan), plan.startMs.length).at(-1)!;
    top.forEach((kw, k) => {
      expect(kw + bottom[k]!).toBeCloseTo(plan.columns.loadKw[k]!, 0);
    });
  });

  it('stand still within each segment', () => {
    expect(stepLine(times, straight, straight, [1, 5])).toBe('M0.0 1.0H10.0L10.0 5.0H30.0');
    expect(stepArea(times, straight, straight, [0, 0], [1, 5])).toBe(
      'M0.0 1.0H10.0L10.0 5.0H30.0L30.0 0.0H10.0L10.0 0.0H0.0Z',
    );
    expect([-5, 0, 9, 10, 29, 99].map((ms) => segmentAt(times, ms))).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('are read only from columns of one length', () => {
    expect(isPlan(plan)).toBe(true);
    expect(isPlan({ ...plan, reasons: [] })).toBe(false);
    expect(isPlan({ ...plan, columns: { ...plan.columns, loadKw: [1] } })).toBe(false);
  });
});

describe('the form of a lever', () => {
  it('makes a request once every field is there', () => {
    expect(requestOf({ lever: 'hold-battery', fields: {}, hours: '2' })).toEqual({
      lever: 'hold-battery',
      for_s: 7200,
    });
    expect(requestOf({ lever: 'start-generator', fields: {}, hours: '1' })).toEqual({
      lever: 'start-generator',
      for_s: 3600,
    });
    const drain = { lever: 'drain', fields: {}, hours: '1' };
    expect(requestOf(drain)).toBeUndefined();
    expect(requestOf({ ...drain, fields: { deployment: 'chat-70b' } })).toMatchObject({ deployment: 'chat-70b' });
    expect(requestOf({ lever: 'event', fields: { import_max_kw: 'x' }, hours: '1' })).toBeUndefined();
    expect(requestOf({ lever: 'event', fields: { import_max_kw: '1,5' }, hours: '1' })).toMatchObject({
      import_max_kw: 1.5,
    });
    const announced = { import_max_kw: '90', start: ' 2026-01-14T18:00 ' };
    expect(requestOf({ lever: 'event', fields: announced, hours: '3' })).toEqual({
      lever: 'event',
      import_max_kw: 90,
      start: '2026-01-14T18:00',
      for_s: 10_800,
    });
    expect(requestOf({ lever: 'hold-battery', fields: {}, hours: 'soon' })).toBeUndefined();
  });
});
