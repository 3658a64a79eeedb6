import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrixOf } from './matrix.ts';

describe('matrix', () => {
  it('by columns adds up what stands twice and equals a dense one', () => {
    const entry = fc.record({
      row: fc.integer({ min: 0, max: 4 }),
      column: fc.integer({ min: 0, max: 3 }),
      value: fc.integer({ min: -9, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        const dense = Array.from({ length: 4 }, () => new Array<number>(5).fill(0));
        for (const { row, column, value } of entries) dense[column]![row]! += value;
        const { starts, rows, values } = matrixOf(
          Int32Array.from(entries, (e) => e.row),
          Int32Array.from(entries, (e) => e.column),
          Float64Array.from(entries, (e) => e.value),
          4,
          5,
        );
        expect(starts.length).toBe(5);
        expect(starts[4]).toBe(values.length);
        dense.forEach((column, c) => {
          const own = rows.slice(starts[c], starts[c + 1]);
          expect(new Set(own).size).toBe(own.length);
          const back = new Array<number>(5).fill(0);
          own.forEach((row, i) => {
            back[row] = values[starts[c]! + i]!;
          });
          expect(back).toEqual(column);
        });
      }),
    );
  });
});
