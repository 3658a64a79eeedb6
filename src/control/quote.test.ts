import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PricedTime, quoteByPlan } from './quote.ts';

const HOUR = 3_600_000;

/** A plan by hour from 0 on: price, and 10 kW of surplus where power is free. */
const plan = (...prices: number[]): PricedTime[] =>
  prices.map((pricePerKwh, h) => ({
    startMs: h * HOUR,
    endMs: (h + 1) * HOUR,
    pricePerKwh,
    surplusKw: pricePerKwh === 0 ? 10 : 0,
  }));
/** A batch of some kWh at 10 kW, due after some hours. */
const ask = (kwh: number, hours: number) => ({ atMs: 0, deadlineMs: hours * HOUR, joules: kwh * 3.6e6, watts: 10_000 });

describe('the quote of a batch', () => {
  it('waits for the hours in which power costs least, and says what it costs and how green it is', () => {
    const quote = quoteByPlan(ask(20, 24), plan(0.1, 0.1, 0.1, 0, 0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1), 'USD');
    expect(quote).toMatchObject({
      startMs: 3 * HOUR,
      endMs: 5 * HOUR,
      greenShare: 1,
      pricePerKwh: 0,
      basis: 'forecast',
    });
    expect(quote.reason).toBe('by the plan of the site power costs 0 USD/kWh then and 0.1 now');
    const half = quoteByPlan(ask(40, 24), plan(0.1, 0.1, 0.1, 0, 0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1), 'USD');
    expect(half.greenShare).toBeCloseTo(0.5, 12);
    expect(half.cost).toBeCloseTo(2, 12);
    expect(half.pricePerKwh).toBeCloseTo(0.05, 12);
  });

  it('starts at once where a later start saves little', () => {
    const quote = quoteByPlan(ask(10, 24), plan(0.1, 0.1, 0.097, 0.1, 0.1, 0.1), 'USD');
    expect(quote).toMatchObject({ startMs: 0, greenShare: 0 });
  });

  it('does not wait into its reserve', () => {
    // Three lengths of two hours are kept of eight: it may start after two at the latest
    expect(quoteByPlan(ask(20, 8), plan(0.1, 0.1, 0.1, 0.1, 0, 0, 0, 0), 'USD').startMs).toBe(0);
  });

  it('claims nothing where nothing is known', () => {
    const unknown = { startMs: 0, endMs: 24 * HOUR, greenShare: null, pricePerKwh: null, cost: null, basis: 'none' };
    expect(quoteByPlan({ ...ask(1, 24), joules: null }, plan(1), 'USD')).toMatchObject(unknown);
    expect(quoteByPlan({ ...ask(1, 24), watts: 0 }, plan(1), 'USD')).toMatchObject(unknown);
    expect(quoteByPlan(ask(1, 24), [], 'USD')).toMatchObject(unknown);
  });

  it('keeps within its time, and never costs more than a start at once', () => {
    const prices = fc.array(fc.double({ min: 0, max: 0.3, noNaN: true }), { minLength: 1, maxLength: 48 });
    fc.assert(
      fc.property(
        prices,
        fc.double({ min: 0.1, max: 200, noNaN: true }),
        fc.integer({ min: 1, max: 72 }),
        (of, kwh, due) => {
          const quote = quoteByPlan(ask(kwh, due), plan(...of), 'USD');
          const atOnce = quoteByPlan({ ...ask(kwh, due), deadlineMs: 1 }, plan(...of), 'USD');
          expect(quote.startMs).toBeGreaterThanOrEqual(0);
          expect(quote.endMs).toBeLessThanOrEqual(due * HOUR);
          expect(quote.endMs).toBeGreaterThanOrEqual(quote.startMs);
          expect(quote.cost).toBeLessThanOrEqual(atOnce.cost! + 1e-9);
          expect(quote.greenShare).toBeLessThanOrEqual(1);
          expect(quote.cost).toBeCloseTo(quote.pricePerKwh! * kwh, 9);
        },
      ),
    );
  });
});
