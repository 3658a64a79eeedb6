import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkModel } from './check.ts';
import { LinearModel } from './linearModel.ts';
import { everyStep, windowsOf } from './segments.ts';
import { randomSites } from './testing/randomSite.ts';
import { solveModel, type ToySite, toyBalance } from './testing/toySite.ts';

const HOURS = 24;
const site: ToySite = {
  loadKw: Array.from({ length: HOURS }, () => 100),
  sun: Array.from({ length: HOURS }, (_, i) => (i > 6 && i < 18 ? 0.5 : 0)),
  price: Array.from({ length: HOURS }, () => 0.1),
  windowH: 24,
  sizes: { grid: 200, gen: [0, 500], sun: [0, 500], energy: [0, 2000], power: [0, 500] },
};

/** The toy site's model, changed by hand. */
function broken(change: (model: LinearModel) => void, more: Partial<ToySite['sizes']> = {}) {
  const { balance, choices } = toyBalance({ ...site, sizes: { ...site.sizes, ...more } });
  const model = balance.model(balance.flat(), choices);
  change(model);
  return checkModel(model);
}
const texts = (...given: Parameters<typeof broken>): string[] => broken(...given).map((f) => `${f.kind}: ${f.text}`);

describe('checkModel', () => {
  it('has nothing to say about a sound model', () => {
    expect(texts(() => undefined)).toEqual([]);
  });

  it('finds nothing in random sites that a solver solves', async () => {
    await fc.assert(
      fc.asyncProperty(randomSites(), async ({ balance, choices }) => {
        const model = balance.model(balance.merged(10), choices);
        expect(checkModel(model).filter((f) => f.severity === 'error')).toEqual([]);
        expect((await solveModel(model)).status).toBe('optimal');
      }),
      { numRuns: 15 },
    );
  });

  const names = ['grid: limit', 'gen: limit', 'sun: limit', 'store: store', 'store: window', 'store: converter'];
  it('names every number that is none', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.integer({ min: 0, max: HOURS - 1 }),
        fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
        (name, k, value) => {
          const found = texts((model) => {
            const row = model.rowGroups.find((g) => g.name === name)!;
            model.put(row.first + k, model.columnGroups.find((g) => g.name === 'gen power')!.first + k, value);
          });
          expect(found).toEqual([`number: ${name} (step ${k}): the coefficient of gen power (step ${k}) is ${value}`]);
        },
      ),
    );
  });

  it('names a cost and bounds that are no numbers', () => {
    expect(
      texts((model) => {
        model.cost[model.columnGroups.find((g) => g.name === 'grid power')!.first + 3] = Number.NaN;
      }),
    ).toEqual(['number: the cost of grid power (step 3) is NaN']);
    expect(
      texts((model) => {
        model.rowUpper[model.rowGroups.find((g) => g.name === 'bus mv')!.first] = Number.NaN;
        model.upper[0] = Number.NaN;
      }),
    ).toEqual(['number: a bound of size grid.kw is no number', 'number: a bound of bus mv (step 0) is no number']);
  });

  it('names bounds that cross, of sizes and of rows', () => {
    expect(texts(() => undefined, { grid: [300, 200] })[0]).toBe(
      'bounds: size grid.kw: at least 300 and at most 200 exclude each other',
    );
    const found = texts((model) => {
      model.row('L9', 'two limits', 5, 3);
    });
    expect(found[0]).toBe('bounds: two limits: at least 5 and at most 3 exclude each other');
  });

  it('finds a demand that nothing can serve, but for its slack', () => {
    const found = texts((model) => {
      const bus = model.rows('E1', 'bus requests:chat', 7, 7);
      model.slack('chat not served', 'req/s', bus, 1, 1);
    });
    expect(found).toEqual([
      `unserved: bus requests:chat: nothing can serve what is asked of it in ${HOURS} of ${HOURS} steps`,
    ]);
    const limited = texts((model) => {
      const row = model.row('L9', 'enough storage', 3000, Number.POSITIVE_INFINITY);
      model.put(row, model.size('store', 'energy').column, 1);
    });
    expect(limited).toEqual(['unserved: enough storage: no choice reaches 3000']);
  });

  it('finds buses that only fill, and columns that no row holds', () => {
    const found = texts((model) => {
      const heat = model.columns('heat', 'kW', 0, 50, 0);
      model.putAll(model.bus('heat'), heat, 1);
      model.columns('idle', 'kW', 0, 50, 1);
      model.columns('mint', 'kW', 0, Number.POSITIVE_INFINITY, -1);
    });
    expect(found).toEqual([
      'unused: bus heat: nothing is drawn from it, so all of it stands still',
      'unbounded: mint earns money and nothing holds it back',
      'unused: idle stands in no row',
    ]);
  });

  it('finds a free size without a cost', () => {
    const { balance, choices } = toyBalance(site);
    const model = balance.model(
      balance.flat(),
      choices.map((c, i) => (i === 1 ? { ...c, costPerYear: 0 } : c)),
    );
    expect(checkModel(model).map((f) => f.text)).toEqual([
      'gen: the size kw is free and costs nothing, so all of it would be built',
    ]);
  });

  it('asks for units and numbers of rows', () => {
    const found = texts((model) => {
      const bare = model.columns('bare', '', 0, 1, 0);
      model.putAll(model.rows('limit', 'some limit', 0, 1), bare, 1);
    });
    expect(found).toEqual(['unit: bare has no unit', 'unit: some limit: "limit" is no number of a row, such as E1']);
  });

  it('tells coefficients that are too far apart', () => {
    const found = texts((model) => {
      const sizes = [model.size('sun', 'kw').column, model.size('gen', 'kw').column];
      const row = model.row('L9', 'odd units', Number.NEGATIVE_INFINITY, 1e12);
      model.put(row, sizes[0]!, 1e9);
      model.put(row, sizes[1]!, 1e-6);
    });
    expect(found).toEqual([
      'spread: coefficients from 0.0000010 (size gen.kw in odd units) to 1.0e+9 (size sun.kw in odd units) are 15 orders of magnitude apart',
    ]);
  });

  it('looks at a model without devices', () => {
    const calendar = { steps: 3, stepH: 1, blocks: [0], cyclic: true, windows: [0] };
    expect(checkModel(new LinearModel(everyStep(calendar), [], 1, windowsOf(calendar).before))).toEqual([]);
  });
});
