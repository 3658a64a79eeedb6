import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShareKeeper, sharesFor } from './shares.ts';

/** How many of so many requests go to each when whoever is owed the most gets the next. */
function spread(
  shares: ReadonlyMap<string, number>,
  count: number,
  keeper = new ShareKeeper(),
  barred = '',
): Map<string, number> {
  const got = new Map([...shares.keys()].map((id) => [id, 0]));
  for (let k = 0; k < count; k++) {
    const open = [...shares].filter(([id]) => id !== barred);
    const owed = ([id, share]: readonly [string, number]) => keeper.owed('m', id, share);
    const [next] = open.reduce((best, one) => (owed(one) > owed(best) ? one : best));
    got.set(next, got.get(next)! + 1);
    keeper.took('m', next, shares);
  }
  return got;
}

describe('requests kept at shares', () => {
  it('are so after every few, whatever the shares are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 4 }),
        fc.nat(300),
        (parts, count) => {
          const sum = parts.reduce((all, part) => all + part, 0);
          fc.pre(sum > 0);
          const shares = new Map(parts.map((part, i) => [`d${i}`, part / sum]));
          for (const [id, got] of spread(shares, count))
            expect(Math.abs(got - shares.get(id)! * count)).toBeLessThan(2);
        },
      ),
      { seed: 6 },
    );
  });

  it('make up for no more than a few that one could not take', () => {
    const shares = new Map([
      ['a', 0.5],
      ['b', 0.5],
    ]);
    const keeper = new ShareKeeper();
    expect(spread(shares, 100, keeper, 'b').get('a')).toBe(100);
    const after = spread(shares, 100, keeper);
    expect(after.get('b')! - 50).toBeGreaterThan(0);
    expect(after.get('b')! - 50).toBeLessThanOrEqual(4);
  });

  it('are those of the service of the name, or of one with the same deployments', () => {
    const of = (service: string, ...shares: [string, number][]) => ({
      service,
      engines: shares.map(([id, share]) => ({ id, share })),
    });
    const asked = [
      of('chat', ['a', 0.2], ['b', 0.8]),
      of('bulk', ['a', 0.6], ['b', 0.4]),
      of('code', ['c', 1], ['d', 0]),
    ];
    const both = new Set(['a', 'b']);
    expect(sharesFor(asked, 'bulk', both)!.get('a')).toBe(0.6);
    expect(sharesFor(asked, 'llama', both)!.get('a')).toBe(0.2);
    expect(sharesFor(asked, 'llama', new Set(['a', 'b', 'c']))).toBeUndefined();
    expect(sharesFor(asked, 'chat', new Set(['a']))).toBeUndefined();
    expect(sharesFor(undefined, 'chat', both)).toBeUndefined();
  });
});
