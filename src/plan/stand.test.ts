import { describe, expect, it } from 'vitest';
import { type Calendar, segmentsOf } from '../balance/segments.ts';
import type { Group } from '../balance/table.ts';
import { basisFrom, type Outline, withSlack } from './stand.ts';

const CALENDAR: Calendar = { steps: 8, stepH: 1, blocks: [0], cyclic: true, windows: [0] };
const [LOWER, BASIC, UPPER, NOT_BASIC] = [0, 1, 2, 4];

/** An outline with a size, and the columns and rows that are named, one per segment. */
function outline(starts: readonly number[], columns: readonly string[], rows: readonly string[]): Outline {
  const segments = segmentsOf(starts, CALENDAR);
  const after = (names: readonly string[], first: number): Group[] =>
    names.map((name, k) => ({
      name,
      tag: 'T1',
      first: first + k * segments.count,
      count: segments.count,
      slack: false,
    }));
  const size: Group = { name: 'size', tag: '', first: 0, count: 1, slack: false };
  return { segments, columnGroups: [size, ...after(columns, 1)], rowGroups: after(rows, 0) };
}

describe('where a merged model begins that another one went before', () => {
  const before = outline([0, 4], ['used', 'stored'], ['bus']);
  const basis = {
    colStatus: Int32Array.of(BASIC, LOWER, UPPER, BASIC, LOWER),
    // The last two are cuts.
    rowStatus: Int32Array.of(LOWER, UPPER, BASIC, LOWER),
  };

  it('is where that one ended, its own cuts with it and new ones slack', () => {
    const { colStatus, rowStatus } = basisFrom({ of: before, basis }, before, 3);
    expect([...colStatus]).toEqual([...basis.colStatus]);
    expect([...rowStatus]).toEqual([...basis.rowStatus, BASIC]);
    expect([...withSlack(basis, 6).rowStatus]).toEqual([...basis.rowStatus, BASIC, BASIC]);
  });

  it('is the segment that was cut, and the slack basis for what is new', () => {
    const after = outline([0, 2, 4, 7], ['stored', 'bought', 'used'], ['bus', 'limit']);
    const { colStatus, rowStatus } = basisFrom({ of: before, basis }, after, 1);
    const stored = [BASIC, BASIC, LOWER, LOWER];
    const bought = [NOT_BASIC, NOT_BASIC, NOT_BASIC, NOT_BASIC];
    const used = [LOWER, LOWER, UPPER, UPPER];
    expect([...colStatus]).toEqual([BASIC, ...stored, ...bought, ...used]);
    const bus = [LOWER, LOWER, UPPER, UPPER];
    expect([...rowStatus]).toEqual([...bus, BASIC, BASIC, BASIC, BASIC, BASIC]);
  });
});
