import { describe, expect, it } from 'vitest';
import { expandInputs, expandList, isListSpec } from './listSpec.ts';

describe('list spec', () => {
  it('writes a flat list out, places from 1', () => {
    expect(expandList({ flat: 1, count: 4, set: { 1: 9, 4: 10 } })).toEqual([9, 1, 1, 10]);
    expect(expandList({ repeat: [1, 2, 3], count: 5 })).toEqual([1, 2, 3, 1, 2]);
    expect(expandList({ flat: -2.5, count: 0 })).toEqual([]);
  });

  it('says what is wrong', () => {
    for (const bad of [
      { flat: 1, count: -1 },
      { flat: 1, count: 1.5 },
      { flat: 1, count: 1e9 },
      { flat: 1, count: '3' },
      { count: 3 },
      { flat: 1, repeat: [1], count: 3 },
      { flat: Number.NaN, count: 3 },
      { repeat: [], count: 3 },
      { repeat: ['1'], count: 3 },
      { flat: 1, count: 3, set: { 0: 1 } },
      { flat: 1, count: 3, set: { 4: 1 } },
      { flat: 1, count: 3, set: { x: 1 } },
      { flat: 1, count: 3, set: { 1: '2' } },
      { flat: 1, count: 3, set: [1] },
      { flat: 1, count: 3, extra: 1 },
    ]) {
      expect(expandList(bad), JSON.stringify(bad)).toBeTypeOf('string');
    }
  });

  it('expands only list specs among inputs', () => {
    expect(expandInputs({ load: { flat: 2, count: 2 }, price: 3, way: 'past', list: [1, 2] })).toEqual({
      load: [2, 2],
      price: 3,
      way: 'past',
      list: [1, 2],
    });
    expect(expandInputs({ load: { flat: 2, count: -2 } })).toMatch(/^load: count/);
    expect(isListSpec([1])).toBe(false);
  });
});
