import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { solveOutside } from '../balance/external.ts';
import { highs } from '../balance/highs.ts';
import { writeMps } from '../balance/mps.ts';
import { SolverPool } from '../balance/pool.ts';
import { loadCatalog } from '../catalog/load.ts';
import { loadSite } from '../site/load.ts';
import { generateWeather } from '../weather/generate.ts';
import { certify } from './certify.ts';
import { problemOf } from './problem.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SOLVER = `${process.execPath} ${file('src/balance/testing/solverCommand.ts')} {model} {solution}`;

/** Two days of a whole site with sun and battery free. */
function problem() {
  return problemOf(loadSite(file('sites/bukhara.yaml')), {
    years: [generateWeather(loadCatalog().climates.get('bukhara')!, 1)],
    days: 2,
    free: [
      { unitId: 'pv', key: 'peak', lower: 0, upper: 30_000 },
      { unitId: 'bess', key: 'energy', lower: 0, upper: 40_000 },
      { unitId: 'bess', key: 'power', lower: 0, upper: 15_000 },
    ],
  });
}

describe('the flat problem of a site', () => {
  it('has the same optimum in its MPS file, by another program, and between the bounds of the plan', async () => {
    const asked = problem();
    const folder = mkdtempSync(join(tmpdir(), 'flat-'));
    const pool = new SolverPool(1);
    try {
      const path = join(folder, 'bukhara.mps');
      const table = asked.balance.model(asked.balance.flat(), asked.choices);
      await writeMps(path, { table });
      const solver = await highs();
      const read = solver.withModel({ format: 'mps', data: readFileSync(path) }, (held) => {
        held.options.set({ output_flag: false });
        held.run();
        return { objective: held.getObjectiveValue(), ...held.getDimensions() };
      });
      expect([read.numCols, read.numRows]).toEqual([table.columnCount, table.rowCount]);
      const outside = await solveOutside(SOLVER, { table });
      const { lower, upper } = await certify(asked.balance, asked.choices, pool, { gap: 1e-5, segments: 20 });
      const near = 1e-6 * read.objective;
      expect(Math.abs(outside.objective - read.objective)).toBeLessThan(near);
      expect(outside.violation).toBeLessThan(1e-6);
      expect(lower).toBeLessThanOrEqual(read.objective + near);
      expect(upper).toBeGreaterThanOrEqual(read.objective - near);
      expect(upper - lower).toBeLessThan(1e-3 * upper);
    } finally {
      await pool.close();
      rmSync(folder, { recursive: true });
    }
  });
});
