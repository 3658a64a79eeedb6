import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StopFilter } from './stop.ts';

/** Everything that a filter lets through of a text cut into pieces. */
function through(pieces: readonly string[], stops: readonly string[]): { text: string; stopped: boolean } {
  const filter = new StopFilter(stops);
  let text = '';
  for (const piece of pieces) {
    const got = filter.push(piece);
    text += got.text;
    if (got.stopped) return { text, stopped: true };
  }
  return { text: text + filter.rest(), stopped: false };
}

describe('StopFilter', () => {
  it('cuts at the first stop text, however the answer comes in pieces', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 30 });
    const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(letters, stops, fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 30 }), (text, given, sizes) => {
        const pieces: string[] = [];
        let at = 0;
        for (const size of sizes) {
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        pieces.push(text.slice(at));
        const cuts = given.map((stop) => text.indexOf(stop)).filter((cut) => cut >= 0);
        const got = through(pieces, given);
        if (cuts.length === 0) expect(got).toEqual({ text, stopped: false });
        else {
          expect(got.stopped).toBe(true);
          // A longer stop text that began earlier may not have been whole when a shorter one was
          expect(text.startsWith(got.text)).toBe(true);
          expect(given.some((stop) => text.startsWith(got.text + stop))).toBe(true);
        }
      }),
    );
  });

  it('lets text through as soon as it can be no stop text', () => {
    const filter = new StopFilter(['END']);
    expect([filter.push('a').text, filter.push('bE').text, filter.push('N').text, filter.push('x').text]).toEqual([
      'a',
      'b',
      '',
      'ENx',
    ]);
  });
});
