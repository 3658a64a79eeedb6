import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIMENSIONS, type Dimension } from './dimension.ts';
import { fromMicro, toMicro } from './money.ts';
import { formatNumber, formatQuantity, parseQuantity } from './quantity.ts';

describe('parseQuantity', () => {
  it.each([
    ['2 MW', 'power', 2000],
    ['800kWp', 'power', 800],
    ['45 °C', 'temperature', 45],
    ['-7.5 C', 'temperature', -7.5],
    ['15 min', 'duration', 900],
    ['20 %', 'share', 0.2],
    [0.2, 'share', 0.2],
    ['1_200 kWh', 'energy', 1200],
    ['1e3 L', 'volume', 1000],
    ['36 km/h', 'speed', 10],
  ] as const)('%s as %s is %d', (text, dimension, value) => {
    expect(parseQuantity(text, dimension).value).toBeCloseTo(value, 9);
  });

  it('keeps the currency', () => {
    expect(parseQuantity('50 USD/MWh', 'pricePerEnergy')).toEqual({ value: 0.05, currency: 'USD' });
  });

  it.each([
    ['2 MX', 'power'],
    ['2', 'power'],
    ['MW', 'power'],
    ['0.05 /kWh', 'pricePerEnergy'],
    ['0.05 USD/kW', 'pricePerEnergy'],
    ['1e999 kW', 'power'],
  ] as const)('%s is no %s, and the error shows how to write one', (text, dimension) => {
    expect(() => parseQuantity(text, dimension)).toThrow(/JW_QUANTITY/);
  });

  it('reads back every unit of every dimension', () => {
    for (const [dimension, row] of Object.entries(DIMENSIONS)) {
      for (const [unit, factor] of Object.entries(row.units)) {
        const money = 'money' in row ? 'USD' : '';
        expect(parseQuantity(`3 ${money}${unit}`, dimension as Dimension).value).toBeCloseTo(3 * factor, 9);
      }
    }
  });

  it('prints what it reads, to the digits asked for', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e6, noNaN: true }), (kw) => {
        const back = parseQuantity(formatQuantity(kw, 'power', { digits: 9 }), 'power').value;
        expect(Math.abs(back / kw - 1)).toBeLessThan(1e-7);
      }),
    );
  });
});

describe('printing', () => {
  it('scales and trims', () => {
    expect(formatQuantity(2000, 'power')).toBe('2 MW');
    expect(formatQuantity(0.05, 'pricePerEnergy', { currency: 'USD' })).toBe('0.05 USD/kWh');
    expect(formatQuantity(0.354, 'share')).toBe('35.4 %');
    expect(formatNumber(1234.5)).toBe('1235');
    expect(formatNumber(0)).toBe('0');
  });
});

describe('money', () => {
  it('is exact in micro-units', () => {
    expect(toMicro(0.1) + toMicro(0.2)).toBe(toMicro(0.3));
    expect(fromMicro(toMicro(-12.345678))).toBe(-12.345678);
  });
});
