import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestWord } from './nearest.ts';

describe('editDistance', () => {
  it.each([
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['baterry', 'battery', 2],
    ['gird', 'grid', 1],
    ['Solar', 'solar', 0],
  ])('%s to %s takes %d', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
  });

  it('is symmetric, zero only for equal words, and at most the longer length', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const d = editDistance(a, b);
        expect(d).toBe(editDistance(b, a));
        expect(d === 0).toBe(a === b);
        expect(d).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe('nearestWord', () => {
  const known = ['nvidia-h100-sxm-80gb', 'nvidia-h200-sxm', 'nvidia-l4', 'qwen3-8b', 'qwen3-32b'];
  it('forgives a slip', () => {
    expect(nearestWord('qwen3-8B', known)).toBe('qwen3-8b');
    expect(nearestWord('qwen3_32b', known)).toBe('qwen3-32b');
    expect(nearestWord('nvidia-h100-smx-80gb', known)).toBe('nvidia-h100-sxm-80gb');
  });
  it('finds a part of a name', () => {
    expect(nearestWord('h100', known)).toBe('nvidia-h100-sxm-80gb');
  });
  it('does not guess wildly', () => {
    expect(nearestWord('toaster', known)).toBeUndefined();
    expect(nearestWord('x', [])).toBeUndefined();
  });
});
