import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arraysOf, highs, solveOnce } from './highs.ts';
import { columnNames, mpsText, rowNames, type Written, writeMps } from './mps.ts';
import { randomSites } from './testing/randomSite.ts';
import { bareModel } from './testing/table.ts';

/** What HiGHS reads in a text, its objective and the names of its columns. */
async function readBack(written: Written): Promise<{ objective: number; names: string[]; rows: number }> {
  const solver = await highs();
  return solver.withModel({ format: 'mps', data: mpsText(written) }, (held) => {
    held.options.set({ output_flag: false });
    const { numCols, numRows } = held.getDimensions();
    const names = Array.from({ length: numCols }, (_, c) => held.getColName(c));
    held.run();
    return { objective: held.getObjectiveValue(), names, rows: numRows };
  });
}

const bound = fc.oneof(
  fc.constant([0, Number.POSITIVE_INFINITY]),
  fc.constant([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]),
  fc.integer({ min: -5, max: 9 }).map((v) => [v, v]),
  fc.integer({ min: -5, max: 9 }).map((v) => [Number.NEGATIVE_INFINITY, v]),
  fc.integer({ min: -5, max: 9 }).map((v) => [v, Number.POSITIVE_INFINITY]),
  fc.tuple(fc.integer({ min: -5, max: 2 }), fc.integer({ min: 0, max: 7 })).map(([a, w]) => [a, a + w]),
);

describe('an MPS file', () => {
  it('of a site, read by HiGHS, has the same optimum, and names that tell what they are', async () => {
    await fc.assert(
      fc.asyncProperty(randomSites(), async ({ balance, choices }) => {
        const table = balance.model(balance.flat(), choices);
        const ours = await solveOnce(arraysOf(table), { method: 'simplex' });
        const theirs = await readBack({ table });
        expect(theirs.objective).toBeCloseTo(ours.objective, 5);
        expect(theirs.names).toEqual(columnNames(table));
        expect(theirs.rows).toBe(table.rowCount);
        expect(theirs.names).toContain('size_bess.energy');
        expect(theirs.names).toContain('bess_charge.0');
        expect(rowNames(table)).toContain('E1_bus_mv.59');
      }),
      { numRuns: 8 },
    );
  });

  it('keeps every kind of bound, range and whole number', async () => {
    const draw = fc.record({
      columns: fc.array(fc.record({ bound, cost: fc.integer({ min: -3, max: 3 }), whole: fc.boolean() }), {
        minLength: 2,
        maxLength: 5,
      }),
      rows: fc.array(
        fc.record({ bound, values: fc.array(fc.integer({ min: -2, max: 3 }), { minLength: 5, maxLength: 5 }) }),
        {
          maxLength: 4,
        },
      ),
    });
    await fc.assert(
      fc.asyncProperty(draw, async ({ columns, rows }) => {
        const table = bareModel();
        const whole: number[] = [];
        for (const c of columns) {
          const at = table.column('x', 'kW', c.bound[0]!, c.bound[1]!, c.cost, 0);
          // Boxed, so that there is an optimum wherever there is a plan.
          const box = table.row('X1', 'box', -50, 50);
          table.put(box, at, 1);
          if (c.whole) whole.push(at);
        }
        for (const r of rows) {
          const row = table.row('X2', 'row', r.bound[0]!, r.bound[1]!);
          for (const [c] of columns.entries()) table.put(row, c, r.values[c]!);
        }
        const ours = await solveOnce({ ...arraysOf(table), whole }, { mipGap: 0 });
        const theirs = await readBack({ table, whole });
        if (ours.status === 'optimal') expect(theirs.objective).toBeCloseTo(ours.objective, 5);
        expect(new Set(theirs.names).size).toBe(columns.length);
      }),
      { numRuns: 60 },
    );
  });

  it('is written to a file as it is to a text', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mps-'));
    try {
      const { balance, choices } = fc.sample(randomSites(), { numRuns: 1, seed: 5 })[0]!;
      const table = balance.model(balance.flat(), choices);
      const path = join(folder, 'model.mps');
      await writeMps(path, { table });
      const text = readFileSync(path, 'utf8');
      expect(text).toBe(mpsText({ table }));
      expect(text.startsWith('NAME joulewright\nROWS\n N cost\n')).toBe(true);
      expect(text.endsWith('ENDATA\n')).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
