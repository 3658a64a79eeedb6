import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteBatch, type SurplusHour } from './quote.ts';

const HOUR = 3_600_000;
/** Surplus by hour from 0 on, kW. */
const outlook = (...surplusKw: number[]): SurplusHour[] =>
  surplusKw.map((kw, h) => ({ startMs: h * HOUR, endMs: (h + 1) * HOUR, surplusKw: kw, pricePerKwh: 0.1 }));
/** A batch of some kWh at 10 kW, due after some hours. */
const ask = (kwh: number, hours: number) => ({ atMs: 0, deadlineMs: hours * HOUR, joules: kwh * 3.6e6, watts: 10_000 });

describe('the quote of a batch', () => {
  it('waits for the surplus, and prices what is not', () => {
    const quote = quoteBatch(ask(20, 24), outlook(0, 0, 0, 10, 10, 0, 0, 0, 0, 0, 0, 0), 'USD');
    expect(quote).toMatchObject({
      startMs: 3 * HOUR,
      endMs: 5 * HOUR,
      greenShare: 1,
      pricePerKwh: 0,
      basis: 'forecast',
    });
    const half = quoteBatch(ask(40, 24), outlook(0, 0, 0, 10, 10, 0, 0, 0, 0, 0, 0, 0), 'USD');
    expect(half.greenShare).toBe(0.5);
    expect(half.pricePerKwh).toBeCloseTo(0.05, 12);
    expect(half.cost).toBeCloseTo(2, 12);
  });

  it('starts at once where a later start wins little', () => {
    expect(quoteBatch(ask(10, 24), outlook(5, 5, 5.2, 0, 0), 'USD')).toMatchObject({ startMs: 0, greenShare: 0.5 });
    expect(quoteBatch(ask(10, 24), outlook(0, 0, 0), 'USD')).toMatchObject({ startMs: 0, greenShare: 0 });
  });

  it('does not wait into its reserve', () => {
    // Three lengths of two hours are kept of eight: it may start after two at the latest
    const quote = quoteBatch(ask(20, 8), outlook(0, 0, 0, 0, 10, 10, 10, 10), 'USD');
    expect(quote.startMs).toBe(0);
  });

  it('claims nothing where nothing is known', () => {
    const unknown = { startMs: 0, endMs: 24 * HOUR, greenShare: null, pricePerKwh: null, cost: null, basis: 'none' };
    expect(quoteBatch({ ...ask(1, 24), joules: null }, outlook(1), 'USD')).toMatchObject(unknown);
    expect(quoteBatch({ ...ask(1, 24), watts: 0 }, outlook(1), 'USD')).toMatchObject(unknown);
    expect(quoteBatch(ask(1, 24), [], 'USD')).toMatchObject(unknown);
  });

  it('keeps within its time, and is never less green than a start at once', () => {
    const hours = fc.array(fc.double({ min: 0, max: 30, noNaN: true }), { minLength: 1, maxLength: 48 });
    fc.assert(
      fc.property(
        hours,
        fc.double({ min: 0.1, max: 200, noNaN: true }),
        fc.integer({ min: 1, max: 72 }),
        (kw, kwh, due) => {
          const quote = quoteBatch(ask(kwh, due), outlook(...kw), 'USD');
          const atOnce = quoteBatch({ ...ask(kwh, due), deadlineMs: 1 }, outlook(...kw), 'USD');
          expect(quote.startMs).toBeGreaterThanOrEqual(0);
          expect(quote.endMs).toBeLessThanOrEqual(due * HOUR);
          expect(quote.endMs).toBeGreaterThanOrEqual(quote.startMs);
          expect(quote.greenShare).toBeGreaterThanOrEqual(atOnce.greenShare! - 1e-9);
          expect(quote.greenShare).toBeLessThanOrEqual(1);
          expect(quote.cost).toBeCloseTo((1 - quote.greenShare!) * 0.1 * kwh, 9);
        },
      ),
    );
  });
});
